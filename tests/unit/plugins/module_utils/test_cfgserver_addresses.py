# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several addresses in url, and cfgserver_api: auto, against two sandboxes that stand for the nodes of one server."""

from __future__ import annotations

import socket

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.answers import GAX
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.session import addresses
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, UnreachableError, ValidationError
from sandbox.process import SandboxProcess
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, TRANSPORTS, Server, quick

GIVEN = {"options": {"general": {"a": "9"}}}
OBJECT = {"name": NAME, "options": {"general": {"a": "1"}}}
GWS_ROOT = "/api/v2/platform/configuration"


@pytest.fixture(scope="module")
def processes():
    with SandboxProcess() as first, SandboxProcess() as second:
        yield first, second


@pytest.fixture(params=TRANSPORTS)
def nodes(processes, request, monkeypatch):
    quick(monkeypatch)
    found = [Server(process, request.param) for process in processes]
    for node in found:
        node.reset([OBJECT])
    return found


@pytest.fixture
def node(processes, monkeypatch):
    quick(monkeypatch)
    found = Server(processes[0], "auto")
    found.reset([OBJECT])
    return found


@pytest.fixture
def closed():
    """An address where nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def value(node):
    return node.stored()["options"]["general"]["a"]


# -- several addresses


def test_next_address_is_tried_when_nobody_listens_at_the_first(nodes, closed):
    outcome = nodes[0].task(url=[closed, nodes[1].origin()], **GIVEN)
    assert outcome.error is None and outcome.warnings == [] and value(nodes[1]) == "9" and nodes[1].logins() == 1


def test_next_address_is_tried_when_the_first_speaks_no_tls(nodes):
    assert nodes[0].task(url=[nodes[0].origin().replace("http", "https"), nodes[1].origin()], **GIVEN).error is None
    assert (value(nodes[0]), value(nodes[1])) == ("1", "9")


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("where", ["login", "read", "late read"])
def test_next_address_is_tried_when_the_first_is_down(nodes, status, where):
    login = "session/login" if nodes[0].api == "gax" else "/tenants$"
    path, nth = {"login": (login, 1), "read": (nodes[0].objects + "$", 1), "late read": ("/101$", 1)}[where]
    nodes[0].fault("status", path=path, status=status, nth=nth, times=0)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert outcome.error is None and (value(nodes[0]), value(nodes[1])) == ("1", "9")
    assert nodes[0].writes() == [] and nodes[1].logins() == 1


def test_address_that_recovers_is_found_again(nodes, closed):
    login = "session/login" if nodes[0].api == "gax" else "/tenants$"
    nodes[0].fault("status", path=login, status=503, times=3)
    assert nodes[0].task(url=[nodes[0].origin(), closed], **GIVEN).error is None and value(nodes[0]) == "9"


def test_wrong_credentials_are_not_tried_elsewhere(nodes):
    outcome = nodes[0].task(url=[node.origin() for node in nodes], password="wrong", **GIVEN)
    assert isinstance(outcome.error, AuthenticationError) and nodes[0].logins() == 1 and nodes[1].logins() == 0


def test_something_else_at_the_first_address_is_an_error(nodes):
    nodes[0].fault("html", times=0)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "HTML page" in outcome.message and nodes[1].logins() == 0


def test_error_says_what_each_address_answered(nodes, closed):
    nodes[0].fault("status", status=503, body={"message": "backup"}, times=0)
    outcome = nodes[0].task(url=[closed, nodes[0].origin()], **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "no address in url can be used" in outcome.message
    assert closed in outcome.message and "no connection" in outcome.message
    assert nodes[0].origin() in outcome.message and "HTTP 503" in outcome.message and PASSWORD not in outcome.message and "\n" not in outcome.message


@pytest.mark.parametrize("status", [502, 503])
def test_no_other_address_is_tried_once_a_write_was_sent(nodes, status):
    nodes[0].fault("status", method="PUT", status=status, times=0)
    nodes[0].fault("status", method="GET", path="/101", nth=2, status=503, times=0)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and value(nodes[1]) == "1" and nodes[1].logins() == 0, outcome.message
    assert len(nodes[0].writes()) == 1


def test_verification_that_fails_says_that_no_other_address_is_tried(nodes):
    nodes[0].fault("status", method="GET", path="/101", nth=2, status=503, times=0)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "after a write was sent no other address" in outcome.message
    assert (value(nodes[0]), value(nodes[1])) == ("9", "1")


def test_write_that_never_left_goes_to_the_next_address_after_another_read(nodes, closed, monkeypatch):
    """The first node disappears between the late read and the write."""
    update = nodes[0].transport.update
    gone = []

    def interrupted(self, base, wanted):
        if not gone:
            gone.append(self._session.http.base_url)
            self._session.http.base_url = closed
            self._session.http.session.close()
        return update(self, base, wanted)

    monkeypatch.setattr(nodes[0].transport, "update", interrupted)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert outcome.error is None and (value(nodes[0]), value(nodes[1])) == ("1", "9"), outcome.message
    assert nodes[0].writes() == [] and len(nodes[1].writes()) == 1


@pytest.mark.parametrize("method, params", [("PUT", GIVEN), ("POST", {"name": "fresh", **GIVEN}), ("DELETE", {"state": "absent"})])
def test_write_that_a_dead_session_refused_goes_to_the_next_address_after_another_read(nodes, method, params):
    """The first node ends the session instead of executing the write, and takes no new login. A DBID is never used again, so a delete needs no other read."""
    login = "session/login" if nodes[0].api == "gax" else "/tenants$"
    nodes[0].fault("status", method=method, path=nodes[0].objects, status=401, times=0)
    nodes[0].fault("status", path=login, status=503, nth=2, times=0)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **params)
    assert outcome.error is None, outcome.message
    assert len(nodes[0].writes()) == 1 and len(nodes[1].writes()) == 1
    requests = [request.split()[0] for request in nodes[1].requests()]
    assert method == "DELETE" or requests.index("GET") < requests.index(method)
    stored = nodes[1].stored(params.get("name", NAME))
    assert stored is None if method == "DELETE" else stored["options"]["general"]["a"] == "9"
    assert value(nodes[0]) == "1"


def test_nothing_of_the_session_is_taken_to_the_next_address(nodes):
    nodes[0].fault("status", method="GET", path="/101$", status=503, times=0)
    for node in nodes:
        node.switch(gws_csrf=True)
    outcome = nodes[0].task(url=[node.origin() for node in nodes], **GIVEN)
    assert outcome.error is None and value(nodes[1]) == "9"


SETTINGS = {"username": "me", "base_path": None, "allow_plain_http": False}


@pytest.mark.parametrize(
    "urls, found",
    [
        (["https://a", "https://b:8443/"], ["https://a/gax/api", "https://b:8443/gax/api"]),
        (["https://a", "https://a/gax/api/"], ["https://a/gax/api"]),
    ],
)
def test_addresses(urls, found):
    assert addresses({**SETTINGS, "url": urls}, GAX.base_path) == found


@pytest.mark.parametrize(
    "bad, part", [("http://b.example.com", "plain http to b.example.com"), ("https://me:geheim@b", "must not hold a user name"), ("b", "not a usable URL")]
)
def test_every_address_is_checked(bad, part):
    with pytest.raises(ValidationError, match=part) as caught:
        addresses({**SETTINGS, "url": ["https://a", bad]}, GAX.base_path)
    assert "geheim" not in caught.value.message


@pytest.mark.parametrize("api", [*TRANSPORTS, "auto"])
def test_password_in_an_address_is_registered_before_it_is_refused(processes, api):
    node = Server(processes[0], api)
    outcome = node.task(url=["https://a", "https://me:geheim@b"], **GIVEN)
    assert isinstance(outcome.error, ValidationError) and "https://me:geheim@b" in outcome.secrets


@pytest.mark.parametrize(
    "given, environ, found",
    [
        ("https://a", {}, ["https://a"]),
        ("https://a, https://b", {}, ["https://a", "https://b"]),
        (["https://a", ""], {}, ["https://a"]),
        (None, {"CFGSERVER_URL": "https://a,https://b"}, ["https://a", "https://b"]),
        ([], {"CFGSERVER_URL": "https://a"}, ["https://a"]),
        ([""], {"CFGSERVER_URL": ""}, None),
        ("", {}, None),
        (None, {}, None),
    ],
)
def test_one_or_several_addresses_by_option_and_environment(given, environ, found):
    assert CFGSERVER.settings({"timeout": 60, "url": given}, environ)["url"] == found


# -- which interface


def probes(node):
    """What was asked without a session: the schema of GAX and the root of Web Services."""
    return [request for request in node.requests() if request.endswith(("/cfg/schema", GWS_ROOT))]


@pytest.mark.parametrize("prefix, found", [("/gax/api", "gax"), ("/elsewhere", "gws")])
@pytest.mark.parametrize("check", [True, False])
def test_result_says_what_was_found_and_where(node, closed, prefix, found, check):
    node.switch(gax_prefix=prefix)
    expected = {"cfgserver_api": found, "url": [node.origin()]}
    outcome, info = node.task(check=check, url=[closed, node.origin()], **GIVEN), node.info(name=NAME)
    assert outcome.result["cfgserver_found"] == expected == info.result["cfgserver_found"] and outcome.warnings == info.warnings == []
    assert "cfgserver_found" not in node.task(cfgserver_api=found, **GIVEN).result


@pytest.mark.parametrize("given", ["auto", "gax", "gws"])
def test_the_interface_is_looked_for_once_for_a_task_and_only_when_asked(node, given):
    outcome = node.task(cfgserver_api=given, **GIVEN)
    assert outcome.error is None and value(node) == "9"
    assert probes(node) == (["GET /gax/api/cfg/schema"] if given == "auto" else [])


def test_web_services_are_found_where_gax_is_not(node):
    node.switch(gax_prefix="/elsewhere", gws_csrf=True)
    assert node.task(**GIVEN).error is None and value(node) == "9"
    assert probes(node) == ["GET /gax/api/cfg/schema", f"GET {GWS_ROOT}"] and node.writes() == [f"PUT {GWS_ROOT}/transactions"]
    assert node.task(state="absent").result["changed"]


def test_base_path_holds_for_both(node):
    node.switch(gax_prefix="/elsewhere")
    assert node.task(base_path="/elsewhere", **GIVEN).error is None
    assert node.task(base_path=GWS_ROOT, **GIVEN).error is None


@pytest.mark.parametrize(
    "kind, details, part",
    [
        ("status", {"status": 404}, "answers HTTP 404"),
        ("html", {}, "answers HTTP 200 and an HTML page"),
        (
            "status",
            {"status": 302, "headers": {"Location": "https://sso.example.com/login?x=1"}},
            "answers HTTP 302, a redirect to https://sso.example.com/login",
        ),
        ("status", {"status": 200, "body": {"isenabled": 1}}, "answers HTTP 200 and something else"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_error_says_what_was_found_at_each(node, kind, details, part, check):
    node.fault(kind, times=0, **details)
    outcome = node.task(check=check, **GIVEN)
    assert isinstance(outcome.error, UnreachableError), outcome.message
    assert "cfgserver_api: auto finds neither GAX nor Web Services" in outcome.message and outcome.message.count(part) == 2 and "x=1" not in outcome.message
    assert node.logins() == 0 and node.writes() == [] and "\n" not in outcome.message


def test_nobody_listens(node, closed):
    outcome = node.task(url=[closed], **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and outcome.message.count("no connection") == 1


@pytest.mark.parametrize("kind, details, part", [("reset_before", {}, "the connection broke"), ("hang", {"seconds": 5}, "no answer within")])
def test_address_that_gives_no_answer_is_asked_for_one_interface_only(nodes, node, kind, details, part):
    node.fault(kind, times=0, **details)
    outcome = node.task(timeout=0.2, **GIVEN)
    assert isinstance(outcome.error, UnreachableError) and outcome.message.count(part) == 1 and "\n" not in outcome.message
    assert set(probes(node)) == {"GET /gax/api/cfg/schema"}
    assert node.task(timeout=2.0, url=[node.origin(), nodes[1].origin()], **GIVEN).error is None and value(nodes[1]) == "9"


def test_interface_is_looked_for_at_every_address(node, closed):
    assert node.task(url=[closed, node.origin()], **GIVEN).error is None and value(node) == "9"


def test_no_address_is_asked_when_an_option_is_wrong(node):
    for wrong in ({"url": None}, {"username": None}, {"name": " "}, {"options": {"s": {"k": 1.5}}}):
        assert isinstance(node.task(**{**GIVEN, **wrong}).error, ValidationError)
    assert node.requests() == []


def test_credentials_do_not_come_before_an_interface_is_found(node):
    node.fault("status", status=404, times=0)
    outcome = node.task(**GIVEN)
    assert PASSWORD not in outcome.message and {entry["client"] for entry in node.process.control("GET", "requests")} == {None}
