# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Platform Configuration API of Genesys Web Services (GWS).

Sources: GWS Platform Configuration API documentation; GWS API documentation, "Return Values" (statusCode 0-20); and a public test-suite that ran
against a GWS: POST takes ``{"skill": {…}}`` and answers id and uri, PUT goes to the collection with ``{"delta-skill": {"CfgSkill": {"DBID": …}}}``,
broken uniqueness is 500 with statusCode 4 and platformCode 5836044, deleting or changing what does not exist is 500 with statusCode 4 and
platformCode 10, reading it is 404 with statusCode 6. That a delta of a transaction carries changedUserProperties and deletedUserProperties is
inferred from the Platform SDK's delta objects; that a plain object may be PUT to its own address is not known (switch gws_write_form).

A request without credentials is refused with statusCode 20 wherever it goes (GWS API documentation, "Interpreting a response"), and a write without
the session's token with 403 and the words used here ("Cross-Site Request Forgery protection").

Chosen here, not public: status of the other refusals. Not offered: a form login (sessions start with HTTP Basic), writes to anything but transactions.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from . import model, schemas
from .gws_format import RESOURCES, attributes_of, draft_of, rendered, resource_name, selector
from .model import ENVIRONMENT, TRANSACTION, Account, ConfigurationError, Draft
from .seed import entries_of
from .server import ConfigurationServer
from .sessions import Session
from .web import UnsupportedMediaType, answer, json_body, parsed

BASE = "/api/v2/platform/configuration"
COOKIE = "JSESSIONID"
FRONT_END = "gws"
CSRF_HEADER = "X-CSRF-TOKEN"
WRITES = ("POST", "PUT", "DELETE")

# code -> (HTTP status, statusCode)
STATUS = {
    model.NOT_FOUND: (404, 6),
    model.INCOMPLETE: (400, 1),
    model.INVALID: (400, 10),
    model.UNCHANGEABLE: (400, 11),
    model.FORBIDDEN: (403, 5),
    model.WRITES_CLOSED: (403, 3),
    model.NOT_SUPPORTED: (501, 3),
}
PLATFORM = {model.UNIQUENESS: ("Uniqueness constraint violated", 5836044), model.NOT_FOUND: ("Object not found", 10)}

Handler = Callable[[web.Request, ConfigurationServer, Account], Awaitable[web.StreamResponse]]


def failure(server: ConfigurationServer, status: int, code: int, message: str, platform: int | None = None) -> web.Response:
    body = {"statusCode": code, "statusMessage": message, **({} if platform is None else {"platformCode": platform})}
    hidden = server.switches["gws_error_http_status"] == "always_200" and status != 401
    return answer(schemas.GwsError, body, 200 if hidden else status)


def refusal(request: web.Request, server: ConfigurationServer, error: ConfigurationError) -> web.Response:
    """A refusal by Configuration Server itself is statusCode 4, a "Platform exception"."""
    on_delta = request.method == "PUT" and "dbid" not in request.match_info
    if error.code == model.UNIQUENESS or (error.code == model.NOT_FOUND and (request.method == "DELETE" or on_delta)):
        text, platform = PLATFORM[error.code]
        return failure(server, 500, 4, f"Platform exception: {text}", platform)
    status, code = STATUS[error.code]
    return failure(server, status, code, "Resource not found" if error.code == model.NOT_FOUND else error.message)


# -- login -----------------------------------------------------------------------------------------------------------------------------------------


def basic_account(request: web.Request, server: ConfigurationServer) -> Account | None:
    """The account of a correct HTTP Basic header."""
    scheme, _dummy, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        username, _dummy, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    request["client"] = username
    return server.authenticate(username, password)


def session_of(request: web.Request, server: ConfigurationServer) -> tuple[Session, Account] | None:
    """The session of the cookie, or a new one for correct Basic credentials. Wrong credentials count, even beside a live cookie."""
    session = server.sessions.find(FRONT_END, request.cookies.get(COOKIE))
    if "Authorization" not in request.headers:
        account = server.account(session.username) if session else None
        return (session, account) if session and account else None
    account = basic_account(request, server)
    if account is None:
        return None
    if session is None or session.username != account.username:
        session = server.sessions.open(FRONT_END, account.username)
    return session, account


# -- objects ---------------------------------------------------------------------------------------------------------------------------------------


async def nothing_here(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    raise ConfigurationError(model.NOT_FOUND, "there is nothing at the root")


def class_of(request: web.Request) -> str:
    resource = request.match_info["resource"]
    if resource not in RESOURCES:
        raise ConfigurationError(model.NOT_FOUND, f"there is no resource {resource}")
    return RESOURCES[resource]


def writable_class(request: web.Request) -> None:
    class_name = class_of(request)
    if class_name != TRANSACTION:
        raise ConfigurationError(model.NOT_SUPPORTED, f"this sandbox writes {TRANSACTION} only, not {class_name}")


def shape_of(class_name: str) -> Any:
    return schemas.GwsTransaction if class_name == TRANSACTION else schemas.GwsObject


async def list_objects(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    """All objects of a class, by name of the resource. Environment is a tenant only with all_tenants=1 (the SDK's CfgTenantQuery)."""
    class_name, resource = class_of(request), request.match_info["resource"]
    matches = selector(request.query)
    everything = request.query.get("all_tenants") == "1"
    found = [item for item in server.visible(account, class_name) if everything or (item.class_name, item.dbid) != ("CfgTenant", ENVIRONMENT)]
    shown = [rendered(item, server.switches["cfgserver_secrets"]) for item in found if matches(attributes_of(item))]
    return answer(schemas.gws_answer(resource, schemas.list_of(shape_of(class_name))), {"statusCode": 0, resource: shown})


async def get_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    class_name = class_of(request)
    item = server.get(account, class_name, int(request.match_info["dbid"]))
    key = resource_name(class_name)
    return answer(schemas.gws_answer(key, shape_of(class_name)), {"statusCode": 0, key: rendered(item, server.switches["cfgserver_secrets"])})


async def create_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    writable_class(request)
    draft = draft_of(_transaction(server, await json_body(request)))
    async with server.write_turn():
        item = server.create(account, draft)
    uri = f"{request.scheme}://{request.host}{BASE}/{request.match_info['resource']}/{item.dbid}"
    return answer(schemas.GwsDone, {"statusCode": 0, "id": str(item.dbid), "uri": uri})


async def update_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    """PUT to the object's address, in the shape of GET."""
    writable_class(request)
    _check_form(server, "plain", "PUT to an object")
    draft = draft_of(_transaction(server, await json_body(request)))
    async with server.write_turn():
        server.update(account, int(request.match_info["dbid"]), draft, server.switches["gws_update"])
    return answer(schemas.GwsDone, {"statusCode": 0})


async def update_delta(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    """PUT to the collection: a delta names its object by DBID and carries only what changes."""
    writable_class(request)
    _check_form(server, "delta", "PUT to a collection")
    delta = parsed(schemas.GwsUpdate, await json_body(request)).delta
    draft: Draft = draft_of(delta.CfgTransaction)
    if draft.dbid is None:
        raise ConfigurationError(model.INCOMPLETE, "a delta needs the DBID of its object")
    if delta.changedUserProperties:
        draft.options = (draft.options or []) + entries_of(delta.changedUserProperties)
    async with server.write_turn():
        server.update_delta(account, draft.dbid, draft, delta.deletedUserProperties)
    return answer(schemas.GwsDone, {"statusCode": 0})


async def delete_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    writable_class(request)
    async with server.write_turn():
        server.delete(account, int(request.match_info["dbid"]))
    return answer(schemas.GwsDone, {"statusCode": 0})


def _check_form(server: ConfigurationServer, form: str, what: str) -> None:
    if server.switches["gws_write_form"] not in ("either", form):
        raise ConfigurationError(model.NOT_SUPPORTED, f"{what} is not offered")


def _transaction(server: ConfigurationServer, value: Any) -> schemas.GwsTransactionRequest:
    """The object in a body: ``{"transaction": {…}}`` or the object itself, as the switch gws_write_form allows."""
    form = server.switches["gws_write_form"]
    wrapped = isinstance(value, dict) and isinstance(value.get("transaction"), dict)
    if form == "delta" or (form == "either" and wrapped):
        return parsed(schemas.GwsCreate, value).transaction
    return parsed(schemas.GwsTransactionRequest, value)


# -- routes ----------------------------------------------------------------------------------------------------------------------------------------


def add_routes(app: web.Application, world: Any) -> None:
    def private(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def run(request: web.Request) -> web.StreamResponse:
            server = world.cfgserver
            found = session_of(request, server)
            if found is None:
                response: web.StreamResponse = failure(server, 401, 20, "User is not authenticated")
                response.headers["WWW-Authenticate"] = 'Basic realm="Genesys Web Services"'
                return response
            session, account = found
            request["client"] = account.username
            response = await _guarded(handler, request, server, session, account)
            response.set_cookie(COOKIE, session.token, path=BASE, httponly=True)
            if server.switches["gws_csrf"]:
                response.headers["X-CSRF-HEADER"] = CSRF_HEADER
                response.headers["X-CSRF-TOKEN"] = session.csrf_token
            return response

        return run

    collection, one = f"{BASE}/{{resource}}", f"{BASE}/{{resource}}/{{dbid:[0-9]+}}"
    table = [("GET", BASE, nothing_here), ("GET", collection, list_objects), ("POST", collection, create_object), ("PUT", collection, update_delta)]
    table += [("GET", one, get_object), ("PUT", one, update_object), ("DELETE", one, delete_object)]
    for method, path, handler in table:
        app.router.add_route(method, path, private(handler))


async def _guarded(handler: Handler, request: web.Request, server: ConfigurationServer, session: Session, account: Account) -> web.StreamResponse:
    if server.switches["gws_csrf"] and request.method in WRITES:
        if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), session.csrf_token.encode()):
            return failure(server, 403, 3, "Missing or invalid Csrf token")
    try:
        return await handler(request, server, account)
    except UnsupportedMediaType:
        return failure(server, 415, 10, "the body must be application/json")
    except ConfigurationError as error:
        return refusal(request, server, error)
