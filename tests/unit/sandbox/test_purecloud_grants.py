# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants of the sandbox: subjects, bulk operations, groups, lag."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

SUBJECTS = "/authorization/subjects"


def pair(role: str, division: str) -> dict[str, str]:
    return {"roleId": role, "divisionId": division}


def grants_body(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"grants": [pair(*item) for item in pairs]}


def employee(api: PureCloudCaller) -> tuple[str, str]:
    return (api.default_role("employee"), api.home())


def test_single_grants(api: PureCloudCaller) -> None:
    user, role, division = api.make_user(), api.make_role(), api.make_division()
    path = f"{SUBJECTS}/{user}/divisions/{division}/roles/{role}"
    for _dummy in range(2):  # granting twice changes nothing
        api.expect(204, "POST", path)
    assert api.grants(user) == {employee(api), (role, division)}
    api.expect(204, "DELETE", path)
    api.expect(404, "DELETE", path)
    assert api.grants(user) == {employee(api)}


def test_a_grant_shows_role_policies_and_division(api: PureCloudCaller) -> None:
    user, role = api.make_user(), api.make_role("journey:segment:view")
    api.expect(204, "POST", f"{SUBJECTS}/{user}/divisions/*/roles/{role}")
    grant = next(item for item in api.get(f"{SUBJECTS}/{user}")["grants"] if item["role"]["id"] == role)
    assert grant["subjectId"] == user and grant["division"]["id"] == "*"
    assert grant["role"]["policies"] == [{"domain": "journey", "entityName": "segment", "actions": ["view"]}]
    assert grant["grantMadeAt"].endswith("Z")


def test_bulk_operations(api: PureCloudCaller) -> None:
    user, first, second, division = api.make_user(), api.make_role(), api.make_role(), api.make_division()
    path, home = f"{SUBJECTS}/{user}", api.home()
    api.expect(204, "POST", path + "/bulkadd", grants_body((first, home), (second, division), (first, home)))
    assert api.grants(user) == {employee(api), (first, home), (second, division)}
    api.expect(204, "POST", path + "/bulkreplace", grants_body((second, home)))
    assert api.grants(user) == {employee(api), (second, home)}
    api.expect(404, "POST", path + "/bulkremove", grants_body((second, home), (first, home)))
    assert api.grants(user) == {employee(api), (second, home)}
    api.expect(204, "POST", path + "/bulkremove", grants_body((second, home)))
    assert api.grants(user) == {employee(api)}


def test_replacing_keeps_the_date_of_what_stays(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    user, role, home = api.make_user(), api.make_role(), api.home()
    api.expect(204, "POST", f"{SUBJECTS}/{user}/bulkadd", grants_body((role, home)))
    before = api.get(f"{SUBJECTS}/{user}")["grants"]
    sandbox.control("POST", "clock", {"advance": 60})
    api.expect(204, "POST", f"{SUBJECTS}/{user}/bulkreplace", grants_body((role, home)))
    assert api.get(f"{SUBJECTS}/{user}")["grants"] == before


@pytest.mark.parametrize("operation", ["bulkadd", "bulkreplace", "single"])
@pytest.mark.parametrize("wrong", ["role", "division", "subject"])
def test_unknown_parties(api: PureCloudCaller, operation: str, wrong: str) -> None:
    user, role, division = api.make_user(), api.make_role(), api.make_division()
    before = api.grants(user)
    names = {"subject": user, "role": role, "division": division, wrong: "none"}
    if operation == "single":
        api.expect(404, "POST", f"{SUBJECTS}/{names['subject']}/divisions/{names['division']}/roles/{names['role']}")
    else:
        api.expect(404, "POST", f"{SUBJECTS}/{names['subject']}/{operation}", grants_body((role, api.home()), (names["role"], names["division"])))
    assert api.grants(user) == before


def test_employee_cannot_be_taken_from_a_user(api: PureCloudCaller) -> None:
    user, (role, home) = api.make_user(), employee(api)
    api.expect(400, "DELETE", f"{SUBJECTS}/{user}/divisions/{home}/roles/{role}")
    api.expect(400, "POST", f"{SUBJECTS}/{user}/bulkremove", grants_body((role, home)))
    api.expect(204, "POST", f"{SUBJECTS}/{user}/bulkreplace", grants_body())
    assert api.grants(user) == {(role, home)}


def test_too_many_grants(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    user, roles, home = api.make_user(), [api.make_role() for _dummy in range(3)], api.home()
    sandbox.control("POST", "faults", {"switches": {"max_role_assignments": 3}})
    assert api.expect(400, "POST", f"{SUBJECTS}/{user}/bulkadd", grants_body(*((role, home) for role in roles)))["code"] == "max.role.assignments.exceeded"
    api.expect(204, "POST", f"{SUBJECTS}/{user}/bulkadd", grants_body(*((role, home) for role in roles[:2])))
    api.expect(400, "POST", f"{SUBJECTS}/{user}/divisions/{home}/roles/{roles[2]}")
    assert len(api.grants(user)) == 3


@pytest.mark.parametrize("subject_type, status", [("PC_USER", 204), ("PC_GROUP", 404), ("PC_OAUTH_CLIENT", 404), ("ROBOT", 400)])
def test_subject_types(api: PureCloudCaller, subject_type: str, status: int) -> None:
    user, role = api.make_user(), api.make_role()
    answer = api.send("POST", f"{SUBJECTS}/{user}/divisions/*/roles/{role}", query={"subjectType": subject_type})
    assert answer.status_code == status


def test_grants_and_role_divisions_of_a_client_are_one(api: PureCloudCaller) -> None:
    client, role = api.make_client(), api.make_role()
    api.expect(204, "POST", f"{SUBJECTS}/{client['id']}/divisions/*/roles/{role}?subjectType=PC_OAUTH_CLIENT")
    shown = api.get(f"/oauth/clients/{client['id']}")["roleDivisions"]
    assert {(item["roleId"], item["divisionId"]) for item in shown} == api.grants(client["id"]) == {(api.default_role(), "*"), (role, "*")}


def test_a_client_is_given_only_roles_that_the_caller_holds(api: PureCloudCaller) -> None:
    limited = api.with_permissions("authorization:grant:add", "authorization:role:view")
    client, role, user = api.make_client(), api.make_role("journey:segment:edit"), api.make_user()
    path = f"{SUBJECTS}/{client['id']}"
    assert limited.send("POST", f"{path}/divisions/*/roles/{role}").status_code == 403
    assert limited.send("POST", f"{path}/bulkadd", grants_body((role, "*"))).status_code == 403
    assert limited.send("POST", f"/authorization/roles/{role}", {"subjectIds": [client["id"]], "divisionIds": ["*"]}).status_code == 403
    assert limited.send("POST", f"{SUBJECTS}/{user}/divisions/*/roles/{role}").status_code == 204


def test_fresh_roles_and_divisions_are_not_known_yet(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("POST", "faults", {"switches": {"role_grant_lag_seconds": 30}})
    user, role, division, old_role = api.make_user(), api.make_role(), api.make_division(), api.default_role()
    paths = [f"{SUBJECTS}/{user}/divisions/{place}/roles/{which}" for place, which in [("*", role), (division, old_role)]]
    for path in paths:
        api.expect(404, "POST", path)
    api.expect(204, "POST", f"{SUBJECTS}/{user}/divisions/{api.home()}/roles/{old_role}")
    sandbox.control("POST", "clock", {"advance": 31})
    for path in paths:
        api.expect(204, "POST", path)


SEED = {
    "organizations": [
        {
            "name": "Grouped",
            "clients": [{"name": "c", "secret": "s", "roles": ["Admin"], "bootstrap": True}],
            "users": [{"name": "Member", "email": "m@example.com", "id": "member", "roles": ["Supervisor"]}],
            "groups": [{"name": "Group", "id": "group", "members": ["m@example.com"], "roles": ["Supervisor", {"role": "User", "division": "*"}]}],
        }
    ]
}


def test_grants_inherited_from_groups(sandbox: SandboxProcess) -> None:
    info = sandbox.control("POST", "reset", {"seed": SEED})
    api = PureCloudCaller.login(sandbox.info["purecloud_url"], info["client_id"], "s")
    held = [(grant["subjectId"], grant["role"]["name"]) for grant in api.get(f"{SUBJECTS}/member")["grants"]]
    assert held == [("member", "Employee"), ("member", "Supervisor"), ("group", "User")]
    held = [(grant["subjectId"], grant["role"]["name"]) for grant in api.get(f"{SUBJECTS}/member", includeDuplicates="true")["grants"]]
    assert held == [("member", "Employee"), ("member", "Supervisor"), ("group", "Supervisor"), ("group", "User")]
    api.expect(204, "POST", f"{SUBJECTS}/member/bulkreplace", grants_body())
    assert {grant["subjectId"] for grant in api.get(f"{SUBJECTS}/member", includeDuplicates="true")["grants"]} == {"member", "group"}
    assert api.get(f"{SUBJECTS}/group")["name"] == "Group"


def test_listings_by_role_and_division(api: PureCloudCaller) -> None:
    user, role, division = api.make_user(), api.make_role(), api.make_division()
    api.expect(204, "POST", f"/authorization/roles/{role}", {"subjectIds": [user, api.client_id], "divisionIds": [division, api.home()]})
    listing = api.get(f"/authorization/roles/{role}/subjectgrants")["entities"]
    assert {entity["id"]: (entity["type"], len(entity["divisions"])) for entity in listing} == {user: ("PC_USER", 2), api.client_id: ("PC_OAUTH_CLIENT", 2)}
    assert [entity["id"] for entity in api.get(f"/authorization/roles/{role}/users")["entities"]] == [user]
    assert {grant["subjectId"] for grant in api.get(f"/authorization/divisions/{division}/grants")["entities"]} == {user, api.client_id}
    assert api.get(f"{SUBJECTS}/rolecounts", id=f"{user},{api.client_id}") == {user: {"roleCount": 2}, api.client_id: {"roleCount": 2}}
    api.expect(204, "DELETE", f"/authorization/divisions/{division}")
    assert (role, division) not in api.grants(user)


def test_bulk_grant_of_a_role_is_all_or_nothing(api: PureCloudCaller) -> None:
    user, role = api.make_user(), api.make_role()
    api.expect(404, "POST", f"/authorization/roles/{role}", {"subjectIds": [user, "none"], "divisionIds": ["*"]})
    api.expect(404, "POST", f"/authorization/roles/{role}", {"subjectIds": [user], "divisionIds": ["*", "none"]})
    assert api.grants(user) == {employee(api)}


def test_users_of_a_role(api: PureCloudCaller) -> None:
    users, role = [api.make_user(), api.make_user()], api.make_role()
    path = f"/authorization/roles/{role}/users"
    assert api.put(path + "/add", users) == users
    assert {entity["id"] for entity in api.get(path)["entities"]} == set(users)
    assert api.put(path + "/remove", users[:1]) == users[:1]
    assert [entity["id"] for entity in api.get(path)["entities"]] == users[1:]
    api.expect(404, "PUT", path + "/add", ["none"])


def test_a_deleted_user_is_no_subject(api: PureCloudCaller) -> None:
    user = api.make_user()
    api.expect(200, "DELETE", f"/users/{user}")
    api.expect(404, "GET", f"{SUBJECTS}/{user}")
    api.expect(404, "POST", f"{SUBJECTS}/{user}/bulkadd", grants_body((api.default_role(), "*")))


def test_me(api: PureCloudCaller) -> None:
    me = api.get(f"{SUBJECTS}/me")
    assert me["id"] == api.client_id and [grant["role"]["name"] for grant in me["grants"]] == ["Admin"]
