# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import SECRET, Field, given, plan

FIELDS = [
    Field("name", "name"),
    Field("description", "description"),
    Field("uris", "registeredRedirectUri", unordered=True),
    Field("grant", "authorizedGrantType", casefold=True, default="A"),
    Field("digest", compare=lambda text: text.replace(" ", ""), show=lambda text: f"<{text.replace(' ', '')}>", unordered=True),
    Field("password", write_only=True),
    Field("kind", create_only=True),
]
CURRENT = {"name": "x", "description": "old", "uris": ["b", "a"], "grant": "CODE", "digest": ["1 2"], "kind": "list", "foreign": "kept"}


@pytest.mark.parametrize(
    ("desired", "action", "changes", "before", "after"),
    [
        pytest.param({}, "none", {}, {}, {}, id="nothing is managed"),
        pytest.param({"description": "old"}, "none", {}, {"description": "old"}, {"description": "old"}, id="equal"),
        pytest.param({"description": "new"}, "update", {"description": "new"}, {"description": "old"}, {"description": "new"}, id="different"),
        pytest.param({"description": ""}, "update", {"description": ""}, {"description": "old"}, {"description": ""}, id="an empty value is a value"),
        pytest.param({"uris": ["a", "b"]}, "none", {}, {"uris": ["a", "b"]}, {"uris": ["a", "b"]}, id="order does not count"),
        pytest.param({"uris": ["a"]}, "update", {"uris": ["a"]}, {"uris": ["a", "b"]}, {"uris": ["a"]}, id="an item less"),
        pytest.param({"uris": ["a", "b", "b"]}, "update", {"uris": ["a", "b", "b"]}, {"uris": ["a", "b"]}, {"uris": ["a", "b", "b"]}, id="an item twice"),
        pytest.param({"grant": "code"}, "none", {}, {"grant": "CODE"}, {"grant": "CODE"}, id="case does not count"),
        pytest.param({"digest": ["12"]}, "none", {}, {"digest": ["<12>"]}, {"digest": ["<12>"]}, id="compared and shown by mapping"),
        pytest.param({"digest": ["13"]}, "update", {"digest": ["13"]}, {"digest": ["<12>"]}, {"digest": ["<13>"]}, id="different by mapping"),
        pytest.param({"password": "p"}, "none", {}, {}, {}, id="write-only alone is no difference"),
        pytest.param(
            {"password": "p", "name": "y"}, "update", {"name": "y", "password": "p"}, {"name": "x"}, {"name": "y"}, id="write-only goes with another change"
        ),
        pytest.param({"kind": "list"}, "none", {}, {"kind": "list"}, {"kind": "list"}, id="create-only and equal"),
        pytest.param(
            {"name": "x", "description": "new"},
            "update",
            {"description": "new"},
            {"description": "old", "name": "x"},
            {"description": "new", "name": "x"},
            id="what is managed and equal stays visible",
        ),
    ],
)
def test_present_on_an_existing_object(desired, action, changes, before, after):
    result = plan("present", CURRENT, desired, FIELDS)
    assert (result.action, result.changes, result.before, result.after) == (action, changes, before, after)
    assert result.changed is (action != "none")
    assert list(result.before) == sorted(result.before)


def test_create_adds_defaults_and_hides_what_cannot_be_read():
    result = plan("present", None, {"name": "x", "password": "p"}, FIELDS)
    assert (result.action, result.changes) == ("create", {"name": "x", "password": "p", "grant": "A"})
    assert (result.before, result.after) == ({}, {"grant": "A", "name": "x", "password": SECRET})


def test_create_prefers_the_users_value_to_the_default():
    assert plan("present", None, {"grant": "B"}, FIELDS).changes == {"grant": "B"}


def test_absent():
    assert plan("absent", None, {}, FIELDS).action == "none"
    result = plan("absent", CURRENT, {}, FIELDS)
    assert (result.action, result.changes, result.after) == ("delete", {}, {})
    assert result.before == {"description": "old", "digest": ["<12>"], "grant": "CODE", "kind": "list", "name": "x", "uris": ["a", "b"]}


def test_a_create_only_field_that_differs_is_an_error_that_names_it():
    with pytest.raises(ConflictError, match="^kind cannot be changed once the object exists: it is list, macro was asked for"):
        plan("present", CURRENT, {"kind": "macro"}, FIELDS)


def test_given_takes_only_what_the_user_gave():
    assert given({"name": "x", "description": None, "uris": [], "state": "present"}, FIELDS) == {"name": "x", "uris": []}
