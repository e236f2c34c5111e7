# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._options import Connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import regions
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD


def test_every_region_is_known_by_name_and_by_domain():
    for name, domain in regions.DOMAINS.items():
        assert regions.domain(name) == regions.domain(domain) == regions.domain(f" {name.upper()} ") == domain


def test_urls_are_not_swapped():
    assert regions.service_urls("eu-central-1") == {
        "base_auth_url": "https://login.mypurecloud.de/oauth/token",
        "base_service_url": "https://api.mypurecloud.de/api/",
    }


def test_a_region_that_is_opened_later_is_accepted_below_the_vendors_domain_only():
    assert regions.domain("xyz9.pure.cloud") == "xyz9.pure.cloud"
    for stranger in ("xyz9.pure.cloud.example.com", "evil.com/.pure.cloud", "pure.cloud", "a.b.pure.cloud", "mypurecloud.com.evil.com"):
        with pytest.raises(ValidationError):
            regions.domain(stranger)


@pytest.mark.parametrize(
    ("region", "hint"),
    [("eu-centrl-1", "did you mean eu-central-1?"), ("mypurecloud.comm", "did you mean mypurecloud.com?"), ("zzz", "known are ap-northeast-1, ")],
)
def test_an_unknown_region_names_the_closest(region, hint):
    with pytest.raises(ValidationError) as caught:
        regions.domain(region)
    assert hint in caught.value.message
    assert "api_url and login_url" in caught.value.message


CONNECTION = Connection(
    "example",
    {
        "region": {"type": "str", "env": "EXAMPLE_REGION"},
        "kind": {"type": "str", "choices": ["a", "b"], "env": "EXAMPLE_KIND"},
        "validate_certs": {"type": "bool", "env_inverted": "EXAMPLE_INSECURE"},
        "ca_path": {"type": "path", "env": "EXAMPLE_CA_PATH"},
        "timeout": {"type": "float", "default": 30.0},
    },
    lambda settings, context, read_only: None,
)


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ("task", "environment", "task"),
        (None, "environment", "environment"),
        ("", "environment", "environment"),
        ("", "", None),
        (None, None, None),
    ],
)
def test_an_empty_value_counts_as_not_given(given, environment, expected):
    environ = {} if environment is None else {"EXAMPLE_REGION": environment}
    assert CONNECTION.settings({"region": given}, environ)["region"] == expected


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({}, {"region": "env", "client_id": "env", "client_secret": "env", "access_token": "env", "api_url": "env", "login_url": "env"}),
        ({"client_id": "task"}, {"client_id": "task", "client_secret": "env", "access_token": None}),
        ({"access_token": "task"}, {"access_token": "task", "client_id": None, "client_secret": None}),
        ({"region": "task"}, {"region": "task", "api_url": None, "login_url": None}),
        ({"api_url": "task"}, {"region": None, "api_url": "task", "login_url": None}),
    ],
)
def test_a_task_is_not_mixed_with_another_account_or_host_of_the_environment(given, used):
    environ = {option["env"]: "env" for option in PURECLOUD.options.values() if "env" in option} | {"GENESYSCLOUD_CA_PATH": ""}
    settings = PURECLOUD.settings({"validate_certs": True, "timeout": 30.0, **given}, environ)
    assert {name: settings[name] for name in used} == used


def test_choices_hold_for_the_environment_too():
    with pytest.raises(ValidationError, match="^kind must be one of a, b, not 'c'"):
        CONNECTION.settings({}, {"EXAMPLE_KIND": "c"})


@pytest.mark.parametrize(
    ("given", "environment", "verifies"),
    [
        (None, None, True),
        (None, "", True),
        (None, "False", True),
        (None, "0", True),
        (None, "True", False),
        (None, " yes ", False),
        (True, "True", True),
        (False, "False", False),
        ("", "", True),
    ],
)
def test_only_a_clear_yes_turns_verification_off(given, environment, verifies):
    environ = {} if environment is None else {"EXAMPLE_INSECURE": environment}
    assert CONNECTION.settings({"validate_certs": given}, environ)["validate_certs"] is verifies


def test_an_unclear_answer_is_refused_instead_of_guessed():
    with pytest.raises(ValidationError, match="^EXAMPLE_INSECURE must be yes or no, not 'maybe'"):
        CONNECTION.settings({}, {"EXAMPLE_INSECURE": "maybe"})


@pytest.mark.parametrize(("name", "connection"), [("GENESYSCLOUD", PURECLOUD), ("CFGSERVER", CFGSERVER)])
def test_both_systems_take_certificates_and_their_verification_from_the_environment(name, connection, tmp_path):
    authority = tmp_path / "authority.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")
    settings = connection.settings({}, {f"{name}_INSECURE": "True", f"{name}_CA_PATH": str(authority)})
    assert (settings["validate_certs"], settings["ca_path"]) == (False, str(authority))
    authority.write_bytes(b"")
    settings = connection.settings({}, {f"{name}_INSECURE": "False", f"{name}_CA_PATH": str(authority)})
    assert (settings["validate_certs"], settings["ca_path"]) == (True, None)


def test_an_empty_ca_file_counts_as_not_given_and_a_missing_one_is_an_error(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    assert CONNECTION.settings({"ca_path": str(empty)}, {})["ca_path"] is None
    assert CONNECTION.settings({"ca_path": str(tmp_path)}, {})["ca_path"] == str(tmp_path)
    with pytest.raises(ValidationError, match="^ca_path names .*missing.pem, which does not exist"):
        CONNECTION.settings({"ca_path": str(tmp_path / "missing.pem")}, {})


def test_a_timeout_must_be_positive():
    with pytest.raises(ValidationError, match="^timeout must be"):
        CONNECTION.settings({"timeout": 0.0}, {})


def test_the_argument_spec_does_not_carry_what_ansible_does_not_know():
    assert CONNECTION.argument_spec()["region"] == {"type": "str"}
