# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pydantic schemas of the Platform API, after Python SDK 269 (names, types, enumerations) and JavaScript SDK 262 (required fields).

Field names are the API's own. A request is checked with ``extra="ignore"`` or ``"allow"``, an answer of the sandbox with ``extra="forbid"``.
"""
