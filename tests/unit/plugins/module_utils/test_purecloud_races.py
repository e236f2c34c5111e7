# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs that create OAuth clients of one name at the same moment: one client stays, and who made the other one says so."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError, HybridError, PartialError
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, one
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_secrets import Delivery
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import CLIENT_OPTIONS, Directory, ManagedClient
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from unit.plugins.module_utils import purecloud_support

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
CLIENTS = "/api/v2/oauth/clients"
CONFLICT = "another run created a client of this name at the same moment"


class Organization(purecloud_support.Organization):
    def named(self, name="pacing"):
        """ID to secret of the clients of this name."""
        clients = self.process.control("GET", "state")["purecloud"]["organizations"][0]["clients"].values()
        return {client["document"]["id"]: client["secret"] for client in clients if client["document"]["name"] == name}

    def run(self, *names, has_secret=None):
        """What a run has planned for the clients of these names, each active with one role."""
        directory, delivery = Directory(self.client()), Delivery(Seal(KEY), False, lambda secret: None)
        defaults = {name: option.get("default") for name, option in CLIENT_OPTIONS.items()}
        roles = [{"role": "AI Agent", "division": "*"}]
        return [ManagedClient(directory, {**defaults, "name": name, "roles": roles}, "present", delivery, has_secret) for name in names]


@pytest.fixture
def organization(sandbox):
    sandbox.control("POST", "reset")
    yield Organization(sandbox)
    sandbox.control("POST", "reset")


def applied(managed):
    return one("oauth_client", managed, ManagedClient.confirm).apply()["oauth_client"]


def test_the_later_of_two_clients_is_taken_back_by_who_made_it(organization):
    (first,), (second,) = organization.run("pacing"), organization.run("pacing")
    kept = applied(first)
    with pytest.raises(ConflictError, match=f"{CONFLICT}, {kept['id']}, which stays; the one of this run was deleted again: run again"):
        applied(second)
    assert list(organization.named()) == [kept["id"]]
    assert (first.changed, second.changed) == (True, False)


def test_the_earlier_one_stays_also_when_its_maker_looks_last(organization):
    (first,), (second,) = organization.run("pacing"), organization.run("pacing")
    kept = first.apply()
    organization.advance(1)
    second.apply()
    with pytest.raises(ConflictError, match=CONFLICT):
        second.confirm()
    first.confirm()
    assert list(organization.named()) == [kept["id"]]


def test_a_list_that_lags_is_looked_at_until_it_shows_the_own_client(organization):
    (first,), (second,) = organization.run("pacing"), organization.run("pacing")
    organization.switch(client_list_lag_seconds=5)
    first.apply()
    organization.advance(1)
    second.apply()
    with pytest.raises(ConflictError, match=CONFLICT):
        second.confirm()
    assert 5 <= sum(organization.pauses) < 10
    assert len(organization.named()) == 1


def test_a_client_that_cannot_be_taken_back_is_named(organization):
    (first,), (second,) = organization.run("pacing"), organization.run("pacing")
    applied(first)
    organization.fault(kind="status", status=403, method="PUT", path=CLIENTS, times=0)
    with pytest.raises(HybridError, match=rf"{CONFLICT}, [\w-]+, which stays; the one of this run, [\w-]+, could not be deleted \(.*\): delete it and run"):
        applied(second)
    assert len(organization.named()) == 2
    assert second.changed


def test_an_adopted_client_is_never_taken_back(organization):
    """It may be the one of the other run, whose secret is in use."""
    (first,), (second,) = organization.run("pacing"), organization.run("pacing")
    organization.fault(kind="reset_before", method="POST", path=CLIENTS + "$", nth=2)
    kept = first.apply()
    second.apply()
    second.confirm()
    assert list(organization.named()) == [kept["id"]]


def test_no_secret_is_replaced_after_a_lost_race(organization):
    """The client that exists may be the other run's as well, which is about to store its secret."""
    (earlier,) = organization.run("earlier")
    applied(earlier)
    ours = organization.run("earlier", "pacing", has_secret=lambda name, identifier, usable: False)
    (theirs,) = organization.run("pacing")
    applied(theirs)
    secrets = organization.named("earlier")
    with pytest.raises(PartialError, match=CONFLICT) as caught:
        many("oauth_clients", "name", ours, ManagedClient.confirm, lambda item: item.regenerates).apply()
    assert organization.named("earlier") == secrets
    assert [error["name"] for error in caught.value.result["errors"]] == ["earlier", "pacing"]
    assert caught.value.result["changed"] is False
    assert caught.value.result["diff"] == {"before": {}, "after": {}}


def test_many_clients_cost_one_look(organization):
    names = [f"pacing-{number}" for number in range(12)]
    assert len(many("oauth_clients", "name", organization.run(*names), ManagedClient.confirm).apply()["oauth_clients"]) == 12
    journal = organization.process.control("GET", "requests")
    assert len([entry for entry in journal if (entry["method"], entry["path"]) == ("GET", CLIENTS)]) == 2
