# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.genesys.hybrid.plugins.modules.purecloud_oauth_client_rotation import SPEC
from ansible_collections.genesys.hybrid.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
