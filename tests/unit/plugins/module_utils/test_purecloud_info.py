# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info modules of PureCloud against the sandbox: how much there is to read, filters, usage, secrets, and lists that do not end."""

from __future__ import annotations

import importlib
import itertools
import json

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError, HybridError, UnreachableError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import user_reading
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import MAXIMUM_PAGES, PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import References
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.usage import LOOKS
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

MODULES = {
    "oauth_clients": "purecloud_oauth_client_info",
    "idps": "purecloud_idp_info",
    "roles": "purecloud_role_info",
    "users": "purecloud_user_info",
    "ip_ranges": "purecloud_ip_ranges_info",
}
SPECS = {noun: importlib.import_module(f"ansible_collections.genesys.hybrid.plugins.modules.{name}").SPEC for noun, name in MODULES.items()}
LISTS = {"oauth_clients": "/api/v2/oauth/clients", "roles": "/api/v2/authorization/roles", "users": "/api/v2/users"}
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
KEY_CLIENT, KEY_SECRET = "11111111-1111-4111-8111-1111111100c1", "the-key-clients-own-secret"
COUNTS = (0, 1, 100, 101, 1000)
SAMPLE = "[?starts_with(name, 'Sample ')]"


def identifier(kind, number):
    return f"22222222-2222-4222-8222-{kind:04d}{number:08d}"


def seed(clients=(), roles=(), users=(), **more):
    key = {"name": "Key", "id": KEY_CLIENT, "secret": KEY_SECRET, "roles": [{"role": "Admin", "division": "*"}], "bootstrap": True}
    return {"organizations": [{"name": "Example", "clients": [key, *clients], "roles": list(roles), "users": list(users), **more}]}


def some_roles(count):
    return [{"name": f"Sample {number:04d}", "id": identifier(1, number)} for number in range(count)]


def some_clients(count):
    return [{"name": f"Sample {number:04d}", "id": identifier(2, number), "roles": ["User"]} for number in range(count)]


def some_users(count, **more):
    return [{"name": f"Sample {n:04d}", "email": f"sample{n:04d}@example.com", "id": identifier(3, n), **more} for n in range(count)]


class Organization:
    """One organization in the sandbox, and what its client and its module calls left behind."""

    def __init__(self, process):
        self.process = process
        self.pauses, self.secrets, self.warnings = [], set(), []

    def reset(self, seed, **switches):
        self.process.control("POST", "reset", {"seed": seed, "switches": {"rate_limit_per_minute": 0, **switches}})

    def client(self):
        given = {"api_url": self.process.info["purecloud_url"], "client_id": KEY_CLIENT, "client_secret": KEY_SECRET}
        settings = PURECLOUD.settings({"validate_certs": True, "allow_plain_http": False, "timeout": 30.0, **given}, {})
        return PureCloudClient(settings, read_only=True, register_secret=self.secrets.add, sleep=self.pauses.append)

    def read(self, noun, **params):
        spec = SPECS[noun]
        defaults = {name: option.get("default") for name, option in spec.options.items()}
        context = Context(False, False, self.warnings.append, self.secrets.add)
        prepared = spec.prepare(self.client(), {**defaults, **params}, context)
        assert not prepared.changed
        return prepared.result[noun]

    def fault(self, **fault):
        self.process.control("POST", "faults", fault)

    def requests(self, path=None):
        self_made = [entry for entry in self.process.control("GET", "requests") if entry["path"] != "/oauth/token"]
        return [entry for entry in self_made if path in (None, entry["path"])]


@pytest.fixture
def organization(sandbox):
    return Organization(sandbox)


@pytest.fixture(params=COUNTS, scope="module")
def crowd(request, sandbox):
    """An organization with that many sample clients, roles and users, each user with the role Supervisor."""
    crowded = Organization(sandbox)
    count = request.param
    crowded.reset(seed(some_clients(count), some_roles(count), some_users(count, roles=["Supervisor"])))
    return crowded, count


@pytest.mark.parametrize(("noun", "kind"), [("oauth_clients", 2), ("roles", 1), ("users", 3)])
def test_everything_is_read_however_much_there_is(crowd, noun, kind):
    crowded, count = crowd
    crowded.process.control("DELETE", "requests")
    found = crowded.read(noun, query=SAMPLE)
    assert [item["id"] for item in found] == [identifier(kind, number) for number in range(count)]
    pages = len(crowded.requests(LISTS[noun]))
    assert pages <= count // 100 + 1


def test_all_holders_of_a_role_are_read(crowd):
    crowded, count = crowd
    crowded.process.control("DELETE", "requests")
    found = crowded.read("users", role="supervisor")
    assert [item["id"] for item in found] == [identifier(3, number) for number in range(count)]
    hundreds = -(-count // 100)
    asked = {path: len(list(group)) for path, group in itertools.groupby(sorted(entry["path"] for entry in crowded.requests()))}
    assert asked.pop("/api/v2/users", 0) == hundreds
    assert asked.pop("/api/v2/authorization/roles") == (count + 5) // 100 + 1
    assert list(asked.values()) == [max(hundreds, 1)]
    assert all(entry["query"].count("%2C") < 100 for entry in crowded.requests("/api/v2/users"))


def test_all_of_many_addresses_are_read(crowd):
    crowded, count = crowd
    crowded.process.control("DELETE", "requests")
    found = crowded.read("users", emails=[f"SAMPLE{number:04d}@example.com" for number in range(count)])
    assert [item["id"] for item in found] == [identifier(3, number) for number in range(count)]
    assert len(crowded.requests()) == 2 * -(-count // 100)


def test_the_api_takes_ids_repeated_as_well_as_joined(crowd):
    crowded, count = crowd
    wanted = [identifier(3, number) for number in range(min(count, 100))] or [identifier(3, 0)]
    joined = list(crowded.client().list("/users", {"id": ",".join(wanted), "pageSize": 100}))
    repeated = list(crowded.client().list("/users", {"id": wanted, "pageSize": 100}))
    assert joined == repeated
    assert len(joined) == min(count, 100)


@pytest.mark.parametrize("noun", MODULES)
def test_an_info_module_is_read_only_and_takes_a_query(noun):
    assert SPECS[noun].read_only
    assert "query" in SPECS[noun].options


@pytest.mark.parametrize(
    ("noun", "filters"),
    [
        ("oauth_clients", {"name": "nobody"}),
        ("oauth_clients", {"name": ""}),
        ("oauth_clients", {"id": "no id at all/?"}),
        ("oauth_clients", {"name": "Key", "id": identifier(2, 0)}),
        ("oauth_clients", {"name": "nobody", "include_usage": True}),
        ("roles", {"name": "nobody"}),
        ("roles", {"name": "*"}),
        ("roles", {"id": "no id at all/?"}),
        ("roles", {"default_role_id": "nobody", "compare_default": True}),
        ("users", {"emails": []}),
        ("users", {"emails": ["nobody@example.com", "", "no address"]}),
        ("users", {"role": "supervisor"}),
        ("users", {"user_state": "deleted"}),
        ("users", {"emails": ["sample0000@example.com"], "role": "supervisor"}),
        ("ip_ranges", {"service": []}),
        ("ip_ranges", {"service": ["telepathy"]}),
    ],
)
def test_nothing_found_is_an_empty_list(organization, noun, filters):
    organization.reset(seed(some_clients(1), some_roles(1), some_users(1)))
    assert organization.read(noun, **filters) == []


@pytest.mark.parametrize(
    ("path", "noun", "key"),
    [
        ("^/api/v2/oauth/clients$", "oauth_clients", "id"),
        ("^/api/v2/authorization/roles$", "roles", "id"),
        ("^/api/v2/users$", "users", "id"),
        ("^/api/v2/identityproviders$", "idps", "id"),
        ("^/api/v2/ipranges$", "ip_ranges", "cidr"),
    ],
)
def test_a_list_that_repeats_its_pages_is_an_error(organization, path, noun, key):
    organization.reset(seed())
    body = {"entities": [{key: "1"}], "nextUri": f"{path.strip('^$')}?pageNumber=2"}
    organization.fault(method="GET", path=path, kind="status", status=200, body=body, times=0)
    with pytest.raises(UnreachableError, match="does not end"):
        organization.read(noun)
    assert len(organization.requests()) <= 4


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"entities": [{"id": "1"}], "pageCount": 99}, "does not end: the server repeats its pages"),
        ({"entities": None, "pageCount": 1}, "holds something else than objects with id"),
        ({"entities": [{"name": "x"}]}, "holds something else than objects with id"),
        ({"entities": ["x"]}, "holds something else than objects with id"),
    ],
)
def test_a_list_of_holders_that_is_none_is_an_error(organization, body, sentence):
    organization.reset(seed())
    organization.fault(method="GET", path="/users$", kind="status", status=200, body=body, times=0)
    with pytest.raises(UnreachableError, match=sentence):
        organization.read("users", role="admin")


class Endless:
    """A server whose list of holders has new users on every page."""

    def __init__(self, size, count=None, last=None):
        self.asked, self.size, self.count, self.last = 0, size, count, last

    def list(self, path, params=None, key="id"):
        return iter([{"id": "r", "name": "Role"}] if path == "/authorization/roles" else [])

    def get(self, path, params=None):
        self.asked += 1
        size = 0 if self.last is not None and self.asked >= self.last else self.size
        return {"entities": [{"id": f"{self.asked}-{number}"} for number in range(size)], "pageCount": self.count}


def test_a_list_of_holders_that_never_ends_is_an_error():
    for server in (Endless(1, count=10**9), Endless(100)):
        with pytest.raises(UnreachableError, match="does not end"):
            user_reading.read_users(server, References(server), None, "Role", "any")
        assert server.asked == MAXIMUM_PAGES


def test_a_list_of_holders_without_a_number_of_pages_ends_with_a_page_that_is_not_full():
    server = Endless(100, last=3)
    assert user_reading.read_users(server, References(server), None, "Role", "any") == []
    assert server.asked == 3


def test_no_secret_of_an_oauth_client_is_returned(organization):
    organization.reset(seed(some_clients(2)), oauth_read_returns_secret=True)
    assert all(entity["secret"] for entity in organization.client().list("/oauth/clients"))
    shown = json.dumps(organization.read("oauth_clients", include_usage=True))
    held = organization.process.control("GET", "state")["purecloud"]["organizations"][0]["clients"].values()
    assert not [client for client in held if client["secret"] in shown]
    assert '"secret"' not in shown


def test_oauth_clients_have_names_of_roles_and_divisions_and_dates(organization):
    organization.reset(seed(some_clients(1)))
    organization.process.control("DELETE", "requests")
    (found,) = organization.read("oauth_clients", id=identifier(2, 0))
    assert [(grant["role"], grant["division"]) for grant in found["roles"]] == [("User", "Home")]
    assert found["date_created"].startswith("20")
    assert found["date_modified"].endswith("Z")
    assert found["date_to_delete"] is None
    assert "usage" not in found
    assert [entry["path"].rsplit("/", 1)[1] for entry in organization.requests()] == ["clients", "roles", "divisions"]


def test_roles_and_divisions_are_read_only_when_some_client_has_roles(organization):
    organization.reset(seed([{"name": "saml", "id": identifier(2, 0), "grant_type": "SAML2-BEARER"}]))
    organization.process.control("DELETE", "requests")
    (found,) = organization.read("oauth_clients", name="saml")
    assert found["roles"] == []
    assert len(organization.requests()) == 1


def test_deleted_clients_are_left_out_and_those_that_can_be_restored_are_not(organization):
    waiting = {**some_clients(2)[1], "state": "inactive"}
    organization.reset(seed([{**some_clients(1)[0], "state": "inactive", "created_days_ago": 1}, {**waiting, "created_days_ago": 40}]))
    organization.process.control("POST", "faults", {"switches": {"deleted_client_lingers_seconds": 3600}})
    writer = organization.client()
    writer.http.read_only = False
    for number in range(2):
        writer.delete(f"/oauth/clients/{identifier(2, number)}")
    assert len(list(writer.list("/oauth/clients"))) == 3
    found = organization.read("oauth_clients", query=SAMPLE)
    assert [(client["id"], client["client_state"]) for client in found] == [(identifier(2, 1), "awaiting deletion")]
    assert found[0]["date_to_delete"]


def test_usage_is_summed_and_waited_for(organization):
    organization.reset(seed(some_clients(1)), usage_query_running_reads=3)
    for _number in range(4):
        organization.client().get("/organizations/me")
    with pytest.raises(HybridError):
        organization.client().get("/users/nobody")
    found = {client["name"]: client["usage"] for client in organization.read("oauth_clients", include_usage=True, usage_days=1)}
    assert found["Sample 0000"] == {"days": 1, **dict.fromkeys(("requests", "status_200", "status_300", "status_400", "status_429", "status_500"), 0)}
    used = found["Key"]
    assert used["requests"] == sum(value for name, value in used.items() if name.startswith("status_"))
    assert used["status_200"] >= 4
    assert used["status_400"] == 1
    assert organization.pauses == [0.5, 1.0, 1.5] * 2
    assert organization.warnings == []


def test_a_usage_query_that_stays_running_is_an_error(organization):
    organization.reset(seed(), usage_query_running_reads=1000)
    with pytest.raises(UnreachableError, match=f"is not there after {LOOKS} looks: try again later"):
        organization.read("oauth_clients", include_usage=True)
    assert len(organization.pauses) == LOOKS - 1
    assert 120 < sum(organization.pauses) < 200


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/results/", {"queryStatus": "Failed"}, "PureCloud's query failed"),
        ("/results/", {}, "PureCloud's query failed"),
        ("/results/", {"queryStatus": "Complete", "results": ["x"]}, "something else than numbers"),
        ("/results/", {"queryStatus": "Complete", "results": [{"requests": "many"}]}, "something else than numbers"),
        ("/summary$", {"executionId": None}, "PureCloud started no query"),
    ],
)
def test_a_usage_query_that_fails_is_an_error(organization, path, body, sentence):
    organization.reset(seed())
    organization.fault(method="GET", path=f"/usage.*{path}|{path}", kind="status", status=200, body=body)
    with pytest.raises(UnreachableError, match=sentence):
        organization.read("oauth_clients", include_usage=True)


def test_a_usage_that_is_cut_off_is_said(organization):
    organization.reset(seed())
    body = {"queryStatus": "Complete", "results": [{"requests": 3}], "cursors": {"after": "abc"}}
    organization.fault(method="GET", path="/results/", kind="status", status=200, body=body)
    assert organization.read("oauth_clients", include_usage=True)[0]["usage"]["requests"] == 3
    assert "the numbers are too low, give fewer usage_days" in organization.warnings[0]


def test_a_client_that_is_deleted_meanwhile_is_left_out_of_the_usage(organization):
    organization.reset(seed(some_clients(1)))
    organization.fault(method="GET", path=f"{identifier(2, 0)}/usage/summary", kind="status", status=404)
    assert [client["name"] for client in organization.read("oauth_clients", include_usage=True)] == ["Key"]


@pytest.mark.parametrize("days", [0, 91, -1])
def test_usage_days_have_bounds_that_are_checked_before_anything_is_asked(organization, days):
    organization.reset(seed())
    with pytest.raises(ValidationError, match=f"^usage_days is {days}, it must lie between 1 and 90$"):
        organization.read("oauth_clients", usage_days=days)
    assert organization.requests() == []


def test_roles_are_found_by_name_id_and_default_role_id(organization):
    policies = [{"domain": "journey", "entityName": "segment", "actionSet": ["view"]}]
    organization.reset(seed(roles=[{**some_roles(1)[0], "policies": policies, "description": "x"}]))
    (found,) = organization.read("roles", name="Sample 0000")
    assert found == organization.read("roles", id=identifier(1, 0))[0]
    assert (found["description"], found["default"], found["default_role_id"]) == ("x", False, None)
    assert [(policy["domain"], policy["entity_name"], policy["action_set"]) for policy in found["permission_policies"]] == [("journey", "segment", ["view"])]
    (admin,) = organization.read("roles", default_role_id="admin")
    assert admin["default"] is True
    assert organization.read("roles", name=admin["name"], default_role_id="employee") == []


def test_default_roles_are_compared_with_what_was_delivered(organization):
    organization.reset(seed(roles=some_roles(1)))
    writer = organization.client()
    writer.http.read_only = False
    (employee,) = writer.list("/authorization/roles", {"defaultRoleId": "employee"})
    removed, *kept = employee["permissionPolicies"]
    added = {"domain": "journey", "entityName": "segment", "actionSet": ["view"]}
    writer.put(f"/authorization/roles/{employee['id']}", {"name": employee["name"], "permissionPolicies": [*kept, added]})
    organization.process.control("DELETE", "requests")
    roles = {role["name"]: role for role in organization.read("roles", compare_default=True)}
    found = roles[employee["name"]]
    assert [(policy["domain"], policy["entity_name"], policy["action_set"]) for policy in found["added_permission_policies"]] == [
        ("journey", "segment", ["view"])
    ]
    assert {(policy["domain"], policy["entity_name"]) for policy in found["removed_permission_policies"]} == {(removed["domain"], removed["entityName"])}
    assert "added_permission_policies" not in roles["Sample 0000"]
    others = [role for role in roles.values() if role["default"] and role is not found]
    assert others
    assert all(role["added_permission_policies"] == role["removed_permission_policies"] == [] for role in others)
    assert len([entry for entry in organization.requests() if "comparedefault" in entry["path"]]) == len(others) + 1


def test_a_default_role_without_anything_to_compare_with_is_no_error(organization):
    organization.reset(seed())
    organization.fault(method="GET", path="/comparedefault/", kind="status", status=404)
    (admin,) = organization.read("roles", default_role_id="admin", compare_default=True)
    assert admin["added_permission_policies"] is admin["removed_permission_policies"] is None


def test_users_by_state_address_and_role(organization):
    states = ["active", "inactive", "deleted"]
    users = [{**user, "state": state, "roles": ["Supervisor"]} for user, state in zip(some_users(3), states, strict=True)]
    organization.reset(seed(users=users))
    emails = [user["email"] for user in users]
    for state, index in (("active", 0), ("inactive", 1), ("deleted", 2)):
        for filters in ({}, {"emails": emails}, {"emails": [f" {email.upper()}" for email in emails]}):
            found = organization.read("users", user_state=state, query=SAMPLE, **filters)
            assert [(user["id"], user["user_state"]) for user in found] == [(identifier(3, index), state)]
    assert [user["user_state"] for user in organization.read("users", user_state="any", emails=emails)] == states
    # A deleted user is no holder of a role any more, whatever grants are left.
    assert [user["user_state"] for user in organization.read("users", user_state="any", role="Supervisor")] == states[:2]
    assert [user["id"] for user in organization.read("users", emails=[emails[0]], role="supervisor")] == [identifier(3, 0)]
    assert organization.read("users", emails=[emails[0]], role="admin") == []


def test_users_with_their_own_roles(organization):
    users = some_users(2, roles=[{"role": "Admin", "division": "*"}])
    group = {"name": "Group", "members": [users[0]["email"]], "roles": ["Supervisor"]}
    organization.reset(seed(users=[*users, {**users[0], "id": identifier(3, 9), "email": "gone@example.com", "state": "deleted"}], groups=[group]))
    found = organization.read("users", user_state="any", include_roles=True, query=SAMPLE)
    assert all({"role", "role_id", "division", "division_id"} == set(grant) for user in found for grant in user["roles"])
    assert [[(grant["role"], grant["division"]) for grant in user["roles"]] for user in found if user["user_state"] == "active"] == [
        [("Admin", "*"), ("Employee", "Home")]
    ] * 2
    assert [user["id"] for user in organization.read("users", role="supervisor")] == [identifier(3, 0)]
    assert "roles" not in organization.read("users")[0]


@pytest.mark.parametrize("filters", [{}, {"emails": ["sample0000@example.com"]}, {"role": "supervisor"}])
def test_users_who_were_invited_are_shown_as_such(organization, filters):
    organization.reset(seed(users=some_users(1, roles=["Supervisor"])))
    assert organization.read("users", **filters)[0]["invited"] is False
    writer = organization.client()
    writer.http.read_only = False
    writer.command(f"/users/{identifier(3, 0)}/invite")
    assert organization.read("users", **filters)[0]["invited"] is True


def test_a_user_whose_grants_are_gone_holds_nothing(organization):
    organization.reset(seed(users=some_users(1)))
    organization.fault(method="GET", path="/authorization/subjects/", kind="status", status=404)
    assert organization.read("users", include_roles=True)[0]["roles"] == []


def test_somebody_who_had_an_address_before_is_not_found_by_it(organization):
    organization.reset(seed(users=some_users(1)), user_search_lag_seconds=3600)
    writer = organization.client()
    writer.http.read_only = False
    user = writer.get(f"/users/{identifier(3, 0)}")
    writer.patch(f"/users/{identifier(3, 0)}", {"version": user["version"], "email": "new@example.com"})
    assert organization.read("users", emails=["sample0000@example.com"]) == []


@pytest.mark.parametrize(
    ("role", "error", "sentence"),
    [
        ("Supervisr", ValidationError, "^users by role: role 'Supervisr' does not exist: the closest is 'Supervisor'$"),
        ("", ValidationError, "^users by role: role '' does not exist: "),
        ("Twin", ConflictError, "^users by role: role 'Twin' is ambiguous, it matches the ids .*, .*: give the id$"),
    ],
)
def test_a_role_that_is_unknown_or_ambiguous_is_an_error(organization, role, error, sentence):
    twins = [{"name": "Twin", "id": identifier(1, number)} for number in range(2)]
    organization.reset(seed(roles=twins))
    with pytest.raises(error, match=sentence):
        organization.read("users", role=role)
    assert len(organization.read("roles", name="Twin")) == 2


def test_ip_ranges_by_service_and_direction(organization):
    organization.reset(seed(region="eu-central-1"))
    entries = [
        {"cidr": "203.0.113.0/24", "service": "api", "region": "eu-central-1", "direction": "inbound"},
        {"cidr": "9.0.0.0/8", "service": "api", "region": "eu-central-1", "direction": "outbound"},
        {"cidr": "2001:db8::/32", "service": "smtp", "region": "eu-central-1", "direction": "both"},
        {"cidr": "10.0.0.0/8", "service": "smtp", "region": "eu-central-1"},
        {"cidr": "unknown", "service": "smtp"},
    ]
    organization.fault(method="GET", path="/ipranges$", kind="status", status=200, body={"entities": entries}, times=0)

    def read(**filters):
        return [item["cidr"] for item in organization.read("ip_ranges", **filters)]

    assert read() == ["9.0.0.0/8", "10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32", "unknown"]
    assert read(direction="inbound") == ["10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32", "unknown"]
    assert read(direction="outbound") == ["9.0.0.0/8", "10.0.0.0/8", "2001:db8::/32", "unknown"]
    assert read(direction="both") == ["10.0.0.0/8", "2001:db8::/32", "unknown"]
    assert read(service=["api"], direction="inbound") == ["203.0.113.0/24"]
    assert read(service=["api", "smtp"]) == read()
    assert organization.read("ip_ranges")[4] == {"cidr": "unknown", "service": "smtp", "region": None, "direction": None}


@pytest.mark.parametrize("count", COUNTS)
def test_all_ip_ranges_are_read(organization, count):
    organization.reset(seed())
    body = {"entities": [{"cidr": f"10.{number // 256}.{number % 256}.0/24", "service": "api"} for number in range(count)]}
    organization.fault(method="GET", path="/ipranges$", kind="status", status=200, body=body)
    assert [item["cidr"] for item in organization.read("ip_ranges")] == [entity["cidr"] for entity in body["entities"]]


@pytest.mark.parametrize("noun", MODULES)
def test_a_wrong_query_is_an_error(organization, noun):
    organization.reset(seed(some_clients(1), some_roles(1), some_users(1)))
    with pytest.raises(ValidationError, match="^query is not a usable JMESPath expression: "):
        organization.read(noun, query="[?name==")


def test_stored_secrets_are_tried(organization):
    organization.reset(seed([{"name": "sample", "id": identifier(2, 1), "secret": "right", "roles": ["User"]}]))
    key = Seal(KEY)
    pairs = [
        {"client_id": identifier(2, 1), "secret": key.seal("right")},
        {"client_id": identifier(2, 1), "secret": key.seal("wrong")},
        {"client_id": identifier(2, 2), "secret": key.seal("right")},
    ]
    spec = SPECS["oauth_clients"]
    params = {**{name: option.get("default") for name, option in spec.options.items()}, "try_secrets": pairs, "seal_key": KEY}
    context = Context(True, False, organization.warnings.append, organization.secrets.add)
    result = spec.prepare(organization.client(), params, context).result
    assert [item["accepted"] for item in result["tried_secrets"]] == [True, False, False]
    assert {"right", "wrong"} <= organization.secrets
    with pytest.raises(ValidationError, match=r"try_secrets\[0\].secret must be sealed with seal_key, not given in plain"):
        spec.prepare(organization.client(), {**params, "try_secrets": [{"client_id": "x", "secret": "right"}]}, context)
