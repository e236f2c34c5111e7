# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""What a host may reach, from the URLs of its integration, and as a list for the people who run the firewalls. Standard library only."""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.genesys.hybrid.plugins.module_utils._egress import proxy_from
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError

BACKENDS = {"nftables": "nftables", "firewalld": "firewalld", "proxy": "nftables", "none": "nftables"}
# The options of the transaction object's section general that hold URLs, and what they are for.
PURPOSES = {"base_auth_url": "PureCloud login: access tokens", "base_service_url": "PureCloud API"}
HEADER = ("source", "destination", "protocol", "port", "purpose")
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")
_LINK_LOCAL = ["fe80::/10", "ff02::/16"]  # without these IPv6 does not work at all
_WIDEST = {4: 4, 6: 4}  # prefix lengths; a shorter one would allow everything


def _host(value: Any, option: str) -> str:
    text = str(value or "").strip().lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    if not _HOST.fullmatch(text):
        raise ValidationError(f"{option} names the host {str(value)!r}: give a host name like login.mypurecloud.de, or an address")
    return text


def _port(value: Any, option: str) -> int:
    if isinstance(value, bool) or not str(value).isdigit() or not 0 < int(value) < 65536:
        raise ValidationError(f"{option} has the port {str(value)!r}: give a number from 1 to 65535")
    return int(value)


def _from_url(option: str, url: Any) -> dict[str, Any]:
    """The destination of one URL of the integration."""
    try:
        parts = urlsplit(str(url or "").strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme != "https" or not parts.hostname:
        raise ValidationError(f"{option} is not a URL that a rule could be made from: it must begin with https:// and a host")
    found = {"host": _host(parts.hostname, option), "port": port or 443, "purpose": PURPOSES[option]}
    return {**found, "tls": True, "token_path": parts.path if option == "base_auth_url" else ""}


def _destinations(urls: Mapping[str, Any], extra: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each host and port once, in the order of the input."""
    found = [_from_url(option, urls.get(option)) for option in PURPOSES]
    for entry in extra:
        if not isinstance(entry, Mapping) or set(entry) - {"host", "port", "purpose", "tls"}:
            raise ValidationError("network_egress_extra takes entries with host, port, purpose and tls only")
        place = {"host": _host(entry.get("host"), "network_egress_extra"), "port": _port(entry.get("port", 443), "network_egress_extra")}
        purpose = " ".join(str(entry.get("purpose") or "other").split())
        found.append({**place, "purpose": purpose, "tls": bool(entry.get("tls", place["port"] == 443)), "token_path": ""})
    unique: dict[tuple[str, int], dict[str, Any]] = {}
    for place in found:
        unique.setdefault((place["host"], place["port"]), place)
    return list(unique.values())


def _networks(values: Iterable[Any], option: str) -> list[str]:
    """Networks without overlaps, sorted; IPv4 first."""
    found: dict[int, list[Any]] = {4: [], 6: []}
    for value in values:
        try:
            network = ipaddress.ip_network(str(value).strip(), strict=False)
        except ValueError:
            raise ValidationError(f"{option} has {str(value)!r}: give networks like 10.0.0.0/8") from None
        if network.prefixlen < _WIDEST[network.version]:
            raise ValidationError(f"{option} has {network}, which allows everything: give the networks that are really meant")
        found[network.version].append(network)
    return [str(network) for version in (4, 6) for network in sorted(ipaddress.collapse_addresses(found[version]))]


def plan(given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the role does, as data. Raises ValidationError before anything is done."""
    destinations = _destinations(given["urls"], given["extra"])
    by_ranges = given["source"] == "ranges"
    ranges = _networks(given["ranges"], "the published list of IP ranges") if by_ranges else []
    if by_ranges and not ranges:
        raise ValidationError("PureCloud publishes no IP ranges for these services: choose network_egress_source dns, or other network_egress_range_services")
    named = [place for place in destinations if not (by_ranges and place["purpose"] == PURPOSES["base_service_url"])]
    api_ports = sorted({place["port"] for place in destinations if place not in named})
    rows = [_row(given["name"], place["host"], place["port"], place["purpose"]) for place in named]
    rows += [_row(given["name"], network, port, PURPOSES["base_service_url"]) for network in ranges for port in api_ports]
    direct, proxied = named, []
    if given["enforce"] == "proxy":
        if not given["proxy"] or given["proxy"] == "none":
            raise ValidationError("network_egress_enforce is proxy: then network_egress_proxy must say which, like http://proxy.example.com:3128")
        proxy = proxy_from(given["proxy"])
        direct, proxied, ranges = [{"host": _host(proxy.host, "network_egress_proxy"), "port": proxy.port}], destinations, []
        rows = [_row(given["name"], proxy.host, proxy.port, "the proxy"), *(_row(proxy.host, row["host"], row["port"], row["purpose"]) for row in destinations)]
    return {
        "destinations": destinations,
        "rows": rows,
        "proxied": [{"host": place["host"], "port": place["port"]} for place in proxied],
        "range_ports": api_ports if ranges else [],
        "settings": {
            "backend": BACKENDS[given["enforce"]],
            "destinations": [{"host": place["host"], "port": place["port"]} for place in direct],
            "grace": given["grace"],
            "internal": _networks([*given["internal"], *_LINK_LOCAL], "network_egress_internal_networks"),
            "ranges": ranges,
        },
    }


def _row(source: str, destination: str, port: int, purpose: str) -> dict[str, str]:
    return dict(zip(HEADER, (source, destination, "TCP", str(port), purpose)))


def _cell(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def rule_list(plans: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The rules of several hosts, as Markdown with one row for each destination, as CSV with one for each rule, and what goes through proxies."""
    plans = list(plans)
    rows = sorted({tuple(row[name] for name in HEADER) for plan_ in plans for row in plan_["rows"]})
    together: dict[tuple[str, ...], list[str]] = {}
    for source, *rest in rows:
        together.setdefault(tuple(rest), []).append(source)
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows([HEADER, *([_cell(cell) for cell in row] for row in rows)])
    escaped = [[", ".join(sources), *rest] for rest, sources in together.items()]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in escaped]
    ports: dict[int, set[str]] = {}
    for place in (place for plan_ in plans for place in plan_["proxied"]):
        ports.setdefault(place["port"], set()).add(place["host"])
    return {
        "markdown": "\n".join([*_INTRODUCTION, *table, ""]),
        "csv": output.getvalue(),
        "proxied": [{"port": port, "hosts": sorted(hosts)} for port, hosts in sorted(ports.items())],
    }


_INTRODUCTION = (
    "# Outbound rules for PureEngage hybrid integrations",
    "",
    "Made by the role genesys.hybrid.network_egress. Every rule is outbound and stateful; no inbound rule is needed. Where a destination is a name, use a rule",
    "that follows names (FQDN objects, or a proxy): the addresses behind it change at any time.",
    "",
    "| from | to | protocol | port | purpose |",
    "|---|---|---|---|---|",
)
