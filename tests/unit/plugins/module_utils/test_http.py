# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client against a server that fails: the sandbox, whose faults are real resets, delays and broken bodies."""

from __future__ import annotations

import http.server
import socket
import threading
import time

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import UnreachableError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import Answer, HttpClient, ReadOnlyViolation, RetryPolicy, check_url

PATH = "/oauth/token"  # answers 400 without credentials; no token is needed
READ = "/api/v2/organizations/me"  # answers 401 without a token


class Recorder:
    """A sleep that only remembers."""

    def __init__(self):
        self.pauses = []

    def __call__(self, seconds):
        self.pauses.append(seconds)


@pytest.fixture
def sleep():
    return Recorder()


@pytest.fixture
def client(sandbox, sleep):
    sandbox.control("POST", "reset")
    made = HttpClient(sandbox.info["purecloud_url"], timeout=2.0, sleep=sleep)
    yield made
    made.close()


def journal(sandbox, method, path=PATH):
    return [entry for entry in sandbox.control("GET", "requests") if entry["method"] == method and entry["path"] == path]


def fault(sandbox, path=PATH, **what):
    sandbox.control("POST", "faults", {"path": path, **what})


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_is_repeated_when_the_server_fails(sandbox, client, sleep, status):
    fault(sandbox, kind="status", status=status, times=2)
    assert client.request("POST", PATH, changes_state=False).status == 400
    assert len(journal(sandbox, "POST")) == 3
    assert [pause > 0 for pause in sleep.pauses] == [True, True]


@pytest.mark.parametrize("kind", [{"kind": "status", "status": 503}, {"kind": "status", "status": 500}])
def test_a_write_by_post_is_not_repeated_when_the_server_fails(sandbox, client, kind):
    fault(sandbox, **kind)
    assert client.request("POST", PATH).status == kind["status"]
    assert len(journal(sandbox, "POST")) == 1


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_write_by_post_whose_answer_is_lost_says_that_it_may_have_been_processed(sandbox, client, kind):
    fault(sandbox, kind=kind)
    with pytest.raises(UnreachableError) as caught:
        client.request("POST", PATH)
    assert caught.value.maybe_processed
    assert len(journal(sandbox, "POST")) == 1


def test_a_put_is_repeated_after_a_reset(sandbox, client):
    fault(sandbox, kind="reset_before", method="PUT")
    assert client.request("PUT", PATH, json_body={}).status in (404, 405)
    assert len(journal(sandbox, "PUT")) == 2


def test_being_asked_to_wait_is_obeyed_for_every_method(sandbox, client, sleep):
    fault(sandbox, kind="status", status=429, headers={"Retry-After": "7"}, times=3)
    assert client.request("POST", PATH).status == 400
    assert sleep.pauses == [7.0, 7.0, 7.0]


def test_being_asked_to_come_back_at_once_is_no_reason_to_hurry(sandbox, client, sleep):
    fault(sandbox, kind="status", status=429, headers={"Retry-After": "0"}, times=3)
    client.request("POST", PATH)
    assert [pause > 0 for pause in sleep.pauses] == [True, True, True]


def test_a_task_whose_budget_is_used_up_sends_nothing_more(sandbox, client):
    client.losses.seconds = client.retry.budget + 1
    with pytest.raises(UnreachableError, match="not tried, failures and waiting have cost this task more than 300 seconds"):
        client.request("GET", READ)
    assert journal(sandbox, "GET", READ) == []


def test_waiting_ends_with_the_budget(sandbox, sleep):
    sandbox.control("POST", "reset")
    client = HttpClient(sandbox.info["purecloud_url"], sleep=sleep, retry=RetryPolicy(budget=20))
    fault(sandbox, kind="status", status=429, headers={"Retry-After": "7"}, times=0)
    assert client.request("POST", PATH).status == 429
    assert sleep.pauses == [7.0, 7.0]


def test_failures_end_after_some_attempts(sandbox, client, sleep):
    fault(sandbox, kind="status", status=503, times=0)
    assert client.request("GET", PATH).status == 503
    assert len(sleep.pauses) == RetryPolicy().attempts - 1
    assert sleep.pauses == sorted(sleep.pauses)


def test_a_silent_server_is_given_up_in_time(sandbox, sleep):
    sandbox.control("POST", "reset")
    client = HttpClient(sandbox.info["purecloud_url"], timeout=0.3, sleep=sleep, retry=RetryPolicy(attempts=2))
    fault(sandbox, path=READ, kind="hang", times=0)
    with pytest.raises(UnreachableError, match="no answer within"):
        client.request("GET", READ)
    assert len(sleep.pauses) == 1


def test_a_dripping_answer_is_given_up_in_time(sandbox, sleep):
    sandbox.control("POST", "reset")
    client = HttpClient(sandbox.info["purecloud_url"], timeout=0.5, sleep=sleep, retry=RetryPolicy(attempts=1))
    fault(sandbox, path=READ, kind="drip", seconds=0.05, times=0)
    started = time.monotonic()
    with pytest.raises(UnreachableError, match="no answer within"):
        client.request("GET", READ)
    assert 0.5 < time.monotonic() - started < 5  # the whole body takes longer


def test_a_truncated_answer_is_no_answer(sandbox, client, sleep):
    fault(sandbox, path=READ, kind="truncate")
    assert client.request("GET", READ).status == client.request("GET", READ).status
    assert len(sleep.pauses) == 1


def test_nobody_listens_then_even_a_post_is_repeated(sleep):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = HttpClient(f"http://127.0.0.1:{taken.getsockname()[1]}", sleep=sleep)
        with pytest.raises(UnreachableError) as caught:
            client.request("POST", PATH)
    assert not caught.value.maybe_processed
    assert len(sleep.pauses) == RetryPolicy().attempts - 1
    assert "Connection refused" in caught.value.message
    assert "object at 0x" not in caught.value.message


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_read_only_client_cannot_write(sandbox, method):
    sandbox.control("POST", "reset")
    client = HttpClient(sandbox.info["purecloud_url"], read_only=True)
    with pytest.raises(ReadOnlyViolation):
        client.request(method, PATH)
    assert journal(sandbox, method) == []


@pytest.mark.parametrize("proxy", ["http://bob:BBproxyBB#pw@proxy.example.com:3128", "http://bob:BBproxyBB/pw@proxy.example.com:3128"])
def test_a_broken_proxy_variable_does_not_show_its_password(monkeypatch, proxy):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValidationError, match="check this URL, the credentials, and the proxy variables") as caught:
        HttpClient("https://gax.example.com").request("GET", "/")
    assert "BBproxyBB" not in repr(caught.value.__cause__) + str(caught.value)


class LosingProxy(http.server.BaseHTTPRequestHandler):
    """A proxy that takes the request and loses the answer."""

    seen: list[str] = []

    def do_POST(self):
        self.seen.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.connection.close()


def test_a_post_whose_answer_a_proxy_loses_is_not_sent_again(monkeypatch, sleep):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), LosingProxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(UnreachableError) as caught:
            HttpClient("http://api.example.com", sleep=sleep).request("POST", "/x", json_body={"a": 1})
        proxy.shutdown()
    assert LosingProxy.seen == ["http://api.example.com/x"]
    assert caught.value.maybe_processed


def test_a_proxy_that_refuses_has_sent_nothing(monkeypatch, sleep):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{taken.getsockname()[1]}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(UnreachableError, match="the proxy variables of the environment") as caught:
            HttpClient("https://api.example.com", sleep=sleep).request("POST", "/x")
    assert not caught.value.maybe_processed
    assert len(sleep.pauses) == RetryPolicy().attempts - 1


def test_a_port_without_tls_is_said_to_be_one(sandbox):
    client = HttpClient(sandbox.info["purecloud_url"].replace("http:", "https:"))
    with pytest.raises(UnreachableError, match="this port does not speak TLS"):
        client.request("GET", READ)


def test_loopback_is_reached_without_a_proxy(sandbox, client, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert client.request("POST", PATH).status == 400


def test_a_netrc_file_does_not_replace_the_authorization_header(sandbox, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    prepared = client.session.prepare_request(__import__("requests").Request("GET", client.base_url, headers={"Authorization": "Bearer x"}))
    assert prepared.headers["Authorization"] == "Bearer x"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://gax.example.com", "url uses plain http to gax.example.com"),
        ("ftp://gax.example.com", "url is not a usable URL"),
        ("gax.example.com", "url is not a usable URL"),
        ("https://", "url is not a usable URL"),
        ("https://host/?a=b", "url is not a usable URL"),
        ("https://host:notaport", "url is not a URL"),
        ("https://me:hunter2@host", "url must not hold a user name or password"),
        ("me:hunter2@host:8443", "url must not hold a user name or password"),
        ("https://me:443#hunter2@host", "url must not hold a user name or password"),
        ("https://me:12/hunter2@host", "url must not hold a user name or password"),
    ],
)
def test_unusable_urls(url, sentence):
    with pytest.raises(ValidationError) as caught:
        check_url(url, "url")
    assert caught.value.message.startswith(sentence)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1:1/", "http://[::1]:1", "https://gax.example.com/x/"])
def test_usable_urls(url):
    assert check_url(url, "url") == url.rstrip("/")


def test_plain_http_on_the_users_word():
    assert check_url("http://gax.example.com", "url", allow_plain_http=True) == "http://gax.example.com"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", None), ("5", 5.0), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("not a date GMT", None)],
)
def test_retry_after(value, seconds):
    assert Answer("GET", "/", 429, {"Retry-After": value}, b"").retry_after() == seconds


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://sso.example.com/login?token=secret", "https://sso.example.com/login"),
        ("/login;jsessionid=secret?x=y", "/login"),
        ("", "nowhere"),
    ],
)
def test_a_redirect_is_shown_without_its_query(location, shown):
    assert Answer("GET", "/", 302, {"Location": location}, b"").redirect_target == shown
