# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server says must not steer the terminal of the person who reads it."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, PartialError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import suggestion
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Plan, diff_of
from unit.plugins.module_utils.purecloud_support import scripted

ATTACKS = [
    ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    ("a\nPLAY RECAP *\r\n\tok", "a\\nPLAY RECAP *\\r\\n\\tok"),
    ("\x9b31m\x7f", "\\x9b31m\\x7f"),
    ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
    ("a\u202eb\u2066c\u200fd\u061c", "a\\u202eb\\u2066c\\u200fd\\u061c"),
    ("\ud800", "\\ud800"),
]


@pytest.mark.parametrize(("text", "shown"), ATTACKS)
def test_control_characters_are_shown_and_not_sent_to_the_terminal(text, shown):
    error = ValidationError(f"say {text}", code=text, correlation_id=text, path=f"/{text}", status=400)
    assert (error.message, str(error), error.args) == (f"say {shown}",) * 2 + ((f"say {shown}",),)
    error.message += f"; {text}"
    assert error.message == f"say {shown}; {shown}"
    assert error.details() == {"failure": {"code": shown, "correlation_id": shown, "path": f"/{shown}", "status": 400}}
    assert diff_of("role", text, Plan("none", {}, {}, {}))["after_header"] == f"role {shown}"


def test_other_characters_stay_as_they_are():
    for text in ("Zoë 日本語 🎧", "C:\\new\\x1b", ""):
        assert HybridError(text).message == text
        assert diff_of("role", text, Plan("none", {}, {}, {}))["before_header"] == f"role {text}"


@pytest.mark.parametrize(("text", "shown"), ATTACKS[:-1])
def test_what_purecloud_answers_and_names_are_harmless(text, shown):
    client = scripted((400, {"code": "bad.request", "message": text, "contextId": text}))
    with pytest.raises(ValidationError) as caught:
        client.get("/organizations/me")
    assert caught.value.message == f"GET /api/v2/organizations/me: HTTP 400 bad.request: {shown}"
    assert caught.value.details()["failure"]["correlation_id"] == shown
    assert ValidationError(suggestion("zzz", [text])).message == f"the organisation has {shown}"


def test_the_errors_of_many_are_harmless_and_kept():
    error = PartialError("one\ntwo", {"changed": True, "errors": [{"msg": "x"}]})
    assert (error.message, error.details()) == ("one\\ntwo", {"changed": True, "errors": [{"msg": "x"}]})
