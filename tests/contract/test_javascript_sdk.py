# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official JavaScript SDK (javascript/package.json pins it) works against the sandbox unchanged.

It forces ``https://api.<region>`` unless its gateway setting names another host, so that setting points it at the sandbox (``configuration.js``,
setGateway). What it does stands in javascript/scenarios.js, what it must observe stands here.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography import x509

from contract.support import SALES, RunScenario, bare, pem
from sandbox.process import SandboxProcess


def journal(sandbox: SandboxProcess, method: str, ending: str) -> list[int | None]:
    """The statuses of the requests whose path ends so."""
    return [entry["status"] for entry in sandbox.control("GET", "requests") if entry["method"] == method and entry["path"].endswith(ending)]


def test_organization(javascript: RunScenario) -> None:
    organization = javascript("organization")
    assert (organization["name"], organization["thirdPartyOrgName"], organization["productPlatform"]) == ("Example One", "example-one", "PureEngage")


def test_tokens(javascript: RunScenario, sandbox: SandboxProcess) -> None:
    seen = javascript("tokens")
    assert seen["me"]["OAuthClient"]["id"] == sandbox.info["client_id"] and seen["me"]["organization"]["name"] == "Example One"
    assert (seen["wrongSecret"]["status"], seen["wrongSecret"]["error_description"]) == (401, "authentication failed")
    assert (seen["unknownClient"]["status"], seen["unknownClient"]["error_description"]) == (400, "client not found")
    assert (seen["afterDelete"]["status"], seen["afterDelete"]["code"]) == (401, "bad.credentials")


def test_oauth_client_life(javascript: RunScenario, sandbox: SandboxProcess) -> None:
    seen = javascript("oauthClient")
    created, updated = seen["created"], seen["updated"]
    assert created["secret"] and created["authorizedGrantType"] == "CLIENT-CREDENTIALS" and created["accessTokenValiditySeconds"] == 600
    assert datetime.fromisoformat(created["dateCreated"].replace("Z", "+00:00")).tzinfo is not None
    assert created["id"] in seen["listed"] and "secret" not in seen["read"]
    assert (updated["name"], updated["accessTokenValiditySeconds"]) == ("Renamed", 86400) and "description" not in updated and "secret" not in updated
    assert seen["regenerated"]["id"] == created["id"] and seen["regenerated"]["secret"] not in (None, created["secret"])
    assert seen["oldSecret"]["status"] == 401 and seen["minted"]
    assert (seen["deleteActive"]["status"], seen["deleteActive"]["code"]) == (400, "cannot.delete.client")
    assert seen["inactive"]["state"] == "inactive"
    assert seen["gone"]["status"] == 404 and created["id"] not in seen["listedAfter"]
    assert journal(sandbox, "DELETE", created["id"]) == [400, 204]


def test_usage_is_polled_until_it_is_complete(javascript: RunScenario, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "faults", {"switches": {"usage_query_running_reads": 2}})
    now = datetime.now(timezone.utc)
    interval = "/".join((now + timedelta(days=days)).strftime("%Y-%m-%dT00:00:00.000Z") for days in (-1, 2))
    seen = javascript("usage", interval=interval)
    for part in ("summary", "query"):
        assert seen[part]["statuses"] == ["Running", "Running", "Complete"]
        rows = [row for row in seen[part]["results"] if row["templateUri"] == "/api/v2/organizations/me"]
        assert [row["httpMethod"] for row in rows] == ["GET"] and rows[0]["requests"] == 1


def test_role_life(javascript: RunScenario) -> None:
    seen = javascript("role")
    assert seen["created"]["permissionPolicies"][0]["actionSet"] == ["view"] and seen["created"]["default"] is False
    assert (seen["duplicate"]["status"], seen["duplicate"]["code"]) == (409, "general.conflict")
    assert seen["read"]["userCount"] == 0 and seen["read"]["unusedPermissions"] == []
    policies = seen["updated"]["permissionPolicies"]
    assert seen["updated"]["name"] == "Renamed" and [(policy["entityName"], policy["actionSet"]) for policy in policies] == [("outcome", ["view", "edit"])]
    assert (seen["patched"]["name"], seen["patched"]["roleNeedsUpdate"]) == ("Renamed", True)
    assert {policy["entityName"] for policy in seen["difference"]["addedPermissionPolicies"]} == {"outcome"}
    assert seen["difference"]["userOrgRole"]["name"] == "Renamed" and seen["difference"]["roleFromDefault"]["defaultRoleId"] == "employee"
    assert seen["gone"]["status"] == 404


def test_role_filters(javascript: RunScenario) -> None:
    names = ["Hyb One", "Hyb Two", "hybrid"]
    seen = javascript("roleFilters", names=names)
    first = seen["firstPage"]
    assert (first["total"], first["pageCount"], len(first["entities"])) == (3, 2, 2) and "userCount" not in first["entities"][0]
    assert seen["exact"] == ["Hyb One"] and seen["pattern"] == ["Hyb One", "Hyb Two"]
    assert seen["permission"] == ["Admin"] and seen["id"] == ["Admin", "User"]


def test_default_roles(javascript: RunScenario) -> None:
    seen = javascript("defaultRoles")
    assert seen["renamed"]["status"] == 400
    assert seen["user"]["permissionPolicies"] and seen["emptied"]["permissionPolicies"] == []
    assert seen["difference"]["removedPermissionPolicies"] and not seen["difference"]["addedPermissionPolicies"]
    (restored,) = seen["restored"]["entities"]
    assert restored["id"] == seen["user"]["id"] and restored["permissionPolicies"] == seen["user"]["permissionPolicies"]
    assert {role["defaultRoleId"] for role in seen["complete"]["entities"]} == {"employee", "user", "supervisor", "admin", "ai_agent"}


def test_permission_catalogue(javascript: RunScenario) -> None:
    seen = javascript("permissions")
    (journey,) = seen["domain"]["entities"]
    assert journey["domain"] == "journey" and "view" in [permission["action"] for permission in journey["permissionMap"]["segment"]]
    assert len(seen["all"]["entities"]) == 2 and seen["all"]["total"] > 2
    assert seen["products"]


def test_grants(javascript: RunScenario, sandbox: SandboxProcess) -> None:
    seen = javascript("grants", otherDivision=SALES)
    employee = ["Employee", seen["home"]]
    assert sorted(seen["added"]) == sorted([employee, ["Admin", "*"], ["Supervisor", SALES]])
    assert sorted(seen["removed"]) == sorted([employee, ["Supervisor", SALES]])
    assert seen["removedTwice"]["status"] == 404
    assert sorted(seen["addedOne"]) == sorted([employee, ["Supervisor", SALES], ["Admin", seen["home"]]])
    assert seen["holders"] == [seen["user"]]
    assert sorted(seen["left"]) == sorted([employee, ["Admin", seen["home"]]])
    assert seen["me"] == sandbox.info["client_id"]


def test_divisions(javascript: RunScenario) -> None:
    seen = javascript("divisions", otherDivision=SALES)
    home = seen["home"]["id"]
    assert seen["home"]["homeDivision"] is True and set(seen["listed"]) == {home, SALES}
    assert (seen["before"], seen["moved"]) == (home, SALES)
    assert seen["unknown"]["status"] == 404
    assert set(seen["permitted"]) == {home, SALES, seen["created"]["id"]}


def test_user_life(javascript: RunScenario, sandbox: SandboxProcess) -> None:
    seen = javascript("user")
    created, updated = seen["created"], seen["updated"]
    assert (created["version"], created["state"], created["username"]) == (1, "active", created["email"])
    assert (seen["duplicate"]["status"], seen["duplicate"]["code"]) == (409, "general.conflict")
    assert [user["id"] for user in seen["found"]["results"]] == [created["id"]]
    assert (updated["version"], updated["title"], updated["department"]) == (2, "Head", "Sales")
    assert (seen["stale"]["status"], seen["stale"]["code"]) == (409, "general.conflict") and "version" in seen["stale"]["message"]
    assert (seen["stopped"]["state"], seen["stopped"]["title"]) == ("inactive", "Head"), "state is the only field changed when it is given"
    assert seen["invited"]["dateWelcomeSent"] and [role["name"] for role in seen["invited"]["authorization"]["roles"]] == ["Employee"]
    assert (seen["gone"]["status"], seen["gone"]["code"]) == (404, "general.resource.not.found")
    assert seen["takenAddress"]["status"] == 409, "a deleted user's address is still taken"
    assert [user["id"] for user in seen["foundDeleted"]["results"]] == [created["id"]]
    assert (seen["deleted"]["state"], seen["restored"]["state"], seen["restored"]["id"]) == ("deleted", "active", created["id"])
    assert journal(sandbox, "POST", "/invite") == [204]


def test_pureengage_provider_life(javascript: RunScenario, certificates: list[x509.Certificate]) -> None:
    seen = javascript("pureEngageProvider", certificates=[pem(value) for value in certificates])
    first, second = (bare(value) for value in certificates)
    assert seen["absent"]["status"] == 404
    assert {name: seen["answered"][name] for name in ("id", "name", "disabled")} == {"id": "pureengage", "name": "PureEngage", "disabled": False}
    assert "issuerURI" not in seen["answered"], "a PUT answers a reference only"
    assert (seen["read"]["certificate"], seen["read"]["certificates"], seen["read"]["autoProvisionUsers"]) == (first, [first], True)
    assert seen["two"]["certificates"] == [first, second]
    assert set(seen["listed"]) == {"purecloud", "pureengage"}
    assert seen["gone"]["status"] == 404


def test_generic_provider_life(javascript: RunScenario, certificates: list[x509.Certificate]) -> None:
    seen = javascript("genericProvider", certificates=[bare(value) for value in certificates])
    assert seen["answered"]["id"] == "generic" and seen["read"]["issuerURI"] == "urn:other"
    assert seen["read"]["certificates"] == [bare(value) for value in certificates] and "autoProvisionUsers" not in seen["read"]
    assert {provider["id"]: provider["name"] for provider in seen["listed"]} == {"purecloud": "PureCloud", "generic": "Other"}
    assert seen["badCertificate"]["status"] == 400 and seen["gone"]["status"] == 404


def test_ip_ranges(javascript: RunScenario) -> None:
    ranges = javascript("ipRanges")["entities"]
    assert ranges and all(entry["cidr"] and entry["direction"] in ("inbound", "outbound", "both") for entry in ranges)


def test_errors_carry_the_envelope(javascript: RunScenario) -> None:
    seen = javascript("errorEnvelope")
    plain, extended = seen["plain"], seen["extended"]
    assert (plain["status"], plain["code"]) == (400, "missing.client.roles") and plain["contextId"] and plain["message"]
    assert extended["status"] == 404 and extended["headers"]["inin-correlation-id"] == extended["body"]["contextId"]
