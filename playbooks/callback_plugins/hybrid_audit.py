# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback genesys.hybrid.audit for the playbook audit. Ansible loads it because it lies beside the playbook: nothing has to be enabled.

It stays silent in every play but those of that playbook, which carry the variables AUDIT_PLAY and REPORT_PLAY.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: hybrid_audit
type: notification
short_description: Records the playbook genesys.hybrid.audit
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Records the playbook C(genesys.hybrid.audit) and writes its report. See the callback P(genesys.hybrid.audit#callback).
"""

from ansible_collections.genesys.hybrid.plugins.callback.audit import AUDIT_PLAY, REPORT_PLAY
from ansible_collections.genesys.hybrid.plugins.callback.audit import CallbackModule as AuditCallback
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit_recorder import settings_of


class CallbackModule(AuditCallback):
    CALLBACK_NAME = "hybrid_audit"
    CALLBACK_NEEDS_ENABLED = False

    def __init__(self) -> None:
        super().__init__()
        self.settings = None

    def v2_playbook_on_play_start(self, play):
        variables = play.get_vars()
        self.recording = AUDIT_PLAY in variables
        if REPORT_PLAY in variables:
            self.finish()

    def v2_runner_on_ok(self, result):
        if self.recording:
            self.settings = settings_of(result) or self.settings
        super().v2_runner_on_ok(result)

    def v2_playbook_on_stats(self, stats):
        self.finish()  # where Ansible could reach no host, the play of the report did not start

    def finish(self):
        """Write the report of what was recorded, once."""
        settings, self.settings = self.settings, None
        if settings:
            self.write(settings["directory"], settings["name"], settings["compare_with"])
