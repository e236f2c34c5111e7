# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The REST API of Genesys Administrator Extension (GAX), as public GAX clients use it.

Login, user/info, cfg/schema, version and cfg/objects; a session is a cookie. Not offered: cfg/tree, cfg/dependency, cfgobjects/search, application
metadata, system settings, and writes to anything but transactions (501).

Not known from any public source, and chosen here: the shape of error bodies, ``{"message": …, "code": …}``, the status of refusals other than 401,
and that ``brief`` is on unless the query says false (every client sends ``brief=false``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from . import model, schemas
from .gax_format import attributes_of, brief, draft_of, rendered, selector
from .model import CLASSES, ENVIRONMENT, TRANSACTION, Account, ConfigurationError
from .server import ConfigurationServer
from .sessions import LIFETIME_SECONDS
from .web import UnsupportedMediaType, answer, body_of, json_body, parsed

COOKIE = "JSESSIONID"
FRONT_END = "gax"
VERSION = "8.5.260.14"
PAGE = "<!DOCTYPE html><html><head><title>Genesys Administrator Extension</title></head><body>{}</body></html>"

STATUS = {
    model.NOT_FOUND: 404,
    model.INCOMPLETE: 400,
    model.INVALID: 400,
    model.UNCHANGEABLE: 400,
    model.FORBIDDEN: 403,
    model.WRITES_CLOSED: 403,
    model.NOT_SUPPORTED: 501,
}

Handler = Callable[[web.Request, ConfigurationServer], Awaitable[web.StreamResponse]]
SessionHandler = Callable[[web.Request, ConfigurationServer, Account], Awaitable[web.StreamResponse]]


def page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=PAGE.format(text), content_type="text/html", status=status)


def failure(code: str, message: str, status: int) -> web.Response:
    return answer(schemas.GaxError, {"message": message, "code": code}, status)


def clear_text(password: str) -> str | None:
    """Undo the "quickEncrypt" obfuscation: each character is two, the sum with a random number and that number. None: not such a string."""
    pairs = list(zip(password[::2], password[1::2], strict=False))
    differences = [ord(total) - ord(added) for total, added in pairs]
    if len(password) % 2 or any(difference < 0 for difference in differences):
        return None
    return "".join(map(chr, differences))


# -- session ---------------------------------------------------------------------------------------------------------------------------------------


async def login(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
    body = await body_of(request, schemas.GaxLogin)
    mode = server.switches["gax_login"]
    request["client"] = body.username
    if mode == "obfuscated_only" and not body.isPasswordEncrypted:
        return failure("PlainPasswordRefused", "the password must be sent encrypted", 401)
    password = clear_text(body.password) if body.isPasswordEncrypted else body.password
    account = None if password is None else server.authenticate(body.username, password)
    if account is None:
        return failure("AuthenticationFailed", "the user name or the password is not correct", 401)
    if mode == "password_change":
        return failure("PasswordChangeRequired", "the password must be changed before the first login", 403)
    response = web.Response(status=204)
    response.set_cookie(COOKIE, server.sessions.open(FRONT_END, account.username).token, path=_cookie_path(server), httponly=True)
    return response


async def logout(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
    server.sessions.close(request.cookies.get(COOKIE, ""))
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path=_cookie_path(server))
    return response


async def user_info(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    default = account is server.accounts[0]
    values = {"username": account.username, "userType": "CfgPerson", "sessionTimeout": LIFETIME_SECONDS, "isDefaultUser": default, "writeDefault": default}
    return answer(schemas.GaxUserInfo, values)


async def version(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
    return answer(schemas.GaxVersion, {"version": VERSION})


async def schema_state(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
    return answer(schemas.GaxSchemaState, {"isEnabled": True})


async def login_page(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
    return page("Log in")


def _cookie_path(server: ConfigurationServer) -> str:
    return server.gax_prefix.rpartition("/")[0] or "/"


def without_session(server: ConfigurationServer) -> web.Response:
    """The answer to a request whose cookie is missing, unknown or expired (switch gax_dead_session)."""
    kind = server.switches["gax_dead_session"]
    if kind == "redirect":
        return web.Response(status=302, headers={"Location": f"{server.gax_prefix}/login.html"})
    if kind == "login_page":
        return page("Log in")
    return failure("NotAuthenticated", "there is no session, or it has expired", 403 if kind == "forbidden" else 401)


# -- objects ---------------------------------------------------------------------------------------------------------------------------------------


def shape_of(class_name: str) -> Any:
    return schemas.GaxTransaction if class_name == TRANSACTION else schemas.GaxObject


def known_class(name: str | None) -> str:
    if name not in CLASSES:
        raise ConfigurationError(model.INVALID, f"{name!r} is not a class of configuration objects")
    return name


async def list_objects(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    """An array, empty when nothing matches. Environment is not in the list of tenants unless allTenants=1 (mutagen)."""
    class_name = known_class(request.query.get("type"))
    by_tenant = server.switches["gax_tenant_filter"] if "tenantdbid" in request.query else "exact"
    if by_tenant == "refused":
        raise ConfigurationError(model.INVALID, "tenantdbid is not an attribute to select by")
    if by_tenant == "nothing":
        return answer(schemas.list_of(shape_of(class_name)), [])
    matches = selector(request.query, server.switches["gax_name_filter"])
    everything = request.query.get("allTenants") == "1"
    found = [item for item in server.visible(account, class_name) if everything or (item.class_name, item.dbid) != ("CfgTenant", ENVIRONMENT)]
    found = [item for item in found if matches(attributes_of(item))]
    if request.query.get("brief", "true").lower() != "false":
        shape = schemas.GaxTransactionBrief if class_name == TRANSACTION else schemas.GaxObject
        return answer(schemas.list_of(shape), [brief(item) for item in found])
    members = server.folder_members() if class_name == "CfgFolder" else None
    return answer(schemas.list_of(shape_of(class_name)), [rendered(server, item, members) for item in found])


async def get_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    item = server.get(account, *_path(request))
    return answer(shape_of(item.class_name), rendered(server, item, server.folder_members() if item.class_name == "CfgFolder" else None))


async def create_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    value = await json_body(request)
    class_name = known_class(value.get("type") if isinstance(value, dict) else None)
    _only_transactions(class_name)
    draft = draft_of(_checked(server, parsed(schemas.GaxTransactionRequest, value)))
    if draft.folder is None and server.switches["gax_create_without_folder"] == "refused":
        raise ConfigurationError(model.INCOMPLETE, "an object needs a folderid")
    async with server.write_turn():
        item = server.create(account, draft)
    if server.switches["gax_create_body"] == "empty":
        return web.Response(status=201)
    return answer(shape_of(item.class_name), rendered(server, item), 201)


async def update_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    class_name, dbid = _path(request)
    _only_transactions(class_name)
    body = _checked(server, await body_of(request, schemas.GaxTransactionRequest))
    if body.type not in (None, class_name):
        raise ConfigurationError(model.INVALID, f"type in the body must be {class_name}")
    async with server.write_turn():
        item = server.update(account, dbid, draft_of(body), server.switches["gax_put_mode"])
    if server.switches["gax_put_body"] == "empty":
        return web.Response(status=200)
    return answer(shape_of(item.class_name), rendered(server, item))


async def delete_object(request: web.Request, server: ConfigurationServer, account: Account) -> web.StreamResponse:
    class_name, dbid = _path(request)
    _only_transactions(class_name)
    async with server.write_turn():
        server.delete(account, dbid)
    return web.Response(status=server.switches["gax_delete_status"])


def _path(request: web.Request) -> tuple[str, int]:
    return known_class(request.match_info["class_name"]), int(request.match_info["dbid"])


def _only_transactions(class_name: str) -> None:
    if class_name != TRANSACTION:
        raise ConfigurationError(model.NOT_SUPPORTED, f"this sandbox writes {TRANSACTION} only, not {class_name}")


def _checked(server: ConfigurationServer, body: schemas.GaxTransactionRequest) -> schemas.GaxTransactionRequest:
    empty = any(not entry.key for entry in (body.userproperties.property if body.userproperties else []))
    if empty and server.switches["gax_empty_key"] == "refused":
        raise ConfigurationError(model.INVALID, "an option needs a key")
    return body


# -- routes ----------------------------------------------------------------------------------------------------------------------------------------


def add_routes(app: web.Application, world: Any) -> None:
    """The prefix is part of the match, not of the table: it can change while the server runs (switch gax_prefix)."""

    def public(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def run(request: web.Request) -> web.StreamResponse:
            server = world.cfgserver
            if "/" + request.match_info["gax_prefix"] != server.gax_prefix:
                raise web.HTTPNotFound
            if server.switches["gax_host_refused"]:
                return page("Access from this host is not allowed", 403)
            try:
                return await handler(request, server)
            except UnsupportedMediaType:
                return failure("UnsupportedMediaType", "the body must be application/json", 415)
            except ConfigurationError as error:
                status = server.switches["gax_uniqueness_status"] if error.code == model.UNIQUENESS else STATUS[error.code]
                return failure(error.code, error.message, status)

        return run

    def private(handler: SessionHandler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def run(request: web.Request, server: ConfigurationServer) -> web.StreamResponse:
            session = server.sessions.find(FRONT_END, request.cookies.get(COOKIE))
            account = server.account(session.username) if session else None
            if account is None:
                return without_session(server)
            request["client"] = account.username
            return await handler(request, server, account)

        return public(run)

    one = "cfg/objects/{class_name}/{dbid:[0-9]+}"
    open_routes = [("POST", "session/login", login), ("GET", "session/logout", logout), ("POST", "session/logout", logout)]
    open_routes += [("GET", "version", version), ("GET", "version/", version), ("GET", "cfg/schema", schema_state), ("GET", "login.html", login_page)]
    session_routes = [("GET", "user/info", user_info), ("GET", "cfg/objects", list_objects), ("POST", "cfg/objects", create_object)]
    session_routes += [("GET", one, get_object), ("PUT", one, update_object), ("DELETE", one, delete_object)]
    for method, path, handler in [(m, p, public(h)) for m, p, h in open_routes] + [(m, p, private(h)) for m, p, h in session_routes]:
        app.router.add_route(method, "/{gax_prefix:.+}/" + path, handler)
