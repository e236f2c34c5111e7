# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random states of the two systems and random wishes for them: few names, so that wishes often meet what is there."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from hypothesis import strategies as st

SEAL_KEY = Fernet.generate_key().decode("ascii")
ROLES = ["Admin", "Supervisor", "AI Agent", "Pacing"]
DIVISIONS = ["Home", "Sales"]
DIVISION_SEED = [{"name": "Home", "id": "division-home", "home": True}, {"name": "Sales", "id": "division-sales"}]
ROLE_SEED = [{"name": "Pacing", "id": "role-pacing", "policies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view", "join"]}]}]
TEXTS = st.sampled_from(["", "a", "A", "Ä ö — 日本", "two  spaces ", "(known)", "{{ x }}", "'quoted' \"twice\"", "no", "1e3"])

Draw = Any


def optional(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


def _given_role(division_of_all: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    divisions = [*DIVISIONS, *(["*"] if division_of_all else [])]
    return st.fixed_dictionaries(
        {"role": st.sampled_from([*ROLES, "role-pacing", "admin"])}, optional={"division": st.sampled_from([*divisions, "division-sales"])}
    )


def _seeded_roles(minimum: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    entry = st.fixed_dictionaries({"role": st.sampled_from(ROLES)}, optional={"division": st.sampled_from([*DIVISIONS, "*"])})
    return st.lists(entry, min_size=minimum, max_size=3, unique_by=lambda item: (item["role"], item.get("division", "Home")))


# OAuth clients

CLIENT_NAMES = ["alpha", "beta", "gamma"]
_URIS = st.lists(st.sampled_from(["https://a.example.com", "https://b.example.com/x?y=1", "http://localhost"]), max_size=3, unique=True)
_SCOPES = st.lists(st.sampled_from(["users", "users:readonly", "journey"]), max_size=3, unique=True)


@st.composite
def client_seeds(draw: Draw) -> list[dict[str, Any]]:
    seeds = []
    for number in range(draw(st.integers(0, 4))):
        grant = draw(st.sampled_from(["CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "SAML2-BEARER", "CODE"]))
        rest = optional(
            description=TEXTS,
            access_token_validity_seconds=st.sampled_from([300, 86400]),
            registered_redirect_uri=_URIS,
            scope=_SCOPES,
            state=st.sampled_from(["active", "inactive"]),
            created_days_ago=st.sampled_from([1, 60]),
        )
        roles = draw(_seeded_roles(1)) if grant == "CLIENT-CREDENTIALS" else []
        name = draw(st.sampled_from([*CLIENT_NAMES, *CLIENT_NAMES, "Bootstrap"]))
        seeds.append({"name": name, "id": f"client-{number}", "secret": f"seeded-secret-{number}", "grant_type": grant, "roles": roles, **draw(rest)})
    return seeds


CLIENT_WISH = st.fixed_dictionaries(
    {"name": st.sampled_from([*CLIENT_NAMES, "delta"])},
    optional={
        "id": st.sampled_from(["client-0", "client-1", "client-2"]),
        "description": TEXTS,
        "authorized_grant_type": st.sampled_from(["CLIENT-CREDENTIALS", "CLIENT_CREDENTIALS", "SAML2-BEARER", "SAML2BEARER", "CODE"]),
        "access_token_validity_seconds": st.sampled_from([300, 3600, 172800]),
        "registered_redirect_uris": _URIS,
        "scopes": _SCOPES,
        "client_state": st.sampled_from(["active", "inactive"]),
    },
)


@st.composite
def client_wishes(draw: Draw) -> dict[str, Any]:
    wish = dict(draw(CLIENT_WISH))
    if wish.get("authorized_grant_type", "CLIENT-CREDENTIALS").startswith("CLIENT"):
        # A client of this kind needs roles, unless it has some.
        if draw(st.integers(0, 9)) < 8:
            wish["roles"] = draw(st.lists(_given_role(), min_size=1, max_size=3))
    elif draw(st.booleans()):
        wish["roles"] = []
    if "id" in wish and draw(st.booleans()):
        del wish["name"]
    if draw(st.integers(0, 3)) == 0:
        wish["rotate_secret"] = True
    return wish


# roles

_POLICIES = st.sampled_from(
    [("routing", "queue", ["view"]), ("routing", "queue", ["join", "edit"]), ("routing", "*", ["view"]), ("journey", "segment", ["*"]), ("quality", "*", ["*"])]
)
_CONDITION = {"variable_name": "Evaluation.queueId", "operator": "EQ", "operands": [{"type": "QUEUE", "value": "queue-1"}]}
ROLE_NAMES = ["one", "two", "Three"]


@st.composite
def _policy_wish(draw: Draw) -> dict[str, Any]:
    domain, entity, actions = draw(_POLICIES)
    wish = {"domain": domain, "entity_name": entity, "action_set": actions}
    if draw(st.integers(0, 5)) == 0:
        wish = {"domain": "quality", "entity_name": "evaluation", "action_set": ["view"], "conditions": _CONDITION}
    return wish


@st.composite
def role_seeds(draw: Draw) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(ROLE_NAMES), unique=True))
    seeds = []
    for name in names:
        policies = [{"domain": domain, "entityName": entity, "actionSet": list(actions)} for domain, entity, actions in draw(st.lists(_POLICIES, max_size=3))]
        permissions = draw(st.lists(st.sampled_from(["admin", "group_creation"]), unique=True))
        seeds.append({"name": name, "id": f"role-{name}", "description": draw(TEXTS), "permissions": permissions, "policies": policies})
    return seeds


@st.composite
def role_wishes(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(["name"] * 6 + ["id", "id", "default", "restore"]))
    if kind == "restore":
        return {"default_role_id": draw(st.sampled_from(["supervisor", "user"])), "restore_default": True}
    wish = dict(
        draw(
            optional(
                description=TEXTS,
                permissions=st.lists(st.sampled_from(["admin", "group_creation", "trunk_admin"]), unique=True),
                permission_policies=st.lists(_policy_wish(), max_size=3),
                permission_mode=st.sampled_from(["add", "exact"]),
                create=st.sampled_from([True, True, True, False]),
            )
        )
    )
    if kind == "default":
        return {**wish, "default_role_id": draw(st.sampled_from(["supervisor", "user"]))}
    if kind == "id":
        wish["id"] = f"role-{draw(st.sampled_from(ROLE_NAMES))}"
    if kind == "name" or draw(st.booleans()):
        wish["name"] = draw(st.sampled_from([*ROLE_NAMES, "four", "three"]))
    return wish


# users

ADDRESSES = ["ada@example.com", "Bob@example.com", "eve@example.com"]


@st.composite
def user_seeds(draw: Draw) -> list[dict[str, Any]]:
    seeds = []
    for number, email in enumerate(draw(st.lists(st.sampled_from(ADDRESSES), unique=True))):
        rest = optional(
            department=st.sampled_from(["Sales", "Ops"]),
            title=st.sampled_from(["Boss"]),
            division=st.sampled_from(DIVISIONS),
            state=st.sampled_from(["active", "inactive", "deleted"]),
        )
        seeds.append({"name": f"Person {number}", "email": email, "id": f"user-{number}", "roles": draw(_seeded_roles(0)), **draw(rest)})
    return seeds


@st.composite
def user_wishes(draw: Draw) -> dict[str, Any]:
    wish = dict(
        draw(
            optional(
                division=st.sampled_from([*DIVISIONS, "division-sales"]),
                department=TEXTS,
                title=TEXTS,
                user_state=st.sampled_from(["active", "inactive"]),
                roles=st.lists(_given_role(), max_size=3),
                grant_mode=st.sampled_from(["add", "exact"]),
                invite=st.booleans(),
            )
        )
    )
    if draw(st.integers(0, 9)) < 8:
        wish["name"] = draw(st.sampled_from(["Ada", "Bob O'Hara", "Ä 日本"]))
    return {**wish, "email": draw(st.sampled_from(["ada@example.com", "bob@EXAMPLE.com", "eve@example.com", "new@example.com"]))}


# the identity provider

URLS = ["https://sso.example.com/a", "https://sso.example.com/b?x=1"]


def provider_fields(certificates: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields by the names of the options."""
    needed = {"issuer_uri": st.sampled_from(["urn:one", "urn:two"]), "sso_target_uri": st.sampled_from(URLS)}
    some = {
        "certificates": st.lists(st.sampled_from(certificates), min_size=1, max_size=2, unique=True),
        "slo_uri": st.sampled_from(["", *URLS]),
        "slo_binding": st.sampled_from(["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"]),
        "relying_party_identifier": TEXTS,
        "sign_authn_requests": st.booleans(),
        "disabled": st.booleans(),
        "display_on_login": st.booleans(),
        "provider_name": TEXTS,
    }
    needed.update(certificates=some.pop("certificates"), name=st.sampled_from(["PureEngage", "Ours"]))
    return st.fixed_dictionaries(needed, optional=some)


@st.composite
def provider_wishes(draw: Draw, certificates: list[str]) -> dict[str, Any]:
    wish = dict(draw(provider_fields(certificates)))
    if draw(st.booleans()):
        wish = {name: value for name, value in wish.items() if draw(st.integers(0, 3))}
    wish["provider"] = draw(st.sampled_from(["pureengage", "pureengage", "generic"]))
    if draw(st.booleans()):
        wish["auto_provision_users" if wish["provider"] == "pureengage" else "endpoint_compression"] = draw(st.booleans())
    return wish


# transaction objects

SECTIONS = ["general", "saml", "ewt", "with space"]
OPTIONS = ["issuer", "client_id", "password", "pkey", "a.b"]
VALUES = st.sampled_from(["", "x", "secret-value-1", "another secret", 'Ä=日本;"q"', "a\nb", "true", "0", "9"])
_PLACES = {section: st.dictionaries(st.sampled_from(OPTIONS), VALUES, max_size=3) for section in SECTIONS}


@st.composite
def transaction_seeds(draw: Draw) -> list[dict[str, Any]]:
    seeds = []
    for name, tenant in draw(st.lists(st.tuples(st.sampled_from(["hybrid", "other"]), st.sampled_from(["Environment", "One"])), unique=True)):
        rest = optional(description=TEXTS, record_period=st.sampled_from([0, 5]), state=st.sampled_from(["CFGEnabled", "CFGDisabled"]))
        options = draw(optional(**_PLACES))
        seeds.append({"name": name, "tenant": tenant, "alias": draw(st.sampled_from([name, f"{name} of {tenant}"])), "options": options, **draw(rest)})
    return seeds


@st.composite
def transaction_wishes(draw: Draw) -> dict[str, Any]:
    wish = dict(
        draw(
            optional(
                alias=st.sampled_from(["hybrid", "alias"]),
                description=TEXTS,
                record_period=st.sampled_from([0, 5, 60]),
                object_state=st.sampled_from(["enabled", "disabled"]),
                folder=st.sampled_from(["Transactions"]),
                options_mode=st.sampled_from(["merge", "replace"]),
                secret_update=st.sampled_from(["on_change", "on_change", "on_create", "always"]),
            )
        )
    )
    given = st.one_of(VALUES, VALUES, st.none(), st.booleans(), st.integers(0, 9))
    places = draw(st.dictionaries(st.tuples(st.sampled_from(SECTIONS), st.sampled_from(OPTIONS)), given, max_size=6))
    for (section, key), value in places.items():
        kind = "secret_options" if key in ("password", "pkey") or draw(st.integers(0, 9)) == 0 else "options"
        wish.setdefault(kind, {}).setdefault(section, {})[key] = value
    if draw(st.integers(0, 5)) == 0:
        section = draw(st.sampled_from(SECTIONS))
        if section not in wish.get("secret_options", {}):
            wish.setdefault("options", {})[section] = None
    return {**wish, "name": draw(st.sampled_from(["hybrid", "other", "new"])), "tenant": draw(st.sampled_from(["Environment", "One"]))}
