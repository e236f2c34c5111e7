# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of fault, and which requests a fault meets."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.client import PureCloudCaller, plain_session, request_token
from sandbox.process import SandboxProcess


def journal(sandbox: SandboxProcess) -> list:
    return sandbox.control("GET", "requests")


def set_fault(sandbox: SandboxProcess, kind: str, **fields: object) -> None:
    sandbox.control("POST", "faults", {"kind": kind, **fields})


def users(sandbox: SandboxProcess) -> int:
    return len(sandbox.control("GET", "state")["purecloud"]["organizations"][0]["users"])


NEW_USER = {"name": "Late", "email": "late@example.com"}


@pytest.mark.parametrize("processed, count", [(False, 1), (True, 2)])
def test_fault_status(sandbox: SandboxProcess, api: PureCloudCaller, processed: bool, count: int) -> None:
    set_fault(sandbox, "status", status=502, headers={"Retry-After": "3"}, processed=processed)
    answer = api.send("POST", "/users", NEW_USER)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["status"]) == (502, "3", 502)
    assert users(sandbox) == count
    assert journal(sandbox)[-1]["fault"] == "status"
    assert api.send("GET", "/users").status_code == 200


@pytest.mark.parametrize("body, expected, kind", [({"a": 1}, b'{"a": 1}', "application/json"), ("oops", b"oops", "text/plain")])
def test_fault_status_with_a_body(sandbox: SandboxProcess, api: PureCloudCaller, body: object, expected: bytes, kind: str) -> None:
    set_fault(sandbox, "status", status=400, body=body)
    answer = api.send("GET", "/users")
    assert answer.content == expected and answer.headers["Content-Type"].startswith(kind)


def test_fault_status_speaks_the_language_of_each_interface(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    set_fault(sandbox, "status", status=429, times=0)
    assert api.send("GET", "/users").json()["code"] == "too.many.requests"
    assert "error_description" in request_token(api.origin, "a", "b").json()
    assert set(plain_session().get(sandbox.info["gax_url"] + "/user/info", timeout=10).json()) == {"code", "message"}
    assert plain_session().get(api.origin + "/api/v2/platform/configuration/transactions", timeout=10).status_code == 429


def test_fault_delay(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    set_fault(sandbox, "delay", seconds=0.4)
    start = time.monotonic()
    api.expect(200, "GET", "/users")
    assert 0.4 <= time.monotonic() - start < 5


@pytest.mark.parametrize("kind, count", [("reset_before", 1), ("reset_after", 2)])
def test_fault_reset(sandbox: SandboxProcess, api: PureCloudCaller, kind: str, count: int) -> None:
    set_fault(sandbox, kind)
    with pytest.raises(requests.ConnectionError) as caught:
        api.send("POST", "/users", NEW_USER)
    assert "Connection reset" in str(caught.value)
    assert users(sandbox) == count
    assert (journal(sandbox)[-1]["fault"], journal(sandbox)[-1]["status"]) == (kind, None)


@pytest.mark.parametrize("processed, count", [(False, 1), (True, 2)])
def test_fault_hang_until_the_client_leaves(sandbox: SandboxProcess, api: PureCloudCaller, processed: bool, count: int) -> None:
    set_fault(sandbox, "hang", processed=processed)
    with pytest.raises(requests.ReadTimeout):
        api.session.post(api.origin + "/api/v2/users", json=NEW_USER, timeout=0.4)
    assert users(sandbox) == count
    deadline = time.monotonic() + 5
    while journal(sandbox)[-1]["client"] is None and processed and time.monotonic() < deadline:
        time.sleep(0.02)
    api.expect(200, "GET", "/users")


def test_fault_hang_ends_by_itself(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    set_fault(sandbox, "hang", seconds=0.3)
    start = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        api.send("GET", "/users")
    assert 0.3 <= time.monotonic() - start < 5


def test_a_hanging_request_does_not_keep_the_server_from_stopping() -> None:
    with SandboxProcess() as process:
        set_fault(process, "hang")
        connection = socket.create_connection(("127.0.0.1", urlsplit(process.info["purecloud_url"]).port or 0))
        connection.sendall(b"GET /api/v2/users HTTP/1.1\r\nHost: a\r\n\r\n")
        while not journal(process):
            time.sleep(0.02)
        start = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - start < 6
        connection.close()


def raw_get(api: PureCloudCaller, path: str) -> bytes:
    """Everything the server sends for a GET until it closes."""
    origin = urlsplit(api.origin)
    with socket.create_connection((origin.hostname or "", origin.port or 0), timeout=10) as connection:
        header = api.session.headers["Authorization"]
        connection.sendall(f"GET /api/v2{path} HTTP/1.1\r\nHost: a\r\nAuthorization: {header!s}\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_fault_truncate(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    full = raw_get(api, "/organizations/me").partition(b"\r\n\r\n")[2]
    set_fault(sandbox, "truncate")
    head, _end, body = raw_get(api, "/organizations/me").partition(b"\r\n\r\n")
    assert f"Content-Length: {len(full)}".encode() in head
    assert body == full[: len(full) // 2]


def test_fault_html(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    set_fault(sandbox, "html")
    answer = api.send("POST", "/users", NEW_USER)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html") and "<html>" in answer.text
    assert users(sandbox) == 1


def test_fault_empty(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    set_fault(sandbox, "empty")
    answer = api.send("POST", "/users", NEW_USER)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ININ-Correlation-Id"]
    assert users(sandbox) == 2


def test_fault_drip(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    length = len(api.send("GET", "/authorization/divisions/limit").content)
    set_fault(sandbox, "drip", seconds=0.2)
    start = time.monotonic()
    assert api.send("GET", "/authorization/divisions/limit").json() == 50
    assert time.monotonic() - start >= 0.2 * (length - 1)


def test_fault_expire_tokens(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    other = api.again()
    gax = plain_session()
    account: dict[str, Any] = {"username": sandbox.info["cfgserver_username"], "password": sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
    gax.post(sandbox.info["gax_url"] + "/session/login", json=account, timeout=10)
    assert gax.get(sandbox.info["gax_url"] + "/user/info", timeout=10).status_code == 200
    set_fault(sandbox, "expire_tokens")
    assert api.send("GET", "/users").status_code == 401
    assert other.send("GET", "/users").status_code == 401
    assert gax.get(sandbox.info["gax_url"] + "/user/info", timeout=10).status_code == 401
    assert api.again().send("GET", "/users").status_code == 200


# (fault fields, statuses of GET users, GET organization, alternating)
MATCHES = [
    ({}, [503, 200, 200, 200]),
    ({"nth": 3}, [200, 200, 503, 200]),
    ({"nth": 2, "times": 2}, [200, 503, 503, 200]),
    ({"times": 0}, [503, 503, 503, 503]),
    ({"path": "/organizations/"}, [200, 503, 200, 200]),
    ({"path": "users$", "nth": 2}, [200, 200, 503, 200]),
    ({"method": "POST", "times": 0}, [200, 200, 200, 200]),
    ({"method": "post|GET", "times": 2}, [503, 503, 200, 200]),
    ({"client": "11111111-1111-4111-8111-1111111100c1|default", "times": 2}, [503, 503, 200, 200]),
    ({"client": "1111", "times": 0}, [200, 200, 200, 200]),
    ({"method": "get", "path": "^/api/v2/organizations", "times": 0}, [200, 503, 200, 503]),
]


@pytest.mark.parametrize("fields, statuses", MATCHES)
def test_which_requests_a_fault_meets(sandbox: SandboxProcess, api: PureCloudCaller, fields: dict, statuses: list[int]) -> None:
    set_fault(sandbox, "status", **fields)
    assert [api.send("GET", path).status_code for path in ["/users", "/organizations/me"] * 2] == statuses


def test_several_faults_and_their_removal(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("POST", "faults", {"faults": [{"kind": "status", "status": 500, "nth": 2}, {"kind": "status", "status": 504, "times": 0}]})
    assert [api.send("GET", "/users").status_code for _dummy in range(3)] == [504, 500, 504]
    sandbox.control("DELETE", "faults")
    assert api.send("GET", "/users").status_code == 200


def test_a_fault_can_meet_one_account_of_the_configuration_server(sandbox: SandboxProcess) -> None:
    gax = plain_session()
    account: dict[str, Any] = {"username": sandbox.info["cfgserver_username"], "password": sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
    set_fault(sandbox, "status", times=0, client=sandbox.info["cfgserver_username"])
    assert gax.post(sandbox.info["gax_url"] + "/session/login", json=account, timeout=10).status_code == 204
    assert gax.get(sandbox.info["gax_url"] + "/user/info", timeout=10).status_code == 503
    assert plain_session().get(sandbox.info["gax_url"] + "/version", timeout=10).status_code == 200


def test_faults_meet_the_configuration_server_too(sandbox: SandboxProcess) -> None:
    set_fault(sandbox, "reset_before", path="/gax/")
    with pytest.raises(requests.ConnectionError):
        plain_session().get(sandbox.info["gax_url"] + "/version", timeout=10)
    assert journal(sandbox)[-1]["path"].startswith("/gax/api/version")


def test_addresses_tell_callers_apart_and_can_go_down() -> None:
    with SandboxProcess("--addresses", "3") as process:
        port = urlsplit(process.info["purecloud_url"]).port
        origins = [f"http://127.0.0.{number}:{port}" for number in (1, 2, 3)]
        set_fault(process, "status", status=418, host="127.0.0.2", nth=2, down=True)
        statuses = [plain_session().get(f"{origin}/api/v2/users", timeout=10).status_code for origin in (*origins, *origins)]
        assert statuses == [401, 401, 401, 401, 418, 401]
        with pytest.raises(requests.ConnectionError):
            plain_session().get(f"{origins[1]}/gax/api/version", timeout=10)
        assert [(entry["host"], entry["fault"]) for entry in journal(process)[3:]] == [
            ("127.0.0.1", None),
            ("127.0.0.2", "status"),
            ("127.0.0.3", None),
            ("127.0.0.2", "reset_before"),
        ]
        process.control("DELETE", "faults")
        assert plain_session().get(f"{origins[1]}/gax/api/version", timeout=10).status_code == 200


def test_the_number_of_addresses_is_bounded() -> None:
    with pytest.raises(RuntimeError, match="--addresses must lie between 1 and 1000"), SandboxProcess("--addresses", "1001"):
        pass
