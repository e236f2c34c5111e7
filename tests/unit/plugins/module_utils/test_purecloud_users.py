# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User accounts against the sandbox: finding, creating once, restoring, version conflicts, roles, invitations, lost answers."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    HybridError,
    NotFoundError,
    PartialError,
    UnreachableError,
    ValidationError,
    VerificationError,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._http import ReadOnlyViolation
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, one, read_each
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.grants import own_grants
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.user_reading import Directory
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.users import USER_OPTIONS, ManagedUser, option_form, true_to_what_was_met
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from unit.plugins.module_utils.purecloud_support import ADDRESS, Organization

USERS = "/api/v2/users"
LOST = [{"kind": "reset_after"}, {"kind": "status", "status": 502, "processed": True}]
NOT_DONE = {"kind": "reset_before"}
STALE = {"code": "bad.request", "message": "The version does not match the current version of the user"}


@pytest.fixture
def organization(sandbox):
    sandbox.control("POST", "reset", {"switches": {"rate_limit_per_minute": 0}})
    yield Organization(sandbox)
    sandbox.control("POST", "reset")


def sides(managed):
    diff = managed.diff()
    return diff["before"], diff["after"]


def test_a_new_account_has_what_was_asked_for_and_is_active(organization):
    organization.switch(new_user_state="inactive")
    managed = organization.manage(name="Ada Example", department="Operations", title="Admin", roles=[{"role": "Supervisor"}], invite=True)
    shown = {"role": "Supervisor", "division": "Home"}
    after = {"email": ADDRESS, "name": "Ada Example", "division": "Home", "department": "Operations", "title": "Admin", "user_state": "active"}
    assert sides(managed) == ({}, {**after, "roles": [shown], "invited": True})
    assert managed.diff()["after_header"] == f"user {ADDRESS}"
    predicted, result = managed.predicted(), managed.apply()
    assert predicted["id"] == KNOWN_AFTER_APPLY
    assert {**predicted, "id": result["id"], "roles": result["roles"]} == result
    assert [grant["role"] for grant in predicted["roles"]] == ["Supervisor"]
    assert [grant["role"] for grant in result["roles"]] == ["Employee", "Supervisor"]
    user = organization.user()
    assert option_form(user) == {name: value for name, value in result.items() if name != "roles"}
    path = f"/users/{user['id']}"
    assert organization.writes() == ["POST /users", f"POST /authorization{path.replace('users', 'subjects')}/bulkadd", f"POST {path}/invite"]
    assert not organization.manage(name="Ada Example", department="Operations", roles=[{"role": "Supervisor"}], invite=True).changed
    assert organization.pauses == []


def test_a_new_account_can_be_inactive_and_in_another_division(organization):
    organization.division()
    result = organization.manage(name="Ada Example", division="East", user_state="inactive").apply()
    assert (result["division"], result["user_state"], result["invited"]) == ("East", "inactive", False)
    assert "roles" not in result
    assert organization.requests("GET", "/api/v2/authorization/subjects") == []


def test_upper_and_lower_case_of_an_address_do_not_matter(organization):
    organization.create("Ada@Example.com")
    managed = organization.manage(email="aDA@example.COM", name="Ada Example")
    assert not managed.changed
    assert managed.predicted()["email"] == "Ada@Example.com"


def test_attributes_are_changed_together_and_the_state_alone(organization):
    user = organization.create(department="Old", title="Old")
    organization.division()
    managed = organization.manage(name="Ada B. Example", department="", user_state="inactive", division="East")
    before = {"email": ADDRESS, "name": "Ada Example", "department": "Old", "user_state": "active", "division": "Home"}
    assert sides(managed) == (before, {**before, "name": "Ada B. Example", "department": "", "user_state": "inactive", "division": "East"})
    predicted = managed.predicted()
    organization.writes()
    assert managed.apply() == predicted
    path = f"PATCH /users/{user['id']}"
    assert organization.writes() == [path, path, f"POST /authorization/divisions/{predicted['division_id']}/objects/USER"]
    assert organization.user()["version"] == 3
    assert organization.user()["title"] == "Old"
    assert not organization.manage(name="Ada B. Example", department="", user_state="inactive", division="East").changed


def test_what_is_not_given_is_not_managed(organization):
    organization.create(department="Old", state="inactive")
    managed = organization.manage()
    assert not managed.changed
    assert sides(managed) == ({"email": ADDRESS},) * 2
    assert managed.predicted()["user_state"] == "inactive"


def test_a_deleted_account_is_restored(organization):
    user = organization.create(department="Old")
    organization.admin.delete(f"/users/{user['id']}")
    organization.writes()
    managed = organization.manage(name="Ada Example", department="New")
    before = {"email": ADDRESS, "name": "Ada Example", "department": "Old", "user_state": "deleted"}
    assert sides(managed) == (before, {**before, "department": "New", "user_state": "active"})
    predicted = managed.predicted()
    assert managed.apply() == predicted
    assert (predicted["id"], predicted["user_state"]) == (user["id"], "active")
    assert organization.writes() == [f"PATCH /users/{user['id']}"] * 2
    assert not organization.manage(name="Ada Example", department="New").changed


def test_a_deleted_account_can_be_restored_as_inactive_and_needs_no_name(organization):
    organization.admin.delete(f"/users/{organization.create()['id']}")
    assert organization.manage(user_state="inactive").apply()["user_state"] == "inactive"


@pytest.mark.parametrize("mode", ["add", "exact"])
def test_a_restored_account_has_the_roles_asked_for(organization, mode):
    user = organization.create()
    organization.grant(user["id"], "Supervisor")
    organization.admin.delete(f"/users/{user['id']}")
    managed = organization.manage(roles=[{"role": "admin", "division": "*"}], grant_mode=mode)
    assert sides(managed)[0]["roles"] == []
    managed.apply()
    left = ["Supervisor in *"] if mode == "add" else []
    assert organization.grants() == ["Admin in *", "Employee in Home", *left]
    assert not organization.manage(roles=[{"role": "admin", "division": "*"}], grant_mode=mode).changed


def test_a_restored_account_can_lose_all_its_roles(organization):
    user = organization.create()
    organization.grant(user["id"], "Supervisor")
    organization.admin.delete(f"/users/{user['id']}")
    assert [grant["role"] for grant in organization.manage(roles=[], grant_mode="exact").apply()["roles"]] == ["Employee"]


def test_an_account_is_deleted_once(organization):
    user = organization.create()
    managed = organization.manage(state="absent")
    assert sides(managed)[1] == {}
    assert managed.predicted() is None
    assert managed.apply() is None
    assert organization.user()["state"] == "deleted"
    assert organization.writes() == [f"DELETE /users/{user['id']}"]
    for address in (ADDRESS, "nobody@example.com"):
        assert not organization.manage(email=address, state="absent").changed


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_after"},
        {"kind": "status", "processed": True, "status": 404, "body": {"code": "general.resource.not.found"}},
        {"kind": "status", "processed": True, "status": 400, "body": {"code": "user.not.found.on.delete"}},
    ],
)
def test_an_account_that_is_gone_already_counts_as_deleted(organization, fault):
    organization.create()
    organization.fault(method="DELETE", path=USERS, **fault)
    assert organization.manage(state="absent").apply() is None


def test_a_delete_that_is_refused_is_an_error(organization):
    organization.create()
    organization.fault(method="DELETE", path=USERS, kind="status", status=400, body={"code": "bad.request"})
    with pytest.raises(ValidationError, match="HTTP 400 bad.request"):
        organization.manage(state="absent").apply()


def test_an_account_that_the_index_does_not_know_any_more_counts_as_none(organization):
    user = organization.create()
    organization.switch(user_search_lag_seconds=600)
    organization.advance(700)
    organization.admin.patch(f"/users/{user['id']}", {"version": 1, "email": "other@example.com"})
    assert organization.manage(name="New").plan.action == "create"


def test_an_account_is_as_it_is_and_not_as_the_index_shows_it(organization):
    user = organization.create(title="Old")
    organization.switch(user_search_lag_seconds=600)
    organization.advance(700)
    organization.admin.patch(f"/users/{user['id']}", {"version": 1, "title": "New"})
    assert not organization.manage(title="New").changed
    organization.admin.delete(f"/users/{user['id']}")
    assert not organization.manage(state="absent").changed


@pytest.mark.parametrize("deleted", [False, True])
def test_an_account_that_the_index_shows_late_is_met_when_it_is_created(organization, deleted):
    organization.switch(user_search_lag_seconds=20)
    user = organization.create(title="Old", divisionId=organization.division("West"))
    if deleted:
        organization.admin.delete(f"/users/{user['id']}")
    managed = organization.manage(name="Ada Example", title="New", roles=[{"role": "Supervisor"}])
    assert managed.plan.action == "create"
    prepared = true_to_what_was_met(lambda: one("user", managed), [managed])
    organization.writes()
    result = prepared.apply()
    assert (result["user"]["id"], result["user"]["title"], result["user"]["user_state"]) == (user["id"], "New", "active")
    assert result["user"]["division"] == "West"
    assert result["changed"]
    assert result["diff"]["before"].get("user_state") == ("deleted" if deleted else None)
    assert result["diff"]["before"]["title"] == "Old"
    assert organization.writes().count("POST /users") == 1
    assert 20 <= sum(organization.pauses) <= 30


def test_a_second_run_that_comes_before_the_index_knows_changes_nothing(organization):
    organization.switch(user_search_lag_seconds=20)
    wanted = {"name": "Ada Example", "invite": True, "roles": [{"role": "Supervisor"}]}
    organization.manage(**wanted).apply()
    organization.writes()
    (managed,) = users = organization.manage_all([wanted])
    prepared = true_to_what_was_met(lambda: many("users", "email", users), users)
    assert prepared.changed
    result = prepared.apply()
    assert result["changed"] is False
    assert result["diff"] == {"before": {}, "after": {}}
    assert [user["email"] for user in result["users"]] == [ADDRESS]
    assert organization.writes() == ["POST /users"]


def test_an_account_that_the_index_never_shows_is_an_error(organization):
    organization.switch(user_search_lag_seconds=600)
    organization.create()
    with pytest.raises(ConflictError, match=f"the search shows no account '{ADDRESS}' yet: run again in a few minutes$"):
        organization.manage(name="Ada Example").apply()
    assert organization.writes() == ["POST /users"]


@pytest.mark.parametrize("fault", [*LOST, {"kind": "truncate"}, {"kind": "empty"}])
@pytest.mark.parametrize("lag", [0, 10])
def test_a_create_whose_answer_is_lost_is_found_and_not_repeated(organization, fault, lag):
    organization.switch(user_search_lag_seconds=lag)
    organization.fault(method="POST", path=f"^{USERS}$", **fault)
    result = organization.manage(name="Ada Example", roles=[{"role": "Supervisor"}], invite=True).apply()
    assert result["id"] == organization.user()["id"]
    assert organization.grants() == ["Employee in Home", "Supervisor in Home"]
    assert organization.writes().count("POST /users") == 1


def test_a_create_that_was_not_done_is_an_error_and_not_repeated(organization):
    organization.fault(method="POST", path=f"^{USERS}$", **NOT_DONE)
    with pytest.raises(UnreachableError, match="run again in a few minutes$"):
        organization.manage(name="Ada Example").apply()
    assert organization.writes() == ["POST /users"]


def test_a_create_that_is_refused_is_an_error_at_once(organization):
    organization.fault(method="POST", path=f"^{USERS}$", kind="status", status=400, body={"code": "bad.request", "message": "No."})
    with pytest.raises(ValidationError, match="HTTP 400 bad.request: No.$"):
        organization.manage(name="Ada Example").apply()
    assert organization.pauses == []


@pytest.mark.parametrize("fault", [*LOST, NOT_DONE, {"kind": "status", "status": 409, "body": {}}, {"kind": "status", "status": 400, "body": STALE}])
@pytest.mark.parametrize("change", [{"title": "New"}, {"user_state": "inactive"}])
def test_a_patch_whose_answer_is_lost_or_whose_version_is_old_is_done_once(organization, fault, change):
    user = organization.create()
    organization.fault(method="PATCH", path=USERS, **fault)
    result = organization.manage(**change).apply()
    assert {name: result[name] for name in change} == change
    assert organization.user()["version"] == user["version"] + 1


def test_a_change_by_somebody_else_meanwhile_is_kept(organization):
    user = organization.create(title="Old")
    managed = organization.manage(title="New")
    organization.admin.patch(f"/users/{user['id']}", {"version": 1, "department": "Theirs"})
    result = managed.apply()
    assert (result["title"], result["department"]) == ("New", "Theirs")
    assert organization.user()["version"] == 3


def test_a_version_that_is_always_old_is_an_error_after_five_tries(organization):
    organization.create()
    organization.fault(method="PATCH", path=USERS, kind="status", status=409, body={"code": "general.conflict"}, times=0)
    with pytest.raises(ConflictError, match=f"^user '{ADDRESS}': .*HTTP 409 general.conflict; tried 5 times, each time with the version read last: run again$"):
        organization.manage(title="New").apply()
    assert len(organization.requests("PATCH")) == 5


def test_a_patch_that_is_refused_is_an_error_at_once(organization):
    organization.create()
    organization.fault(method="PATCH", path=USERS, kind="status", status=400, body={"code": "bad.request"})
    with pytest.raises(ValidationError):
        organization.manage(title="New").apply()
    assert len(organization.requests("PATCH")) == 1


@pytest.mark.parametrize("fault", [*LOST, {"kind": "status", "status": 404}])
def test_a_division_is_changed_once(organization, fault):
    organization.create()
    division = organization.division()
    organization.fault(method="POST", path="/objects/USER$", **fault)
    assert organization.manage(division=division).apply()["division"] == "East"
    assert len(organization.requests("POST", f"/api/v2/authorization/divisions/{division}/objects/USER")) == (2 if fault.get("status") == 404 else 1)


def test_a_division_that_was_not_changed_is_an_error(organization):
    organization.create()
    division = organization.division()
    organization.fault(method="POST", path="/objects/USER$", **NOT_DONE)
    with pytest.raises(UnreachableError, match=f"; user '{ADDRESS}': the new division cannot be seen: run again$"):
        organization.manage(division=division).apply()


def test_roles_are_added_and_others_kept(organization):
    user = organization.create()
    organization.grant(user["id"], "Supervisor")
    organization.writes()
    wanted = [{"role": "Supervisor", "division": "*"}, {"role": "Supervisor"}, {"role": "admin", "division": "Home"}]
    managed = organization.manage(roles=wanted)
    held, new = {"role": "Supervisor", "division": "*"}, [{"role": "Admin", "division": "Home"}, {"role": "Supervisor", "division": "Home"}]
    assert (sides(managed)[0]["roles"], sorted(sides(managed)[1]["roles"], key=str)) == ([held], sorted([held, *new], key=str))
    predicted = managed.predicted()
    assert managed.apply() == predicted
    assert organization.grants() == ["Admin in Home", "Employee in Home", "Supervisor in *", "Supervisor in Home"]
    assert organization.writes() == [f"POST /authorization/subjects/{user['id']}/bulkadd"]
    assert not organization.manage(roles=wanted).changed


def test_exactly_the_roles_asked_for_and_employee_are_left(organization):
    user = organization.create()
    for role, division in (("Supervisor", "*"), ("admin", "*")):
        organization.grant(user["id"], role, division)
    organization.writes()
    managed = organization.manage(roles=[{"role": "Supervisor"}], grant_mode="exact")
    before = [{"role": "Admin", "division": "*"}, {"role": "Supervisor", "division": "*"}]
    assert sorted(sides(managed)[0]["roles"], key=str) == sorted(before, key=str)
    assert sides(managed)[1]["roles"] == [{"role": "Supervisor", "division": "Home"}]
    predicted = managed.predicted()
    assert managed.apply() == predicted
    assert organization.grants() == ["Employee in Home", "Supervisor in Home"]
    writes = organization.writes()
    assert writes[0].endswith("/bulkadd")
    assert [line.split(" ", 1)[0] for line in writes] == ["POST", "DELETE", "DELETE"]
    assert not organization.manage(roles=[{"role": "Supervisor"}, {"role": "employee"}], grant_mode="exact").changed


@pytest.mark.parametrize("mode", ["add", "exact"])
def test_employee_may_be_named(organization, mode):
    organization.manage(name="Ada Example", roles=[{"role": "employee"}], grant_mode=mode).apply()
    assert organization.grants() == ["Employee in Home"]
    assert not organization.manage(roles=[{"role": "employee"}], grant_mode=mode).changed
    assert not organization.manage(roles=[], grant_mode=mode).changed


def test_roles_of_a_group_do_not_count(organization):
    seed = {
        "name": "Example",
        "users": [{"name": "Ada Example", "email": ADDRESS}],
        "groups": [{"name": "Supervisors", "members": [ADDRESS], "roles": [{"role": "Supervisor", "division": "*"}]}],
        "clients": [
            {
                "name": "Key",
                "id": organization.process.info["client_id"],
                "secret": organization.process.info["client_secret"],
                "roles": [{"role": "Admin", "division": "*"}],
                "bootstrap": True,
            }
        ],
    }
    organization.process.control("POST", "reset", {"seed": {"organizations": [seed], "cfgserver": {"accounts": [{"username": "u", "password": "p"}]}}})
    organization.admin = organization.client()
    assert not organization.manage(roles=[], grant_mode="exact").changed
    managed = organization.manage(roles=[{"role": "Supervisor", "division": "*"}], grant_mode="exact")
    assert managed.changed
    managed.apply()
    assert organization.grants() == ["Employee in Home", "Supervisor in *"]


def test_a_fresh_role_and_division_are_waited_for(organization):
    organization.create()
    organization.switch(role_grant_lag_seconds=45)
    organization.role()
    organization.division()
    organization.manage(roles=[{"role": "Reader", "division": "East"}]).apply()
    assert organization.grants() == ["Employee in Home", "Reader in East"]
    assert 45 <= sum(organization.pauses) < 60


def test_a_role_that_is_never_known_is_an_error_after_a_minute(organization):
    organization.create()
    organization.switch(role_grant_lag_seconds=600)
    organization.role()
    with pytest.raises(NotFoundError, match="HTTP 404"):
        organization.manage(roles=[{"role": "Reader"}]).apply()
    assert 55 <= sum(organization.pauses) <= 65


@pytest.mark.parametrize("fault", LOST)
def test_roles_whose_answer_is_lost_are_looked_for_and_not_added_again(organization, fault):
    organization.create()
    organization.fault(method="POST", path="/bulkadd$", **fault)
    organization.manage(roles=[{"role": "Supervisor"}]).apply()
    assert len([path for path in organization.requests("POST") if path.endswith("/bulkadd")]) == 1
    assert organization.grants() == ["Employee in Home", "Supervisor in Home"]


def test_roles_that_were_not_added_are_an_error(organization):
    organization.create()
    organization.fault(method="POST", path="/bulkadd$", **NOT_DONE)
    with pytest.raises(UnreachableError, match=f"; user '{ADDRESS}': the new roles cannot be seen: run again$"):
        organization.manage(roles=[{"role": "Supervisor"}]).apply()
    assert len([path for path in organization.requests("POST") if path.endswith("/bulkadd")]) == 1


def test_a_role_that_is_gone_already_counts_as_removed(organization):
    user = organization.create()
    organization.grant(user["id"], "Supervisor")
    organization.fault(method="DELETE", path="/authorization/subjects", kind="reset_after")
    organization.manage(roles=[], grant_mode="exact").apply()
    assert organization.grants() == ["Employee in Home"]


def test_a_role_that_may_not_be_given_is_named(organization):
    organization.create()
    organization.role()
    organization.fault(method="POST", path="/bulkadd$", kind="status", status=403, body={"code": "missing.permissions"})
    with pytest.raises(AuthenticationError, match=f"^user '{ADDRESS}': PureCloud refuses this with HTTP 403: Ansible's own account does not hold 'Reader'"):
        organization.manage(roles=[{"role": "Reader"}]).apply()


def test_a_planned_role_need_not_exist_before_it_is_given(organization):
    wanted = {"name": "Ada Example", "roles": [{"role": "Reader"}]}
    with pytest.raises(ValidationError, match="role 'Reader' does not exist"):
        organization.manage(**wanted)
    managed = organization.manage(planned_roles=["Reader"], **wanted)
    assert sides(managed)[1]["roles"] == [{"role": "Reader", "division": "Home"}]
    assert managed.predicted()["roles"][0]["role_id"] == KNOWN_AFTER_APPLY
    role = organization.role()
    managed.apply()
    assert role in [grant["role_id"] for grant in own_grants(organization.admin, organization.user()["id"])]


def test_an_account_without_an_invitation_is_invited_once(organization):
    user = organization.create()
    managed = organization.manage(invite=True)
    assert (sides(managed)[0]["invited"], sides(managed)[1]["invited"]) == (False, True)
    predicted = managed.predicted()
    assert managed.apply() == predicted
    assert organization.writes() == [f"POST /users/{user['id']}/invite"]
    again = organization.manage(invite=True)
    assert not again.changed
    assert again.predicted()["invited"] is True
    assert "invited" not in sides(organization.manage())[0]


def test_a_crash_between_create_and_invitation_is_healed(organization):
    organization.fault(method="POST", path="/invite$", kind="status", status=400)
    with pytest.raises(ValidationError):
        organization.manage(name="Ada Example", invite=True).apply()
    managed = organization.manage(name="Ada Example", invite=True)
    assert managed.plan.changes == {"invited": True}
    assert managed.apply()["invited"] is True


@pytest.mark.parametrize("fault", LOST)
def test_an_invitation_whose_answer_is_lost_is_looked_for_and_not_sent_again(organization, fault):
    organization.create()
    organization.fault(method="POST", path="/invite$", **fault)
    assert organization.manage(invite=True).apply()["invited"] is True
    assert len([path for path in organization.requests("POST") if path.endswith("/invite")]) == 1


def test_an_invitation_that_was_not_sent_is_an_error(organization):
    organization.create()
    organization.fault(method="POST", path="/invite$", **NOT_DONE)
    with pytest.raises(UnreachableError, match=f"; user '{ADDRESS}': the invitation cannot be seen: run again$"):
        organization.manage(invite=True).apply()
    assert len([path for path in organization.requests("POST") if path.endswith("/invite")]) == 1


def test_an_invitation_that_was_accepted_may_show_later(organization):
    user = organization.create()
    organization.fault(method="POST", path="/invite$", kind="status", status=204)
    assert organization.manage(invite=True).apply()["invited"] is True
    assert organization.user()["id"] == user["id"]


def test_what_was_accepted_and_not_kept_is_an_error(organization):
    user = organization.create()
    organization.fault(method="PATCH", path=USERS, kind="status", status=200, body=user)
    with pytest.raises(VerificationError, match=f"^user '{ADDRESS}': PureCloud accepted title but kept  instead of New$"):
        organization.manage(title="New").apply()
    organization.fault(method="POST", path="/bulkadd$", kind="status", status=204)
    with pytest.raises(VerificationError, match="PureCloud accepted roles but kept "):
        organization.manage(roles=[{"role": "Supervisor"}]).apply()


def test_a_read_that_lags_behind_is_waited_for(organization):
    organization.create()
    managed = organization.manage(title="New")
    organization.fault(method="GET", path=f"^{USERS}$", kind="status", status=200, body={"entities": []}, times=2)
    assert managed.apply()["title"] == "New"
    assert organization.pauses == [1.0, 2.0]


def test_an_account_that_never_shows_is_an_error(organization):
    managed = organization.manage(name="Ada Example")
    organization.fault(method="GET", path=f"^{USERS}$", kind="status", status=200, body={"entities": []}, times=0)
    with pytest.raises(VerificationError, match="accepted the account but does not show it"):
        managed.apply()


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"email": "ada"}, "email 'ada' is not an e-mail address: write it like name@example.com"),
        ({"email": "ada @example.com", "state": "absent"}, "email 'ada @example.com' is not an e-mail address: write it like name@example.com"),
        ({}, f"user '{ADDRESS}': there is no account with this e-mail address, and a new one needs name"),
        ({"name": " "}, f"user '{ADDRESS}': name must not be empty or hold control characters"),
        ({"name": "A", "title": "a\nb"}, f"user '{ADDRESS}': title must not hold control characters"),
        ({"name": "A", "grant_mode": "exact"}, f"user '{ADDRESS}': grant_mode=exact needs roles, all that the account shall have"),
        ({"name": "A", "division": "*"}, f"user '{ADDRESS}': division is '*', but an account belongs to one division: name it, or leave division out"),
        ({"name": "A", "division": "Hom"}, f"user '{ADDRESS}': division 'Hom' does not exist: the closest is 'Home'"),
        ({"name": "A", "roles": [{"role": "Admni"}]}, f"user '{ADDRESS}': role 'Admni' does not exist: the closest is 'Admin'"),
        ({"name": "A", "roles": [{"role": "Admin", "division": "Hom"}]}, f"user '{ADDRESS}': division 'Hom' does not exist: the closest is 'Home'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(organization, params, sentence):
    with pytest.raises(HybridError) as caught:
        organization.manage(**params)
    assert caught.value.message == sentence
    assert organization.writes() == []


def test_two_accounts_of_one_address_are_not_guessed_between(organization):
    first, second = organization.create(), organization.create("other@example.com")
    doubled = {"entities": [first, {**second, "email": ADDRESS}]}
    organization.fault(method="GET", path=f"^{USERS}$", kind="status", status=200, body=doubled)
    with pytest.raises(ConflictError, match=f"user '{ADDRESS}': 2 accounts have this e-mail address, with the ids "):
        organization.manage()
    organization.fault(
        method="GET", path=f"^{USERS}$", kind="status", status=200, body={"entities": [{**first, "state": "deleted"}, {**second, "email": ADDRESS}]}
    )
    assert organization.manage().predicted()["id"] == second["id"]


def test_grants_that_are_none_are_an_error(organization):
    organization.create()
    organization.fault(method="GET", path="/authorization/subjects/", kind="status", status=200, body={"grants": [{"role": None}]})
    with pytest.raises(UnreachableError, match="holds something else than grants"):
        organization.manage(roles=[])


def test_a_prediction_writes_nothing(organization):
    managed = organization.manage(client=organization.client(read_only=True), name="Ada Example", roles=[{"role": "Supervisor"}], invite=True)
    assert managed.changed
    assert managed.predicted()["invited"] is True
    with pytest.raises(ReadOnlyViolation):
        managed.apply()


def test_a_hundred_accounts_take_one_search_and_one_list(organization):
    wanted = [{"email": f"User{number}@example.com", "name": f"User {number}"} for number in range(100)]
    users = organization.manage_all(wanted)
    assert len(many("users", "email", users).apply()["users"]) == 100
    organization.writes()
    again = organization.manage_all([{**item, "email": item["email"].lower()} for item in reversed(wanted)])
    assert not any(item.changed for item in again)
    paths = [path for path in organization.requests("POST") + organization.requests("GET") if "oauth" not in path]
    assert paths == [f"{USERS}/search", USERS]
    more = organization.manage_all([*wanted, {"email": "one.more@example.com", "name": "x"}])
    assert [item.changed for item in more].count(True) == 1
    assert len(organization.requests("POST", f"{USERS}/search")) == 3


def test_one_wrong_account_keeps_all_from_being_written(organization):
    directory = Directory(organization.client(), ["a@example.com", "bad", "c@example.com"])
    defaults = {name: option.get("default") for name, option in USER_OPTIONS.items()}
    items = [{**defaults, "email": email, "name": name} for email, name in (("a@example.com", "A"), ("bad", "B"), ("c@example.com", None))]
    with pytest.raises(PartialError) as caught:
        read_each("users", items, "email", lambda item: ManagedUser(directory, item, "present"))
    assert [error["email"] for error in caught.value.result["errors"]] == ["bad", "c@example.com"]
    assert organization.writes() == []
