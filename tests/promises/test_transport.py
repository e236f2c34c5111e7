# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No credential leaves over a connection that is not the one that was asked for: whole modules against real TLS servers, good and bad ones."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils import _http
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import connection as cfgserver_connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import connection as purecloud_connection
from ansible_collections.genesys.hybrid.plugins.modules import cfgserver_tenant_info, purecloud_organization_info
from ansible_collections.genesys.hybrid.plugins.plugin_utils._in_process import execute
from promises.tls import NAME, Authority, Proxy, Server

SYSTEMS = ("purecloud", "cfgserver")
SECRETS = ("sentinel-of-the-client-secret", "sentinel-of-the-password", "sentinel-of-the-token", "sentinel-of-the-proxy")
TLS_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
BAD = {  # what is wrong with a server: what the sentence must say
    "good": "unable to get local issuer certificate",  # where its authority is not named
    "expired": "certificate has expired",
    "of another host": "'localhost'",
    "signed by itself": "self-signed certificate",
}
PROXY_VARIABLES = [variant for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for variant in (name, name.lower())]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the caller decides, and nobody waits between two attempts."""
    for name in (*TLS_VARIABLES, *PROXY_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_http.RetryPolicy, "pause", lambda self, attempt: 0.0)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificates(authority: Authority) -> dict[str, Path]:
    return {
        "good": authority.issue("localhost", "127.0.0.1", NAME),
        "expired": authority.issue("localhost", expired=True),
        "of another host": authority.issue("other.example.test"),
        "signed by itself": authority.issue("localhost", own=True),
    }


@pytest.fixture
def good(certificates: dict[str, Path]) -> Iterator[Server]:
    with Server(certificates["good"]) as server:
        yield server


def task(system: str, address: str, **options: Any) -> dict[str, Any]:
    """One read, with everything that it shows searched for secrets."""
    if system == "purecloud":
        given = {"api_url": address, "client_id": "some-client", "client_secret": SECRETS[0]}
        result = execute(purecloud_organization_info.SPEC, {"timeout": 10.0, **given, **options})
    else:
        given = {"url": [address], "username": "ansible", "password": SECRETS[1]}
        result = execute(cfgserver_tenant_info.SPEC, {"timeout": 10.0, **given, **options})
    for secret in SECRETS:
        assert secret not in str(result)
    return result


def refused(result: dict[str, Any], *words: str) -> None:
    """The task failed with one sentence that holds one of the words."""
    assert result.get("failed"), result
    assert any(word in result["msg"] for word in words) and "\n" not in result["msg"] and "exception" not in result, result


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_server_of_ones_own_authority_is_trusted_where_it_is_named(system: str, good: Server, authority: Authority, report: Any) -> None:
    assert not task(system, good.url(), ca_path=str(authority.path)).get("failed")
    assert good.requests
    report("transport: 1 servers of an own authority trusted")


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(system: str, kind: str, certificates: dict[str, Path], authority: Authority, report: Any) -> None:
    """The good one, too, where its authority is not named; the same server gets everything once verification is off, and a warning says so."""
    with Server(certificates[kind]) as server:
        trust = {} if kind == "good" else {"ca_path": str(authority.path)}
        result = task(system, server.url(), **trust)
        refused(result, "the TLS connection failed")
        assert BAD[kind] in result["msg"] and server.requests == []
        result = task(system, server.url(), validate_certs=False)
        assert not result.get("failed") and "validate_certs is false" in str(result["warnings"])
    report("transport: 1 bad certificates refused before anything was sent")


@pytest.mark.parametrize("unset", ["ca_path", "empty file", *TLS_VARIABLES, "empty connection variables"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_empty_is_unset_and_leaves_verification_on(
    system: str, unset: str, good: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Any
) -> None:
    options = {}
    if unset in ("ca_path", "empty file"):
        (tmp_path / "empty").touch()
        options["ca_path"] = "" if unset == "ca_path" else str(tmp_path / "empty")
    elif unset in TLS_VARIABLES:
        monkeypatch.setenv(unset, "")
    else:
        connection = (purecloud_connection.PURECLOUD, cfgserver_connection.CFGSERVER)[SYSTEMS.index(system)]
        for option in connection.options.values():
            if "env" in option:
                monkeypatch.setenv(option["env"], "")
    refused(task(system, good.url(), **options), "the TLS connection failed")
    assert good.requests == []
    report("transport: 1 empty values left verification on")


def test_no_variable_turns_verification_off() -> None:
    for connection in (purecloud_connection.PURECLOUD, cfgserver_connection.CFGSERVER):
        # Nothing but the one variable that says so in its name, and that not when it is empty.
        inverted = connection.options["validate_certs"]["env_inverted"]
        assert inverted.endswith("_INSECURE")
        names = [option["env"] for option in connection.options.values() if "env" in option and option["type"] != "path"]
        unset = dict.fromkeys(names, "false") | {"CFGSERVER_API": "gax", inverted: ""}
        assert names and connection.settings({}, unset)["validate_certs"] is True


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_bundle_of_the_environment_is_used(system: str, good: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    assert not task(system, good.url()).get("failed")


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2], ids=lambda version: version.name)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_refused(
    system: str, newest: ssl.TLSVersion, certificates: dict[str, Path], authority: Authority, monkeypatch: pytest.MonkeyPatch, report: Any
) -> None:
    """Also by a client whose OpenSSL would allow it."""
    plain = ssl.SSLContext.wrap_socket

    def lenient(context: ssl.SSLContext, *arguments: Any, **keywords: Any) -> Any:
        if not keywords.get("server_side"):
            context.set_ciphers("ALL:@SECLEVEL=0")
        return plain(context, *arguments, **keywords)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", lenient)
    with Server(certificates["good"], newest=newest) as server:
        result = task(system, server.url(), ca_path=str(authority.path))
        if newest >= ssl.TLSVersion.TLSv1_2:
            assert not result.get("failed") and server.requests
            return
        refused(result, "the TLS connection failed")
        assert server.requests == []
    report("transport: 1 servers with old TLS refused")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("at", ["POST", "GET"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_redirect_takes_nothing_to_another_host(
    system: str, at: str, status: int, good: Server, certificates: dict[str, Path], authority: Authority, report: Any
) -> None:
    def act(handler: Any) -> None:
        if handler.command == at:
            handler.answer(status, Location=good.url("127.0.0.1") + handler.path)
        else:
            handler.answer(200, {"access_token": SECRETS[2], "expires_in": 900}) if system == "purecloud" else handler.answer(204)

    with Server(certificates["good"], act) as server:
        refused(task(system, server.url(), ca_path=str(authority.path)), "redirect", "without an OAuth error")
        assert at in [request.method for request in server.requests]
    assert good.requests == []
    report("transport: 1 redirects not followed")


@pytest.mark.parametrize("host", ["cloud.example.test", "192.0.2.1", "localhost.example.test", "127.0.0.1.example.test", "0.0.0.0", "[::ffff:192.0.2.1]"])
@pytest.mark.parametrize("option", ["api_url", "login_url", "url"])
def test_plain_http_is_refused_beyond_loopback(option: str, host: str, monkeypatch: pytest.MonkeyPatch, report: Any) -> None:
    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", lambda *_arguments, **_keywords: pytest.fail("a request was sent"))
    system = "cfgserver" if option == "url" else "purecloud"
    address = f"http://{host}:8080"
    result = task(system, "https://cloud.example.test", **{option: [address] if option == "url" else address})
    refused(result, f"{option} uses plain http to ")
    report("transport: 1 plain http addresses refused")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_plain_http_is_taken_to_loopback(system: str, host: str) -> None:
    with Server(None) as server:
        assert not task(system, server.url(host)).get("failed")


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_proxy_is_used_and_learns_nothing(
    system: str, variable: str, good: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch, report: Any
) -> None:
    with Proxy(good) as proxy:
        monkeypatch.setenv(variable, f"http://someone:{SECRETS[3]}@127.0.0.1:{proxy.server_address[1]}")
        result = task(system, f"https://{NAME}:8443", ca_path=str(authority.path))
        assert not result.get("failed"), result
        assert proxy.heads and all(head.startswith(f"CONNECT {NAME}:8443") and "\nAuthorization" not in head for head in proxy.heads)
        assert "Proxy-Authorization: Basic " in proxy.heads[0]
        refused(task(system, f"https://{NAME}:8443"), "the TLS connection failed")  # a proxy is no reason to trust
    assert any(request.authorization for request in good.requests) or system == "cfgserver" and good.requests
    report("transport: 1 tunnels through a proxy that learned nothing")


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_proxy_is_honoured(system: str, good: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(good) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
        monkeypatch.setenv("NO_PROXY", ".example.test")
        refused(task(system, f"https://{NAME}:8443", ca_path=str(authority.path)), "no connection")
        assert not task(system, good.url(), ca_path=str(authority.path)).get("failed")  # loopback never goes through one
    assert proxy.heads == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_proxy_that_refuses_is_one_sentence_without_its_password(system: str, good: Server, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(good, refuses=407) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:{SECRETS[3]}@127.0.0.1:{proxy.server_address[1]}")
        refused(task(system, f"https://{NAME}:8443", ca_path=str(authority.path)), "the proxy variables of the environment")
    assert good.requests == []


def _endless(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _piece in range(1000):
        handler.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def _compressed(handler: Any) -> None:
    body = gzip.compress(b" " * 50_000_000)
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("act", [_endless, _compressed])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_size_of_an_answer_is_bounded(
    system: str, act: Any, certificates: dict[str, Path], authority: Authority, monkeypatch: pytest.MonkeyPatch, report: Any
) -> None:
    monkeypatch.setattr(_http, "MAXIMUM_BODY", 1024 * 1024)
    with Server(certificates["good"], act) as server:
        refused(task(system, server.url(), ca_path=str(authority.path)), "the answer is larger than 1 MiB")
        assert len(server.requests) == 1
    report("transport: 1 endless answers cut off")


@pytest.mark.parametrize("system", SYSTEMS)
def test_headers_that_drip_do_not_hold_a_task(system: str, certificates: dict[str, Path], authority: Authority, report: Any) -> None:
    drops = []

    def act(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _drop in range(1000):
            handler.wfile.write(b"X")
            drops.append(1)
            handler.server.pause.wait(0.02)

    with Server(certificates["good"], act) as server:
        server.pause = threading.Event()
        refused(task(system, server.url(), ca_path=str(authority.path), timeout=0.3), "no answer within 0.3 seconds")
        assert 1 < len(server.requests) <= _http.RetryPolicy().attempts and len(drops) < 1000
    report("transport: 1 dripping headers given up")
