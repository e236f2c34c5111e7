#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Closes a run: summary.sh GATE...
# prints one line per gate, says which versions of ansible-core and which tools were not there, and fails unless every named gate passed.
set -euo pipefail

results=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.build/results
failed=()

echo
for gate in "$@"; do
    outcome="not run" seconds="-"
    if [[ -f $results/$gate.outcome ]]; then
        read -r outcome seconds <"$results/$gate.outcome"
    fi
    printf '%-24s %-8s %5s s\n' "$gate" "$outcome" "$seconds"
    [[ $outcome == passed ]] || failed+=("$gate")
done

if [[ -s $results/not-seen ]]; then
    echo
    echo "*** NOT SEEN: what needs one of these was NOT tested, because it is not on this machine ***"
    sed 's/^/***   /' "$results/not-seen"
fi

echo
if ((${#failed[@]})); then
    echo "FAILED: ${failed[*]}"
    exit 1
fi
echo "All $# gates passed."
