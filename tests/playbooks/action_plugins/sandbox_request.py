# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request to the sandbox, with the options and the result of ``ansible.builtin.uri`` that the targets use.

A target asks its sandbox so often that the time would go into starting modules; this runs in the worker's own process.
"""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from ansible.plugins.action import ActionBase

TIMEOUT = 30  # seconds
TYPES = {"json": "application/json", "form-urlencoded": "application/x-www-form-urlencoded"}


class ActionModule(ActionBase):
    _VALID_ARGS = frozenset({"url", "method", "headers", "body", "body_format", "status_code", "url_username", "url_password"})
    _supports_check_mode = False

    def run(self, tmp=None, task_vars=None):
        options = self._task.args
        unknown = set(options) - self._VALID_ARGS
        if unknown:
            return {"failed": True, "msg": f"sandbox_request has no option {', '.join(sorted(unknown))}"}
        try:
            answer = build_opener(ProxyHandler({})).open(_request(options), timeout=TIMEOUT)
        except HTTPError as error:
            answer = error
        with answer:
            status, text = answer.status, answer.read().decode("utf-8")
        result = {"status": status, "changed": False}
        if text and "json" in answer.headers.get("Content-Type", ""):
            result["json"] = json.loads(text)
        expected = options.get("status_code", [200])
        if status not in [int(code) for code in (expected if isinstance(expected, list) else [expected])]:
            result.update(failed=True, msg=f"the sandbox answered {status} and not {expected}: {text[:500]}")
        return result


def _request(options):
    headers = dict(options.get("headers") or {})
    if "url_username" in options:
        pair = f"{options['url_username']}:{options['url_password']}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode("ascii")
    body, data = options.get("body"), None
    if body is not None:
        form = options.get("body_format", "json")
        headers["Content-Type"] = TYPES[form]
        data = (json.dumps(body, default=str) if form == "json" else urlencode(body)).encode()
    return Request(options["url"], data, headers, method=options.get("method", "GET"))
