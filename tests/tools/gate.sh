#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs one gate and records its outcome:
#   gate.sh NAME ENVIRONMENT FOLDER COMMAND...
# ENVIRONMENT is a virtual environment of the build folder, FOLDER the working directory. The whole output goes to results/NAME.log;
# shown are its last lines (SHOWN, three) when the gate passes and (nearly) all of it when it fails. results/NAME.outcome then holds "passed SECONDS"
# or "FAILED SECONDS"; summary.sh reads it. The exit code is the command's.
set -uo pipefail

build=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.build
name=$1 environment=$build/venv/$2 folder=$3
shift 3
results=$build/results
log=$results/$name.log
mkdir -p "$results"
rm -f "$results/$name.outcome"

# Nothing of the caller's own settings may decide a gate: a scratch home, no user configuration, the environment's tools first.
export HOME=$build/home VIRTUAL_ENV=$environment PATH=$environment/bin:$PATH
unset "${!XDG_@}" PYTHONPATH PYTHONHOME
export ANSIBLE_CONFIG=$build/home/ansible.cfg ANSIBLE_HOME=$build/home/.ansible ANSIBLE_COLLECTIONS_PATH=$build/collections
export ANSIBLE_NOCOLOR=1 NO_COLOR=1 PY_COLORS=0 LC_ALL=C.UTF-8

started=$SECONDS
(cd "$folder" && "$@") >"$log" 2>&1 </dev/null
code=$?
seconds=$((SECONDS - started))

if ((code == 0)); then
    echo "passed $seconds" >"$results/$name.outcome"
    printf '== %s: passed, %s s\n' "$name" "$seconds"
    grep -v '^ *$' "$log" | tail -n "${SHOWN:-3}" | cut -c1-300 | sed 's/^/   /'
else
    echo "FAILED $seconds" >"$results/$name.outcome"
    printf '== %s: FAILED (exit code %s), %s s; whole log: %s\n' "$name" "$code" "$seconds" "${log#"$(dirname "$build")"/}"
    tail -n 200 "$log" | cut -c1-600 | sed 's/^/   /'
fi
exit "$code"
