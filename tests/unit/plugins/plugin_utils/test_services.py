# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.plugin_utils._services import service_sections, stored_client_secrets

SEALED = "sealed-v1:abc"
SERVICES = [{"section": "saml_auth", "oauth_client": "saml"}, {"section": "ewt", "oauth_client": "pacing"}, {"section": "ewt2", "oauth_client": "pacing"}]
FULL = {"client_id": "1", "password": SEALED}
MASKED = {"client_id": "1", "password": "(masked)"}


@pytest.mark.parametrize(
    ("options", "pacing"),
    [
        pytest.param({}, [{}], id="no object yet"),
        pytest.param({"ewt": FULL, "ewt2": FULL}, [{"client_id": "1", "secret": SEALED}], id="both sections hold it"),
        pytest.param({"ewt": FULL}, [{"client_id": "1", "secret": SEALED}], id="a new service shares a client: its secret can be copied"),
        pytest.param({"ewt": {"client_id": "1"}}, [{}], id="an ID without a password"),
        pytest.param({"ewt": {"client_id": "1", "password": ""}, "ewt2": {}}, [{}], id="an empty password"),
        pytest.param({"ewt": {"password": SEALED}}, [{}], id="a password without an ID"),
        pytest.param({"ewt": MASKED, "ewt2": MASKED}, [{"client_id": "1"}], id="masked in both sections"),
        pytest.param({"ewt": MASKED}, [{}], id="masked, and a new service needs a copy"),
        pytest.param(
            {"ewt": FULL, "ewt2": {"client_id": "2", "password": SEALED}},
            [{"client_id": "1", "secret": SEALED}, {"client_id": "2", "secret": SEALED}],
            id="the sections disagree",
        ),
    ],
)
def test_stored_client_secrets(options, pacing):
    assert stored_client_secrets(options, SERVICES) == [{"client": "saml"}, *({"client": "pacing", **entry} for entry in pacing)]


def test_sections_carry_fresh_secrets_first_and_copy_stored_ones():
    clients = [{"name": "saml", "id": "7", "sealed_secret": "sealed-v1:new"}, {"name": "pacing", "id": "1"}, {"name": "unused", "id": "9"}]
    current = {"saml_auth": {"client_id": "7", "password": SEALED}, "ewt": FULL}
    assert service_sections(SERVICES, clients, current) == {
        "options": {"saml_auth": {"client_id": "7"}, "ewt": {"client_id": "1"}, "ewt2": {"client_id": "1"}},
        "secret_options": {"saml_auth": {"password": "sealed-v1:new"}, "ewt": {"password": SEALED}, "ewt2": {"password": SEALED}},
        "client_secrets": {"saml": "sealed-v1:new", "pacing": SEALED},
    }


def test_the_fresh_secret_of_a_client_without_a_service_is_told():
    assert service_sections([], [{"name": "x", "id": "1", "sealed_secret": SEALED}, {"name": "y", "id": "2"}])["client_secrets"] == {"x": SEALED}


def test_a_masked_secret_is_left_alone():
    sections = service_sections(SERVICES[1:], [{"name": "pacing", "id": "1"}], {"ewt": MASKED, "ewt2": MASKED})
    assert sections == {"options": {"ewt": {"client_id": "1"}, "ewt2": {"client_id": "1"}}, "secret_options": {}, "client_secrets": {}}


@pytest.mark.parametrize("unknown", [None, ""])
def test_clients_that_are_not_known_yet_are_those_that_are_stored(unknown):
    assert service_sections(SERVICES[:2], unknown, {"ewt": FULL}) == {
        "options": {"saml_auth": {"client_id": "(known after apply)"}, "ewt": {"client_id": "1"}},
        "secret_options": {"saml_auth": {"password": "(known after apply)"}, "ewt": {"password": SEALED}},
        "client_secrets": {"saml": "(known after apply)", "pacing": SEALED},
    }


def test_a_service_without_its_client_is_an_error_that_names_both():
    with pytest.raises(AnsibleFilterError, match="service saml_auth names the OAuth client 'saml'"):
        service_sections(SERVICES, [])


def test_sections_that_share_a_client_and_disagree_keep_their_own_secrets():
    """One of them is outdated, and nobody knows which: none may be overwritten with the other."""
    current = {"ewt": {"client_id": "1", "password": "sealed-v1:old"}, "ewt2": {"client_id": "1", "password": "sealed-v1:new"}}
    stored = stored_client_secrets(current, SERVICES[1:])
    assert [entry["secret"] for entry in stored] == ["sealed-v1:old", "sealed-v1:new"]
    kept = {"ewt": {"password": "sealed-v1:old"}, "ewt2": {"password": "sealed-v1:new"}}
    assert service_sections(SERVICES[1:], [{"name": "pacing", "id": "1"}], current)["secret_options"] == kept
    assert service_sections(SERVICES[1:], None, current)["secret_options"] == kept
    fresh = service_sections(SERVICES[1:], [{"name": "pacing", "id": "1", "sealed_secret": "sealed-v1:fresh"}], current)
    assert fresh["secret_options"] == {"ewt": {"password": "sealed-v1:fresh"}, "ewt2": {"password": "sealed-v1:fresh"}}


def test_a_password_beside_another_client_is_not_kept():
    current = {"ewt": {"client_id": "other", "password": "sealed-v1:other"}}
    assert service_sections(SERVICES[1:2], [{"name": "pacing", "id": "1"}], current)["secret_options"] == {}
