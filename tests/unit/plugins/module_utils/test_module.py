# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module shares, and what the documentation must say of it."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
import yaml

from ansible_collections.genesys.hybrid.plugins import modules
from ansible_collections.genesys.hybrid.plugins.doc_fragments import cfgserver, purecloud
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import PartialError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, Spec, information, run
from ansible_collections.genesys.hybrid.plugins.module_utils._options import NO_CONNECTION, Connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared


class Client:
    def __init__(self, read_only):
        self.read_only = read_only
        self.closed = False

    def close(self):
        self.closed = True


def task(check_mode, changed=True, read_only=False, failure=None):
    """Run a task that records what happened: the client, whether it was applied, and the result."""
    seen = {"applied": False}

    def connect(settings, context, read_only):
        seen["client"] = Client(read_only)
        return seen["client"]

    def prepare(client, params, context):
        if failure:
            raise failure

        def apply():
            seen["applied"] = True
            return {"thing": "real"}

        return Prepared(changed, {"before": {}, "after": {"a": 1}}, {"thing": "predicted"}, apply)

    spec = Spec(Connection("example", {}, connect), {}, prepare, read_only=read_only)
    context = Context(check_mode, diff=False, warn=lambda text: None, register_secret=lambda secret: None)
    try:
        seen["result"] = run(spec, {}, context)
    except ValidationError as error:
        seen["error"] = error
    return seen


@pytest.mark.parametrize(
    ("check_mode", "changed", "applied", "thing"),
    [(False, True, True, "real"), (True, True, False, "predicted"), (False, False, False, "predicted"), (True, False, False, "predicted")],
)
def test_only_a_change_outside_check_mode_is_applied(check_mode, changed, applied, thing):
    seen = task(check_mode, changed)
    assert seen["applied"] is applied
    assert seen["result"] == {"changed": changed, "thing": thing, "diff": {"before": {}, "after": {"a": 1}}}
    assert seen["client"].read_only is check_mode
    assert seen["client"].closed


def test_an_info_module_reads_only_in_every_mode():
    seen = task(False, changed=False, read_only=True)
    assert seen["client"].read_only
    assert "diff" not in seen["result"]


def test_the_client_is_closed_after_a_failure():
    seen = task(False, failure=ValidationError("no"))
    assert seen["client"].closed
    assert not seen["applied"]


def test_a_partial_failure_keeps_what_was_done():
    assert PartialError("one failed", {"changed": True, "things": [1]}).details() == {"changed": True, "things": [1]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (None, [{"name": "a"}, {"name": "b"}]),
        ("", [{"name": "a"}, {"name": "b"}]),
        ("[?name=='b']", [{"name": "b"}]),
        ("[].name", ["a", "b"]),
        ("[0].name", ["a"]),
        ("[9].name", []),
    ],
)
def test_a_query_filters_and_always_gives_a_list(query, expected):
    assert information("things", [{"name": "a"}, {"name": "b"}], query).result == {"things": expected}


def test_a_bad_query_is_said_in_one_line():
    with pytest.raises(ValidationError, match="^query is not a usable JMESPath expression: ") as caught:
        information("things", [], "[?")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("connection", "fragment"), [(PURECLOUD, purecloud), (CFGSERVER, cfgserver)])
def test_the_doc_fragment_says_what_the_connection_declares(connection, fragment):
    documented = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(documented) == set(connection.options)
    for name, option in connection.options.items():
        assert documented[name]["type"] == option["type"], name
        assert documented[name].get("default") == option.get("default"), name
        assert documented[name].get("choices") == option.get("choices"), name
        variables = [option[key] for key in ("env", "env_inverted") if key in option]
        assert all(f"E({variable})" in " ".join(documented[name]["description"]) for variable in variables), name
        assert option.get("no_log", False) is (name in ("client_secret", "access_token", "password")), name


def test_one_client_and_many_take_and_return_the_same():
    one, many = (importlib.import_module(f"{modules.__name__}.purecloud_oauth_client{suffix}") for suffix in ("", "s"))
    documented = yaml.safe_load(one.DOCUMENTATION)["options"]
    sub_options = yaml.safe_load(many.DOCUMENTATION)["options"]["clients"]["suboptions"]
    for name, option in sub_options.items():
        same = {**option, "description": None} if name in ("id", "name") else option
        assert same == ({**documented[name], "description": None} if name in ("id", "name") else documented[name]), name
    assert yaml.safe_load(one.RETURN)["oauth_client"]["contains"] == yaml.safe_load(many.RETURN)["oauth_clients"]["contains"]


@pytest.mark.parametrize("name", sorted(module.name for module in pkgutil.iter_modules(modules.__path__)))
def test_every_module_declares_the_spec_that_it_runs(name):
    module = importlib.import_module(f"{modules.__name__}.{name}")
    assert isinstance(module.SPEC, Spec)
    assert module.SPEC.read_only is (name.endswith("_info") or name in ("egress_check", "purecloud_verify"))
    assert module.SPEC.connection is {"purecloud": PURECLOUD, "cfgserver": CFGSERVER}.get(name.split("_")[0], NO_CONNECTION)
    assert set(module.SPEC.options) <= set(yaml.safe_load(module.DOCUMENTATION).get("options", {})) | {"query"}
