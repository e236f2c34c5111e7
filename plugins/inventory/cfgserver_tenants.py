# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: cfgserver_tenants
short_description: Tenants of a Configuration Server as hosts
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Makes each tenant of a Genesys Configuration Server a host of the group that the playbooks of this collection address, for sites where each tenant is
    a hybrid integration of its own. Modules for such a host run on the controller.
  - The source is a file named C(cfgserver_tenants.yml), C(cfgserver_tenants.yaml), or with such an ending after a dot, as in C(north.cfgserver_tenants.yml).
  - A host has the variables C(cfgserver_tenant_name), C(cfgserver_tenant_dbid), C(hybrid_transaction_tenant) (the name again, as the role
    P(genesys.hybrid.hybrid_transaction#role) and the lookup P(genesys.hybrid.transaction#lookup) want it), C(ansible_connection=local) and
    C(ansible_python_interpreter), which is the interpreter that Ansible itself runs with.
  - A tenant that the account may not read is not there as far as the plugin can see.
  - The inventory and its cache never hold a password.
extends_documentation_fragment:
  - genesys.hybrid.cfgserver
  - genesys.hybrid.cfgserver_plugin
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [genesys.hybrid.cfgserver_tenants]
  hostname:
    description:
      - A Jinja2 expression that gives a host its name, from the variables of the host. The default is C(cfgserver_tenant_name).
      - Characters besides ASCII letters, digits, C(_), C(.) and C(-) become C(_), and so do C(.) and C(-) at the beginning. Two tenants with one host
        name are an error.
    type: str
  group:
    description:
      - The group of all hosts.
    type: str
    default: hybrid_integrations
  include:
    description:
      - Shell patterns for the names of tenants, upper and lower case matter. Tenants that match none of them are left out.
    type: list
    elements: str
    default: ["*"]
  exclude:
    description:
      - Shell patterns for the names of tenants to leave out, even when they match O(include).
    type: list
    elements: str
    default: []
  include_environment:
    description:
      - Whether tenant V(Environment), whose objects all tenants share, is a host, too. O(include) and O(exclude) hold for it as well.
    type: bool
    default: false
  transaction:
    description:
      - The exact name of a transaction of type V(list), such as V(hybrid_integration). When given, each host has the variable C(cfgserver_transaction). It
        holds C(tenant), the owner of the object that the tenant sees, and C(own), which is true when that is the tenant itself, and is V(null) when it
        sees none. This costs one request more for each tenant.
    type: str
  connection_variables:
    description:
      - Whether each host has the variables C(hybrid_cfgserver_url) and C(hybrid_cfgserver_username) with the values in use here, and those for
        O(cfgserver_api) and O(base_path) where these are given. The password is never among them.
    type: bool
    default: false
notes:
  - Connection options may hold templates, with lookups and extra variables in them.
seealso:
  - module: genesys.hybrid.cfgserver_tenant_info
"""

EXAMPLES = r"""
# north.cfgserver_tenants.yml
plugin: genesys.hybrid.cfgserver_tenants
url: https://gax.example.com:8443
username: ansible
password: "{{ lookup('ansible.builtin.env', 'GAX_PASSWORD') }}"
exclude: ["Test *"]
connection_variables: true

# Groups of the tenants that have the object themselves, that share the one of Environment, and that see none
transaction: hybrid_integration
groups:
  without_object: not cfgserver_transaction
keyed_groups:
  - key: cfgserver_transaction.own | ternary('own', 'shared')
    prefix: object

# Host names from DBIDs, a variable of each host, and a cache for an hour
hostname: "'tenant' ~ cfgserver_tenant_dbid"
compose:
  hybrid_transaction_folder: cfgserver_tenant_name ~ ' integrations'
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible/tenants
cache_timeout: 3600
"""

import fnmatch
import hashlib
import json
import re
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._module import run
from ansible_collections.genesys.hybrid.plugins.modules.cfgserver_tenant_info import SPEC
from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import (
    REACHES_SERVER,
    declared_variables,
    errors_as,
    reading_context,
    say_what_was_found,
    server_of,
    settings_of,
    templated,
    variable_of,
)

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19, where every text is a template unless it is marked as unsafe
    from ansible.utils.unsafe_proxy import wrap_var as plain

    trust_as_template = str
else:

    def plain(value: Any) -> Any:
        """Values as they are: what no trusted source has written is no template."""
        return value


FILES = re.compile(r"(?:^|[/.])cfgserver_tenants\.ya?ml$")
NOT_IN_HOST_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
# Ansible reads host_vars/NAME, a directory with all that lies below it: for ``..`` that would be the variables of every other host.
NOT_AT_THEIR_BEGINNING = re.compile(r"^[.-]+")
# The only text here that is a template: the interpreter of whoever runs the play, who need not be the one that made the inventory.
ON_CONTROLLER = {
    name: trust_as_template(text) for name, text in (("ansible_connection", "local"), ("ansible_python_interpreter", "{{ ansible_playbook_python }}"))
}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "genesys.hybrid.cfgserver_tenants"

    def verify_file(self, path: str) -> bool:
        return bool(FILES.search(path)) and super().verify_file(path)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self.templar.available_variables = self._vars
        self._read_config_data(path)
        with errors_as(AnsibleParserError):
            self._settings = settings_of(self)
            tenants = self._tenants(path, cache)
        chosen = [tenant for tenant in tenants if self._is_chosen(tenant)]
        self._add(self._named([self._variables(tenant) for tenant in chosen]))

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """As ever, with the templates of connection options resolved first: they must have their types when Ansible checks them."""
        with errors_as(AnsibleParserError):
            variables = templated(self.templar, var_options, declared_variables(self.option_definitions))
            given = {**(direct or {}), **templated(self.templar, direct, CFGSERVER.options)}
        super().set_options(task_keys=task_keys, var_options=variables, direct=given)

    def _tenants(self, path: str, cache: bool) -> list[dict[str, Any]]:
        """The tenants as cfgserver_tenant_info returns them, from the cache where the source asks for one and it has them."""
        # Another account sees other tenants: what was kept for one is nothing to the other.
        asked = {**server_of(self._settings), "transaction": self.get_option("transaction")}
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()[:12]}"
        keeps = self.get_option("cache")
        if keeps and cache:
            try:
                return self._cache[key]
            except KeyError:  # not there, or too old
                pass
        defaults = {name: option.get("default") for name, option in SPEC.options.items()}
        context = reading_context()
        tenants = run(SPEC, {**defaults, **self._settings, "transaction": asked["transaction"]}, context)["tenants"]
        say_what_was_found(context)
        if keeps:
            self._cache[key] = tenants
        return tenants

    def _is_chosen(self, tenant: dict[str, Any]) -> bool:
        def matches(option: str) -> bool:
            return any(fnmatch.fnmatchcase(tenant["name"], pattern) for pattern in self.get_option(option))

        return matches("include") and not matches("exclude") and (self.get_option("include_environment") or not tenant["environment"])

    def _variables(self, tenant: dict[str, Any]) -> dict[str, Any]:
        """The variables of a tenant's host. What the server or the source says is text, never a template."""
        variables = {"cfgserver_tenant_name": tenant["name"], "cfgserver_tenant_dbid": tenant["dbid"], "hybrid_transaction_tenant": tenant["name"]}
        if self.get_option("transaction"):
            seen = tenant["transaction"]
            variables["cfgserver_transaction"] = seen and {"tenant": seen["tenant"], "own": seen["own"]}
        if self.get_option("connection_variables"):
            given = {variable_of(name): self._settings[name] for name in REACHES_SERVER if self._settings[name]}
            # One address is shown as people write it.
            variables.update({name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in given.items()})
        return {**plain(variables), **ON_CONTROLLER}

    def _named(self, hosts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Host name to variables. AnsibleParserError when two tenants come to one name, or one to none."""
        named: dict[str, dict[str, Any]] = {}
        for variables in hosts:
            name = self._host_name(variables)
            if name in named:
                both = " and ".join(repr(str(host["cfgserver_tenant_name"])) for host in (named[name], variables))
                raise AnsibleParserError(f"the tenants {both} would both be host {name}: give hostname an expression that tells them apart, or exclude one")
            named[name] = variables
        return named

    def _host_name(self, variables: dict[str, Any]) -> str:
        expression, tenant = self.get_option("hostname"), str(variables["cfgserver_tenant_name"])
        name: Any = tenant
        if expression:
            try:
                name = self._compose(expression, variables)
            except Exception as error:
                raise AnsibleParserError(f"hostname cannot be evaluated for tenant {tenant!r}: {error}") from None
        if not isinstance(name, (str, int)) or not str(name).strip():
            raise AnsibleParserError(f"hostname gives no name for tenant {tenant!r}: it must be an expression that gives text")
        return NOT_AT_THEIR_BEGINNING.sub(lambda match: "_" * len(match[0]), NOT_IN_HOST_NAMES.sub("_", str(name)))

    def _add(self, hosts: dict[str, dict[str, Any]]) -> None:
        group = self.inventory.add_group(self.get_option("group"))
        strict = self.get_option("strict")
        for host, variables in hosts.items():
            self.inventory.add_host(host, group=group)
            for name, value in variables.items():
                self.inventory.set_variable(host, name, value)
            self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)
