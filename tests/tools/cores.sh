#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Says which ansible-core versions this run sees, and writes to results/not-seen those that it does not.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/.build/venv
pins() { sed -n 's/^ansible-core==\([0-9.]*\).*/\1/p' "$root/tests/$1"; }

mkdir -p "$root/.build/results"
seen=()
for environment in main floor; do
    [[ -x $venv/$environment/bin/python ]] || continue
    seen+=("$("$venv/$environment/bin/python" -c 'import sys, ansible.release as core; print(core.__version__, "on Python %d.%d" % sys.version_info[:2])')")
done
printf 'ansible-core seen: %s\n' "${seen[@]}"

newest=$(pins requirements.txt | sort -V | tail -n 1)
floor=$(pins requirements-floor.txt)
{
    [[ ${seen[0]} == "$newest "* ]] || echo "ansible-core $newest (the newest; needs Python 3.12 or newer)"
    [[ ${seen[*]: -1} == "$floor "* ]] || echo "ansible-core $floor (the oldest supported; needs Python 3.10, 3.11 or 3.12)"
} >"$root/.build/results/not-seen"
