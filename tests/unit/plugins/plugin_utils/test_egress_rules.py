# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.filter.egress_plan import egress_plan
from ansible_collections.genesys.hybrid.plugins.filter.egress_rule_list import egress_rule_list

URLS = {"base_auth_url": "https://login.mypurecloud.de/oauth/token", "base_service_url": "https://api.mypurecloud.de/api/"}


def given(**changed: Any) -> dict[str, Any]:
    values = {
        "name": "pacing1",
        "urls": URLS,
        "extra": [],
        "source": "dns",
        "ranges": [],
        "internal": ["10.0.0.0/8"],
        "enforce": "none",
        "proxy": "",
        "grace": 60,
    }
    return {**values, **changed}


def places(plan: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["source"], row["destination"], row["port"]) for row in plan["rows"]]


def test_the_least_set_is_the_two_hosts() -> None:
    plan = egress_plan(given())
    assert places(plan) == [("pacing1", "login.mypurecloud.de", "443"), ("pacing1", "api.mypurecloud.de", "443")]
    assert [place["token_path"] for place in plan["destinations"]] == ["/oauth/token", ""]
    assert plan["settings"]["destinations"] == [{"host": "login.mypurecloud.de", "port": 443}, {"host": "api.mypurecloud.de", "port": 443}]


def test_ports_of_urls_and_extra_destinations_each_once() -> None:
    urls = {**URLS, "base_service_url": "https://API.example.com:8443/api/"}
    extra = [{"host": "api.example.com", "port": 8443}, {"host": "192.0.2.1", "port": "25", "purpose": "mail"}, {"host": "login.mypurecloud.de."}]
    plan = egress_plan(given(urls=urls, extra=extra))
    assert places(plan)[1:] == [("pacing1", "api.example.com", "8443"), ("pacing1", "192.0.2.1", "25")]
    assert [place["tls"] for place in plan["destinations"]] == [True, True, False]


def test_ranges_stand_in_for_the_api_only() -> None:
    plan = egress_plan(given(source="ranges", ranges=["192.0.2.16/28", "192.0.2.0/28", "2001:db8::/48"]))
    assert places(plan) == [("pacing1", "login.mypurecloud.de", "443"), ("pacing1", "192.0.2.0/27", "443"), ("pacing1", "2001:db8::/48", "443")]
    assert plan["range_ports"] == [443] and plan["settings"]["ranges"] == ["192.0.2.0/27", "2001:db8::/48"]
    assert [place["host"] for place in plan["settings"]["destinations"]] == ["login.mypurecloud.de"]
    assert len(plan["destinations"]) == 2, "what is checked stays the same"


def test_with_a_proxy_the_host_reaches_nothing_else() -> None:
    plan = egress_plan(given(enforce="proxy", proxy="http://me:hidden@proxy.example.com:3128", source="ranges", ranges=["192.0.2.0/28"]))
    assert plan["settings"]["destinations"] == [{"host": "proxy.example.com", "port": 3128}] and plan["settings"]["ranges"] == []
    assert places(plan)[0] == ("pacing1", "proxy.example.com", "3128") and places(plan)[1][:2] == ("proxy.example.com", "login.mypurecloud.de")
    assert "hidden" not in str(plan)
    assert egress_rule_list([plan, plan])["proxied"] == [{"port": 443, "hosts": ["api.mypurecloud.de", "login.mypurecloud.de"]}]


def test_the_list_brings_hosts_together_and_is_safe_to_open() -> None:
    plans = [egress_plan(given(name=name, extra=[{"host": "x.example.com", "purpose": "=1|2"}])) for name in ("one", "two")]
    rules = egress_rule_list(plans)
    assert "| one, two | x.example.com | TCP | 443 | =1\\|2 |" in rules["markdown"].splitlines()
    assert "one,x.example.com,TCP,443,'=1|2" in rules["csv"].splitlines() and len(rules["csv"].splitlines()) == 7


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"urls": {**URLS, "base_auth_url": "http://login.mypurecloud.de"}}, "base_auth_url is not a URL that a rule could be made from"),
        ({"urls": {}}, "base_auth_url is not a URL"),
        ({"urls": {**URLS, "base_service_url": "https://api.mypurecloud.de:x/"}}, "base_service_url is not a URL"),
        ({"extra": [{"host": "a b"}]}, "network_egress_extra names the host 'a b'"),
        ({"extra": [{"host": "*.example.com"}]}, "give a host name"),
        ({"extra": [{"host": "a.example.com", "port": 0}]}, "has the port '0'"),
        ({"extra": [{"host": "a.example.com", "protocol": "udp"}]}, "takes entries with host, port, purpose and tls only"),
        ({"internal": ["10.0.0.0/33"]}, "network_egress_internal_networks has '10.0.0.0/33'"),
        ({"internal": ["0.0.0.0/0"]}, "which allows everything"),
        ({"source": "ranges"}, "PureCloud publishes no IP ranges"),
        ({"source": "ranges", "ranges": ["::/0"]}, "the published list of IP ranges has ::/0"),
        ({"enforce": "proxy"}, "network_egress_proxy must say which"),
        ({"enforce": "proxy", "proxy": "socks://hidden"}, "proxy must be a URL with the scheme http"),
    ],
)
def test_wrong_input_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=sentence) as raised:
        egress_plan(given(**changed))
    assert "hidden" not in str(raised.value)
