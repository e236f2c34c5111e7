# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.loader import lookup_loader
from ansible.utils.unsafe_proxy import wrap_var
from cryptography.fernet import Fernet

from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

KEY = Fernet.generate_key().decode("ascii")
FIRST, SECOND = ("default", VaultSecret(b"first password")), ("prod", VaultSecret(b"second password"))


@pytest.fixture
def encrypt():
    def run(variables, secrets=(FIRST,), **options):
        loader = DataLoader()
        loader.set_vault_secrets(list(secrets))
        (text,) = lookup_loader.get("genesys.hybrid.vault_encrypted", loader=loader, templar=None).run([variables], {}, **options)
        return text

    return run


def test_sealed_values_are_opened_and_encrypted(encrypt):
    text = encrypt({"vault_key": Seal(KEY).seal("line\n{{ secret }}"), "vault_plain": "plain"}, seal_key=KEY)
    assert text.startswith("$ANSIBLE_VAULT;1.1;AES256\n")
    written = VaultLib([FIRST]).decrypt(text).decode("utf-8")
    assert "vault_key: !unsafe" in written
    assert yaml.safe_load(written.replace("!unsafe ", "")) == {"vault_key": "line\n{{ secret }}", "vault_plain": "plain"}


@pytest.mark.parametrize("variables", [{"a": "(known after apply)"}, {"a": {"b": "(known after apply)"}}, {"a": Seal(KEY).seal("(known after apply)")}])
def test_a_stand_in_of_check_mode_is_only_planned(encrypt, variables):
    with pytest.raises(AnsibleError, match="variable a.* is \\(known after apply\\), the stand-in of check mode"):
        encrypt(variables, seal_key=KEY)
    assert encrypt(variables, seal_key=KEY, planned=True).startswith("$ANSIBLE_VAULT")


def test_the_vault_id_chooses_the_password(encrypt):
    text = encrypt({"a": "b"}, secrets=(FIRST, SECOND), vault_id="prod")
    assert text.startswith("$ANSIBLE_VAULT;1.2;AES256;prod\n")
    assert VaultLib([SECOND]).decrypt(text) == b"---\na: b\n"


def test_a_file_that_holds_the_same_stays(encrypt, tmp_path):
    path = tmp_path / "vault.yml"
    path.write_text(encrypt({"a": "{{ b }}"}), encoding="utf-8")
    assert encrypt({"a": "{{ b }}"}, current=str(path)) == path.read_text(encoding="utf-8")
    assert encrypt({"a": "other"}, current=str(path)) != path.read_text(encoding="utf-8")


def test_the_path_may_begin_with_the_home_folder(encrypt, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "vault.yml").write_text(encrypt({"a": "b"}), encoding="utf-8")
    assert encrypt({"a": "b"}, current="~/vault.yml") == (tmp_path / "vault.yml").read_text(encoding="utf-8")


def test_unsafe_names_and_values(encrypt):
    assert VaultLib([FIRST]).decrypt(encrypt(wrap_var({"a": "{{ b }}"}))) == b"---\na: !unsafe '{{ b }}'\n"


@pytest.mark.parametrize("content", ["a: b\n", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", "---\n"])
def test_a_file_that_holds_something_else_is_written_anew(encrypt, tmp_path, content):
    path = tmp_path / "vault.yml"
    path.write_text(content, encoding="utf-8")
    assert VaultLib([FIRST]).decrypt(encrypt({"a": "b"}, current=str(path))) == b"---\na: b\n"


def test_a_file_of_another_password_is_written_anew(encrypt, tmp_path):
    path = tmp_path / "vault.yml"
    path.write_text(encrypt({"a": "b"}, secrets=(SECOND,)), encoding="utf-8")
    assert VaultLib([FIRST]).decrypt(encrypt({"a": "b"}, current=str(path))) == b"---\na: b\n"


@pytest.mark.parametrize(
    ("variables", "options", "sentence"),
    [
        ({"a": "b"}, {"secrets": ()}, "the run has no vault password"),
        ({"a": "b"}, {"vault_id": "dev"}, "vault_id names dev, for which the run has no password"),
        ({"a": "sealed-v1:xyz"}, {}, "variable a holds a sealed value: give seal_key"),
        ({"a": "sealed-v1:xyz"}, {"seal_key": KEY}, "variable a holds a sealed value that seal_key does not open"),
        (["a"], {}, "needs a dictionary of variables, not list"),
    ],
)
def test_what_is_wrong_is_said(encrypt, variables, options, sentence):
    with pytest.raises(AnsibleError, match=sentence) as caught:
        encrypt(variables, **options)
    assert "b'" not in str(caught.value)


MERGES = {
    "nothing to do": ("a: b # kept\n", {"a": "b"}, "a: b # kept\n"),
    "added": ("# of old\nother: [1,  2]\n", {"a": "b"}, "# of old\nother: [1,  2]\na: b\n"),
    "changed": ("---\nx: 1\n\n# why\na: old  # since May\ny: {z: 1}\n", {"a": "new"}, "---\nx: 1\n\n# why\n# since May\na: new\ny: {z: 1}\n"),
    "many lines": ("a: |\n  one\n  two\n# next\nb: x\n", {"a": "three\nfour\n"}, "a: |\n  three\n  four\n# next\nb: x\n"),
    "in quotes": ("'a': \"b\\n\"\nc: d", {"a": "{{ x }}", "c": "e"}, "a: !unsafe '{{ x }}'\nc: e"),
    "a dictionary": ("a:\n  k: v\n  l: w\n\n# next\nb: x\n", {"a": {"l": "n", "m": "o"}}, "a:\n  k: v\n  l: n\n  m: o\n\n# next\nb: x\n"),
    "comments only": ("---\n# later\n", {"a": "b"}, "---\n# later\na: b\n"),
    "other tags": ("x: !vault |\n  $ANSIBLE\na: b\n", {"a": "c"}, "x: !vault |\n  $ANSIBLE\na: c\n"),
    "an end": ("a: b\n...\n", {"c": "d"}, "a: b\nc: d\n"),
    "the last one in lines": ("a: |\n  one\n", {"a": "two"}, "a: two\n"),
}


@pytest.mark.parametrize(("before", "variables", "after"), MERGES.values(), ids=MERGES)
def test_what_else_a_vault_file_holds_is_kept(encrypt, tmp_path, before, variables, after):
    path = tmp_path / "vault.yml"
    path.write_bytes(VaultLib([FIRST, SECOND]).encrypt(before, SECOND[1], "prod"))
    text = encrypt(variables, (FIRST, SECOND), current=str(path), merge=True)
    assert VaultLib([SECOND]).decrypt(text).decode("utf-8") == after
    assert (text == path.read_text(encoding="utf-8")) == (before == after)
    path.write_text(text, encoding="utf-8")
    assert encrypt(variables, (FIRST, SECOND), current=str(path), merge=True) == text


def test_a_vault_file_that_does_not_exist_yet_is_made(encrypt, tmp_path):
    text = encrypt({"a": {"b": Seal(KEY).seal("c")}}, seal_key=KEY, current=str(tmp_path / "vault.yml"), merge=True)
    assert VaultLib([FIRST]).decrypt(text) == b"---\na:\n  b: c\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a: b\n", "is not an Ansible Vault file: encrypt it first"),
        (VaultLib([SECOND]).encrypt("a: b", SECOND[1]).decode(), "no vault password of the run opens"),
        (VaultLib([FIRST]).encrypt("- secret\n", FIRST[1]).decode(), "is no dictionary of variables"),
        (VaultLib([FIRST]).encrypt("a: [secret\n", FIRST[1]).decode(), "is not YAML"),
        (VaultLib([FIRST]).encrypt("{x: secret, y: b}\n", FIRST[1]).decode(), "cannot be replaced one by one"),
        (None, "the folder of .* does not exist"),
    ],
)
def test_a_vault_file_that_cannot_be_merged_into_is_refused(encrypt, tmp_path, content, sentence):
    path = tmp_path / "vault.yml"
    if content is None:
        path = tmp_path / "missing" / "vault.yml"
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(AnsibleError, match=sentence) as caught:
        encrypt({"x": "new value", "z": "b"}, current=str(path), merge=True)
    assert "secret" not in str(caught.value) and "new value" not in str(caught.value)
