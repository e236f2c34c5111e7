# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Does a hybrid integration work? One check for each fact, as pure functions of what was read; docs/verify.md lists them.

A check whose ground is missing is skipped: what is wrong is said once, where it is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from ._reconcile import MASKED
from ._secrets import is_masked

Options = Mapping[str, Mapping[str, str]]

OK, WARNING, ERROR, SKIPPED = "ok", "warning", "error", "skipped"
PROVISION = "run the playbook genesys.hybrid.provision"
GENERAL = (
    "organization_sname",
    "organization_id",
    "default_agent_role_name",
    "default_supervisor_role_name",
    "default_admin_role_name",
    "base_auth_url",
    "base_service_url",
)
SAML = ("issuer", "certificate", "pkey", "password", "expire_time")
SERVICE = ("client_id", "password")
PROVIDER_CHECKS = ("idp", "idp_enabled", "idp_auto_provision", "idp_issuer", "idp_issuer_unique")


@dataclass(frozen=True)
class Check:
    """One fact: its ``id``, whether it holds, a sentence, and what to do when it does not."""

    id: str
    status: str
    message: str
    fix: str = ""


def ok(identifier: str, message: str) -> Check:
    return Check(identifier, OK, message)


def skipped(identifier: str, message: str) -> Check:
    return Check(identifier, SKIPPED, message)


def error(identifier: str, message: str, fix: str) -> Check:
    return Check(identifier, ERROR, message, fix)


def judged(identifier: str, holds: bool, fact: str, problem: str, fix: str, status: str = ERROR) -> Check:
    """``fact`` when it holds, else ``problem`` and ``fix``."""
    return ok(identifier, fact) if holds else Check(identifier, status, problem, fix)


def summary(checks: Iterable[Check]) -> dict[str, Any]:
    """The result: every check, a line for each, and how many say what. Ansible has its own meaning for a key named warnings."""
    checks = list(checks)
    count = {status: sum(check.status == status for check in checks) for status in (ERROR, WARNING)}
    lines = [f"{check.status:<8}{check.id}: {check.message}{f' (fix: {check.fix})' if check.fix else ''}" for check in checks]
    return {"checks": [asdict(check) for check in checks], "lines": lines, "errors": count[ERROR], "warnings_found": count[WARNING]}


def value(options: Options, section: str, key: str) -> str:
    """The value of an option; empty when there is none, or when the server hides it."""
    text = (options.get(section) or {}).get(key) or ""
    return "" if text == MASKED or is_masked(text) else text


def service_names(options: Options, expected: Iterable[str]) -> list[str]:
    """The sections of services: those that are expected, and all that hold a client's ID."""
    found = [name for name, entries in options.items() if name not in ("general", "saml") and "client_id" in entries]
    return sorted({*found, *expected})


def object_checks(options: Options, expected: Collection[str]) -> list[Check]:
    """Whether the object has every section and option that a component reads."""
    services = service_names(options, expected)
    checks = [_complete("general_options", options, {"general": GENERAL})]
    if "saml" in options:
        checks.append(_complete("saml_options", options, {"saml": SAML}))
        checks.append(_expire_time(value(options, "saml", "expire_time")))
    else:
        checks.append(skipped("saml_options", "the object has no section saml"))
    checks.append(_complete("service_options", options, dict.fromkeys(services, SERVICE)))
    return checks


def _complete(identifier: str, options: Options, wanted: Mapping[str, Iterable[str]]) -> Check:
    missing = [f"{section}/{key}" for section, keys in wanted.items() for key in keys if not (options.get(section) or {}).get(key)]
    return judged(
        identifier,
        not missing,
        f"complete: {', '.join(wanted) or 'none'}",
        f"the object lacks {', '.join(missing)}",
        f"{PROVISION}, or enter the value by hand",
    )


def _expire_time(text: str) -> Check:
    if not text:
        return skipped("saml_expire_time", "saml/expire_time is missing")
    good = text.isascii() and text.isdigit() and int(text) > 0
    return judged(
        "saml_expire_time", good, f"{text} hours", "saml/expire_time is not a whole number of hours", "set hybrid_transaction_saml_expire_time, such as 24"
    )


def url_checks(options: Options, base_auth_url: str, base_service_url: str) -> list[Check]:
    """Whether the two base URLs are those of the region, each on its own host."""
    expected = {"base_auth_url": base_auth_url, "base_service_url": base_service_url}
    hosts = {name: urlsplit(url).netloc for name, url in expected.items()}
    checks = []
    for name, other, identifier in (("base_auth_url", "base_service_url", "auth_url"), ("base_service_url", "base_auth_url", "service_url")):
        found = value(options, "general", name)
        if not found:
            checks.append(skipped(identifier, f"general/{name} is missing"))
            continue
        swapped = hosts[name] != hosts[other] and _host(found) == hosts[other] or found == expected[other]
        problem = f"general/{name} is {found}, which is {'swapped with ' + other if swapped else 'not that of the region'}"
        checks.append(judged(identifier, found == expected[name], found, problem, f"set it to {expected[name]}: {PROVISION}"))
    return checks


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def organization_checks(options: Options, organization: Mapping[str, Any]) -> list[Check]:
    """Whether ID and short name are those of the organization that Ansible's own credentials belong to."""
    checks = []
    for identifier, key, api in (("organization_id", "organization_id", "id"), ("organization_short_name", "organization_sname", "thirdPartyOrgName")):
        found, real = value(options, "general", key), str(organization.get(api) or "")
        if not found:
            checks.append(skipped(identifier, f"general/{key} is missing"))
            continue
        problem = f"general/{key} is {found}, the organization's is {real}"
        checks.append(judged(identifier, found == real, found, problem, f"{PROVISION}, or check which organization Ansible's own credentials belong to"))
    return checks


def role_checks(options: Options, names: Collection[str]) -> list[Check]:
    """Whether the default roles exist by name."""
    checks = []
    for kind in ("agent", "supervisor", "admin"):
        identifier, wanted = f"default_{kind}_role", value(options, "general", f"default_{kind}_role_name")
        if not wanted:
            checks.append(skipped(identifier, f"general/default_{kind}_role_name is missing"))
            continue
        problem = f"general/default_{kind}_role_name is {wanted!r}, a role that PureCloud does not have"
        checks.append(
            judged(identifier, wanted in names, wanted, problem, f"create the role, or set hybrid_transaction_default_{kind}_role_name to one that exists")
        )
    return checks


def provider_checks(options: Options, providers: Iterable[Mapping[str, Any]], wanted: str) -> list[Check]:
    """Whether the identity provider is the one that the components' assertions need: the vendor's three rules, and that it is switched on."""
    others = list(providers)
    provider = next((entity for entity in others if entity["id"] == wanted), None)
    if provider is None or "saml" not in options:
        if provider is None and "saml" not in options:
            return [skipped(identifier, "there is neither an identity provider nor a section saml") for identifier in PROVIDER_CHECKS]
        problem = "the object has no section saml" if provider else f"PureCloud has no identity provider {wanted}, though the object has a section saml"
        rest = [skipped(identifier, problem) for identifier in PROVIDER_CHECKS[1:]]
        return [error("idp", problem, f"set hybrid_saml_issuer and purecloud_org_idp, then {PROVISION}"), *rest]
    real, issuer = str(provider.get("issuerURI") or ""), value(options, "saml", "issuer")
    same = [str(other.get("name") or other["id"]) for other in others if other is not provider and other.get("issuerURI") == real]
    provisions = provider.get("autoProvisionUsers") is True or wanted != "pureengage"  # no other kind has this attribute
    checks = [
        ok("idp", wanted),
        judged("idp_enabled", provider.get("disabled") is not True, "switched on", f"identity provider {wanted} is switched off", f"{PROVISION}"),
        judged(
            "idp_auto_provision",
            provisions,
            "users are created when they first sign in",
            f"autoProvisionUsers of identity provider {wanted} is not true: every new agent is refused",
            f"set auto_provision_users to true in purecloud_org_idp, then {PROVISION}",
        ),
    ]
    problem = f"saml/issuer is {issuer!r}, the provider's issuer is {real!r}: PureCloud rejects every assertion"
    match = judged("idp_issuer", issuer == real, real, problem, f"make them the same to the character: {PROVISION}, which takes both from hybrid_saml_issuer")
    checks.append(match if issuer else skipped("idp_issuer", "saml/issuer is missing"))
    problem = f"the issuer {real!r} is also that of {', '.join(same)}: PureCloud cannot tell the providers apart"
    checks.append(judged("idp_issuer_unique", not same, "no other provider has it", problem, "change or remove the other provider"))
    return checks
