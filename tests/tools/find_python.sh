#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints the first working Python interpreter of the given versions, newest wish first:
#   find_python.sh 3.13 3.12 3.11
# PYTHON in the environment, when not empty, is the only candidate; its version must then be one of those given.
# An interpreter counts when it runs and can make virtual environments: a pyenv shim without a version behind it does not run,
# and distributions may package Python without venv and ensurepip.
set -euo pipefail

versions=("$@")
unusable=()

# Succeeds when $1 is an interpreter of version $2 that can make virtual environments.
usable() {
    local candidate=$1 version=$2 found
    found=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 1
    [[ $found == "$version" ]] || return 1
    "$candidate" -c 'import venv, ensurepip' 2>/dev/null && return 0
    unusable+=("$candidate ($found)")
    return 1
}

candidates() {
    local version=$1
    if [[ -n ${PYTHON:-} ]]; then
        echo "$PYTHON"
        return
    fi
    type -ap "python$version" python3 python || true
    compgen -G "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version.*/bin/python$version" | sort -rV || true
}

for version in "${versions[@]}"; do
    while IFS= read -r candidate; do
        if usable "$candidate" "$version"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            exit 0
        fi
    done < <(candidates "$version")
done

{
    if [[ -n ${PYTHON:-} ]]; then
        echo "PYTHON=$PYTHON is not a Python of version ${versions[*]} that can make virtual environments."
    else
        echo "No Python of version ${versions[*]} that can make virtual environments, neither on PATH nor under pyenv."
    fi
    if ((${#unusable[@]})); then
        echo "These lack the modules venv or ensurepip (Debian and Ubuntu package them as python3-venv): ${unusable[*]}"
    fi
    echo "Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"
} >&2
exit 1
