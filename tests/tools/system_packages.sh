#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what tests need beside Python: the browser of the report's tests, the tools of the network's tests, the isolation of a job.
# With apt-get and as root only; elsewhere, and for what is still missing then, one line for each goes to results/not-seen, which the
# summary prints: those tests leave themselves out. Packages that bring a service (a firewall, a proxy) are installed on a machine of
# CI only, because they would change the network of a developer's own.
set -euo pipefail

results=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.build/results
mkdir -p "$results"

# command package
tools="chromium chromium
nft nftables
ip iproute2
dnsmasq dnsmasq-base
bwrap bubblewrap"
services="squid squid
firewalld firewalld"
[[ -z ${CI:-} ]] || tools="$tools
$services"

export PATH=$PATH:/usr/sbin:/sbin
missing=()
while read -r command package; do
    command -v "$command" >/dev/null || missing+=("$package")
done <<<"$tools"

if ((${#missing[@]})) && ((EUID == 0)) && command -v apt-get >/dev/null; then
    echo "Installing with apt-get: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # maintainer scripts start no service then
    { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$results/system-packages.log" 2>&1 ||
        echo "apt-get failed; see .build/results/system-packages.log"
fi

while read -r command package; do
    command -v "$command" >/dev/null || echo "$command (Debian: $package)" >>"$results/not-seen"
done <<<"$tools
$services"
