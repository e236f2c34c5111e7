#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mypy over the shared code and the sandbox; types of third-party packages come from the main environment.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
options=(--config-file "$root/pyproject.toml" --python-executable "$root/.build/venv/main/bin/python")

echo "plugins/module_utils:"
(cd "$root/.build/collections" && MYPYPATH=. mypy "${options[@]}" --package ansible_collections.genesys.hybrid.plugins.module_utils)
echo "tests/sandbox:"
(cd "$root/tests" && MYPYPATH=. mypy "${options[@]}" --package sandbox)
