# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule list for the network team, written where nothing can be enforced, and the check from the consuming host."""

from __future__ import annotations

import csv
import json
from typing import Any

from network.conftest import Site, running_sandbox


def test_a_machine_without_tools_still_gives_the_list(clean: Site) -> None:
    """In check mode, and without any file; each host has its own destinations: the region's, its tenant's object, or the shared one."""
    by_object = {"network_egress_from": "transaction", "network_egress_check": "skip"}
    hosts: dict[str, dict[str, Any]] = {
        "german": {},
        "two": {**by_object, "network_egress_tenant": "Example Two", "network_egress_extra": [{"host": "ntp.example.com", "port": 4460, "purpose": "=time|s"}]},
        "one": {**by_object, "network_egress_tenant": "Example One"},
    }
    with running_sandbox(clean) as connection:
        variables = {**connection, "network_egress_enforce": "nftables", "network_egress_timer": True, "network_egress_directory": str(clean.folder / "list")}
        del variables["hybrid_purecloud_api_url"]
        clean.playbook("--check", "--diff", variables=variables, hosts=hosts, without="/usr/sbin")
        assert "nft is not on this host: install the package nftables" in clean.output and "this host has no systemd" in clean.output
        assert not (clean.folder / "list").exists()
        (clean.folder / "list").mkdir()
        shown = clean.output
        clean.playbook(variables={**variables, "network_egress_enforce": "none"}, hosts=hosts)
    page = (clean.folder / "list" / "egress-rules.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert rows == [
        "| from | to | protocol | port | purpose |",
        "| german | api.mypurecloud.de | TCP | 443 | PureCloud API |",
        "| german | login.mypurecloud.de | TCP | 443 | PureCloud login: access tokens |",
        "| one | api.mypurecloud.ie | TCP | 443 | PureCloud API |",
        "| one | login.mypurecloud.ie | TCP | 443 | PureCloud login: access tokens |",
        "| two | api.example.com | TCP | 443 | PureCloud API |",
        "| two | login.example.com | TCP | 8443 | PureCloud login: access tokens |",
        "| two | ntp.example.com | TCP | 4460 | =time\\|s |",
    ]
    assert all(json.dumps(row)[1:-1] in shown for row in rows)
    table = list(csv.reader((clean.folder / "list" / "egress-rules.csv").read_text(encoding="utf-8").splitlines()))
    assert table[0] == ["source", "destination", "protocol", "port", "purpose"]
    assert ["two", "ntp.example.com", "TCP", "4460", "'=time|s"] in table and len(table) == 8


def test_the_check_says_which_step_failed(clean: Site) -> None:
    login = {"host": "login.mypurecloud.de", "token_path": "/oauth/token"}
    outcome = clean.egress_check(
        login,
        {"host": "api.mypurecloud.de"},
        {"host": "nowhere.example.com"},
        {"host": "stream.example.com", "port": 7001},
        {"host": "wrong.example.com"},
        {**login, "port": 8443},
        {"host": "stream.example.com", "port": 7000},
        {"host": "stream.example.com", "port": 7000, "tls": False},
    )
    assert [place["failed_step"] for place in outcome["destinations"]] == [None, None, "dns", "tcp", "tls", "http", "tls", None]
    assert not outcome["ok"] and not outcome["changed"]
    lines = outcome["table"]
    assert lines[0].split() == ["destination", "dns", "tcp", "proxy", "tls", "http", "problem"]
    assert lines[1].split() == ["login.mypurecloud.de:443", "ok", "ok", "-", "ok", "ok"]
    for line, problem in zip(lines[3:8], ("does not resolve", "refused", "the certificate is not for wrong.example.com", "answers 200", "TLS"), strict=True):
        assert problem in line
    other = clean.egress_check(login, ca_path=str(clean.folder / "other.pem"))
    assert "the certificate's chain is not trusted" in other["table"][1]
