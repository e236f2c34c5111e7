# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles against the sandbox: lost answers, wildcards of both kinds, what the server does not keep, many at once."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    ConflictError,
    NotFoundError,
    UnreachableError,
    ValidationError,
    VerificationError,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._http import ReadOnlyViolation, RetryPolicy
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import roles
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.roles import Directory, ManagedRole, option_form, refuse_same_names
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY

ROLES = "/api/v2/authorization/roles"
CATALOGUE = "/api/v2/authorization/permissions"
VIEW = {"domain": "journey", "entity_name": "segment", "action_set": ["view"]}
EDIT = {"domain": "journey", "entity_name": "segment", "action_set": ["edit"]}
EVERYTHING = {"domain": "journey", "entity_name": "*", "action_set": ["*"]}
CONDITION = {"variable_name": "Evaluation.queueId", "operator": "IN", "operands": [{"type": "QUEUE", "value": "q1"}]}
CONDITIONAL = {"domain": "quality", "entity_name": "evaluation", "action_set": ["view"], "conditions": CONDITION}


def wire(domain, entity, *actions, **attributes):
    return {"domain": domain, "entityName": entity, "actionSet": list(actions), **attributes}


class Organization:
    """The sandbox's first organization, and what happens in it."""

    def __init__(self, process):
        self.process = process
        self.pauses = []

    def client(self, read_only=False):
        given = {
            "api_url": self.process.info["purecloud_url"],
            "client_id": self.process.info["client_id"],
            "client_secret": self.process.info["client_secret"],
        }
        return PureCloudClient(
            PURECLOUD.settings({"validate_certs": True, "allow_plain_http": False, "timeout": 5.0, **given}, {}),
            read_only=read_only,
            register_secret=lambda secret: None,
            retry=RetryPolicy(),
            sleep=self.pauses.append,
        )

    def fault(self, **fault):
        self.process.control("POST", "faults", fault)

    def switch(self, **switches):
        self.process.control("POST", "faults", {"switches": switches})

    def requests(self, method, path):
        return [entry for entry in self.process.control("GET", "requests") if entry["method"] == method and entry["path"] == path]

    def role(self, name):
        (found,) = [role for role in self.client().list("/authorization/roles", {"pageSize": 100}) if role["name"] == name]
        return found

    def make(self, name="agents", **attributes):
        return self.client().post("/authorization/roles", {"name": name, **attributes})

    def options(self, **params):
        options = {name: option.get("default") for name, option in roles.ROLE_OPTIONS.items()}
        if not {"name", "id", "default_role_id"} & set(params):
            params["name"] = "agents"
        return {**options, **params}

    def manage(self, client=None, state="present", **params):
        options = self.options(**params)
        return ManagedRole(Directory(client or self.client(), [options], state), options, state)


@pytest.fixture
def organization(sandbox):
    sandbox.control("POST", "reset")
    return Organization(sandbox)


def permissions(role):
    return [f"{policy['domain']}:{policy['entity_name']}:{action}" for policy in role["permission_policies"] for action in policy["action_set"]]


def predicted_then_done(organization, **params):
    """What a read-only client predicts, and the role and the diff of the real run, which must be the same."""
    planned = organization.manage(client=organization.client(read_only=True), **params)
    predicted, diff = planned.predicted(), planned.diff()
    if planned.changed:
        with pytest.raises(ReadOnlyViolation):
            planned.apply()
    managed = organization.manage(**params)
    assert managed.diff() == diff
    done = managed.apply()
    if predicted is not None and predicted["id"] == KNOWN_AFTER_APPLY:
        predicted["id"] = done["id"]
    assert done == predicted
    again = organization.manage(**params)
    assert not again.changed
    assert again.predicted() == done
    assert again.diff()["before"] == again.diff()["after"]
    return done, diff


@pytest.mark.parametrize("wildcards", ["expand", "keep"])
@pytest.mark.parametrize("unknown", ["accept", "reject"])
def test_what_is_predicted_is_what_happens(organization, wildcards, unknown):
    organization.switch(role_wildcards=wildcards, role_unknown_permissions=unknown)
    created, diff = predicted_then_done(organization, description="d", permissions=["group_creation"], permission_policies=[EVERYTHING, CONDITIONAL])
    assert "journey:actionmapEstimateJob:add" in permissions(created)
    assert diff["before"] == {}
    assert diff["after"]["permission_policies"][-1] == "quality:evaluation:view if Evaluation.queueId IN QUEUE q1"
    assert diff["before_header"] == "role agents"
    changed, diff = predicted_then_done(organization, permission_mode="exact", permission_policies=[VIEW], permissions=[])
    assert (changed["description"], permissions(changed), changed["permissions"]) == ("d", ["journey:segment:view"], [])
    assert diff["after"] == {"name": "agents", "permission_policies": ["journey:segment:view"], "permissions": []}
    assert len(diff["before"]["permission_policies"]) > 20


@pytest.mark.parametrize("wildcards", ["expand", "keep"])
def test_wildcards_from_earlier_times_count_as_what_they_stand_for(organization, wildcards):
    organization.switch(role_wildcards="keep")
    organization.make(permissionPolicies=[wire("journey", "*", "*", policyName="old"), wire("quality", "evaluation", "*")])
    organization.switch(role_wildcards=wildcards)
    assert not organization.manage(permission_policies=[VIEW, EDIT]).changed
    assert not organization.manage(permission_policies=[EVERYTHING]).changed
    both = [EVERYTHING, {"domain": "quality", "entity_name": "evaluation", "action_set": ["*"]}]
    assert not organization.manage(permission_policies=both, permission_mode="exact").changed
    done, _diff = predicted_then_done(organization, permission_policies=[{"domain": "audits", "entity_name": "*", "action_set": ["*"]}])
    assert "audits:audit:view" in permissions(done)
    assert "journey:session:view" in permissions(done)
    assert "*" not in str(permissions(done))
    assert {policy.get("policyName") for policy in organization.role("agents")["permissionPolicies"] if policy["domain"] == "journey"} == {"old"}
    reduced, diff = predicted_then_done(organization, permission_policies=[VIEW], permission_mode="exact")
    assert permissions(reduced) == ["journey:segment:view"]
    assert "journey:session:view" in diff["before"]["permission_policies"]


def test_wildcards_are_not_sent_when_only_the_description_changes(organization):
    organization.switch(role_wildcards="keep")
    organization.make(permissionPolicies=[wire("quality", "*", "*", resourceConditionNode={"variableName": "v", "operator": "EQ", "operands": []})])
    done, diff = predicted_then_done(organization, description="new")
    assert "quality:calibration:add" in permissions(done)
    assert diff["after"] == {"name": "agents", "description": "new"}
    assert all("*" not in [policy["entityName"], *policy["actionSet"]] for policy in organization.role("agents")["permissionPolicies"])


def test_the_catalogue_is_read_only_for_policies_and_only_once(organization):
    organization.make(permissionPolicies=[wire("journey", "segment", "view")])
    organization.manage(description="x").apply()
    organization.manage(state="absent", permission_policies=[VIEW])
    assert organization.requests("GET", CATALOGUE) == []
    organization.manage(permission_policies=[VIEW, CONDITIONAL]).apply()
    assert len(organization.requests("GET", CATALOGUE)) == 1


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "truncate"}, {"kind": "empty"}, {"kind": "html", "processed": True}])
def test_a_create_whose_answer_is_lost_is_adopted_and_not_repeated(organization, fault):
    organization.fault(method="POST", path=f"^{ROLES}$", **fault)
    result = organization.manage(permission_policies=[VIEW]).apply()
    assert len(organization.requests("POST", ROLES)) == 1
    assert result == option_form(organization.role("agents"))


def test_a_create_that_was_not_processed_fails_and_is_not_repeated(organization):
    organization.fault(method="POST", path=f"^{ROLES}$", kind="reset_before")
    with pytest.raises(UnreachableError, match="role 'agents' is not to be seen"):
        organization.manage().apply()
    assert len(organization.requests("POST", ROLES)) == 1


def test_a_role_that_exists_is_adopted(organization):
    existing = organization.make(description="by hand", permissionPolicies=[wire("routing", "queue", "view")])
    done, diff = predicted_then_done(organization, permission_policies=[VIEW])
    assert (done["id"], done["description"]) == (existing["id"], "by hand")
    assert permissions(done) == ["journey:segment:view", "routing:queue:view"]
    assert diff["before"] == {"name": "agents", "permission_policies": []}
    assert diff["after"] == {"name": "agents", "permission_policies": ["journey:segment:view"]}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unanswered_write_is_repeated(organization, method):
    created = organization.make()
    organization.fault(method=method, path=ROLES, kind="reset_after")
    if method == "PUT":
        assert organization.manage(permission_policies=[VIEW]).apply()["id"] == created["id"]
    else:
        assert organization.manage(state="absent").apply() is None
    assert len(organization.requests(method, f"{ROLES}/{created['id']}")) == 2


def test_what_somebody_else_changed_meanwhile_is_kept(organization):
    created = organization.make(permissionPolicies=[wire("journey", "segment", "view", policyName="mine", policyDescription="kept")])
    managed = organization.manage(permission_policies=[EDIT], permissions=["group_creation"])
    policies = [*created["permissionPolicies"], wire("routing", "queue", "view")]
    organization.client().put(f"/authorization/roles/{created['id']}", {"name": "agents", "permissions": ["admin"], "permissionPolicies": policies})
    managed.apply()
    kept = organization.role("agents")
    assert kept["permissions"] == ["admin", "group_creation"]
    assert kept["permissionPolicies"] == [
        wire("journey", "segment", "view", "edit", policyName="mine", policyDescription="kept"),
        wire("routing", "queue", "view"),
    ]


def test_what_the_collection_does_not_know_is_sent_back(organization, monkeypatch):
    created = organization.make()
    client, sent = organization.client(), []
    policy = wire("journey", "segment", "view", somethingNew={"level": 11}, resourceConditionNode={"variableName": "v", "operator": "EQ", "later": 1})
    fresh = {**created, "permissionPolicies": [policy]}
    organization.fault(method="GET", path=f"^{ROLES}/{created['id']}$", kind="status", status=200, body=fresh)
    monkeypatch.setattr(client, "put", lambda path, body, expect=None: sent.append(body) or {**created, **body})
    organization.manage(client=client, permission_policies=[VIEW]).apply()
    assert sent == [
        {
            "name": "agents",
            "description": "",
            "permissions": [],
            "permissionPolicies": [policy, wire("journey", "segment", "view", allowConditions=False)],
        }
    ]


def test_roles_are_found_by_id_by_default_role_and_by_name(organization):
    created = organization.make()
    organization.make(name="copy", defaultRoleId="supervisor")
    assert organization.manage(id=created["id"]).identifier == created["id"]
    assert organization.manage(id=created["id"]).label == f"agents ({created['id']})"
    supervisor = organization.manage(default_role_id="supervisor")
    assert (supervisor.identifier, supervisor.label) == (organization.role("Supervisor")["id"], "Supervisor")
    assert organization.manage(name="copy").identifier == organization.role("copy")["id"]
    renamed, diff = predicted_then_done(organization, id=created["id"], name="people")
    assert (renamed["id"], renamed["name"]) == (created["id"], "people")
    assert (diff["before"], diff["after"]) == ({"name": "agents"}, {"name": "people"})


@pytest.mark.parametrize(
    ("params", "error", "sentence"),
    [
        ({"name": "Agents"}, ConflictError, "role 'Agents': the name differs only in case from that of the existing role 'agents', which PureCloud refuses"),
        ({"name": "agents*", "create": False}, NotFoundError, r"role 'agents\*' does not exist: the closest is 'agents'"),
        ({"id": "no-such"}, NotFoundError, "id: no role has the id no-such: leave id out to create a role by name"),
        ({"default_role_id": "supervisr"}, NotFoundError, "default_role_id: no default role is 'supervisr': the closest is 'supervisor'"),
        ({"default_role_id": "admin", "name": "Root"}, ConflictError, "role 'Root': the default role 'Admin' cannot be renamed: leave name out"),
        ({"default_role_id": "admin", "name": "admin"}, ConflictError, "role 'admin': the default role 'Admin' cannot be renamed"),
        ({"default_role_id": "admin", "state": "absent"}, ConflictError, "role 'Admin': a default role cannot be deleted, only restored: use restore_default"),
        ({"name": "agents", "restore_default": True}, ValidationError, "role 'agents': restore_default is for default roles only, and this is none"),
        ({"name": "agents", "restore_default": True, "state": "absent"}, ValidationError, "role 'agents': restore_default goes with state=present only"),
        ({"name": "Admin", "restore_default": True, "permissions": []}, ValidationError, "role 'Admin': restore_default brings the vendor's permissions back"),
        ({"name": "nobody", "restore_default": True}, ValidationError, "role 'nobody': restore_default is for default roles only"),
        ({"name": None, "id": ""}, ValidationError, "name, id or default_role_id of a role must be given"),
        ({"name": " "}, ValidationError, "name of a role must not be empty or hold control characters"),
        (
            {"permission_policies": [{**VIEW, "domain": "Journey"}]},
            ValidationError,
            "role 'agents': permission domain 'Journey' does not exist in this organization: it is misspelt .the closest is 'journey'. or belongs to a product",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(organization, params, error, sentence):
    organization.make()
    with pytest.raises(error, match=f"^{sentence}"):
        organization.manage(**params)


def test_names_that_are_taken_and_ids_that_contradict(organization):
    created, other = organization.make(), organization.make(name="other")
    with pytest.raises(ConflictError, match=f"^role 'other': the role with the ID {other['id']} has this name"):
        organization.manage(id=created["id"], name="other")
    with pytest.raises(ConflictError, match="differs only in case from that of the existing role 'other'"):
        organization.manage(id=created["id"], name="OTHER")
    assert organization.manage(id=created["id"], name="Agents").apply()["name"] == "Agents"
    with pytest.raises(ValidationError, match="id and default_role_id name different roles: give one of them"):
        organization.manage(id=created["id"], default_role_id="admin")
    with pytest.raises(ValidationError, match="roles names 'a' and 'A', which differ only in case: PureCloud refuses that"):
        refuse_same_names([{"name": "a"}, {"name": None}, {"name": "a"}, {"name": "A"}])


def test_the_hybrid_role_is_not_made_by_hand(organization):
    sentence = "^role 'AI Agent' does not exist: PureCloud provides this role only in organizations of a hybrid integration: ask Genesys to enable it"
    listed = {"entities": [role for role in organization.client().list("/authorization/roles", {"pageSize": 100}) if role["name"] != "AI Agent"]}
    for create in (True, False):
        organization.fault(method="GET", path=f"^{ROLES}$", kind="status", status=200, body=listed)
        with pytest.raises(NotFoundError, match=sentence):
            organization.manage(name="AI Agent", create=create)


def test_absent_roles_stay_absent(organization):
    for params in ({}, {"id": "no-such"}, {"default_role_id": "no-such"}):
        managed = organization.manage(state="absent", **params)
        assert (managed.changed, managed.predicted(), managed.apply()) == (False, None, None)


@pytest.mark.parametrize("wildcards", ["expand", "keep"])
def test_a_default_role_is_restored_once(organization, wildcards):
    organization.switch(role_wildcards=wildcards)
    assert not organization.manage(default_role_id="supervisor", restore_default=True).changed
    original = option_form(organization.role("Supervisor"))
    changed = organization.manage(
        default_role_id="supervisor", description="mine", permissions=["admin"], permission_mode="exact", permission_policies=[VIEW, CONDITIONAL]
    )
    assert changed.apply()["default"]
    restored, diff = predicted_then_done(organization, name="Supervisor", restore_default=True)
    assert restored == original
    assert len(organization.requests("PUT", f"{ROLES}/default")) == 1
    assert diff["before"]["permission_policies"] == ["journey:segment:view", "quality:evaluation:view if Evaluation.queueId IN QUEUE q1"]
    assert diff["before"]["permissions"] == ["admin"]
    assert "quality:evaluation:edit" in diff["after"]["permission_policies"]
    assert diff["after"]["description"] == original["description"]


def test_wildcards_in_a_default_role_are_no_difference_to_the_vendors(organization):
    role = organization.role("Supervisor")
    organization.switch(role_wildcards="keep")
    policies = [policy for policy in role["permissionPolicies"] if policy["domain"] != "quality"] + [wire("quality", "*", "*")]
    organization.client().put(f"/authorization/roles/{role['id']}", {**{key: role[key] for key in ("name", "description")}, "permissionPolicies": policies})
    assert not organization.manage(default_role_id="supervisor", restore_default=True).changed


def test_a_comparison_without_the_vendors_role_is_an_error(organization):
    organization.fault(method="GET", path="/comparedefault/", kind="status", status=200, body={"roleFromDefault": {}})
    with pytest.raises(UnreachableError, match="role 'Supervisor': PureCloud does not tell the vendor's permissions of this role"):
        organization.manage(default_role_id="supervisor", restore_default=True)


def test_a_restore_that_restores_nothing_is_an_error(organization):
    organization.manage(default_role_id="supervisor", permission_policies=[VIEW]).apply()
    role = organization.role("Supervisor")
    organization.fault(method="PUT", path=f"^{ROLES}/default$", kind="status", status=200, body={"entities": [role]})
    with pytest.raises(VerificationError, match="role 'Supervisor': PureCloud accepted the permissions but still grants 'journey:segment:view'"):
        organization.manage(default_role_id="supervisor", restore_default=True).apply()
    organization.fault(method="PUT", path=f"^{ROLES}/default$", kind="status", status=200, body={"entities": []})
    with pytest.raises(VerificationError, match="still grants"):
        organization.manage(default_role_id="supervisor", restore_default=True).apply()


@pytest.mark.parametrize(
    ("answered", "params", "sentence"),
    [
        ({"permissionPolicies": []}, {}, "role 'agents': PureCloud accepted permission 'journey:segment:view' but does not grant it"),
        (
            {"permissionPolicies": [wire("journey", "segment", "view"), wire("quality", "evaluation", "view")]},
            {"permission_policies": [VIEW, CONDITIONAL]},
            "role 'agents': PureCloud dropped the conditions of permission 'quality:evaluation:view', which the role now grants without",
        ),
        (
            {"permissionPolicies": [wire("journey", "segment", "view")]},
            {"permission_policies": [{**VIEW, "named_resources": ["r"]}]},
            "role 'agents': PureCloud dropped the named resources of permission 'journey:segment:view'",
        ),
        ({"permissionPolicies": [wire("journey", "segment", "view", "edit")]}, {"permission_mode": "exact"}, ".* still grants 'journey:segment:edit'"),
        ({"description": "other"}, {"description": "wanted"}, "role 'agents': PureCloud accepted description but kept 'other' instead of 'wanted'"),
        ({"permissions": []}, {"permissions": ["admin"]}, r"role 'agents': PureCloud accepted permissions but kept \[\] instead of \['admin'\]"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_the_server_did_not_keep_is_an_error(organization, method, answered, params, sentence):
    if method == "PUT":
        organization.make(description="other")
    managed = organization.manage(**{"permission_policies": [VIEW], **params})
    sent = {"id": "1", "name": "agents", "description": params.get("description") or ("other" if method == "PUT" else "")}
    answer = {**sent, "permissionPolicies": [wire("journey", "segment", "view")], **answered}
    organization.fault(method=method, path=f"^{ROLES}", kind="status", status=200, body=answer)
    with pytest.raises(VerificationError, match=f"^{sentence}"):
        managed.apply()


def test_an_answer_without_policies_is_read_again(organization):
    created = organization.make()
    organization.fault(method="PUT", path=ROLES, kind="status", status=200, body={"id": created["id"], "name": "agents"})
    with pytest.raises(VerificationError, match="does not grant it"):
        organization.manage(permission_policies=[VIEW]).apply()


def test_a_hundred_roles_need_one_list_and_one_catalogue(organization):
    organization.switch(rate_limit_per_minute=0)
    client = organization.client()
    items = [organization.options(name=f"role {number}", permission_policies=[VIEW, CONDITIONAL]) for number in range(100)]
    directory = Directory(client, items, "present")
    directory.read()
    for item in items:
        ManagedRole(directory, item, "present").apply()
    assert [len(organization.requests("GET", path)) for path in (ROLES, CATALOGUE)] == [1, 1]
    assert len(organization.requests("POST", ROLES)) == 100


def test_a_hint_reads_the_whole_catalogue_once(organization):
    items = [organization.options(name=name, permission_policies=[{**VIEW, "domain": "jurney"}]) for name in ("a", "b")]
    directory = Directory(organization.client(), items, "present")
    for item in items:
        with pytest.raises(ValidationError, match="permission domain 'jurney' does not exist"):
            ManagedRole(directory, item, "present")
    assert len(organization.requests("GET", CATALOGUE)) == 2


def test_a_permission_that_the_role_has_already_need_not_exist(organization):
    phantom = {"domain": "journey", "entity_name": "actionMap", "action_set": ["view"]}
    real = {"domain": "journey", "entity_name": "actionmap", "action_set": ["view"]}
    organization.make(permissionPolicies=[{"domain": "journey", "entityName": "actionMap", "actionSet": ["view"]}])
    assert not organization.manage(permission_policies=[phantom], permission_mode="exact").changed
    managed = organization.manage(permission_policies=[phantom, real], permission_mode="exact")
    assert permissions(managed.apply()) == ["journey:actionMap:view", "journey:actionmap:view"]
    with pytest.raises(ValidationError, match="permission 'journey:actionMap:edit' does not exist"):
        organization.manage(permission_policies=[{**phantom, "action_set": ["view", "edit"]}])
