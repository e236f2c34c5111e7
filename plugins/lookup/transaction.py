# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: transaction
short_description: Read options of a transaction object of a Configuration Server
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads an option, a section or all sections of a transaction object (CfgTransaction), as a tenant sees it. The tenant's own object wins over the one
    of tenant C(Environment), as a whole and not option by option.
  - The values are returned as they are, secrets included. Set C(no_log) on every task that uses a secret from here, or read it once with
    M(ansible.builtin.set_fact) and C(no_log), but never into a cacheable fact.
  - An object is read once in a run of Ansible for each server, account and tenant, however many tasks and hosts ask for however many of its
    options. In between it lies encrypted in the temporary directory of the run. Use O(refresh) after a task that has changed the object.
  - Neither an error nor the absence of an object is remembered.
extends_documentation_fragment:
  - genesys.hybrid.cfgserver
  - genesys.hybrid.cfgserver_plugin
options:
  _terms:
    description:
      - What to read. V(hybrid_integration) is a whole object, a dictionary of sections, V(hybrid_integration/saml) a section, a dictionary of options,
        and V(hybrid_integration/saml/issuer) the value of an option, a text. An option's name may contain slashes.
      - With O(section) each term is the name of an object, whatever it contains.
    type: list
    elements: str
    required: true
  section:
    description:
      - The name of the section, for objects or sections whose names contain slashes.
    type: str
  option:
    description:
      - The name of the option in O(section).
    type: str
  tenant:
    description:
      - The name of the tenant that looks for the object.
    type: str
    default: Environment
    vars:
      - name: hybrid_transaction_tenant
  environment_fallback:
    description:
      - Whether the object of tenant V(Environment) counts where O(tenant) has none of that name, which is how a tenant sees shared objects.
    type: bool
    default: true
  type:
    description:
      - The type of the transaction.
    type: str
    choices:
      - list
      - call_data
      - business_attribute
      - business_situation
      - business_rule
      - business_action
      - stat_filter
      - stat_time_range
      - stat_time_profile
      - stat_type
      - stat_metric
      - macro
    default: list
  with_source:
    description:
      - Whether to say where a value is from. Each result is then a dictionary of the C(value), the C(tenant) that owns the object and the C(dbid) of
        the object, the latter two V(null) for the O(default).
    type: bool
    default: false
  default:
    description:
      - What to return for an object, a section or an option that does not exist. When not given, that is an error.
      - It does not stand in for a tenant that does not exist, nor for a value that the server masks.
    type: raw
  refresh:
    description:
      - Whether to read the object anew. Later lookups of this run then see what was read.
    type: bool
    default: false
notes:
  - An object that the account may not read is not there as far as the plugin can see.
  - A value that the server masks (V(****\)) is an error, and never returned as if it were the real one.
seealso:
  - module: genesys.hybrid.cfgserver_transaction_info
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
# The connection is taken from hybrid_cfgserver_url, hybrid_cfgserver_username and hybrid_cfgserver_password, or from CFGSERVER_* environment variables.
- name: Show the issuer that the tenant's components use
  ansible.builtin.debug:
    msg: "{{ lookup('genesys.hybrid.transaction', 'hybrid_integration/saml/issuer', tenant='Resources') }}"

- name: Where does tenant Resources have it from?
  ansible.builtin.debug:
    msg: "{{ lookup('genesys.hybrid.transaction', 'hybrid_integration/saml/issuer', tenant='Resources', with_source=true).tenant }}"

- name: Configure a service with its OAuth client
  ansible.builtin.template:
    src: pacing.conf.j2
    dest: /etc/pacing/pacing.conf
    mode: "0600"
  vars:
    pacing_client: "{{ lookup('genesys.hybrid.transaction', 'hybrid_integration/ewt') }}"
  no_log: true

- name: An option that need not be there
  ansible.builtin.debug:
    msg: "{{ lookup('genesys.hybrid.transaction', 'hybrid_integration/general/proxy', default='none') }}"

- name: A section whose name contains a slash
  ansible.builtin.debug:
    msg: "{{ lookup('genesys.hybrid.transaction', 'hybrid_integration', section='site/north', option='host') }}"
"""

RETURN = r"""
_list:
  description: For each term the text, the dictionary of texts, or with O(with_source) the dictionary that holds it and says where it is from.
  type: list
  elements: raw
  sample: ["http://www.genesys.com/pureengage"]
"""

from typing import Any, NamedTuple

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.options import empties_secrets, is_hidden, label
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.reading import effective
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import ENVIRONMENT, Options
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError, NotFoundError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import looks_secret
from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import (
    check_secrets,
    closest,
    declared_variables,
    errors_as,
    reader,
    server_of,
    settings_of,
    templated,
)
from ansible_collections.genesys.hybrid.plugins.plugin_utils._run_cache import RunCache


class MissingError(NotFoundError):
    """The object, the section or the option does not exist: what ``default`` stands in for."""


class Place(NamedTuple):
    """What a term asks for: an object, one of its sections, or one option of that."""

    name: str
    section: str | None = None
    option: str | None = None

    @classmethod
    def parse(cls, term: Any, section: str | None, option: str | None) -> Place:
        if not isinstance(term, str):
            raise ValidationError(f"a term must be text like hybrid_integration/saml/issuer, not {type(term).__name__}")
        if option is not None and section is None:
            raise ValidationError("option is given without section: give both, or write NAME/SECTION/OPTION in the term")
        parts = [part for part in (term, section, option) if part is not None] if section is not None else term.split("/", 2)
        if not all(part.strip() for part in parts):
            raise ValidationError(f"{term!r} has an empty part: write NAME, NAME/SECTION or NAME/SECTION/OPTION")
        return cls(*parts)


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        """One value for each term. Everything that the task gives is checked before the server is asked."""
        with errors_as(AnsibleLookupError):
            check_secrets(kwargs)
            given = templated(self._templar, variables, declared_variables(self.option_definitions))
        self.set_options(var_options=given, direct=kwargs)
        self._has_default = "default" in kwargs
        with errors_as(AnsibleLookupError):
            places = [Place.parse(term, self.get_option("section"), self.get_option("option")) for term in terms]
            self._settings = settings_of(self)
            return [self._result(place) for place in places]

    def _result(self, place: Place) -> Any:
        try:
            found = self._read_once(place.name)
            value = _value(found["options"], place, f"transaction {place.name!r} of tenant {found['tenant']!r}")
            source = {"tenant": found["tenant"], "dbid": found["dbid"]}
        except MissingError:
            if not self._has_default:
                raise
            value, source = self.get_option("default"), {"tenant": None, "dbid": None}
        return {"value": value, **source} if self.get_option("with_source") else value

    def _read_once(self, name: str) -> dict[str, Any]:
        """The object as {"tenant", "dbid", "options"}, from the server or as this run has read it before.

        What an error says beside is read for itself: whoever waits for the same object shares its answer, and one with a default needs nothing else.
        """
        wanted = {"name": name, **{option: self.get_option(option) for option in ("tenant", "type", "environment_fallback")}}
        cache = RunCache(C.DEFAULT_LOCAL_TMP, self._settings["password"] or "")
        identity, anew = {"server": server_of(self._settings), **wanted}, self.get_option("refresh")
        # What is not there may be made by a later task.
        found = cache.once(identity, lambda: self._read(wanted), lasts=bool, anew=anew)
        if found:
            return found
        if self._has_default:
            raise MissingError("only the default counts")
        names = cache.once({**identity, "name": None}, lambda: self._names(wanted), lasts=lambda _names: False, anew=anew)
        raise MissingError(_absence(wanted, names))

    def _read(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """The object, nothing when there is none."""
        with reader(self._settings) as transport:
            found = effective(transport, wanted)
            if not found:
                return {}
            if len(found) > 1:
                dbids = ", ".join(sorted(transaction.dbid for _tenant, transaction in found))
                raise ConflictError(
                    f"{len(found)} transactions of this tenant and type are named {wanted['name']!r} (DBIDs {dbids}): delete those that are too many"
                )
            tenant, transaction = found[0]
            return {"tenant": tenant.name, "dbid": transaction.dbid, "options": transaction.options}

    def _names(self, wanted: dict[str, Any]) -> list[str]:
        """The names of the objects that there are."""
        with reader(self._settings) as transport:
            return sorted({transaction.name for _tenant, transaction in effective(transport, {**wanted, "name": None})})


def _absence(wanted: dict[str, Any], names: list[str]) -> str:
    inherits = wanted["environment_fallback"] and wanted["tenant"] != ENVIRONMENT.name
    where = f"tenant {wanted['tenant']!r}" + (f" or {ENVIRONMENT.name}" if inherits else "")
    return (
        f"transaction {wanted['name']!r} of type {wanted['type']} does not exist in {where} or is not visible to this account: {closest(wanted['name'], names)}"
    )


def _value(options: Options, place: Place, owner: str) -> Any:
    """The value at a place of an object; MissingError, or ValidationError for one that the server does not show."""
    if place.section is None:
        wanted = options
    else:
        if place.section not in options:
            raise MissingError(f"{owner} has no section {place.section!r}: {closest(place.section, options)}")
        entries = options[place.section]
        if place.option is not None and place.option not in entries:
            raise MissingError(f"{owner} has no option {place.option!r} in section {place.section!r}: {closest(place.option, entries)}")
        wanted = {place.section: entries if place.option is None else {place.option: entries[place.option]}}
    _refuse_hidden(wanted, empties_secrets(options), owner)
    for part in (place.section, place.option):
        wanted = wanted if part is None else wanted[part]
    return wanted


def _refuse_hidden(wanted: Options, emptied: bool, owner: str) -> None:
    masked = [(section, key) for section, entries in wanted.items() for key, value in entries.items() if is_hidden(key, value)]
    if masked:
        raise ValidationError(f"{owner}: the server masks {label(masked)}, so the real value cannot be read: look up other options one by one")
    empty = [(section, key) for section, entries in wanted.items() for key, value in entries.items() if emptied and not value and looks_secret(key)]
    if empty:
        raise ValidationError(
            f"{owner}: {label(empty)} reads empty, as every secret of the object does, which is taken for a server that hides them: "
            "look up other options one by one"
        )
