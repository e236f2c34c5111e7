# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The PureCloud Platform API: token, error envelope, paging."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from .._errors import AuthenticationError, ConflictError, HybridError, NotFoundError, RateLimitedError, UnreachableError, ValidationError
from .._http import SAFE, Answer, HttpClient, Losses, RetryPolicy, check_url
from .._memory import Memory
from .._secrets import repeats
from . import regions
from .pace import Pace
from .paging import MAXIMUM_PAGES, Listing, number_in

API = "/api/v2"
PAGE_SIZE = 100
_LONGEST_WORDS = 300  # characters of the server's own text that an error shows
_SHORTEST_LIFETIME = 300.0  # seconds that an OAuth client's tokens are valid at least (Platform API, OAuthClientRequest)
_EXPIRY_MARGIN = 60.0  # seconds before its end at which a token is no longer used
_UNREPEATABLE = ("POST", "PATCH")
_STATUS_ERRORS = {401: AuthenticationError, 403: AuthenticationError, 404: NotFoundError, 409: ConflictError, 429: RateLimitedError}


class PureCloudClient:
    """The API of one organisation, with one token that is minted when first needed.

    ``register_secret`` is told every token the moment it exists; ``kept`` is where it is left for the next client with the same settings.
    ``writes`` counts the writes of the thread that asks which were answered with success; who finds out that a write without an answer was
    executed adds it.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        *,
        read_only: bool,
        register_secret: Callable[[str], None],
        retry: RetryPolicy = RetryPolicy(),
        sleep: Callable[[float], None] = time.sleep,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.client_id = settings["client_id"]
        self._client_secret = settings["client_secret"]
        self._token: str | None = settings["access_token"]
        self._token_is_ours = self._token is None
        self._expires = float("inf")
        self._register_secret = register_secret
        self._kept = {} if kept is None else kept
        if self._token_is_ours and "session" in self._kept:
            self._token, self._expires = self._kept["session"]["token"], self._kept["session"]["expires"]
            register_secret(self._kept["session"]["token"])
        self.sleep = sleep
        if not self._token and not (self.client_id and self._client_secret):
            raise ValidationError(
                "no PureCloud credentials: give access_token, or client_id and client_secret (environment: GENESYSCLOUD_ACCESS_TOKEN, "
                "GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET)"
            )
        self.settings = settings
        api_url, login_url = _base_urls(settings)
        options = {name: settings[name] for name in ("validate_certs", "ca_path", "timeout")}
        self._losses, self._retry = Losses(), retry
        self._pace = Pace(self._kept.setdefault("pace", {}), sleep)
        self._of_thread, self._minting = threading.local(), threading.Lock()
        self.http = HttpClient(api_url, read_only=read_only, retry=retry, losses=self._losses, sleep=sleep, memory=Memory(kept, read_only), **options)
        self.login = HttpClient(login_url, read_only=read_only, retry=retry, losses=self._losses, sleep=sleep, **options)

    def close(self) -> None:
        self.http.close()
        self.login.close()

    @property
    def writes(self) -> int:
        return getattr(self._of_thread, "writes", 0)

    @writes.setter
    def writes(self, number: int) -> None:
        self._of_thread.writes = number

    def wait(self, seconds: float) -> bool:
        """Sleep, at the expense of what the task may lose to failures and waiting; False, and at once, when that does not suffice any more."""
        if self._losses.seconds + seconds > self._retry.budget:
            return False
        if seconds:
            self._losses.add(seconds)
            self.sleep(seconds)
        return True

    def looks(self, pauses: Iterable[float]) -> Iterator[float]:
        """One turn for each of ``pauses``, when so many seconds have been waited, as long as the task may still wait."""
        for pause in pauses:
            if pause and not self.wait(pause):
                return
            yield pause

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._object("GET", path, params=params)

    def post(self, path: str, body: Any = None, expect: str = "id") -> dict[str, Any]:
        """``expect`` is a key that the answer must have: without it the answer is as good as lost."""
        return self._object("POST", path, expect, json_body=body)

    def command(self, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> None:
        """A POST whose answer has no content that matters."""
        self._call("POST", path, json_body=body, params=params)

    def search(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All results of a search, page after page: a POST that changes nothing, so it is allowed read-only and may be repeated."""
        listing = Listing(path)
        for number in range(1, MAXIMUM_PAGES + 1):
            page = self._object("POST", path, json_body={**body, "pageSize": PAGE_SIZE, "pageNumber": number}, changes_state=False)
            results = page.get("results")
            # The Terraform provider 1.84 treats the required key as possibly absent; only who says so has found nothing.
            yield from listing.add([] if results is None and number_in(page, "total") == 0 else results)
            if number >= (number_in(page, "pageCount") or 0):
                listing.end(page)
                return
        raise listing.endless()

    def patch(self, path: str, body: Any, expect: str = "id") -> dict[str, Any]:
        return self._object("PATCH", path, expect, json_body=body)

    def put(self, path: str, body: Any, expect: str | None = None) -> dict[str, Any]:
        return self._object("PUT", path, expect, json_body=body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def list(self, path: str, params: Mapping[str, Any] | None = None, key: str = "id") -> Iterator[dict[str, Any]]:
        """All entities of a collection, page after page, never more than MAXIMUM_PAGES and never the same page twice.

        ``key`` is an attribute that each entity must have.
        """
        query: Mapping[str, Any] | None = params
        listing, asked = Listing(path, key), set()
        for _page in range(MAXIMUM_PAGES):
            # A listing without entities must not count as an empty one: what seems absent would be created again.
            page = self._object("GET", path, "entities", params=query)
            yield from listing.add(page["entities"])
            following = page.get("nextUri")
            if not isinstance(following, str) or not following:
                listing.end(page)
                return
            # Only the path and the query of nextUri are used: a credential must not follow a link to another host.
            try:
                parts = urlsplit(following)
            except ValueError:
                break
            path, query = parts.path.removeprefix(API) + (f"?{parts.query}" if parts.query else ""), None
            if path in asked:
                break
            asked.add(path)
        raise listing.endless()

    def remove(self, path: str) -> None:
        """DELETE; done, too, where the object is gone already: by a repeated request whose first answer was lost, or by somebody else."""
        try:
            self.delete(path)
        except NotFoundError as error:
            self.check_gone(path, error)

    def check_gone(self, path: str, error: NotFoundError) -> None:
        """Return when the object that a write was answered with 404 for is gone indeed; ``error``, extended, when it can be read: PureCloud learns late."""
        try:
            found = self.get(path)
        except NotFoundError:
            return
        if found.get("state") != "deleted":
            error.message += "; it can be read all the same, so PureCloud does not know it everywhere yet: run again in a minute"
            raise error

    def _object(self, method: str, path: str, expect: str | None = None, **arguments: Any) -> dict[str, Any]:
        """One API call that answers a JSON object."""
        answer, parsed = self._call(method, path, **arguments)
        if isinstance(parsed, dict) and (expect is None or isinstance(parsed.get(expect), list if expect == "entities" else str)):
            return parsed
        raise _unusable(answer)

    def _call(self, method: str, path: str, *, changes_state: bool | None = None, **arguments: Any) -> tuple[Answer, Any]:
        """One API call that succeeds, with one new token if ours is not accepted any more; its answer, and what that holds, None when it is empty.

        ``changes_state`` is False for a POST that only reads.
        """
        opened = self._pace.keep()
        used = self._authorization()
        try:
            answer = self.http.request(method, API + path, headers=used, changes_state=changes_state, **arguments)
        finally:
            self._pace.answered(opened)
        if answer.status == 401 and self._token_is_ours:
            # Expired early or revoked: one new token, then the answer counts.
            self._forget(used)
            answer = self.http.request(method, API + path, headers=self._authorization(), changes_state=changes_state, **arguments)
        if not 200 <= answer.status < 300:
            raise api_error(_discreet(answer, [self._client_secret, used["Authorization"].removeprefix("Bearer ")]))
        try:
            parsed = answer.json()
        except ValueError:
            # A page of a proxy, which may never have passed the request on: no success, not even where the content does not matter.
            raise _unusable(answer) from None
        if method not in SAFE and changes_state is not False:
            self.writes += 1
        return answer, parsed

    def own_client_id(self) -> str | None:
        """The ID of the OAuth client behind the token in use, None for a token of a person."""
        if self._token_is_ours:
            return self.client_id
        owner = self.get("/tokens/me").get("OAuthClient")
        return owner.get("id") if isinstance(owner, dict) else None

    def accepts_credentials(self, client_id: str, client_secret: str) -> bool:
        """False when the login service rejects this pair, true when it mints a token or refuses only the grant type, as for a SAML2-BEARER client."""
        try:
            self.token_of(client_id, client_secret)
        except AuthenticationError as error:
            return error.request["code"] != "invalid_client"
        return True

    def token_of(self, client_id: str, client_secret: str) -> str:
        """A new token of another OAuth client. The code of the AuthenticationError is that of the login service."""
        token: str = self._mint(client_id, client_secret)["access_token"]
        self._register_secret(token)
        return token

    def with_token(self, token: str) -> PureCloudClient:
        """A client that reads with this token and writes nothing."""
        settings = {**self.settings, "client_id": None, "client_secret": None, "access_token": token}
        return PureCloudClient(settings, read_only=True, register_secret=self._register_secret, retry=self._retry, sleep=self.sleep)

    def _authorization(self) -> dict[str, str]:
        with self._minting:
            if self._token is None or time.monotonic() > self._expires:
                started = time.monotonic()
                answer = self._mint(self.client_id, self._client_secret)
                self._token = answer["access_token"]
                lifetime = answer.get("expires_in")
                lifetime = float(lifetime) if isinstance(lifetime, int) and lifetime > 0 else _SHORTEST_LIFETIME
                self._expires = started + max(lifetime - _EXPIRY_MARGIN, lifetime / 2)
                self._register_secret(self._token)
                self._kept["session"] = {"token": self._token, "expires": self._expires}
                self._pace.begin()
            return {"Authorization": f"Bearer {self._token}"}

    def _forget(self, used: Mapping[str, str]) -> None:
        """Drop the token of this header, unless another thread has replaced it already."""
        with self._minting:
            if used["Authorization"] == f"Bearer {self._token}":
                self._token = None
                self._kept.pop("session", None)

    def _mint(self, client_id: str, client_secret: str) -> dict[str, Any]:
        """A new token by client credentials: ``{"access_token", "token_type", "expires_in"}``.

        The rate limit of this endpoint is a 400 ``invalid_request`` whose description starts with "rate limit exceeded"
        (Terraform provider 1.84, ``provider.go``).
        """
        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        self._register_secret(pair)
        for attempt in range(1, 12):
            answer = self.login.request(
                "POST", "/oauth/token", form={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {pair}"}, changes_state=False
            )
            if answer.status == 200:
                minted = _envelope(answer)
                if isinstance(minted.get("access_token"), str):
                    return minted
                raise UnreachableError("the token endpoint answered without an access_token: check login_url", method="POST", path="/oauth/token", status=200)
            if not _is_token_rate_limit(answer):
                break
            pause = answer.retry_after() or self.login.retry.pause(attempt) * 4
            if not self.wait(pause):
                break
        raise _token_error(_discreet(answer, [client_secret]), client_id)


def _base_urls(settings: Mapping[str, Any]) -> tuple[str, str]:
    region, allow_plain_http = settings["region"], settings["allow_plain_http"]
    if not region and not settings["api_url"]:
        raise ValidationError(
            "no PureCloud region: give region, an AWS region name such as eu-central-1 or a domain such as mypurecloud.de, or api_url "
            "(environment: GENESYSCLOUD_REGION or GENESYSCLOUD_API_URL)"
        )
    api = settings["api_url"] or regions.api_url(region)
    # The vendor's SDKs derive the login host from the API host in the same way.
    login = settings["login_url"] or (regions.login_url(region) if region and not settings["api_url"] else api.replace("//api.", "//login.", 1))
    return check_url(api, "api_url", allow_plain_http), check_url(login, "login_url", allow_plain_http)


def _unusable(answer: Answer) -> UnreachableError:
    said = "is empty" if not answer.body.strip() else "is not the JSON object that is due"
    return UnreachableError(
        f"{answer.method} {answer.path}: the answer {said} (HTTP {answer.status}): a proxy or a login page may stand in between, "
        "or the URL is not the PureCloud API's",
        method=answer.method,
        path=answer.path,
        status=answer.status,
        maybe_processed=answer.method in _UNREPEATABLE,
    )


def _envelope(answer: Answer) -> dict[str, Any]:
    try:
        parsed = answer.json()
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _discreet(answer: Answer, secrets: Iterable[str | None]) -> Answer:
    """An answer that is an error, without those of its words that repeat a secret, in whatever form."""
    envelope, hidden = _envelope(answer), list(filter(None, secrets))
    told = {name for name, words in envelope.items() if isinstance(words, str) and any(repeats(words, secret) for secret in hidden)}
    if not told:
        return answer
    return replace(answer, body=json.dumps({**envelope, **dict.fromkeys(told, "(not shown, it repeats a secret)")}).encode("ascii"))


def api_error(answer: Answer) -> HybridError:
    """The error for an answer that is not a success, from the API's envelope ``{"message", "code", "status", "contextId", ...}``."""
    envelope = _envelope(answer)
    facts: dict[str, Any] = {
        "method": answer.method,
        "path": answer.path,
        "status": answer.status,
        "code": envelope.get("code"),
        "correlation_id": envelope.get("contextId") or answer.headers.get("ININ-Correlation-Id"),
    }
    words = [word[:_LONGEST_WORDS] for word in (envelope.get("code"), envelope.get("message")) if isinstance(word, str) and word]
    said = f"{answer.method} {answer.path}: HTTP {answer.status} {': '.join(words)}".rstrip()
    if answer.status >= 500:
        return UnreachableError(f"{said} (the PureCloud service fails, try again later)", maybe_processed=answer.method in _UNREPEATABLE, **facts)
    if answer.status >= 300 and answer.status < 400:
        return UnreachableError(f"{said} redirects to {answer.redirect_target}: give the final address in api_url", **facts)
    if answer.status == 401:
        said += " (the access token is not valid: check access_token, or the region that the credentials belong to)"
    elif answer.status == 403:
        said += " (the OAuth client that Ansible uses lacks a right or holds none of the roles it tries to give)"
    elif answer.status == 429:
        said += " (the rate limit leaves no time within the retry budget, run again later)"
    return _STATUS_ERRORS.get(answer.status, ValidationError)(said, **facts)


def _is_token_rate_limit(answer: Answer) -> bool:
    return answer.status == 400 and "rate limit exceeded" in str(_envelope(answer).get("error_description", "")).lower()


def _token_error(answer: Answer, client_id: str) -> HybridError:
    """OAuth errors have their own shape (RFC 6749, 5.2): ``{"error", "description", "error_description"}``."""
    envelope = _envelope(answer)
    facts: dict[str, Any] = {"method": "POST", "path": "/oauth/token", "status": answer.status, "code": envelope.get("error")}
    description = str(envelope.get("error_description") or envelope.get("description") or "")[:_LONGEST_WORDS]
    if _is_token_rate_limit(answer) or answer.status == 429:
        return RateLimitedError("PureCloud refuses further tokens for now (rate limit of the login service): run again in a few minutes", **facts)
    if answer.status >= 500:
        return UnreachableError(f"the PureCloud login service fails (HTTP {answer.status}): try again later", **facts)
    if not envelope.get("error"):
        return UnreachableError(f"the token endpoint answered HTTP {answer.status} without an OAuth error: check region or login_url", **facts)
    if answer.status == 401:
        return AuthenticationError(f"PureCloud rejects the client_secret of OAuth client {client_id}: check client_secret and region ({description})", **facts)
    return AuthenticationError(
        f"PureCloud gives no token to OAuth client {client_id}: check client_id and region ({envelope['error']}: {description})", **facts
    )
