# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry of ``python -m sandbox``."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    PARENT = os.getppid()  # before the slow imports: a parent that goes during them must be noticed
    from .cli import main

    sys.exit(main(PARENT))
