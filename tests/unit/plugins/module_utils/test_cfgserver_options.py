# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options planner: tables of what is given and what becomes of it, and properties that must hold for any object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.options import displayed, is_hidden, parse, plan_options
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
UNKNOWN = "(known after apply)"


def params(options=None, secret_options=None, mode="merge", update="on_change"):
    return {"options": options, "secret_options": secret_options, "options_mode": mode, "secret_update": update}


def planned(current, options=None, secret_options=None, mode="merge", update="on_change", seal=None):
    return plan_options(current, parse(params(options, secret_options, mode, update), seal))


@pytest.mark.parametrize(
    "given_value, stored",
    [("text", "text"), ("", ""), (" spaced ", " spaced "), ("a\nb", "a\nb"), (5, "5"), (-1, "-1"), (0, "0"), (True, "true"), (False, "false"), ("*", "*")],
)
def test_value_is_stored_as_text(given_value, stored):
    assert planned({}, {"s": {"k": given_value}}).wanted == {"s": {"k": stored}}


@pytest.mark.parametrize("source", ["options", "secret_options"])
@pytest.mark.parametrize("value", [1.5, ["geheim"], {"geheim": "geheim"}, ("geheim",)])
def test_value_that_is_no_text_is_refused_without_showing_it(source, value):
    with pytest.raises(ValidationError) as caught:
        planned({}, **{source: {"general": {"limit": value}}})
    assert "general/limit" in caught.value.message
    assert "geheim" not in caught.value.message and "1.5" not in caught.value.message


@pytest.mark.parametrize("source", ["options", "secret_options"])
@pytest.mark.parametrize(
    "sections, part",
    [
        ({"": {"k": "v"}}, "section must not be empty"),
        ({"  ": {"k": "v"}}, "section must not be empty"),
        ({"s": {"": "v"}}, "option in section 's' must not be empty"),
        ({"a\x00b": {"k": "v"}}, "control characters"),
        ({"s": {"a\nb": "v"}}, "control characters"),
        ({"s": {"a\x85b": "v"}}, "control characters"),
        ({1: {"k": "v"}}, "not text"),
        ({"s": {True: "v"}}, "not text"),
        ({"s": "v"}, "must be a dictionary"),
        ({"s": ["v"]}, "must be a dictionary"),
        ({"s": {"password": "****"}}, "asterisks"),
        ({"s": {"other": "***"}}, "asterisks"),
        ({"s": {"password": "sealed-v1:xyz"}}, "sealed"),
    ],
)
def test_unusable_input_is_refused(source, sections, part):
    with pytest.raises(ValidationError) as caught:
        planned({}, **{source: sections})
    assert part in caught.value.message


@pytest.mark.parametrize(
    "options, secret_options, part",
    [
        ({"s": {"k": "a"}}, {"s": {"k": "b"}}, "s/k is given in options and in secret_options"),
        ({"s": None}, {"s": {"k": "b"}}, "section 's' is removed"),
        ({"s": {"k": "b"}}, {"s": None}, "section 's' is removed"),
    ],
)
def test_contradictions_are_refused(options, secret_options, part):
    with pytest.raises(ValidationError) as caught:
        parse(params(options, secret_options), None)
    assert part in caught.value.message


CURRENT = {"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}


@pytest.mark.parametrize(
    "mode, options, wanted, before, after",
    [
        ("merge", {"a": {"x": "1"}}, CURRENT, {"a": {"x": "1"}}, {"a": {"x": "1"}}),
        ("merge", {"a": {"x": "9"}}, {"a": {"x": "9", "y": "2"}, "b": {"z": "3"}}, {"a": {"x": "1"}}, {"a": {"x": "9"}}),
        ("merge", {"c": {"n": 1}}, {**CURRENT, "c": {"n": "1"}}, {}, {"c": {"n": "1"}}),
        ("merge", {"a": {"x": None}}, {"a": {"y": "2"}, "b": {"z": "3"}}, {"a": {"x": "1"}}, {}),
        ("merge", {"b": {"z": None}}, {"a": {"x": "1", "y": "2"}}, {"b": {"z": "3"}}, {}),
        ("merge", {"a": None}, {"b": {"z": "3"}}, {"a": {"x": "1", "y": "2"}}, {}),
        ("merge", {"gone": None, "a": {"gone": None}}, CURRENT, {}, {}),
        ("merge", {"empty": {}}, CURRENT, {}, {}),
        ("merge", {}, CURRENT, {}, {}),
        ("replace", {"a": {"x": "1"}}, {"a": {"x": "1"}}, CURRENT, {"a": {"x": "1"}}),
        ("replace", {"a": {"x": "1", "y": None}, "b": None}, {"a": {"x": "1"}}, CURRENT, {"a": {"x": "1"}}),
        ("replace", CURRENT, CURRENT, CURRENT, CURRENT),
        ("replace", {}, {}, CURRENT, {}),
        ("replace", None, CURRENT, {}, {}),
    ],
)
def test_merge_and_replace(mode, options, wanted, before, after):
    plan = planned(CURRENT, options, mode=mode)
    assert (plan.wanted, plan.before, plan.after) == (wanted, before, after)
    assert plan.changed == (wanted != CURRENT)


SECRET, NEW = "(secret)", "(new secret)"


@pytest.mark.parametrize(
    "update, found, given_value, changed, wanted, before, after",
    [
        ("on_change", "old", "old", False, "old", SECRET, SECRET),
        ("on_change", "old", "new", True, "new", SECRET, NEW),
        ("on_change", None, "new", True, "new", None, NEW),
        ("on_change", "", "new", True, "new", "", NEW),
        ("on_change", "old", "", True, "", SECRET, ""),
        ("on_change", "****", "new", False, "new", SECRET, SECRET),
        ("on_change", "old", None, True, None, SECRET, None),
        ("on_change", "****", None, True, None, SECRET, None),
        ("always", "old", "old", True, "old", SECRET, NEW),
        ("always", "****", "new", True, "new", SECRET, NEW),
        ("always", None, "new", True, "new", None, NEW),
        ("on_create", "old", "new", False, "old", SECRET, SECRET),
        ("on_create", "****", "new", False, "****", SECRET, SECRET),
        ("on_create", None, "new", True, "new", None, NEW),
        ("on_change", "old", UNKNOWN, True, UNKNOWN, SECRET, NEW),
        ("on_create", "old", UNKNOWN, False, "old", SECRET, SECRET),
    ],
)
@pytest.mark.parametrize("key, source", [("password", "secret_options"), ("password", "options"), ("anything", "secret_options")])
def test_secret_update(key, source, update, found, given_value, changed, wanted, before, after):
    current = {} if found is None else {"s": {key: found}}
    plan = planned(current, **{source: {"s": {key: given_value}}}, update=update)
    assert plan.changed is changed
    assert plan.wanted.get("s", {}).get(key) == wanted
    assert (plan.before.get("s", {}).get(key), plan.after.get("s", {}).get(key)) == (before, after)
    assert bool(plan.unknown) == (wanted == UNKNOWN)


def test_masked_secret_that_counts_as_unchanged_is_reported():
    assert planned({"s": {"password": "****"}}, secret_options={"s": {"password": "x"}}).unreadable == (("s", "password"),)
    assert planned({"s": {"password": "****"}}, secret_options={"s": {"password": "x"}}, update="on_create").unreadable == ()


@pytest.mark.parametrize(
    "current, options, secret_options, update, endangered",
    [
        ({"s": {"password": "****"}}, {"s": {"k": "v"}}, None, "on_change", [("s", "password")]),
        ({"s": {"password": "****"}}, {"s": {"k": "v"}}, {"s": {"password": "x"}}, "on_change", []),
        ({"s": {"password": "****"}}, {"s": {"k": "v"}}, {"s": {"password": "x"}}, "always", []),
        ({"s": {"password": "****"}}, {"s": {"k": "v"}}, {"s": {"password": "x"}}, "on_create", [("s", "password")]),
        ({"s": {"password": "****"}}, {"s": {"k": "v", "password": None}}, None, "on_change", []),
        ({"s": {"password": "****"}}, {"s": None}, None, "on_change", []),
        ({"s": {"odd": "***"}}, {"s": {"k": "v"}}, None, "on_change", [("s", "odd")]),
        ({"s": {"wildcard": "*"}}, {"s": {"k": "v"}}, None, "on_change", []),
        # Every secret of the object reads empty: the server may be hiding them, and writing them empty would make that true.
        ({"s": {"password": ""}}, {"s": {"k": "v"}}, None, "on_change", [("s", "password")]),
        ({"s": {"password": ""}}, {"s": {"k": "v"}}, {"s": {"password": ""}}, "on_change", []),
        ({"s": {"password": ""}}, {"s": {"k": "v"}}, {"s": {"password": "x"}}, "on_change", []),
        ({"s": {"password": "", "pkey": "real"}}, {"s": {"k": "v"}}, None, "on_change", []),
        ({"s": {"other": ""}}, {"s": {"k": "v"}}, None, "on_change", []),
        ({"s": {"password": "****"}}, None, None, "on_change", [("s", "password")]),
    ],
)
def test_values_that_a_write_would_destroy_are_named(current, options, secret_options, update, endangered):
    assert list(planned(current, options, secret_options, update=update).endangered) == endangered


def test_secrets_are_declared_or_recognised():
    desired = parse(params({"s": {"password": "p1", "plain": "v", "note": "-----BEGIN PRIVATE KEY-----"}}, {"t": {"any": "p2", "empty": ""}}), None)
    assert sorted(desired.secret_values()) == ["-----BEGIN PRIVATE KEY-----", "p1", "p2"]
    assert sorted(desired.exposed) == [("s", "note"), ("s", "password")]


@pytest.mark.parametrize("source", ["options", "secret_options"])
def test_sealed_values_are_opened_and_secret(source):
    seal = Seal(KEY)
    desired = parse(params(**{source: {"s": {"anything": seal.seal("geheim")}}}), seal)
    assert desired.values == {("s", "anything"): "geheim"}
    assert desired.secrets == {("s", "anything")} and desired.exposed == ()
    with pytest.raises(ValidationError, match="s/anything holds a sealed value that seal_key does not open"):
        parse(params(**{source: {"s": {"anything": Seal(OTHER_KEY).seal("geheim")}}}), seal)


@pytest.mark.parametrize("value", [UNKNOWN, f"https://{UNKNOWN}/x"])
def test_values_that_are_not_known_yet_can_be_planned(value):
    plan = planned({"s": {"client_id": "old"}}, {"s": {"client_id": value}})
    assert plan.after == {"s": {"client_id": value}} and plan.unknown == (("s", "client_id"),)
    sealed = planned({}, secret_options={"s": {"password": Seal(KEY).seal(value)}}, seal=Seal(KEY))
    assert sealed.after == {"s": {"password": NEW}} and sealed.unknown == (("s", "password"),)


def test_unknown_value_cannot_slip_in_beside_another_change():
    """A masked secret that was given accompanies a due write: then its value must be known as well."""
    plan = planned({"s": {"password": "****"}}, {"s": {"k": "v"}}, {"s": {"password": UNKNOWN}})
    assert plan.unknown == (("s", "password"),)


@pytest.mark.parametrize("key, value, hidden", [("password", "*", True), ("x", "*", False), ("x", "**", False), ("x", "***", True), ("x", "", False)])
def test_masks(key, value, hidden):
    assert is_hidden(key, value) is hidden


def test_display_hides_every_kind_of_secret():
    options = {"s": {"password": "p", "pkey": "", "k": "v", "m": "****", "declared": "d", "pem": "-----BEGIN RSA PRIVATE KEY-----"}}
    expected = {"declared": SECRET, "k": "v", "m": SECRET, "password": SECRET, "pem": SECRET, "pkey": ""}
    assert displayed(options, [("s", "declared")]) == {"s": expected}


names = st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=6).filter(str.strip)
texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12).filter(lambda text: not text or bool(text.strip("*")))
objects = st.dictionaries(names, st.dictionaries(names, texts, min_size=1, max_size=4), max_size=4)
wishes = st.dictionaries(names, st.none() | st.dictionaries(names, texts | st.none() | st.integers() | st.booleans(), max_size=4), max_size=4)


@given(current=objects, options=wishes, mode=st.sampled_from(["merge", "replace"]))
def test_a_second_run_changes_nothing(current, options, mode):
    first = planned(current, options, mode=mode)
    second = planned(first.wanted, options, mode=mode)
    assert not second.changed and second.wanted == first.wanted
    assert first.changed == (first.wanted != current) == (first.before != first.after)


@given(current=objects, options=wishes)
def test_merge_keeps_what_is_not_managed(current, options):
    wanted = planned(current, options).wanted
    for section, entries in current.items():
        managed = options.get(section, {})
        for key, value in entries.items():
            if managed is not None and key not in managed:
                assert wanted[section][key] == value


@given(current=objects, options=wishes)
def test_replace_leaves_exactly_what_was_given(current, options):
    given_keys = {section: {key for key, value in (entries or {}).items() if value is not None} for section, entries in options.items()}
    wanted = planned(current, options, mode="replace").wanted
    assert {section: set(entries) for section, entries in wanted.items()} == {section: keys for section, keys in given_keys.items() if keys}
