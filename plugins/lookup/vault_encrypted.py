# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vault_encrypted
short_description: Variables as an Ansible Vault file, encrypted before they touch the disk
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Encrypts variables with a vault password that the run already has, and returns what a vault file of them holds. Sealed values are opened first,
    in the memory of the controller only.
  - The text that is in O(current) already is returned as it is when it holds the same variables, so that a second run changes nothing.
options:
  _terms:
    description:
      - The variables, names and values. A value is text, or a dictionary of texts.
    type: list
    elements: dict
    required: true
  seal_key:
    description:
      - The key of sealed values among the variables.
    type: str
  current:
    description:
      - The path of the vault file that the result is for.
    type: path
  merge:
    description:
      - Whether O(current) keeps its other variables, comments and order, and only those of O(_terms) are set in it. A dictionary is merged into the one that is
        there. The file must then be a vault file that a password of the run opens, or not exist yet in a folder that does.
    type: bool
    default: false
  planned:
    description:
      - Whether the result is only for check mode, in which a value may be C((known after apply\)). A real file must not hold that.
    type: bool
    default: false
  vault_id:
    description:
      - The vault ID to encrypt for. Without it the password of the file that is merged into, or else the first vault password of the run is used.
    type: str
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.cfgserver_transaction_info
"""

EXAMPLES = r"""
- name: Keep the SAML key in a vault file
  ansible.builtin.copy:
    content: "{{ lookup('genesys.hybrid.vault_encrypted', secrets, seal_key=hybrid_seal_key, current='host_vars/example_one/vault.yml') }}"
    dest: host_vars/example_one/vault.yml
    decrypt: false
    mode: "0600"
  vars:
    secrets:
      vault_saml_private_key: "{{ found.transactions[0].options.saml.pkey }}"
"""

RETURN = r"""
_raw:
  description: The content of the vault file.
  type: list
  elements: str
"""

import os
from collections.abc import Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.vault import VaultLib, match_encrypt_secret
from ansible.plugins.lookup import LookupBase

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal, open_sealed
from ansible_collections.genesys.hybrid.plugins.plugin_utils._inventory import inventory_yaml
from ansible_collections.genesys.hybrid.plugins.plugin_utils._vault_text import VariablesLoader, merged


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        try:
            seal = Seal(self.get_option("seal_key")) if self.get_option("seal_key") else None
            opened = [_opened(term, seal) for term in terms]
            if not self.get_option("planned"):
                for values in opened:
                    _refuse_stand_ins(values)
            return [self._encrypted(values) for values in opened]
        except HybridError as error:
            raise AnsibleLookupError(f"vault_encrypted: {error.message}") from error

    def _encrypted(self, values: dict[str, Any]) -> str:
        vault = VaultLib(self._loader._vault.secrets)
        if not vault.secrets:
            raise AnsibleLookupError("vault_encrypted: the run has no vault password: give --ask-vault-pass, --vault-password-file or --vault-id")
        current, merge = self.get_option("current"), self.get_option("merge")
        if merge and not os.path.isdir(os.path.dirname(os.path.abspath(current or ""))):
            raise AnsibleLookupError(f"vault_encrypted: the folder of {current} does not exist: make it first")
        if not current or not os.path.exists(current):
            return self._encrypt(vault, inventory_yaml(values))
        with open(current, encoding="utf-8") as stream:
            text = stream.read()
        if merge:
            return self._merged(vault, text, values)
        return text if _holds(vault, text, values) else self._encrypt(vault, inventory_yaml(values))

    def _merged(self, vault: VaultLib, text: str, values: dict[str, Any]) -> str:
        """The text of the vault file, encrypted anew with its own password when a variable changes."""
        current = self.get_option("current")
        if not vault.is_encrypted(text):
            raise AnsibleLookupError(f"vault_encrypted: {current} is not an Ansible Vault file: encrypt it first (ansible-vault encrypt)")
        try:
            plain, own_id, own_secret = vault.decrypt_and_get_vault_id(text)
        except AnsibleError:
            raise AnsibleLookupError(f"vault_encrypted: no vault password of the run opens {current}: give its password as well") from None
        before = plain.decode("utf-8")
        try:
            after = merged(before, values)
        except AnsibleError as error:
            raise AnsibleLookupError(f"vault_encrypted: {current}: {error.message}") from None
        if after == before:
            return text
        return self._encrypt(vault, after, None if self.get_option("vault_id") else (own_id, own_secret))

    def _encrypt(self, vault: VaultLib, plain: str, own: tuple[str, Any] | None = None) -> str:
        try:
            vault_id, secret = own or match_encrypt_secret(vault.secrets, self.get_option("vault_id"))
        except AnsibleError as error:
            raise AnsibleLookupError(f"vault_encrypted: vault_id names {self.get_option('vault_id')}, for which the run has no password") from error
        return vault.encrypt(plain, secret, vault_id).decode("utf-8")


def _opened(term, seal) -> dict[str, Any]:
    if not isinstance(term, Mapping):
        raise AnsibleLookupError(f"vault_encrypted needs a dictionary of variables, not {type(term).__name__}")
    return {str(name): _value(value, seal, f"variable {name}") for name, value in sorted(term.items())}


def _value(value, seal, where: str) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _value(item, seal, f"{where}, {name},") for name, item in sorted(value.items())}
    return open_sealed(str(value), seal, where)


def _refuse_stand_ins(values: Mapping[str, Any], where: str = "variable") -> None:
    for name, value in values.items():
        if value == KNOWN_AFTER_APPLY:
            raise AnsibleLookupError(f"vault_encrypted: {where} {name} is {value}, the stand-in of check mode: it has no value yet")
        if isinstance(value, Mapping):
            _refuse_stand_ins(value, f"{where} {name},")


def _holds(vault: VaultLib, text: str, values: dict[str, Any]) -> bool:
    if not vault.is_encrypted(text):
        return False
    try:
        return yaml.load(vault.decrypt(text), Loader=VariablesLoader) == values
    except (AnsibleError, yaml.YAMLError):
        return False  # of another password, or something else than variables: it is written anew
