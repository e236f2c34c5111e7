#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Asks ansible-builder what an execution environment with this collection installs: exactly meta/ee-requirements.txt.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
found=$(ansible-builder introspect "$root/.build/collections")
echo "$found"
while IFS= read -r requirement; do
    grep --fixed-strings --quiet -- "$requirement" <<<"$found" || { echo "ansible-builder does not see $requirement"; exit 1; }
done < <(grep -v -E '^(#|$)' "$root/meta/ee-requirements.txt")
