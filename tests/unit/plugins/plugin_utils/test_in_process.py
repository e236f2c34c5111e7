# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a module runs in Ansible's own process, and that it returns there what an ordinary module prints."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.module_utils import basic

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec
from ansible_collections.genesys.hybrid.plugins.module_utils._options import Connection
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared
from ansible_collections.genesys.hybrid.plugins.plugin_utils._in_process import InProcessAction, execute

SECRET = "sehr-geheim-0815"
OWN_USER = pwd.getpwuid(os.geteuid()).pw_name
OTHER_PYTHON = "/opt/other/bin/python3"


class Client:
    def close(self):
        pass


def spec(prepare):
    options = {"name": {"type": "str", "required": True}, "token": {"type": "str", "no_log": True}}
    return Spec(Connection("example", {}, lambda settings, context, read_only: Client()), options, prepare)


def echo(client, params, context):
    context.warn(f"told {params['token']}")
    return Prepared(True, {"before": {}, "after": {"name": params["name"]}}, {"thing": params["token"]}, lambda: {"thing": params["token"]})


def fail(error):
    def prepare(client, params, context):
        raise error

    return prepare


def test_what_a_module_returns_is_returned_without_its_secrets() -> None:
    result = execute(spec(echo), {"name": "a", "token": SECRET, "_ansible_check_mode": True})

    assert result["changed"] is True
    assert result["diff"] == {"before": {}, "after": {"name": "a"}}
    assert result["thing"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert len(result["warnings"]) == 1


@pytest.mark.parametrize(
    ("prepare", "arguments", "message"),
    [
        (echo, {}, "missing required arguments: name"),
        (fail(ValidationError("name must be short")), {"name": "a"}, "name must be short"),
        (fail(TypeError(f"what is {SECRET}")), {"name": "a", "token": SECRET}, "This is a defect of the collection, please report it"),
    ],
)
def test_a_failure_is_one_sentence_without_secrets(prepare, arguments, message: str) -> None:
    result = execute(spec(prepare), arguments)

    assert result["failed"] is True
    assert result["msg"].startswith(message)
    assert SECRET not in str(result)


def test_arguments_of_one_task_are_gone_after_it() -> None:
    execute(spec(echo), {"name": "a", "token": SECRET})

    assert SECRET.encode() not in (basic._ANSIBLE_ARGS or b"")


def test_warnings_of_one_item_are_not_those_of_the_next() -> None:
    results = [execute(spec(echo), {"name": "a"}), execute(spec(echo), {"name": "b"})]

    assert [len(result["warnings"]) for result in results] == [1, 1]


def action(transport="local", become_user=None, async_val=0, environment=None, delegate_to=None):
    become = SimpleNamespace(get_option=lambda name, playcontext: become_user) if become_user else None
    return InProcessAction(
        task=SimpleNamespace(action="genesys.hybrid.example", async_val=async_val, environment=environment or [], delegate_to=delegate_to),
        connection=SimpleNamespace(transport=transport, become=become),
        play_context=None,
        loader=None,
        templar=SimpleNamespace(template=lambda value: value),
        shared_loader_obj=None,
    )


@pytest.mark.parametrize(
    ("task", "variables", "reason"),
    [
        ({}, {}, None),
        ({"environment": [{}, None]}, {}, None),
        ({"become_user": OWN_USER}, {}, None),
        ({}, {"ansible_python_interpreter": "auto_silent"}, None),
        ({}, {"ansible_python_interpreter": sys.executable}, None),
        ({}, {"ansible_python_interpreter": str(Path(sys.executable).with_name("python"))}, None),
        ({}, {"hybrid_in_process": "no"}, "hybrid_in_process is false"),
        ({"transport": "ssh"}, {}, "its connection is ssh"),
        ({"async_val": 60}, {}, "it is asynchronous"),
        ({"environment": [{"HTTPS_PROXY": "http://proxy.example.com"}]}, {}, "it has an environment of its own"),
        ({"become_user": "somebody-else"}, {}, "it becomes another user"),
        ({}, {"ansible_python_interpreter": OTHER_PYTHON}, f"its interpreter is {OTHER_PYTHON}"),
        (
            {"delegate_to": "localhost"},
            {"ansible_delegated_vars": {"localhost": {"ansible_python_interpreter": OTHER_PYTHON}}},
            f"its interpreter is {OTHER_PYTHON}",
        ),
    ],
)
def test_only_what_is_the_same_here_runs_here(task, variables, reason) -> None:
    assert action(**task)._reason_for_a_process(variables) == reason
