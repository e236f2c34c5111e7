# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""What exists in PureCloud and Configuration Server as the variables that the playbook provision takes.

The rule is that a run with these variables changes nothing. What cannot be said in variables, or what a run would change after all, is a
problem: a sentence for the person who reads the export.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._certificates import fingerprint
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import ALL_DIVISIONS, matching_roles
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import is_sealed

from ._inventory import Reference

GENERAL = (
    "organization_sname",
    "organization_id",
    "default_agent_role_name",
    "default_supervisor_role_name",
    "default_admin_role_name",
    "base_auth_url",
    "base_service_url",
)
RESERVED_SECTIONS = ("general", "saml")
SAML_SECRETS = {"pkey": "hybrid_saml_private_key", "password": "hybrid_saml_private_key_password"}
CLIENT_ATTRIBUTES = ("description", "authorized_grant_type", "access_token_validity_seconds", "registered_redirect_uris", "scopes")
PROVIDER_ATTRIBUTES = (
    "name",
    "sso_target_uri",
    "sso_binding",
    "slo_uri",
    "slo_binding",
    "relying_party_identifier",
    "name_identifier_format",
    "auto_provision_users",
    "disabled",
    "sign_authn_requests",
    "force_authn",
    "provider_name",
    "display_on_login",
    "metadata_url",
    "logo_image_data",
)
Document = Mapping[str, Any]
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HIDDEN = ("(masked)", "(secret)")


class Export:
    """``variables`` in the order of the file, ``secrets`` (vault variable to sealed value) and ``problems`` of one hybrid integration."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}
        self.problems: list[str] = []

    def transaction(self, found: Document | None, clients: Sequence[Document], tried: Sequence[Document]) -> None:
        """``tried`` tells of each of ``section_secrets`` whether PureCloud accepts it."""
        if found is None:
            self.problems.append("There is no transaction object: a run would create it.")
            return
        options = found["options"]
        self.variables.update(
            hybrid_transaction_name=found["name"], hybrid_transaction_alias=found.get("alias") or found["name"], hybrid_transaction_tenant=found["tenant"]
        )
        if found.get("folder"):
            self.variables["hybrid_transaction_folder"] = found["folder"]
        general = options.get("general") or {}
        for name in GENERAL:
            if general.get(name):
                self.variables[f"hybrid_transaction_{name}"] = general[name]
            else:
                self.problems.append(f"The transaction object has no option general/{name}: a run would add it.")
        if "saml" in options:
            self._saml(options["saml"])
        accepted = {section for (section, _id, _secret), outcome in zip(section_secrets(options), tried) if outcome["accepted"]}
        self._services(options, clients, accepted)

    def _saml(self, saml: Mapping[str, str]) -> None:
        for key, variable in (
            ("issuer", "hybrid_saml_issuer"),
            ("certificate", "hybrid_saml_certificate"),
            ("expire_time", "hybrid_transaction_saml_expire_time"),
        ):
            if not saml.get(key):
                self.problems.append(f"The transaction object has no option saml/{key}: set {variable}.")
            elif is_sealed(saml[key]) or saml[key] in _HIDDEN:
                self.problems.append(f"The option saml/{key} of the transaction object holds a secret, perhaps the private key: set {variable}.")
            else:
                self.variables[variable] = saml[key]
        for key, variable in SAML_SECRETS.items():
            vault = variable.replace("hybrid_", "vault_", 1)
            if is_sealed(saml.get(key)):
                self.secrets[vault] = saml[key]
                self.variables[variable] = Reference(f"{{{{ {vault} }}}}")
            else:
                self.problems.append(f"The Configuration Server does not show the option saml/{key}: set {variable}.")

    def _services(self, options: Mapping[str, Mapping[str, str]], clients: Sequence[Document], accepted: set[str]) -> None:
        """A section is a service only if its secret works: who may write the object must not get the secret of a client by naming it there."""
        names = {client["id"]: client["name"] for client in clients}
        services = []
        for section, entries in options.items():
            identifier = entries.get("client_id")
            if section in RESERVED_SECTIONS or not identifier:
                continue
            left_out = f"Section {section} of the transaction object is left out of hybrid_services, and a run leaves it alone: "
            if identifier not in names:
                self.problems.append(f"{left_out}its client_id {identifier} is none of the exported OAuth clients.")
            elif not entries.get("password"):
                self.problems.append(f"{left_out}it holds no password for the OAuth client {names[identifier]!r}.")
            elif is_sealed(entries["password"]) and section not in accepted:
                self.problems.append(f"{left_out}PureCloud does not accept its password for the OAuth client {names[identifier]!r}, or the client is inactive.")
            else:
                if not is_sealed(entries["password"]):
                    self.problems.append(
                        f"The password in section {section} of the transaction object is hidden and could not be tried: see that this section is meant to use "
                        f"the OAuth client {names[identifier]!r}."
                    )
                services.append({"section": section, "oauth_client": names[identifier]})
        self.variables["hybrid_services"] = services

    def oauth_clients(self, clients: Sequence[Document], names: Names) -> None:
        self.variables["purecloud_org_oauth_clients"] = [_client(client, names) for client in clients]

    def roles(self, roles: Iterable[Document]) -> None:
        exported = []
        for role in roles:
            if any(policy["domain"] == "*" for policy in role.get("permission_policies") or ()):
                self.problems.append(f"The role {role['name']!r} has a policy for all domains, which the collection does not write: it is left out.")
            elif not role["default"]:
                permissions = {"permissions": role["permissions"]} if role["permissions"] else {}
                described = {"description": role["description"]} if role["description"] else {}
                exported.append({"name": role["name"], **described, **permissions, **_policies(role["permission_policies"], "exact")})
            elif role.get("removed_permission_policies"):
                exported.append({"name": role["name"], **_policies(role["permission_policies"], "exact")})
            elif role.get("added_permission_policies"):
                exported.append({"name": role["name"], **_policies(role["added_permission_policies"], "add")})
        self.variables["purecloud_org_roles"] = exported

    def identity_provider(self, providers: Iterable[Document]) -> None:
        provider = next((candidate for candidate in providers if candidate["id"] == "pureengage"), None)
        if provider is None:
            self.variables["purecloud_org_idp"] = {}
            return
        exported = {name: provider[name] for name in PROVIDER_ATTRIBUTES if provider.get(name) not in (None, "")}
        if provider.get("auto_provision_users") is not True:
            does = "is off" if provider.get("auto_provision_users") is False else "is not set, and a run would switch it on"
            self.problems.append(
                f"The identity provider's auto_provision_users {does}: without it, users that PureEngage asserts are not created in PureCloud."
            )
        self._issuer(provider)
        certificates = {certificate["fingerprint"]: certificate["pem"] for certificate in provider["certificates"]}
        used = self.variables.setdefault("hybrid_saml_certificate", next(iter(certificates.values()), ""))
        if certificates.pop(fingerprint(used), None) is None and certificates:
            self.problems.append(
                "The certificate in the transaction object is none of the identity provider's: PureCloud rejects the assertions, and a run would add it."
            )
        if certificates:
            exported["backup_certificate"] = next(iter(certificates.values()))
        self.variables["purecloud_org_idp"] = exported

    def _issuer(self, provider: Document) -> None:
        issuer = self.variables.setdefault("hybrid_saml_issuer", provider["issuer_uri"])
        if issuer != provider["issuer_uri"]:
            self.problems.append(
                f"The identity provider's issuer is {provider['issuer_uri']}, the one in the transaction object {issuer}: PureCloud rejects the assertions, "
                "and a run would give the identity provider the one in the object."
            )
        if "hybrid_saml_private_key" not in self.variables:
            self.problems.append("The private key of the identity provider's certificate is not in the transaction object: set hybrid_saml_private_key.")

    def administrators(self, users: Iterable[Document], names: Names) -> None:
        self.variables["purecloud_org_admins"] = [_administrator(user, names) for user in users]

    def nameable(self, kind: str, entities: Iterable[Document]) -> list[Document]:
        """The entities that the playbook's input can mean: those whose name is theirs alone, and has no control characters."""
        entities = list(entities)
        for entity in entities:
            if not entity["name"].strip() or _CONTROL_CHARACTER.search(entity["name"]):
                self.problems.append(f"The name of one of the {kind} ({entity['id']}) is empty or holds control characters: it is left out, rename it.")
        entities = [entity for entity in entities if entity["name"].strip() and not _CONTROL_CHARACTER.search(entity["name"])]
        names = [entity["name"] for entity in entities]
        for name in sorted({name for name in names if names.count(name) > 1}):
            ids = ", ".join(sorted(entity["id"] for entity in entities if entity["name"] == name))
            self.problems.append(f"{names.count(name)} {kind} are named {name!r} ({ids}): they are left out, rename or delete all but one.")
        return [entity for entity in entities if names.count(entity["name"]) == 1]


class Names:
    """Names in place of IDs, where a name is certain to mean that ID when it is read again: somebody may have named a role like the ID of another."""

    def __init__(self, roles: Iterable[Document], grants: Iterable[Document]) -> None:
        self._roles = [{"id": role["id"], "name": role["name"], "default": role["default"], "defaultRoleId": role.get("default_role_id")} for role in roles]
        self._divisions = {(grant["division"], grant["division_id"]) for grant in grants}

    def role(self, grant: Document) -> str:
        meant = [role["id"] for role in matching_roles(grant["role"], self._roles)]
        return grant["role"] if meant == [grant["role_id"]] else grant["role_id"]

    def division(self, name: str, identifier: str) -> str:
        if identifier == ALL_DIVISIONS:
            return ALL_DIVISIONS
        others = {other for known, other in self._divisions if known == name or other == name} - {identifier}
        return identifier if not name or name == ALL_DIVISIONS or others else name

    def grants(self, grants: Iterable[Document]) -> list[dict[str, str]]:
        return [{"role": self.role(grant), "division": self.division(grant["division"], grant["division_id"])} for grant in grants]


def exported(found: Mapping[str, Any], client_pattern: str = "*", own_client_id: str | None = None) -> Export:
    """The export of what info modules found: lists ``oauth_clients``, ``roles``, ``idps``, ``users``, ``transactions`` and ``tried_secrets``.

    ``client_pattern`` is a shell pattern for the names of OAuth clients; ``own_client_id`` is Ansible's own client, which is left out.
    """
    export = Export()
    names = Names(found["roles"], [grant for holder in [*found["oauth_clients"], *found["users"]] for grant in holder["roles"]])
    living = [client for client in found["oauth_clients"] if client["id"] != own_client_id and client["client_state"] in ("active", "inactive")]
    chosen = [client for client in living if fnmatchcase(client["name"], client_pattern)]
    if living and not chosen:
        export.problems.append(f"export_oauth_client_pattern {client_pattern!r} matches the name of none of the {len(living)} OAuth clients.")
    clients = export.nameable("OAuth clients", chosen)
    export.transaction(next(iter(found["transactions"]), None), clients, found["tried_secrets"])
    export.identity_provider(found["idps"])
    export.roles(export.nameable("roles", found["roles"]))
    export.oauth_clients(clients, names)
    every_user = {role["id"] for role in found["roles"] if role.get("default_role_id") == "employee"}
    users = [{**user, "roles": [grant for grant in user["roles"] if grant["role_id"] not in every_user]} for user in found["users"]]
    export.administrators(users, names)
    return export


def section_secrets(options: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """``(section, client_id, sealed password)`` of each section of a service that holds them."""
    return [
        (section, entries["client_id"], entries["password"])
        for section, entries in options.items()
        if section not in RESERVED_SECTIONS and entries.get("client_id") and is_sealed(entries.get("password"))
    ]


def _client(client: Document, names: Names) -> dict[str, Any]:
    attributes = {name: client[name] for name in CLIENT_ATTRIBUTES if client.get(name) not in (None, "", [])}
    roles = {"roles": names.grants(client["roles"])} if client.get("roles") else {}
    inactive = {"client_state": client["client_state"]} if client["client_state"] != "active" else {}
    return {"name": client["name"], **attributes, **roles, **inactive}


def _policies(policies: Iterable[Document], mode: str) -> dict[str, Any]:
    """Policies without those that grant nothing."""
    names = ("domain", "entity_name", "action_set", "named_resources", "conditions")
    granting = [policy for policy in policies if policy["domain"] and policy["entity_name"] and policy["action_set"]]
    return {"permission_policies": [{name: policy[name] for name in names if policy.get(name)} for policy in granting], "permission_mode": mode}


def _administrator(user: Document, names: Names) -> dict[str, Any]:
    attributes = {name: user[name] for name in ("name", "department", "title") if user.get(name)}
    division = {"division": names.division(user.get("division") or "", user["division_id"])} if user.get("division_id") else {}
    # Without its own roles the account would get those of purecloud_org_admin_roles. Nobody is ever invited because of an export.
    inactive = {"user_state": "inactive"} if user["user_state"] == "inactive" else {}
    return {"email": user["email"], **attributes, **division, **inactive, "roles": names.grants(user["roles"]), "invite": False}
