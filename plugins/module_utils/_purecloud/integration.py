# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""A transaction object tried against PureCloud: what it names is read there, its secrets mint tokens, and these tokens call the API. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from .. import _verify
from .._errors import AuthenticationError, HybridError, NotFoundError
from .._reachability import reachability_checks
from .._verify import PROVISION, WARNING, Check, Options, error, judged, ok, skipped
from .._verify_saml import material_checks
from .client import PureCloudClient
from .identity_providers import option_form, read_providers
from .oauth_clients import CLIENT_CREDENTIALS, PATH, normalised_grant_type
from .references import References

SERVICE_CHECKS = ("service_client", "service_token", "service_roles", "service_access")
# A permission, and a call that needs it, reads one entry and changes nothing (Platform API: "requires permissions").
PROBES = (
    ("directory:user:view", "/users?pageSize=1"),
    ("authorization:role:view", "/authorization/roles?pageSize=1&userCount=false"),
    ("oauth:client:view", "/oauth/clients?pageSize=1"),
    ("sso:provider:view", "/identityproviders"),
)


@dataclass(frozen=True)
class Expected:
    """What the object is held against, beside PureCloud itself."""

    base_auth_url: str
    base_service_url: str
    services: Sequence[str]
    provider: str
    expiry_days: int


def integration_checks(client: PureCloudClient, options: Options, expected: Expected) -> list[Check]:
    """Every check of an integration whose object holds ``options``, with its secrets open."""
    checks = _verify.object_checks(options, expected.services)
    urls = _verify.url_checks(options, expected.base_auth_url, expected.base_service_url)
    checks += urls
    reached = [
        *_reached(urls[0], "auth_url", expected.base_auth_url, client.settings),
        *_reached(urls[1], "service_url", expected.base_service_url, client.settings),
    ]
    checks += reached
    unreachable = any(check.status == "error" for check in reached)
    return checks + (_api_checks(client, options, expected) if not unreachable else [skipped("access", "a base URL cannot be reached")])


def _reached(url_check: Check, prefix: str, url: str, settings: Mapping[str, Any]) -> list[Check]:
    """The object's URL is tried only if it is the right one."""
    if url_check.status != "ok":
        return [skipped(f"{prefix}_{step}", "the URL is not the right one") for step in ("dns", "tcp", "tls")]
    return reachability_checks(prefix, url, settings)


def _api_checks(client: PureCloudClient, options: Options, expected: Expected) -> list[Check]:
    try:
        organization = client.get("/organizations/me")
    except HybridError as problem:
        return [error("access", f"Ansible itself cannot read the organization: {problem.message}", "correct hybrid_purecloud_client_id and its secret")]
    checks = [ok("access", "Ansible's own credentials work"), *_verify.organization_checks(options, organization)]
    references = References(client)
    kinds = ("default_agent_role", "default_supervisor_role", "default_admin_role")
    checks += _guarded(kinds, "authorization:role:view", lambda: _verify.role_checks(options, {role.get("name") or "" for role in references.roles()}))
    certificates: list[str] | None = None

    def identity() -> list[Check]:
        nonlocal certificates
        providers = list(read_providers(client))
        certificates = next((option_form(entity, [])["certificates"] for entity in providers if entity["id"] == expected.provider), None)
        return _verify.provider_checks(options, providers, expected.provider)

    checks += _guarded(_verify.PROVIDER_CHECKS, "sso:provider:view", identity)
    checks += material_checks(options, certificates, expected.expiry_days)
    checks += _guarded(SERVICE_CHECKS, "oauth:client:view", lambda: _service_checks(client, options, expected.services, references))
    return checks


def _guarded(identifiers: Sequence[str], permission: str, produce: Callable[[], list[Check]]) -> list[Check]:
    """What ``produce`` finds, or that it could not look."""
    try:
        return produce()
    except HybridError as problem:
        fix = f"give the role of Ansible's own OAuth client the permission {permission}"
        first = Check(identifiers[0], WARNING, f"cannot be checked: {problem.message}", fix)
        return [first, *(skipped(identifier, "cannot be checked either") for identifier in identifiers[1:])]


def _service_checks(client: PureCloudClient, options: Options, expected: Iterable[str], references: References) -> list[Check]:
    roles = {role["id"]: role for role in references.roles()}
    checks: list[Check] = []
    known: dict[tuple[str, str], list[Check]] = {}
    for section in _verify.service_names(options, expected):
        client_id, secret = (_verify.value(options, section, key) for key in _verify.SERVICE)
        if not client_id:
            found = [skipped(name, "client_id is missing") for name in SERVICE_CHECKS]
        else:
            pair = (client_id, secret)  # services that share a client share its token
            found = known[pair] = known.get(pair) or _client_checks(client, client_id, secret, roles)
        checks += [Check(check.id, check.status, f"section {section}: {check.message}", check.fix) for check in found]
    return checks


def _client_checks(client: PureCloudClient, client_id: str, secret: str, roles: Mapping[str, Mapping[str, Any]]) -> list[Check]:
    try:
        entity = client.get(f"{PATH}/{client_id}")
    except NotFoundError:
        entity = {"state": "deleted"}
    state = entity.get("state") or "active"
    if state != "active":
        what = "does not exist in this organization" if state == "deleted" else f"is {state}"
        found = error("service_client", f"OAuth client {client_id} {what}", PROVISION)
        return [found, *(skipped(name, "the client cannot be used") for name in SERVICE_CHECKS[1:])]
    found = ok("service_client", f"OAuth client {entity.get('name')!r}")
    grant_type = normalised_grant_type(entity.get("authorizedGrantType"))
    granted = [roles[grant["roleId"]] for grant in entity.get("roleDivisions") or [] if grant.get("roleId") in roles]
    token_check, token = _token(client, client_id, secret, grant_type)
    return [found, token_check, _role_check(granted, grant_type), _access(client, token, granted)]


def _token(client: PureCloudClient, client_id: str, secret: str, grant_type: str | None) -> tuple[Check, str | None]:
    if not secret:
        return skipped("service_token", "password is missing, or hidden by the server"), None
    try:
        return ok("service_token", "client_id and password mint a token"), client.token_of(client_id, secret)
    except AuthenticationError as problem:
        if problem.request["code"] != "invalid_client":
            return ok("service_token", f"client_id and password are accepted; a client of type {grant_type} mints its tokens for people only"), None
    fix = f"{PROVISION} with hybrid_check_secrets=true, which makes a new secret and writes it"
    return error("service_token", f"PureCloud rejects the password of OAuth client {client_id}", fix), None


def _role_check(granted: Sequence[Mapping[str, Any]], grant_type: str | None) -> Check:
    if grant_type != CLIENT_CREDENTIALS:
        return skipped("service_roles", "such a client acts with the rights of the person")
    names = ", ".join(str(role.get("name")) for role in granted)
    return judged(
        "service_roles",
        bool(granted),
        names,
        "the OAuth client has no role: its token may call nothing",
        f"name roles in purecloud_org_oauth_clients, then {PROVISION}",
    )


def _access(client: PureCloudClient, token: str | None, granted: Sequence[Mapping[str, Any]]) -> Check:
    """Calls that the client's roles allow, made with its own token."""
    probes = [(permission, path) for permission, path in PROBES if any(_allows(role, permission) for role in granted)]
    if token is None or not probes:
        return skipped("service_access", "there is no token" if token is None else "no role has a permission with a harmless call to try")
    with closing(client.with_token(token)) as service:
        for permission, path in probes:
            try:
                service.get(path)
            except HybridError as problem:
                sentence = f"the token may not do what its role allows ({permission}): {problem.message}"
                return error("service_access", sentence, "compare the client's roles and their divisions with those of a client that works")
    return ok("service_access", f"the token can do what its roles allow: {', '.join(permission for permission, _path in probes)}")


def _allows(role: Mapping[str, Any], permission: str) -> bool:
    domain, entity, action = permission.split(":")
    return any(
        policy.get("domain") in (domain, "*") and policy.get("entityName") in (entity, "*") and {action, "*"} & set(policy.get("actionSet") or ())
        for policy in role.get("permissionPolicies") or []
    )
