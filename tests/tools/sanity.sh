#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-test sanity with the ansible-core and the Python of the environment that is first on PATH, in a copy of the project of its
# own, since ansible-test writes into the tree that it tests. There are no ignore files, and none may appear.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
copy=$(python "$root/tests/tools/collection_tree.py" copy "$root/.build/sanity/$(basename "$VIRTUAL_ENV")")

if compgen -G "$copy/tests/sanity/ignore-*.txt"; then
    echo "Mend what sanity finds instead of listing it in an ignore file."
    exit 1
fi
cd "$copy"
# ansible-test leaves its shellcheck test out when it finds no such program.
PATH=$PATH:$root/.build/venv/lint/bin
command -v shellcheck >/dev/null || { echo "shellcheck is missing"; exit 1; }
ansible-test sanity --venv --python "$version" --color no --requirements
