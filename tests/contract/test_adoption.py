# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization that was prepared with the vendor's Python SDK is taken over by the modules.

Nothing is made a second time, and what is as asked is left alone.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from cryptography import x509

from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_idp
from contract.support import SALES, bare, pem
from playbooks.conftest import PlaybookRun, RunPlaybook
from sandbox.client import request_token
from sandbox.process import SandboxProcess

ISSUER, TARGET = "http://www.genesys.com/pureengage", "http://example.com/target"
# Requests that change nothing, though they are POSTs.
READS = re.compile(r"(GET|HEAD) |POST (/oauth/token|/api/v2/users/search)$")
CREATES = re.compile(r"POST /api/v2/(oauth/clients|authorization/roles|users|identityproviders)$")
FORMS = {"PEM": pem, "base64": bare, "PEM on one line": lambda value: " ".join(pem(value).split("\n")).strip()}


@dataclass(frozen=True)
class Prepared:
    """The IDs of what the SDK made, and the secret that it alone was shown."""

    client: str
    secret: str
    role: str
    user: str


def filled(model: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(model, name, value)
    return model


def prepare_role(sdk: Any, client: Any) -> str:
    policies = [
        filled(sdk.DomainPermissionPolicy(), domain="journey", entity_name=entity, action_set=actions, allow_conditions=False)
        for entity, actions in (("segment", ["view"]), ("outcome", ["edit", "view"]))
    ]
    body = filled(sdk.DomainOrganizationRoleCreate(), name="Altocloud Reader", description="Reads journeys", permission_policies=policies)
    return str(sdk.AuthorizationApi(client).post_authorization_roles(body).id)


def prepare_client(sdk: Any, client: Any, role: str) -> tuple[str, str]:
    body = filled(sdk.OAuthClientRequest(), name="hybrid-pacing", description="Pacing", authorized_grant_type="CLIENT-CREDENTIALS")
    filled(body, access_token_validity_seconds=3600, role_divisions=[filled(sdk.RoleDivision(), role_id=role, division_id=SALES)])
    created = sdk.OAuthApi(client).post_oauth_clients(body)
    return str(created.id), str(created.secret)


def prepare_user(sdk: Any, client: Any, role: str) -> str:
    api = sdk.AuthorizationApi(client)
    (admin,) = api.get_authorization_roles(default_role_id=["admin"]).entities
    body = filled(sdk.CreateUser(), name="Ada Example", email="Ada@example.com", title="Administrator", division_id=SALES)
    user = sdk.UsersApi(client).post_users(body)
    pairs = [filled(sdk.RoleDivisionPair(), role_id=role_id, division_id=division_id) for role_id, division_id in ((role, SALES), (admin.id, "*"))]
    api.post_authorization_subject_bulkadd(user.id, filled(sdk.RoleDivisionGrants(), grants=pairs), subject_type="PC_USER")
    return str(user.id)


def prepare_provider(sdk: Any, client: Any, certificate: str) -> None:
    body = filled(sdk.PureEngage(), name="PureEngage", auto_provision_users=True, certificate=certificate, disabled=False)
    sdk.IdentityProviderApi(client).put_identityproviders_pureengage(filled(body, issuer_uri=ISSUER, sso_target_uri=TARGET))


def login(sdk: Any, sandbox: SandboxProcess) -> Any:
    return sdk.api_client.ApiClient().get_client_credentials_token(sandbox.info["client_id"], sandbox.info["client_secret"])


@pytest.fixture
def prepared(sandbox: SandboxProcess, python_sdk: Any, certificates: list[x509.Certificate]) -> Prepared:
    client = login(python_sdk, sandbox)
    role = prepare_role(python_sdk, client)
    identifier, secret = prepare_client(python_sdk, client, role)
    user = prepare_user(python_sdk, client, role)
    prepare_provider(python_sdk, client, pem(certificates[0]))
    sandbox.control("DELETE", "requests")
    return Prepared(identifier, secret, role, user)


def tasks(certificate: str) -> list[dict[str, Any]]:
    """What the SDK made, as a playbook asks for it."""
    policies = [{"domain": "journey", "entity_name": "outcome", "action_set": ["view", "edit"]}]
    policies.append({"domain": "journey", "entity_name": "segment", "action_set": ["view"]})
    role = {"name": "Altocloud Reader", "description": "Reads journeys", "permission_policies": policies, "permission_mode": "exact"}
    in_sales = {"role": "Altocloud Reader", "division": "Sales"}
    client = {"name": "hybrid-pacing", "description": "Pacing", "authorized_grant_type": "CLIENT_CREDENTIALS", "roles": [in_sales]}
    user = {"email": "ada@example.com", "name": "Ada Example", "title": "Administrator", "division": "Sales", "user_state": "active"}
    provider = {"name": "PureEngage", "auto_provision_users": True, "issuer_uri": ISSUER, "sso_target_uri": TARGET, "disabled": False}
    return [
        {"genesys.hybrid.purecloud_roles": {"roles": [role]}},
        {"genesys.hybrid.purecloud_oauth_clients": {"clients": [{**client, "access_token_validity_seconds": 3600}]}},
        {"genesys.hybrid.purecloud_users": {"users": [{**user, "roles": [{"role": "admin", "division": "*"}, in_sales], "grant_mode": "exact"}]}},
        {"genesys.hybrid.purecloud_idp": {**provider, "certificate": certificate}},
    ]


def play(run_playbook: RunPlaybook, sandbox: SandboxProcess, folder: Path, wanted: list[dict[str, Any]]) -> PlaybookRun:
    """Run the tasks against the sandbox, with the credentials in the environment."""
    playbook = folder / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": wanted}]), encoding="utf-8")
    run: PlaybookRun = run_playbook(
        "-i",
        "localhost,",
        "-e",
        f"ansible_python_interpreter={sys.executable}",
        "--diff",
        playbook,
        GENESYSCLOUD_API_URL=sandbox.info["purecloud_url"],
        GENESYSCLOUD_OAUTHCLIENT_ID=sandbox.info["client_id"],
        GENESYSCLOUD_OAUTHCLIENT_SECRET=sandbox.info["client_secret"],
    )
    assert run.returncode == 0, run.output
    assert run.warnings == [], run.output
    return run


def writes(sandbox: SandboxProcess) -> list[str]:
    """Method and path of every request that changed something, or tried to."""
    entries = [f"{entry['method']} {entry['path']}" for entry in sandbox.control("GET", "requests")]
    return [entry for entry in entries if not READS.match(entry)]


def organization(sandbox: SandboxProcess) -> dict[str, Any]:
    state: dict[str, Any] = sandbox.control("GET", "state")["purecloud"]["organizations"][0]
    return state


def objects(state: dict[str, Any]) -> dict[str, set[str]]:
    """The IDs of everything that a module could make a second time."""
    return {kind: set(state[kind]) for kind in ("clients", "roles", "users", "identity_providers")}


def check_the_secret_still_works(sandbox: SandboxProcess, prepared: Prepared) -> None:
    assert request_token(sandbox.info["purecloud_url"], prepared.client, prepared.secret).status_code == 200


def test_what_is_as_asked_is_left_alone(
    prepared: Prepared, sandbox: SandboxProcess, run_playbook: RunPlaybook, tmp_path: Path, certificates: list[x509.Certificate]
) -> None:
    before = organization(sandbox)
    run = play(run_playbook, sandbox, tmp_path, tasks(FORMS["PEM on one line"](certificates[0])))
    assert (run.recap["localhost"]["ok"], run.recap["localhost"]["changed"]) == (4, 0), run.output
    assert writes(sandbox) == []
    after = organization(sandbox)
    for kind in (*objects(before), "grants"):
        assert after[kind] == before[kind]
    check_the_secret_still_works(sandbox, prepared)


def test_what_differs_is_changed_in_place(
    prepared: Prepared, sandbox: SandboxProcess, run_playbook: RunPlaybook, tmp_path: Path, certificates: list[x509.Certificate]
) -> None:
    before = objects(organization(sandbox))
    wanted = tasks(pem(certificates[1]))
    roles, clients, users, _provider = (next(iter(task.values())) for task in wanted)
    roles["roles"][0]["permission_policies"][1]["action_set"] = ["view", "edit"]
    clients["clients"][0]["description"] = "Taken over"
    users["users"][0].update(title="Head", roles=[{"role": "admin", "division": "*"}])

    run = play(run_playbook, sandbox, tmp_path, wanted)
    assert (run.recap["localhost"]["ok"], run.recap["localhost"]["changed"]) == (4, 4), run.output
    written = writes(sandbox)
    assert written and not [entry for entry in written if CREATES.match(entry)]
    after = organization(sandbox)
    assert objects(after) == before
    assert after["clients"][prepared.client]["document"]["description"] == "Taken over"
    assert after["users"][prepared.user]["document"]["title"] == "Head"
    assert {grant["role_id"] for grant in after["grants"][prepared.user]}.isdisjoint({prepared.role})
    assert after["identity_providers"]["pureengage"]["certificate"] == bare(certificates[1])
    check_the_secret_still_works(sandbox, prepared)


@pytest.mark.parametrize("answered", ["bare", "verbatim"])
@pytest.mark.parametrize("stored", FORMS)
def test_a_certificate_is_the_same_in_every_form(
    sandbox: SandboxProcess, python_sdk: Any, own_client: PureCloudClient, certificates: list[x509.Certificate], stored: str, answered: str
) -> None:
    sandbox.control("POST", "faults", {"switches": {"idp_certificates": answered}})
    prepare_provider(python_sdk, login(python_sdk, sandbox), FORMS[stored](certificates[0]))
    sandbox.control("DELETE", "requests")
    context = SimpleNamespace(warn=pytest.fail, register_secret=lambda _secret: None)
    options = {name: option.get("default") for name, option in purecloud_idp.SPEC.options.items()}
    (given,) = tasks("")[3].values()
    for form in FORMS.values():
        found = purecloud_idp.prepare(own_client, {**options, **given, "certificate": form(certificates[0])}, context)
        assert found.changed is False and found.diff["before"] == found.diff["after"]
    other = purecloud_idp.prepare(own_client, {**options, **given, "certificate": bare(certificates[1])}, context)
    assert other.changed is True
    assert writes(sandbox) == []
