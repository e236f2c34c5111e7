# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: audit
type: notification
short_description: Writes the drift that a run found as JSON, JUnit XML and one HTML page
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Collects what the tasks of this collection found or changed on every host, with those that failed or could not be reached, and writes one report of
    it at the end of the run. In check mode that is the drift, otherwise what was repaired.
  - The playbook C(genesys.hybrid.audit) writes the same report by itself and does not need this callback to be enabled. Enable it for playbooks of your own.
  - Secrets show as V((secret\)).
options:
  directory:
    description:
      - The folder that the report is written to, made where it is missing.
    type: path
    default: audit
    env:
      - name: GENESYS_HYBRID_AUDIT_DIRECTORY
    ini:
      - section: callback_genesys_hybrid_audit
        key: directory
  report_name:
    description:
      - The name of the report's files, without suffix. A report of this name is replaced. Without it each run takes another.
    type: str
    env:
      - name: GENESYS_HYBRID_AUDIT_NAME
    ini:
      - section: callback_genesys_hybrid_audit
        key: report_name
  compare_with:
    description:
      - The JSON report of an earlier run. Each difference is then new or known, and those that are gone are named.
    type: path
    env:
      - name: GENESYS_HYBRID_AUDIT_COMPARE_WITH
    ini:
      - section: callback_genesys_hybrid_audit
        key: compare_with
requirements:
  - enabled in the configuration, as C(callbacks_enabled = genesys.hybrid.audit)
"""

from ansible.plugins.callback import CallbackBase

from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit_recorder import Recorder, default_name

# The variables that mark the two plays of the playbook audit, which the callback beside that playbook records and reports.
AUDIT_PLAY = "hybrid_audit"
REPORT_PLAY = "hybrid_audit_report"


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "genesys.hybrid.audit"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.recorder = Recorder()
        self.recording = False

    def v2_playbook_on_start(self, playbook):
        self.recorder.playbook = str(getattr(playbook, "_file_name", "")).rpartition("/")[2]

    def v2_playbook_on_play_start(self, play):
        self.recording = not {AUDIT_PLAY, REPORT_PLAY} & set(play.get_vars())

    def v2_runner_on_ok(self, result):
        if self.recording:
            self.recorder.ok(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if self.recording and not ignore_errors:
            self.recorder.failed(result)

    def v2_runner_on_unreachable(self, result):
        if self.recording:
            self.recorder.failed(result, unreachable=True)

    def v2_playbook_on_stats(self, stats):
        if self.recorder.audit:
            self.write(self.get_option("directory"), self.get_option("report_name") or default_name(), self.get_option("compare_with") or "")

    def write(self, directory: str, name: str, compare_with: str) -> None:
        """Write the report and say where; a report that cannot be written must not look like one without drift."""
        try:
            paths = self.recorder.write(directory, name, compare_with)
        except (OSError, ValueError) as error:
            self._display.error(f"The audit report could not be written: {error}")
        else:
            self._display.display(f"Audit report: {paths[-1]}")
