# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy of firewalld, loaded for real by a firewalld of the test's own network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from network.conftest import Site, settled

LOGIN = "login.mypurecloud.de"


@pytest.fixture
def firewalld(clean: Site) -> Iterator[Site]:
    """A running firewalld on the consuming host, with a message bus of its own."""
    if clean.lab.run("consumer", "sh", "-c", "command -v firewalld && command -v dbus-daemon", check=False).returncode:
        pytest.skip("firewalld or dbus-daemon is not installed")
    clean.lab.run("consumer", "mkdir", "-p", "/run/dbus")
    bus = clean.lab.start("consumer", "dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog")
    assert settled(lambda: clean.lab.run("consumer", "test", "-S", "/run/dbus/system_bus_socket", check=False).returncode == 0)
    daemon = clean.lab.start("consumer", "firewalld", "--nofork", "--nopid", "--log-target=console")
    assert settled(lambda: clean.lab.run("consumer", "firewall-cmd", "--state", check=False).returncode == 0)
    yield clean
    clean.lab.end(daemon)
    clean.lab.end(bus)


def policies(site: Site) -> list[str]:
    return site.lab.run("consumer", "firewall-cmd", "--get-policies").stdout.split()


def test_a_policy_of_firewalld(firewalld: Site) -> None:
    """Allowed is reached, everything else not; addresses follow their names; removal leaves nothing."""
    before = policies(firewalld)
    variables = {"network_egress_enforce": "firewalld"}
    firewalld.playbook("--diff", variables=variables)
    assert firewalld.lab.reaches(LOGIN) and not firewalld.lab.reaches("forbidden.example.com") and not firewalld.lab.reaches(LOGIN, 8443)
    assert "hybrid-egress" in policies(firewalld)
    assert firewalld.playbook(variables=variables)["changed"] == 0

    firewalld.answer(login_mypurecloud_de="198.51.100.11")
    assert not firewalld.lab.reaches(LOGIN)
    firewalld.script("refresh")
    assert firewalld.lab.reaches(LOGIN) and firewalld.lab.reaches("198.51.100.10")
    firewalld.lab.run("consumer", "firewall-cmd", "--reload")
    assert firewalld.lab.reaches(LOGIN) and not firewalld.lab.reaches("forbidden.example.com")

    firewalld.playbook(variables={**variables, "network_egress_state": "absent"})
    assert policies(firewalld) == before
    assert "hybrid" not in firewalld.lab.run("consumer", "firewall-cmd", "--get-ipsets").stdout
    assert firewalld.lab.reaches("forbidden.example.com")
