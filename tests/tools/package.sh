#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the collection's tarball from the copy into .build/package, checks its contents, installs it into an empty folder without
# network, verifies the installation against the manifest and lets ansible-doc read it there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
package=$root/.build/package
rm -rf "$package"
mkdir -p "$package"

ansible-galaxy collection build --output-path "$package" "$root/.build/collections/ansible_collections/genesys/hybrid"
tarball=$(python "$root/tests/tools/check_tarball.py" "$package")
export ANSIBLE_COLLECTIONS_PATH=$package/installed
ansible-galaxy collection install "$tarball" --collections-path "$package/installed" --offline
ansible-galaxy collection verify genesys.hybrid --collections-path "$package/installed" --offline
python "$root/tests/tools/check_documentation.py" "$package/installed/ansible_collections/genesys/hybrid"
echo "built ${tarball#"$root"/}"
