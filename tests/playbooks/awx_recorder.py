# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for every module of awx.awx: notes with which arguments it was called, in the file named by AWX_RECORD, one JSON object a line."""

from __future__ import annotations

import json
import os

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        with open(os.environ["AWX_RECORD"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps({"module": self._task.action.split(".")[-1], "arguments": self._task.args}) + "\n")
        return {"changed": True}
