# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""What exists in PureCloud and Configuration Server as the variables that the playbook provision takes.

The rule is that a run with these variables changes nothing. What cannot be said in variables, or what a run would change after all, is a
problem: a sentence for the person who reads the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._certificates import fingerprint
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


class Export:
    """``variables`` in the order of the file, ``secrets`` (vault variable to sealed value) and ``problems`` of one hybrid integration."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}
        self.problems: list[str] = []

    def transaction(self, found: Document | None, clients: Sequence[Document]) -> None:
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
        self._services(options, clients)

    def _saml(self, saml: Mapping[str, str]) -> None:
        for key, variable in (
            ("issuer", "hybrid_saml_issuer"),
            ("certificate", "hybrid_saml_certificate"),
            ("expire_time", "hybrid_transaction_saml_expire_time"),
        ):
            if saml.get(key):
                self.variables[variable] = saml[key]
            else:
                self.problems.append(f"The transaction object has no option saml/{key}: set {variable}.")
        for key, variable in SAML_SECRETS.items():
            vault = variable.replace("hybrid_", "vault_", 1)
            if is_sealed(saml.get(key)):
                self.secrets[vault] = saml[key]
                self.variables[variable] = Reference(f"{{{{ {vault} }}}}")
            else:
                self.problems.append(f"The Configuration Server does not show the option saml/{key}: set {variable}.")

    def _services(self, options: Mapping[str, Mapping[str, str]], clients: Sequence[Document]) -> None:
        names = {client["id"]: client["name"] for client in clients}
        services = []
        for section, entries in options.items():
            identifier = entries.get("client_id")
            if section in ("general", "saml") or not identifier:
                continue
            if identifier not in names:
                self.problems.append(
                    f"Section {section} of the transaction object holds the client_id {identifier}, which is none of the exported OAuth clients: "
                    "it is left out of hybrid_services, and a run leaves the section alone."
                )
                continue
            if not entries.get("password"):
                self.problems.append(f"Section {section} of the transaction object holds no password: a run would give its OAuth client a new secret.")
            services.append({"section": section, "oauth_client": names[identifier]})
        self.variables["hybrid_services"] = services

    def oauth_clients(self, clients: Sequence[Document]) -> None:
        self.variables["purecloud_org_oauth_clients"] = [_client(client) for client in clients]

    def roles(self, roles: Iterable[Document]) -> None:
        exported = []
        for role in roles:
            if not role["default"]:
                permissions = {"permissions": role["permissions"]} if role["permissions"] else {}
                described = {"description": role["description"]} if role["description"] else {}
                exported.append({"name": role["name"], **described, **permissions, **_policies(role["permission_policies"], "exact")})
            elif role.get("removed_permission_policies"):
                exported.append({**_default_role(role), **_policies(role["permission_policies"], "exact")})
            elif role.get("added_permission_policies"):
                exported.append({**_default_role(role), **_policies(role["added_permission_policies"], "add")})
        self.variables["purecloud_org_roles"] = exported

    def identity_provider(self, providers: Iterable[Document]) -> None:
        provider = next((candidate for candidate in providers if candidate["id"] == "pureengage"), None)
        if provider is None:
            self.variables["purecloud_org_idp"] = {}
            return
        exported = {name: provider[name] for name in PROVIDER_ATTRIBUTES if provider.get(name) not in (None, "")}
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

    def administrators(self, users: Iterable[Document]) -> None:
        self.variables["purecloud_org_admins"] = [_administrator(user) for user in users]

    def drop_ambiguous(self, kind: str, entities: Iterable[Document]) -> list[Document]:
        """The entities whose name is theirs alone; only by its name can the playbook's input mean one."""
        entities = list(entities)
        names = [entity["name"] for entity in entities]
        for name in sorted({name for name in names if names.count(name) > 1}):
            ids = ", ".join(sorted(entity["id"] for entity in entities if entity["name"] == name))
            self.problems.append(f"{names.count(name)} {kind} are named {name!r} ({ids}): they are left out, rename or delete all but one.")
        return [entity for entity in entities if names.count(entity["name"]) == 1]


def exported(found: Mapping[str, Any], client_pattern: str = "*", own_client_id: str | None = None) -> Export:
    """The export of what info modules found: lists ``oauth_clients``, ``roles``, ``idps``, ``users`` and ``transactions``.

    ``client_pattern`` is a shell pattern for the names of OAuth clients; ``own_client_id`` is Ansible's own client, which is left out.
    """
    export = Export()
    living = [client for client in found["oauth_clients"] if client["id"] != own_client_id and client["client_state"] in ("active", "inactive")]
    clients = export.drop_ambiguous("OAuth clients", [client for client in living if fnmatchcase(client["name"], client_pattern)])
    export.transaction(next(iter(found["transactions"]), None), clients)
    export.identity_provider(found["idps"])
    export.roles(export.drop_ambiguous("roles", found["roles"]))
    export.oauth_clients(clients)
    every_user = {role["id"] for role in found["roles"] if role.get("default_role_id") == "employee"}
    export.administrators({**user, "roles": [grant for grant in user["roles"] if grant["role_id"] not in every_user]} for user in found["users"])
    return export


def _client(client: Document) -> dict[str, Any]:
    attributes = {name: client[name] for name in CLIENT_ATTRIBUTES if client.get(name) not in (None, "", [])}
    roles = {"roles": _grants(client["roles"])} if client.get("roles") else {}
    inactive = {"client_state": client["client_state"]} if client["client_state"] != "active" else {}
    return {"name": client["name"], **attributes, **roles, **inactive}


def _grants(grants: Iterable[Document]) -> list[dict[str, str]]:
    return [{"role": grant["role"], "division": grant["division"]} for grant in grants]


def _default_role(role: Document) -> dict[str, str]:
    return {"default_role_id": role["default_role_id"]} if role.get("default_role_id") else {"name": role["name"]}


def _policies(policies: Iterable[Document], mode: str) -> dict[str, Any]:
    names = ("domain", "entity_name", "action_set", "named_resources", "conditions")
    shown = [{name: policy[name] for name in names if policy.get(name)} for policy in policies]
    return {"permission_policies": shown, "permission_mode": mode}


def _administrator(user: Document) -> dict[str, Any]:
    attributes = {name: user[name] for name in ("name", "division", "department", "title") if user.get(name)}
    # Without its own roles the account would get those of purecloud_org_admin_roles; and nobody gets an invitation from an export.
    inactive = {"user_state": "inactive"} if user["user_state"] == "inactive" else {}
    return {"email": user["email"], **attributes, **inactive, "roles": _grants(user["roles"]), "invite": bool(user["invited"])}
