# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permission policies as pure data: what is asked for, what is granted, what has to be written."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.permissions import (
    Catalogue,
    Grant,
    conditions_form,
    conditions_wire,
    expanded,
    granted,
    granting,
    parse_conditions,
    parse_policies,
    policies_form,
    resolve,
    unknown_domain,
)


def described(domain, conditional=(), **entities):
    """A domain as GET /authorization/permissions shows it."""
    permissions = {
        name: [{"domain": domain, "entityType": name, "action": action, "allowsConditions": name in conditional} for action in actions.split()]
        for name, actions in entities.items()
    }
    return {"domain": domain, "permissionMap": permissions}


CATALOGUE = Catalogue(
    [
        described("journey", segment="add delete edit view", actionmap="add delete edit view", session="view"),
        described("quality", conditional=("evaluation",), evaluation="edit view", calibration="view"),
    ]
)
QUEUE = {"variable_name": "Evaluation.queueId", "operator": "IN", "operands": [{"type": "QUEUE", "value": "q1"}, {"type": "QUEUE", "value": "q2"}]}
QUEUE_WIRE = {
    "variableName": "Evaluation.queueId",
    "operator": "IN",
    "operands": [{"type": "QUEUE", "queue": {"id": "q1"}}, {"type": "QUEUE", "queue": {"id": "q2"}}],
}
LOW = {"variable_name": "Evaluation.score", "operator": "LT", "operands": [{"type": "SCALAR", "value": "5"}]}
OWN = {"variable_name": "Evaluation.agentId", "operator": "EQ", "operands": [{"type": "VARIABLE", "value": "User.id"}]}


def asked(domain, entity_name, *action_set, **options):
    return {"domain": domain, "entity_name": entity_name, "action_set": list(action_set), **options}


def wire(domain, entity, *actions, **attributes):
    return {"domain": domain, "entityName": entity, "actionSet": list(actions), **attributes}


def wanted(*policies):
    return resolve(parse_policies(policies, "role 'r':"), CATALOGUE, "role 'r':")


def shown(policies, catalogue=CATALOGUE):
    return sorted(map(str, granted(policies, catalogue)))


@pytest.mark.parametrize(
    ("policy", "permissions"),
    [
        (asked("journey", "segment", "view", "view"), ["journey:segment:view"]),
        (asked("journey", "session", "*"), ["journey:session:view"]),
        (asked("journey", "*", "view"), ["journey:actionmap:view", "journey:segment:view", "journey:session:view"]),
        (asked("journey", "*", "delete", "edit"), [f"journey:{entity}:{action}" for entity in ("actionmap", "segment") for action in ("delete", "edit")]),
        (asked("quality", "*", "*"), ["quality:calibration:view", "quality:evaluation:edit", "quality:evaluation:view"]),
        (
            asked("quality", "evaluation", "view", conditions=QUEUE, named_resources=["b", "a", "b"]),
            ["quality:evaluation:view if Evaluation.queueId IN [QUEUE q1, QUEUE q2] on a, b"],
        ),
        (
            asked("quality", "evaluation", "view", conditions={"conjunction": "OR", "terms": [OWN, {"conjunction": "AND", "terms": [QUEUE, LOW]}]}),
            [
                "quality:evaluation:view if ((Evaluation.queueId IN [QUEUE q1, QUEUE q2] AND Evaluation.score LT '5') OR Evaluation.agentId EQ User.id)",
            ],
        ),
    ],
)
def test_what_is_asked_for_is_resolved_to_single_permissions(policy, permissions):
    assert [str(grant) for grant in wanted(policy)] == permissions


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (
            asked("journey", "actionMap", "view"),
            "role 'r': permission 'journey:actionMap:view' does not exist in this organization: it is misspelt .the closest is 'journey:actionmap:view'. "
            "or belongs to a product that the organization has not licensed",
        ),
        (asked("journey", "segment", "view", "veiw"), "permission 'journey:segment:veiw' does not exist .*the closest is 'journey:segment:view'"),
        (asked("journey", "segmnt", "*"), r"permission 'journey:segmnt:\*' matches nothing .*the closest is 'journey:segment:\*'"),
        (asked("journey", "*", "veiw"), r"permission 'journey:\*:veiw' matches nothing .*the closest is 'journey:\*:view'"),
        (asked("journey", "session", "delete"), "permission 'journey:session:delete' does not exist"),
        (asked("other", "x", "y"), "permission 'other:x:y' does not exist in this organization: it is misspelt or belongs to a product"),
        (asked("journey", "segment", "view", conditions=LOW), "permission 'journey:segment:view' takes no conditions: leave conditions out"),
        (asked("quality", "*", "view", conditions=LOW), "permission 'quality:calibration:view' takes no conditions"),
        (asked("*", "segment", "view"), r"role 'r': permission_policies\[0\].domain must name one domain: '\*' may stand for entity_name and in action_set"),
        (asked("journey", "segment"), r"permission_policies\[0\].action_set must name at least one action"),
        (
            asked("journey:segment", "x", "view"),
            r"permission_policies\[0\].domain: 'journey:segment' is no name: it must not be empty or hold spaces, colons or commas",
        ),
        (asked("journey", "seg,ment", "view"), r"permission_policies\[0\].entity_name: 'seg,ment' is no name"),
        (asked("journey", "segment", "view edit"), r"permission_policies\[0\].action_set: 'view edit' is no name"),
    ],
)
def test_what_the_organization_does_not_have_is_refused(policy, sentence):
    with pytest.raises(ValidationError, match=sentence):
        wanted(policy)


def test_an_unknown_domain_is_named_with_the_closest():
    assert unknown_domain("Journy", ["journey", "quality"], "role 'r':").message == (
        "role 'r': permission domain 'Journy' does not exist in this organization: it is misspelt (the closest is 'journey') "
        "or belongs to a product that the organization has not licensed"
    )
    assert "misspelt or belongs" in unknown_domain("zzz", ["journey"], "").message


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ([], "c must be a dictionary: either conjunction and terms, or variable_name, operator and operands"),
        ({}, "c.variable_name is missing: give either"),
        ({"conjunction": "AND"}, "c.terms is missing"),
        ({"terms": [LOW]}, "c.conjunction is missing"),
        ({"conjunction": "AND", "terms": []}, "c.terms must be a list with at least one entry"),
        ({"conjunction": "XOR", "terms": [LOW]}, "c.conjunction must be one of AND, OR, not 'XOR'"),
        ({"conjunction": "AND", "terms": [LOW], **OWN}, "c is two conditions in one"),
        ({"conjunction": "AND", "terms": [LOW, {**LOW, "operator": "NE"}]}, r"c.terms\[1\].operator must be one of EQ, IN, GE, GT, LE, LT, not 'NE'"),
        ({"conjunction": "AND", "terms": [{"conjunction": "OR", "terms": [LOW, "x"]}]}, r"c.terms\[0\].terms\[1\] must be a dictionary"),
        ({"conjunction": "AND", "terms": [{**LOW, "op": "EQ"}]}, r"c.terms\[0\] has the unknown key 'op'"),
        ({**LOW, "variable_name": " "}, "c.variable_name must be the name of a variable"),
        ({**LOW, "operands": []}, "c.operands must be a list with at least one entry"),
        ({**LOW, "operands": {"type": "SCALAR"}}, "c.operands must be a list"),
        ({**LOW, "operands": [{"type": "SCALAR"}]}, r"c.operands\[0\] must be a dictionary of type and value"),
        ({**LOW, "operands": [{"type": "GROUP", "value": "1"}]}, r"c.operands\[0\].type must be one of SCALAR, VARIABLE, USER, QUEUE, TEAM, not 'GROUP'"),
        ({**LOW, "operands": [{"type": ["x"], "value": "1"}]}, r"c.operands\[0\].type must be one of"),
        ({**LOW, "operands": [{"type": "SCALAR", "value": True}]}, r"c.operands\[0\].value must be text or a number: put it into quotes"),
        ({**LOW, "operands": [{"type": "USER", "value": ""}]}, r"c.operands\[0\].value must be text or a number"),
    ],
)
def test_a_bad_condition_is_refused_with_its_path(conditions, sentence):
    with pytest.raises(ValidationError, match=f"^{sentence}"):
        parse_conditions(conditions, "c")


def test_terms_within_terms_have_a_limit():
    condition = LOW
    for _level in range(25):
        condition = {"conjunction": "AND", "terms": [condition]}
    with pytest.raises(ValidationError, match="is nested too deeply: at most 20 levels are possible"):
        parse_conditions(condition, "c")


def test_what_ansible_adds_to_a_condition_does_not_count_and_numbers_are_text():
    filled = {**LOW, "operands": [{"type": "SCALAR", "value": 5}], "conjunction": None, "terms": None}
    assert parse_conditions(filled, "c") == LOW


@pytest.mark.parametrize(
    ("form", "on_the_wire"),
    [
        (QUEUE, QUEUE_WIRE),
        (LOW, {"variableName": "Evaluation.score", "operator": "LT", "operands": [{"type": "SCALAR", "value": "5"}]}),
        (
            {"conjunction": "OR", "terms": [QUEUE, {"conjunction": "AND", "terms": [QUEUE, QUEUE]}]},
            {"conjunction": "OR", "terms": [QUEUE_WIRE, {"conjunction": "AND", "terms": [QUEUE_WIRE, QUEUE_WIRE]}]},
        ),
        (
            {"variable_name": "v", "operator": "EQ", "operands": [{"type": "USER", "value": "u"}, {"type": "TEAM", "value": "t"}]},
            {"variableName": "v", "operator": "EQ", "operands": [{"type": "USER", "user": {"id": "u"}}, {"type": "TEAM", "team": {"id": "t"}}]},
        ),
    ],
)
def test_conditions_go_to_the_wire_and_back(form, on_the_wire):
    assert conditions_wire(form) == on_the_wire
    assert conditions_form(on_the_wire) == form


@pytest.mark.parametrize("nothing", [None, {}, {"terms": []}, {"conjunction": "AND", "terms": [{}]}, {"operands": []}])
def test_an_empty_condition_is_none(nothing):
    assert conditions_form(nothing) is None
    assert granted([wire("journey", "segment", "view", resourceConditionNode=nothing)]) == {Grant("journey", "segment", "view")}


def test_order_repetition_and_what_a_reference_also_says_are_no_difference():
    turned = {**QUEUE_WIRE, "operands": [{"type": "QUEUE", "queue": {"id": name, "name": "x", "selfUri": "/y"}} for name in ("q2", "q1", "q2")]}
    low = conditions_wire(LOW)
    variants = [
        {"conjunction": "AND", "terms": [QUEUE_WIRE, low]},
        {"conjunction": "AND", "terms": [low, turned]},
        {"terms": [{"conjunction": "OR", "terms": [low]}, turned, low]},
    ]
    assert len({frozenset(granted([wire("quality", "evaluation", "view", resourceConditionNode=node)])) for node in variants}) == 1
    other = {"conjunction": "OR", "terms": [QUEUE_WIRE, low]}
    assert granted([wire("quality", "evaluation", "view", resourceConditionNode=other)]) != granted(
        [wire("quality", "evaluation", "view", resourceConditionNode=variants[0])]
    )


@pytest.mark.parametrize(
    ("policies", "result"),
    [
        ([wire("journey", "segment", "view")], [wire("journey", "segment", "view")]),
        (
            [wire("journey", "*", "view", "odd", policyName="n")],
            [
                wire("journey", "actionmap", "view", policyName="n"),
                wire("journey", "segment", "view", policyName="n"),
                wire("journey", "session", "view", policyName="n"),
                wire("journey", "*", "odd", policyName="n"),
            ],
        ),
        ([wire("journey", "session", "odd", "*")], [wire("journey", "session", "odd", "view")]),
        (
            [wire("quality", "*", "*", resourceConditionNode=QUEUE_WIRE)],
            [
                wire("quality", "calibration", "view", resourceConditionNode=QUEUE_WIRE),
                wire("quality", "evaluation", "edit", "view", resourceConditionNode=QUEUE_WIRE),
            ],
        ),
        ([wire("unread", "*", "*")], [wire("unread", "*", "*")]),
        ([wire("journey", "*")], [wire("journey", "*")]),
    ],
)
def test_wildcards_are_expanded_as_far_as_the_catalogue_goes(policies, result):
    assert expanded(policies, CATALOGUE) == result


VIEW = asked("journey", "segment", "view")
EDIT = asked("journey", "segment", "edit", "view")
CONDITIONAL = asked("quality", "evaluation", "view", conditions=QUEUE)


@pytest.mark.parametrize(
    ("current", "policies", "exact", "result"),
    [
        # Added, to a policy that there is or as one of its own.
        ([], [VIEW], False, [wire("journey", "segment", "view", allowConditions=False)]),
        ([wire("journey", "segment", "view", x=1)], [EDIT], False, [wire("journey", "segment", "view", "edit", x=1)]),
        ([wire("journey", "session", "view")], [VIEW], False, [wire("journey", "session", "view"), wire("journey", "segment", "view", allowConditions=False)]),
        # What is there already, in whatever cut and order, stays as it is.
        ([wire("journey", "segment", "view"), wire("journey", "segment", "edit")], [EDIT], True, None),
        ([wire("journey", "segment", "view", "edit", "add")], [EDIT], False, None),
        ([wire("journey", "segment", "view", "edit")], [], False, None),
        # Exactly this: reduced, dropped, added.
        ([wire("journey", "segment", "view", "edit", "add", x=1)], [EDIT], True, [wire("journey", "segment", "view", "edit", x=1)]),
        ([wire("journey", "session", "view"), wire("journey", "segment", "view")], [VIEW], True, [wire("journey", "segment", "view")]),
        ([wire("journey", "session", "view"), wire("unknown", "x", "y")], [], True, []),
        ([wire("journey", "segment")], [], True, []),
        # A condition is another permission, in both directions.
        (
            [wire("quality", "evaluation", "view", x=1)],
            [CONDITIONAL],
            True,
            [wire("quality", "evaluation", "view", allowConditions=True, resourceConditionNode=QUEUE_WIRE)],
        ),
        (
            [wire("quality", "evaluation", "view", resourceConditionNode=QUEUE_WIRE)],
            [asked("quality", "evaluation", "view")],
            False,
            [wire("quality", "evaluation", "view", resourceConditionNode=QUEUE_WIRE), wire("quality", "evaluation", "view", allowConditions=False)],
        ),
        (
            [wire("quality", "evaluation", "edit", resourceConditionNode=QUEUE_WIRE, allowConditions=True)],
            [CONDITIONAL],
            False,
            [wire("quality", "evaluation", "edit", "view", resourceConditionNode=QUEUE_WIRE, allowConditions=True)],
        ),
        # So are named resources.
        (
            [wire("journey", "segment", "view", namedResources=["a", "b"])],
            [asked("journey", "segment", "view", named_resources=["b"])],
            True,
            [wire("journey", "segment", "view", namedResources=["b"], allowConditions=False)],
        ),
        ([wire("journey", "segment", "view", namedResources=["b", "a"])], [asked("journey", "segment", "view", named_resources=["a", "b"])], True, None),
        # Wildcards are never written, and count as what they stand for.
        (
            [wire("journey", "session", "*", x=1)],
            [VIEW],
            False,
            [wire("journey", "session", "view", x=1), wire("journey", "segment", "view", allowConditions=False)],
        ),
        ([wire("journey", "*", "view")], [VIEW], True, [wire("journey", "segment", "view")]),
    ],
)
def test_what_is_written_grants_what_is_wanted_and_keeps_the_rest(current, policies, exact, result):
    before = copy.deepcopy(current)
    written = granting(current, wanted(*policies), exact, CATALOGUE)
    assert written == (current if result is None else result)
    assert current == before
    if exact:
        assert granted(written) == set(wanted(*policies))
    else:
        assert granted(written) == set(wanted(*policies)) | granted(current, CATALOGUE)
    assert granting(written, wanted(*policies), exact, CATALOGUE) == written


def test_wildcards_on_both_sides_are_the_same_permissions():
    everything = wanted(asked("journey", "*", "*"))
    assert granted([wire("journey", "*", "*")], CATALOGUE) == set(everything)
    assert granted([wire("journey", "*", "*")]) == {Grant("journey", "*", "*")}
    assert shown([wire("journey", "segment", "*"), wire("journey", "segment", "view")]) == [f"journey:segment:{a}" for a in ("add", "delete", "edit", "view")]


def test_results_show_policies_sorted_and_joined():
    policies = [
        wire("quality", "evaluation", "view", resourceConditionNode=QUEUE_WIRE, namedResources=["b", "a"], policyName="hidden"),
        wire("journey", "segment", "view", resourceConditionNode=None, namedResources=None),
        wire("journey", "segment", "edit"),
        {"domain": "journey", "entityName": "empty", "actionSet": None},
    ]
    plain = {"named_resources": [], "conditions": None}
    assert policies_form(policies) == [
        {"domain": "journey", "entity_name": "empty", "action_set": [], **plain},
        {"domain": "journey", "entity_name": "segment", "action_set": ["edit", "view"], **plain},
        {"domain": "quality", "entity_name": "evaluation", "action_set": ["view"], "named_resources": ["a", "b"], "conditions": QUEUE},
    ]


def test_a_catalogue_with_gaps_is_no_error():
    catalogue = Catalogue([{"domain": "a"}, {"domain": "b", "permissionMap": {"x": None, "y": [{"action": None}]}}])
    assert catalogue.matches("a", "*", "*") == catalogue.matches("b", "*", "*") == []
