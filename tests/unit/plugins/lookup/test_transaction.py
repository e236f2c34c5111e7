# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup against a sandbox, in one process: what comes, what is refused, and what the server is asked."""

from __future__ import annotations

import json

import pytest
from ansible import constants
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from ansible_collections.genesys.hybrid.plugins.lookup import transaction
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, UnreachableError
from ansible_collections.genesys.hybrid.plugins.plugin_utils._run_cache import RunCache
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, USERNAME, Server

try:
    from ansible.template import trust_as_template as trusted
except ImportError:
    trusted = str

BROKEN = trusted("{{ 'geheim' ~ undefined_variable }}")
TRANSACTIONS = [
    {"name": NAME, "options": {"general": {"organization_id": "shared", "a/b": "slash", "empty": ""}, "ewt": {"client_id": "id", "password": "geheim-1"}}},
    {"name": NAME, "tenant": "Example One", "options": {"general": {"organization_id": "own"}}},
    {"name": "macro", "type": "CFGTRTMacro", "options": {"s": {"k": "m"}}},
]


@pytest.fixture(params=["gax", "gws"])
def server(process, request):
    return Server(process, request.param)


@pytest.fixture(autouse=True)
def run_of_ansible(server, tmp_path, monkeypatch):
    """A run of its own for each test."""
    server.reset(TRANSACTIONS)
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    tmp_path.chmod(0o700)


def look(server, *terms, variables=None, **options):
    plugin = lookup_loader.get("genesys.hybrid.transaction", loader=DataLoader(), templar=Templar(loader=DataLoader(), variables=variables or {}))
    connection = {"cfgserver_api": server.api, "url": server.origin(), "username": USERNAME, "password": PASSWORD, "timeout": 10}
    return plugin.run(list(terms), variables=variables, **{**connection, **options})


@pytest.mark.parametrize(
    "term, options, expected",
    [
        (f"{NAME}/general/organization_id", {}, "shared"),
        (f"{NAME}/general/organization_id", {"tenant": "Example One"}, "own"),
        (f"{NAME}/general/organization_id", {"tenant": "Example Two"}, "shared"),
        (f"{NAME}/general/a/b", {}, "slash"),
        (f"{NAME}/general/empty", {}, ""),
        (f"{NAME}/ewt", {}, {"client_id": "id", "password": "geheim-1"}),
        (NAME, {"tenant": "Example One"}, {"general": {"organization_id": "own"}}),
        (NAME, {"section": "general", "option": "a/b"}, "slash"),
        ("macro/s/k", {"type": "macro"}, "m"),
        (f"{NAME}/none", {"default": None}, None),
        (f"{NAME}/ewt/password", {"tenant": "Example One", "default": "x"}, "x"),
        ("none", {"default": []}, []),
        (NAME, {"tenant": "Example Two", "environment_fallback": False, "default": "x"}, "x"),
    ],
)
def test_values(server, term, options, expected):
    assert look(server, term, **options) == [expected]


def test_sources(server):
    term = f"{NAME}/general/organization_id"
    assert look(server, term, tenant="Example One", with_source=True) == [{"value": "own", "tenant": "Example One", "dbid": "102"}]
    assert look(server, term, tenant="Example Two", with_source=True) == [{"value": "shared", "tenant": "Environment", "dbid": "101"}]
    assert look(server, f"{NAME}/x", with_source=True, default="d") == [{"value": "d", "tenant": None, "dbid": None}]


def test_everything_costs_one_login_and_one_read(server):
    for _time in range(3):
        look(server, NAME, f"{NAME}/general", f"{NAME}/ewt/client_id", f"{NAME}/none", default="x")
    assert server.logins() == 1 and server.requests() == [f"GET {server.objects}"]


@pytest.mark.parametrize(
    "options, reads, absent",
    [
        ({"tenant": "Example One"}, 2, 0),
        ({"tenant": "Example Two"}, 3, 1),
        ({"username": "auditor"}, 1, 0),
        ({"type": "macro"}, 1, 1),
        ({"validate_certs": False}, 1, 0),
    ],
)
def test_another_tenant_account_or_type_is_another_object(server, options, reads, absent):
    """GAX is asked twice for what it does not show: whether it filters by tenant is not known before it has shown something."""
    look(server, NAME, default="x")
    before = len(server.requests())
    look(server, NAME, default="x", **options)
    assert len(server.requests()) - before == reads + (absent if server.api == "gax" else 0) and server.logins() == 2


def test_changes_show_after_a_refresh(server):
    term = f"{NAME}/general/organization_id"
    look(server, term)
    server.task(options={"general": {"organization_id": "new"}})
    assert look(server, term) == ["shared"]
    assert look(server, term, refresh=True) == ["new"]
    assert look(server, term) == ["new"]


def test_values_with_and_without_a_default_are_read_once(server):
    assert look(server, f"{NAME}/general/organization_id", default="x") == look(server, f"{NAME}/general/organization_id") == ["shared"]
    assert server.logins() == 1 and server.requests() == [f"GET {server.objects}"]


def test_default_is_nothing_that_a_lookup_without_one_shares(server, monkeypatch):
    """Whoever waits for the same object gets the same answer; an error names the objects that there are, though a default had no need of them."""
    monkeypatch.setattr(RunCache, "once", shared(RunCache.once))
    assert look(server, "hybrid_integratoin", default="x") == ["x"]
    with pytest.raises(AnsibleLookupError, match=f"the closest is '{NAME}'"):
        look(server, "hybrid_integratoin")


def test_failure_to_name_the_others_is_nothing_that_a_default_shares(server, monkeypatch):
    monkeypatch.setattr(RunCache, "once", shared(RunCache.once))
    monkeypatch.setattr(transaction.LookupModule, "_names", failing)
    with pytest.raises(AnsibleLookupError, match="no names"):
        look(server, "none")
    assert look(server, "none", default="x") == ["x"]


def failing(*_arguments):
    raise UnreachableError("no names")


def shared(once):
    """RunCache.once for lookups that all begin at the same moment: each takes what the first of them got, an error too."""
    known = {}

    def run(self, what, read, **arguments):
        key = json.dumps(what, sort_keys=True, default=str)
        if key not in known:
            try:
                known[key] = (once(self, what, read, **arguments), None)
            except HybridError as error:
                known[key] = (None, error)
        found, error = known[key]
        if error is not None:
            raise error
        return found

    return run


def test_absence_is_not_remembered(server):
    assert look(server, "late/s/k", default="x") == ["x"]
    server.task(name="late", options={"s": {"k": "v"}})
    assert look(server, "late/s/k", default="x") == ["v"]


@pytest.mark.parametrize(
    "terms, options, message",
    [
        ([f"{NAME}/"], {}, "empty part"),
        ([" "], {}, "empty part"),
        ([NAME], {"section": ""}, "empty part"),
        ([NAME], {"option": "k"}, "option is given without section"),
        ([NAME, 5], {}, "a term must be text like .* not int"),
        ([NAME], {"url": ""}, "url is missing"),
        ([NAME], {"url": "http://u:geheim@gax.example.com"}, "must not hold a user name or password"),
        ([NAME], {"timeout": -1}, "timeout must be"),
        ([NAME], {"type": "nonsense"}, "nonsense"),
        ([NAME], {"password": {"geheim": "geheim"}}, "password must be text"),
        ([NAME], {"password": None, "variables": {"hybrid_cfgserver_password": ["geheim"]}}, "hybrid_cfgserver_password must be text"),
        ([NAME], {"password": None, "variables": {"hybrid_cfgserver_password": BROKEN}}, "hybrid_cfgserver_password needs undefined_variable"),
    ],
)
def test_bad_input_is_refused_before_a_request(server, terms, options, message):
    with pytest.raises(AnsibleError, match=message) as caught:
        look(server, *terms, **options)
    assert "geheim" not in str(caught.value) and server.logins() == 0


@pytest.mark.parametrize(
    "term, options, message",
    [
        ("hybrid_integratoin", {}, f"type list does not exist in tenant 'Environment' or is not visible .*: the closest is '{NAME}'"),
        (NAME, {"tenant": "Example Two", "environment_fallback": False}, "does not exist in tenant 'Example Two' or is not visible .*: there is none"),
        ("x", {"tenant": "Example One"}, f"does not exist in tenant 'Example One' or Environment or is not .*: there is '{NAME}'"),
        (f"{NAME}/generl", {}, f"transaction '{NAME}' of tenant 'Environment' has no section 'generl': the closest is 'general'"),
        (f"{NAME}/ewt/clientid", {}, "has no option 'clientid' in section 'ewt': the closest is 'client_id'"),
        (NAME, {"tenant": "Example 1", "default": "x"}, "tenant 'Example 1' does not exist"),
        (NAME, {"password": "geheim-wrong", "default": "x"}, "refuses the login"),
    ],
)
def test_what_cannot_be_found(server, term, options, message):
    with pytest.raises(AnsibleLookupError, match=message) as caught:
        look(server, term, **options)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("mask, message", [("masked", "the server masks ewt/password"), ("empty", "ewt/password reads empty, as every secret")])
@pytest.mark.parametrize("term", [NAME, f"{NAME}/ewt", f"{NAME}/ewt/password"])
def test_hidden_values_are_never_returned(server, mask, message, term):
    server.switch(cfgserver_secrets=mask)
    with pytest.raises(AnsibleLookupError, match=message):
        look(server, term, default="x")
    assert look(server, f"{NAME}/ewt/client_id", f"{NAME}/general/empty") == ["id", ""]


def test_variables_are_templated_and_options_are_not(server, monkeypatch):
    monkeypatch.delenv("CFGSERVER_USERNAME", raising=False)
    try:
        from ansible.template import trust_as_template as trust
    except ImportError:
        trust = str
    variables = {"account": USERNAME, "hybrid_cfgserver_username": trust("{{ account }}"), "hybrid_transaction_tenant": "Example One"}
    assert look(server, f"{NAME}/general/organization_id", variables=variables, username=None) == ["own"]
    # A password given as it is may contain anything.
    with pytest.raises(AnsibleLookupError, match="refuses the login"):
        look(server, NAME, password=trust("{{ undefined_variable }}"))


def test_the_run_leaves_no_secret_in_plain(server, tmp_path):
    look(server, NAME)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert kept and b"geheim" not in kept and PASSWORD.encode() not in kept
