# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Behaviours that public evidence leaves open, as switches: name -> default, and the allowed values where the set is closed.

=========================== ================== =====================================================================================================
switch                      default            meaning
=========================== ================== =====================================================================================================
gax_prefix                  "/gax/api"         context path of the GAX REST API; a value other than the default wins over the seed's ``gax_prefix``
gax_login                   "ok"               ``ok``: 204, plain and obfuscated passwords; ``obfuscated_only``: a plain password is refused (401);
                                               ``password_change``: the account must change its password first (403)
gax_host_refused            False              True: every GAX request is refused with 403 and an HTML body (``[security] host_whitelist``)
gax_dead_session            "unauthorized"     answer to a request without a live session: ``unauthorized`` 401, ``forbidden`` 403, ``redirect`` 302 to a
                                               login page, ``login_page`` 200 with HTML
gax_name_filter             "exact"            how ``name=`` selects: ``exact``, ``prefix``, ``case_insensitive``, ``ignored`` (every attribute filter is
                                               ignored: all visible objects of the class come back)
gax_tenant_filter           "exact"            how ``tenantdbid=`` selects: ``exact``, ``nothing`` (an empty list), ``refused`` (400)
gax_create_body             "full"             body of the 201 answer: ``full`` object or ``empty``
gax_create_without_folder   "accepted"         a create without ``folderid``: ``accepted`` (root folder of the type) or ``refused`` (400)
gax_uniqueness_status       409                status of a create or rename that breaks uniqueness: 409, 400 or 500
gax_empty_key               "accepted"         a written entry with an empty key: ``accepted`` (an empty section) or ``refused`` (400)
gax_put_mode                "replace"          ``replace``: the body is the whole object; ``merge``: what the body omits stays, options included
gax_put_body                "full"             body of the answer to PUT: ``full`` object or ``empty``
gax_delete_status           200                200 or 204
gax_entry_shuffle           True               attributes and option entries come in another order at each read
gax_duplicate_keys          False              True: the first option of each section is read twice, an outdated value before the real one
gws_csrf                    False              True: answers carry X-CSRF-HEADER and X-CSRF-TOKEN, and a write must return the session's token
gws_write_form              "either"           ``delta``: POST takes ``{"transaction": {…}}`` and PUT goes to the collection with
                                               ``{"delta-transaction": {"CfgTransaction": {"DBID": …}}}``; ``plain``: the shape of GET, PUT to the
                                               object; ``either``: both
gws_update                  "replace"          what a plain PUT means: ``replace`` or ``merge``
gws_error_http_status       "matching"         ``matching`` or ``always_200`` (only statusCode tells)
cfgserver_mode              "normal"           ``normal``, ``read_only`` (nobody writes), ``emergency`` (super accounts write)
cfgserver_secrets           "plain"            how options named password, pkey, … read back: ``plain``, ``masked`` ("****") or ``empty``
cfgserver_value_length      0                  longest option value that is stored, in characters; longer ones are cut; 0: unlimited
cfgserver_lost_update       "none"             right after an update another writer acts: ``none``, ``changed`` (one option just written gets another
                                               value), ``reverted`` (the whole object goes back to what it was)
cfgserver_write_seconds     0                  each write takes this many real seconds and writes queue behind each other; at most 30
cfgserver_alias             "optional"         ``optional`` or ``mandatory`` on create
cfgserver_name_collation    "case_sensitive"   how names and aliases compare for uniqueness: ``case_sensitive`` or ``case_insensitive``
=========================== ================== =====================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SWITCHES: dict[str, Any] = {
    "gax_prefix": "/gax/api",
    "gax_login": "ok",
    "gax_host_refused": False,
    "gax_dead_session": "unauthorized",
    "gax_name_filter": "exact",
    "gax_tenant_filter": "exact",
    "gax_create_body": "full",
    "gax_create_without_folder": "accepted",
    "gax_uniqueness_status": 409,
    "gax_empty_key": "accepted",
    "gax_put_mode": "replace",
    "gax_put_body": "full",
    "gax_delete_status": 200,
    "gax_entry_shuffle": True,
    "gax_duplicate_keys": False,
    "gws_csrf": False,
    "gws_write_form": "either",
    "gws_update": "replace",
    "gws_error_http_status": "matching",
    "cfgserver_mode": "normal",
    "cfgserver_secrets": "plain",
    "cfgserver_value_length": 0,
    "cfgserver_lost_update": "none",
    "cfgserver_write_seconds": 0,
    "cfgserver_alias": "optional",
    "cfgserver_name_collation": "case_sensitive",
}

SWITCH_CHOICES: dict[str, tuple[Any, ...]] = {
    "gax_login": ("ok", "obfuscated_only", "password_change"),
    "gax_host_refused": (True, False),
    "gax_dead_session": ("unauthorized", "forbidden", "redirect", "login_page"),
    "gax_name_filter": ("exact", "prefix", "case_insensitive", "ignored"),
    "gax_tenant_filter": ("exact", "nothing", "refused"),
    "gax_create_body": ("full", "empty"),
    "gax_create_without_folder": ("accepted", "refused"),
    "gax_uniqueness_status": (409, 400, 500),
    "gax_empty_key": ("accepted", "refused"),
    "gax_put_mode": ("replace", "merge"),
    "gax_put_body": ("full", "empty"),
    "gax_delete_status": (200, 204),
    "gax_entry_shuffle": (True, False),
    "gax_duplicate_keys": (True, False),
    "gws_csrf": (True, False),
    "gws_write_form": ("either", "delta", "plain"),
    "gws_update": ("replace", "merge"),
    "gws_error_http_status": ("matching", "always_200"),
    "cfgserver_mode": ("normal", "read_only", "emergency"),
    "cfgserver_secrets": ("plain", "masked", "empty"),
    "cfgserver_lost_update": ("none", "changed", "reverted"),
    "cfgserver_alias": ("optional", "mandatory"),
    "cfgserver_name_collation": ("case_sensitive", "case_insensitive"),
}

LONGEST_WRITE_SECONDS = 30


def number(switches: Mapping[str, Any], name: str, upper: float | None = None) -> float:
    """The value of a numeric switch, never negative and at most ``upper``; ValueError names the switch when it holds no number."""
    value = switches[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"switch {name} must be a number, not {value!r}")
    return max(0, value if upper is None else min(value, upper))
