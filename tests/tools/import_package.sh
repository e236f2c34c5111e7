#!/usr/bin/env bash
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Lets galaxy-importer, the check that Galaxy and Automation Hub make at upload, read the tarball of .build/package.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/.build/importer
rm -rf "$work"
mkdir -p "$work"
cat >"$work/importer.cfg" <<'CONFIGURATION'
[galaxy-importer]
CHECK_REQUIRED_TAGS = True
RUN_FLAKE8 = True
CONFIGURATION
tarballs=("$root"/.build/package/genesys-hybrid-*.tar.gz)
cd "$work"
GALAXY_IMPORTER_CONFIG=$work/importer.cfg python -m galaxy_importer.main "${tarballs[0]}" 2>&1 | tee importer.log
# E203 (a blank before the colon of a slice) contradicts the formatter, and pycodestyle's own recommendation.
if grep -E '^(ERROR|WARNING)' importer.log | grep -v ': E203 '; then
    echo "galaxy-importer is not content, see the lines above."
    exit 1
fi
