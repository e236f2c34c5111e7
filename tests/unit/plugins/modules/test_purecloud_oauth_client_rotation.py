# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotation of OAuth clients step by step, against the sandbox; the transaction objects are dictionaries here."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import client_rotation
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_oauth_client_rotation, purecloud_oauth_clients
from unit.plugins.module_utils.purecloud_support import Organization

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
CLIENTS = "/oauth/clients"
SERVICES = [
    {"section": "ewt", "oauth_client": "hybrid-pacing"},
    {"section": "ewt_backup", "oauth_client": "hybrid-pacing"},
    {"section": "gpr", "oauth_client": "hybrid-routing"},
]
DAY = 86_400
NOW = {"settle_seconds": 0, "silence_seconds": 0, "watch_seconds": 0}
USAGE = "/usage/summary"


class Site:
    """Two OAuth clients, and the object of the Environment tenant that holds them in the sections of three services."""

    def __init__(self, process, monkeypatch):
        self.organization = Organization(process)
        self.admin = self.organization.admin
        self.warnings, self.secrets, self.seal = [], set(), Seal(KEY)
        self.offset = 0.0
        monkeypatch.setattr(client_rotation, "time", SimpleNamespace(time=lambda: time.time() + self.offset))
        self.objects = {}
        made = {name: self.create(name) for name in ("hybrid-pacing", "hybrid-routing")}
        for service in SERVICES:
            entity = made[service["oauth_client"]]
            self.section(service["section"], entity["id"], entity["secret"])
        self.writes()

    def create(self, name, **fields):
        role = next(entity["id"] for entity in self.admin.list("/authorization/roles") if entity["name"] == "AI Agent")
        grants = [{"roleId": role, "divisionId": "*"}]
        body = {"name": name, "description": f"The client {name}", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": grants, "learned": 11}
        return self.admin.post(CLIENTS, {**body, **fields})

    def section(self, section, client_id, secret, tenant="Environment"):
        self.objects.setdefault(tenant, {})[section] = {"client_id": client_id, "password": self.seal.seal(secret)}

    def pass_time(self, seconds):
        self.organization.advance(seconds)
        self.offset += seconds

    def task(self, spec=purecloud_oauth_client_rotation.SPEC, check=False, **params):
        def warn(text):
            self.warnings.append(text)

        defaults = {name: option.get("default") for name, option in spec.argument_spec().items()}
        info = self.organization.process.info
        connection = {"api_url": info["purecloud_url"], "client_id": info["client_id"], "client_secret": info["client_secret"], "timeout": 10.0}
        return run(spec, {**defaults, **connection, "seal_key": KEY, **params}, Context(check, True, warn, self.secrets.add))

    def step(self, check=False, write=True, **params):
        objects = [{"tenant": tenant, "name": "hybrid_integration", "options": options} for tenant, options in self.objects.items()]
        result = self.task(check=check, services=SERVICES, objects=objects, **{**NOW, **params})
        if write and not check:
            self.write(result)
        return result

    def write(self, result):
        """What cfgserver_transaction does with it."""
        for item in result["objects"]:
            for kind in ("options", "secret_options"):
                for section, values in item[kind].items():
                    held = self.objects[item["tenant"]][section]
                    held.update({key: value for key, value in values.items() if value is not None})
                    for key in [key for key, value in values.items() if value is None]:
                        held.pop(key, None)

    def finish(self, **params):
        for _pass in range(10):
            result = self.step(**params)
            if result["finished"]:
                return result
        raise AssertionError("the rotation does not end")

    def refused(self, **params):
        self.writes()
        with pytest.raises(HybridError) as caught:
            self.step(**params)
        assert self.writes() == []
        return caught.value.message

    def clients(self):
        """name -> client, without the one that Ansible uses and without those that wait for their deletion."""
        entities = [entity for entity in self.admin.list(CLIENTS) if entity["name"] != "Bootstrap" and not entity.get("dateToDelete")]
        assert len({entity["name"] for entity in entities}) == len(entities)
        return {entity["name"]: entity for entity in entities}

    def held(self, section, tenant="Environment"):
        return self.objects[tenant][section]

    def works(self):
        return all(
            self.admin.accepts_credentials(held["client_id"], self.seal.open(held["password"], ""))
            for options in self.objects.values()
            for held in options.values()
        )

    def writes(self):
        return self.organization.writes()


@pytest.fixture
def site(sandbox, monkeypatch):
    sandbox.control("POST", "reset", {"switches": {"rate_limit_per_minute": 0}})
    yield Site(sandbox, monkeypatch)
    sandbox.control("POST", "reset")


def test_a_rotation_replaces_every_client_by_a_copy_and_leaves_nothing_behind(site):
    before = site.clients()
    assert not site.step(begin=True)["finished"]
    assert sorted(site.clients()) == ["hybrid-pacing", "hybrid-pacing (retiring)", "hybrid-routing", "hybrid-routing (retiring)"]
    assert site.works()
    assert site.held("ewt") == site.held("ewt_backup")
    assert site.held("ewt")["previous_client_id"] == before["hybrid-pacing"]["id"]
    assert site.finish()["oauth_clients"][0]["predecessor"] is None
    after = site.clients()
    assert sorted(after) == ["hybrid-pacing", "hybrid-routing"]
    assert all(set(site.held(service["section"])) == {"client_id", "password"} for service in SERVICES)
    assert site.works()
    kept = ("name", "description", "authorizedGrantType", "roleDivisions", "learned", "accessTokenValiditySeconds", "scope", "state")
    for name, entity in after.items():
        assert entity["id"] != before[name]["id"]
        assert [entity.get(key) for key in kept] == [before[name].get(key) for key in kept]
    assert site.warnings == []


def test_check_mode_tells_what_the_next_call_does_and_writes_nothing(site):
    site.writes()
    calls = 0
    while calls < 10:
        planned = site.step(check=True, begin=not calls)
        assert site.writes() == []
        done = site.step(begin=not calls)
        assert (planned["steps"], planned["outlook"], planned["changed"]) == (done["steps"], done["outlook"], done["changed"])
        assert [item["options"].keys() for item in planned["objects"]] == [item["options"].keys() for item in done["objects"]]
        site.writes()
        calls += 1
        if done["finished"]:
            break
    assert calls == 2
    assert planned["oauth_clients"] == done["oauth_clients"]


def test_check_mode_does_not_know_ids_and_secrets_to_come(site):
    (planned,) = site.step(check=True, begin=True, sections=["gpr"])["objects"]
    assert planned["options"]["gpr"]["client_id"] == planned["secret_options"]["gpr"]["password"] == KNOWN_AFTER_APPLY


def test_a_young_client_is_left_alone(site):
    result = site.step(begin=True, minimum_age_days=1)
    assert (result["changed"], result["finished"], result["not_due"]) == (False, True, ["hybrid-pacing", "hybrid-routing"])
    site.pass_time(DAY + 1)
    assert site.step(begin=True, minimum_age_days=1)["steps"]


def test_the_old_client_goes_when_it_was_silent_for_long_enough(site):
    wait = {"silence_seconds": 600, "watch_seconds": 300, "sections": ["gpr"]}
    old = site.clients()["hybrid-routing"]["id"]
    pair = old, site.seal.open(site.held("gpr")["password"], "")
    site.step(begin=True, **wait)
    assert (site.step(**wait)["wait_seconds"], len(site.writes())) == (600, 3)
    assert 590 < site.step(**wait)["wait_seconds"] <= 600
    site.pass_time(500)
    site.organization.client(client_id=pair[0], client_secret=pair[1]).get("/tokens/me")
    site.pass_time(200)
    # Used meanwhile: the time begins anew.
    assert site.step(**wait)["wait_seconds"] == 600
    site.pass_time(601)
    result = site.step(**wait)
    assert [text.split()[0] for text in result["steps"]] == ["deactivate"]
    assert 0 < site.step(**wait)["wait_seconds"] <= 300
    site.pass_time(301)
    assert site.step(**wait)["finished"]
    assert sorted(site.clients()) == ["hybrid-pacing", "hybrid-routing"]
    assert site.warnings == []


def test_a_component_that_never_lets_go_of_the_old_client_keeps_it_no_longer_than_the_limit(site):
    wait = {"silence_seconds": 600, "limit_seconds": 1000, "sections": ["gpr"]}
    pair = site.held("gpr")["client_id"], site.seal.open(site.held("gpr")["password"], "")
    site.step(begin=True, **wait)
    for seconds in (1, 500, 499):
        assert 0 < site.step(**wait)["wait_seconds"] <= 600
        site.organization.client(client_id=pair[0], client_secret=pair[1]).get("/tokens/me")
        site.pass_time(seconds)
    assert site.step(**wait)["finished"]


@pytest.mark.parametrize("status", [403, 404, 400])
def test_without_a_licence_for_usage_the_time_alone_counts_and_that_is_said(site, status):
    site.organization.fault(kind="status", status=status, times=0, path=USAGE)
    wait = {"silence_seconds": 600, "sections": ["gpr"]}
    site.step(begin=True, **wait)
    assert site.step(**wait)["wait_seconds"] == 600
    site.pass_time(601)
    assert site.step(**wait)["finished"]
    assert "PureCloud does not tell how much OAuth client" in site.warnings[0] and "it is deactivated after 600 seconds, used or not" in site.warnings[0]


def test_a_client_that_is_kept_for_its_restoration_is_gone(sandbox, site):
    """PureCloud does so with clients older than 30 days, which is what a rotation mostly meets."""
    for _round in range(2):
        site.pass_time(40 * DAY)
        site.step(begin=True)
        site.finish()
    listed = [entity for entity in site.admin.list(CLIENTS) if entity.get("dateToDelete")]
    assert sorted(entity["name"] for entity in listed) == ["hybrid-pacing (retiring)", "hybrid-routing (retiring)"]
    assert sorted(site.clients()) == ["hybrid-pacing", "hybrid-routing"]
    assert site.works()


def test_a_rollback_gives_the_old_client_and_its_old_secret_back(site):
    before, held = site.clients(), {section: dict(values) for section, values in site.objects["Environment"].items()}
    wait = {"silence_seconds": 600}
    site.step(begin=True, **wait)
    site.step(**wait)
    site.step(rollback=True, **wait)
    assert {name: site.clients()[name]["id"] for name in before} == {name: entity["id"] for name, entity in before.items()}
    assert [site.held(section)["client_id"] for section in held] == [values["client_id"] for values in held.values()]
    assert site.works()
    site.step(rollback=True, **wait)  # once more does not turn it back
    site.finish()
    assert {section: (values["client_id"], site.seal.open(values["password"], "")) for section, values in site.objects["Environment"].items()} == {
        section: (values["client_id"], site.seal.open(values["password"], "")) for section, values in held.items()
    }
    after = site.clients()
    assert {name: (entity["id"], entity["description"]) for name, entity in after.items()} == {
        name: (entity["id"], entity["description"]) for name, entity in before.items()
    }


def test_a_rollback_that_stopped_between_its_renames_is_carried_on(site):
    site.step(begin=True, sections=["gpr"], silence_seconds=600)
    site.organization.fault(kind="status", status=500, times=0, method="PUT", path=site.held("gpr")["previous_client_id"])
    with pytest.raises(HybridError):
        site.step(rollback=True, sections=["gpr"], silence_seconds=600)
    assert {"hybrid-routing (retiring)", "hybrid-routing (withdrawn)"} < set(site.clients())
    site.organization.process.control("DELETE", "faults")
    site.step(begin=True, sections=["gpr"], silence_seconds=600)
    assert "hybrid-routing (retiring)" not in site.clients()
    site.finish(sections=["gpr"])
    assert site.works()


def test_what_is_under_way_is_finished_before_anything_else_begins(site):
    site.step(begin=True, sections=["gpr"], silence_seconds=600)
    result = site.step(begin=True, silence_seconds=600)
    assert (result["resumed"], result["not_due"]) == (["hybrid-routing"], ["hybrid-pacing"])
    assert not any(text.startswith(("rename", "create")) for text in result["steps"])


@pytest.mark.parametrize("kind", ["reset_after", "empty"])
def test_a_copy_whose_answer_is_lost_is_adopted(site, kind):
    site.organization.fault(kind=kind, method="POST", path=f"{CLIENTS}$")
    site.step(begin=True)
    site.finish()
    assert len(site.clients()) == 2
    assert site.works()


def test_a_copy_that_no_object_got_receives_a_new_secret(site):
    site.step(begin=True, write=False)
    assert site.works()
    site.step(begin=True)
    assert site.works()
    site.finish()
    assert len(site.clients()) == 2


def test_a_provisioning_in_between_carries_the_rotation_on(site):
    old = site.clients()["hybrid-pacing"]["id"]
    site.step(begin=True, write=False)
    stored = [{"client": "hybrid-pacing", "client_id": old, "secret": site.held("ewt")["password"]}]
    role = [{"role": "AI Agent", "division": "*"}]
    provision = {"clients": [{"name": "hybrid-pacing", "id": None, "roles": role}], "purge_name_pattern": "hybrid-p*"}
    (client,) = site.task(purecloud_oauth_clients.SPEC, stored_secrets=stored, **provision)["oauth_clients"]
    assert client["id"] == site.clients()["hybrid-pacing"]["id"] != old
    assert site.clients()["hybrid-pacing (retiring)"]["id"] == old
    for section in ("ewt", "ewt_backup"):
        site.objects["Environment"][section] = {"client_id": client["id"], "password": client["sealed_secret"]}
    assert site.works()
    site.step(begin=True)
    site.finish()
    assert site.held("ewt")["client_id"] == client["id"]
    assert site.works()
    assert site.task(purecloud_oauth_clients.SPEC, **provision)["changed"] is False


def test_every_object_that_holds_the_client_is_written_whosever_it_is(site):
    entity = site.clients()["hybrid-pacing"]
    site.section("theirs", entity["id"], site.seal.open(site.held("ewt")["password"], ""), tenant="Sales")
    site.section("foreign", "another client", "x", tenant="Support")
    result = site.step(begin=True)
    assert [item["tenant"] for item in result["objects"]] == ["Environment", "Sales"]
    # One object that was not written keeps the old client alive.
    site.objects["Sales"]["theirs"] = {"client_id": entity["id"], "password": site.seal.seal("x")}
    result = site.step()
    assert {item["tenant"]: list(item["options"]) for item in result["objects"]} == {"Sales": ["theirs"], "Environment": ["gpr"]}
    assert site.clients()["hybrid-pacing (retiring)"]["state"] == "active"
    site.finish()
    assert site.held("theirs", "Sales")["client_id"] == site.held("ewt")["client_id"]


def test_secrets_that_the_configuration_server_masks_are_not_needed(site):
    for values in site.objects["Environment"].values():
        values["password"] = "(masked)"
    site.step(begin=True)
    assert site.works()
    for values in site.objects["Environment"].values():
        assert "previous_client_id" not in values
        values["password"] = "(masked)"
    site.finish()
    assert len(site.clients()) == 2


def test_an_old_client_stays_while_the_stored_secret_of_its_successor_does_not_work(site):
    site.step(begin=True)
    for section in ("ewt", "ewt_backup"):
        site.held(section)["password"] = site.seal.seal("wrong")
    assert "its secret mints no token, so its predecessor stays: run the playbook rotate_secret for its services" in site.refused()
    assert site.clients()["hybrid-pacing (retiring)"]["state"] == "active"


def test_an_emergency_gives_new_secrets_and_stops_the_predecessor(site):
    before = site.clients()
    result = site.step(emergency=True, sections=["ewt"])
    assert len(result["steps"]) == 1
    assert {name: entity["id"] for name, entity in site.clients().items()} == {name: entity["id"] for name, entity in before.items()}
    assert site.works()
    assert site.held("ewt") == site.held("ewt_backup")
    site.step(begin=True, silence_seconds=600)
    site.step(emergency=True, sections=["ewt"])
    assert site.clients()["hybrid-pacing (retiring)"]["state"] == "inactive"
    assert "previous_password" not in site.held("ewt")
    assert site.works()


REFUSALS = {
    "shared": ({"sections": ["ewt"]}, "OAuth client 'hybrid-pacing' is shared by ewt, ewt_backup, and rotation_services leaves out ewt_backup: name all"),
    "unknown section": ({"sections": ["ewtt"]}, "rotation_services names the section 'ewtt', which hybrid_services does not have: it has ewt, ewt_backup, gpr"),
    "nothing to roll back": ({"rollback": True}, "there is no rotation of OAuth client 'hybrid-pacing' under way: nothing to roll back"),
    "two wishes": ({"rollback": True, "begin": True}, "begin and rollback exclude each other: give one of them"),
    "negative": ({"watch_seconds": -1}, "watch_seconds is -1, it must not be negative"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_wrong_input_is_refused_in_a_sentence(site, case):
    params, sentence = REFUSALS[case]
    assert sentence in site.refused(**params)


def test_what_somebody_else_did_is_refused_by_name(site):
    ids = {name: entity["id"] for name, entity in site.clients().items()}
    site.section("theirs", ids["hybrid-routing"], "x", tenant="Sales")
    assert "OAuth client 'hybrid-routing' is shared by gpr, theirs, and rotation_services leaves out theirs" in site.refused(sections=["gpr"])
    site.objects["Environment"].pop("gpr")
    assert "no transaction object holds OAuth client 'hybrid-routing' in section gpr: run the playbook provision first" in site.refused(begin=True)
    site.admin.put(f"{CLIENTS}/{ids['hybrid-pacing']}", {**site.clients()["hybrid-pacing"], "state": "inactive"})
    assert f"OAuth client 'hybrid-pacing' ({ids['hybrid-pacing']}) is inactive" in site.refused(begin=True)
    site.admin.delete(f"{CLIENTS}/{ids['hybrid-pacing']}")
    assert "there is no OAuth client named 'hybrid-pacing': run the playbook provision first" in site.refused(begin=True)


def test_a_rotation_that_somebody_left_half_way_and_mixed_with_another_is_named(site):
    wait = {"silence_seconds": 600, "sections": ["gpr"]}
    site.step(begin=True, **wait)
    site.step(**wait)
    other = site.create("hybrid-other")
    successor = site.clients()["hybrid-routing"]
    site.admin.put(f"{CLIENTS}/{successor['id']}", {**successor, "name": "elsewhere"})
    site.admin.put(f"{CLIENTS}/{other['id']}", {**other, "name": "hybrid-routing"})
    message = site.refused(**wait)
    assert "a rotation of OAuth client 'hybrid-routing' was left half-way" in message and successor["id"] in message and other["id"] in message
    site.create("hybrid-pacing (retiring)"), site.create("hybrid-pacing (withdrawn)")
    assert "OAuth client 'hybrid-pacing' has two predecessors" in site.refused(sections=["ewt", "ewt_backup"])


def test_too_late_for_a_rollback(site):
    site.step(begin=True, watch_seconds=300)
    site.step(watch_seconds=300)
    assert "is deactivated already: a rotation of 'hybrid-pacing' can be rolled back only before that" in site.refused(rollback=True)


def test_the_client_that_ansible_uses_is_not_rotated(site):
    own = next(entity for entity in site.admin.list(CLIENTS) if entity["id"] == site.organization.process.info["client_id"])
    site.section("ansible", own["id"], "x")
    services = [{"section": "ansible", "oauth_client": own["name"]}]
    with pytest.raises(HybridError, match="is the one that Ansible itself uses: rotate it by hand"):
        site.task(services=services, objects=[{"tenant": "Environment", "name": "hybrid_integration", "options": site.objects["Environment"]}], begin=True)
