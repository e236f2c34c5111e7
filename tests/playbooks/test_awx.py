# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWX as code, held against the real collection awx.awx and against what was seen on a live AWX, without one."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from playbooks.awx_job import PROJECT, TEMPLATES, VARIABLES, injected, named, shipped, sliced
from playbooks.conftest import newest_core_only
from tools.collection_tree import BUILD, ROOT

pytestmark = newest_core_only
AWX = BUILD / "awx/ansible_collections/awx/awx"
# What AWX refuses as a name in env of an injector, beside everything that begins with ANSIBLE_.
REFUSED = {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "JOB_ID", "INVENTORY_ID", "INVENTORY_SOURCE_ID", "INVENTORY_UPDATE_ID", "AD_HOC_COMMAND_ID", "REST_API_URL"}
REFUSED |= {"REST_API_TOKEN", "MAX_EVENT_RES", "CALLBACK_QUEUE", "CALLBACK_CONNECTION", "CACHE", "AWX_HOST", "PROJECT_REVISION", "SUPERVISOR_CONFIG_PATH"}
SETTINGS = {
    "awx_project_url": "https://git.example.com/hybrid.git",
    "awx_execution_environment_image": "registry.example.com/hybrid:1",
    "awx_cfgserver": {"url": "https://gax.example.com:8443", "username": "ansible", "password": "sentinel-of-the-server"},
    "awx_vault_password": "sentinel-of-the-vault",
}
OPTIONAL = {
    "awx_purecloud": {"client_id": "11111111-1111-4111-8111-1111111100c1", "client_secret": "sentinel-of-the-client"},
    "awx_notification": {"notification_type": "webhook", "notification_configuration": {"url": "https://hooks.example.com/x", "headers": {}}},
    "awx_project_credential": "Source control",
    "awx_vault_id": "prod",
    "awx_job_slice_count": 4,
}
CREDENTIAL_TYPES = [entry["name"] for entry in shipped()["controller_credential_types"]]
QUESTIONS = [(name, question) for name, template in TEMPLATES.items() for question in template["survey_spec"]["spec"]]


def constant(path, name):
    """The value of a constant at the top level of a Python file."""
    assigned = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    (value,) = [ast.literal_eval(node.value) for node in assigned if node.targets[0].id == name]
    return value


def argument_spec(documented):
    """An argument spec from documented options, sub-options included."""
    kept = ("type", "required", "choices", "default", "elements", "aliases")
    return {
        name: {
            **{key: option[key] for key in kept if key in option},
            **({"options": argument_spec(option["suboptions"])} if "suboptions" in option else {}),
            "no_log": False,
        }
        for name, option in documented.items()
    }


def options_of(module):
    documentation = yaml.safe_load(constant(AWX / f"plugins/modules/{module}.py", "DOCUMENTATION"))
    assert documentation["extends_documentation_fragment"] == "awx.awx.auth"
    auth = (AWX / "plugins/doc_fragments/auth.py").read_text(encoding="utf-8")
    fragment = yaml.safe_load(re.search(r"DOCUMENTATION = r?'''(.*?)'''", auth, re.DOTALL).group(1))
    return argument_spec({**fragment["options"], **documentation["options"]})


@pytest.fixture(scope="module")
def collections(tmp_path_factory):
    """The real awx.awx, with a recorder in front of each module."""
    assert AWX.is_dir(), "the collection awx.awx is not there: make environment-awx"
    folder = tmp_path_factory.mktemp("collections")
    copy = shutil.copytree(AWX, folder / "ansible_collections/awx/awx")
    (copy / "plugins/action").mkdir()
    for module in (copy / "plugins/modules").glob("*.py"):
        shutil.copy(ROOT / "tests/playbooks/awx_recorder.py", copy / "plugins/action" / module.name)
    return folder


def calls(run_playbook, collections, folder, settings):
    """(module, arguments) of each call, in order, and the run."""
    record = folder / "record.jsonl"
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    paths = f"{collections}:{BUILD / 'source'}"
    run = run_playbook("genesys.hybrid.awx", "-e", f"@{folder / 'settings.json'}", "-v", ANSIBLE_COLLECTIONS_PATH=paths, AWX_RECORD=str(record))
    assert run.returncode == 0, run.output
    assert "sentinel" not in run.output
    return [(call["module"], call["arguments"]) for call in map(json.loads, record.read_text(encoding="utf-8").splitlines())]


def check_order(made):
    """Everything that one object names was made before it."""
    names = {"credential": {"Ansible Galaxy", "Source control"}, "credential_type": {"Vault"}}
    wanted = {
        "organization": "organization", "project": "project", "source_project": "project", "inventory": "inventory", "credential_type": "credential_type",
        "execution_environment": "execution_environment", "default_environment": "execution_environment", "credential": "credential",
        "credentials": "credential", "galaxy_credentials": "credential", "unified_job_template": "job_template",
        "notification_templates_error": "notification_template", "notification_templates_approvals": "notification_template",
    }  # fmt: skip
    for module, arguments in made:
        for option, kind in wanted.items():
            values = arguments.get(option, [])
            missing = set([values] if isinstance(values, str) else values) - names.get(kind, set())
            assert not missing, f"{module} {arguments['name']}: {option} {missing}"
        names.setdefault(module, set()).add(arguments["name"])


def test_every_call_fits_the_real_modules_and_what_it_names_is_there(run_playbook, collections, tmp_path):
    made = calls(run_playbook, collections, tmp_path, {**SETTINGS, **OPTIONAL})
    specs = {module: ArgumentSpecValidator(options_of(module)) for module, _arguments in made}
    assert len(specs) == 11
    for module, arguments in made:
        result = specs[module].validate(arguments)
        assert not result.error_messages, f"{module} {arguments.get('name')}: {result.error_messages}"
    check_order(made)
    by_name = {(module, arguments["name"]): arguments for module, arguments in made}
    # Trap 1: without a Galaxy credential AWX skips collections/requirements.yml. Trap 8: with update_secrets each run would change the credentials.
    assert by_name["organization", "Hybrid integrations"]["galaxy_credentials"] == ["Ansible Galaxy"]
    credentials = [arguments for module, arguments in made if module == "credential"]
    assert [arguments["update_secrets"] for arguments in credentials] == [False] * 3
    templates = [arguments for module, arguments in made if module == "job_template"]
    assert {int(arguments["job_slice_count"]) for arguments in templates} == {4}
    # Trap 5: no two credentials of one type in a job.
    types = {arguments["name"]: arguments["credential_type"] for arguments in credentials}
    assert all(len({types[name] for name in arguments["credentials"]}) == len(arguments["credentials"]) == 3 for arguments in templates)
    # What reaches AWX of an injector is the template itself, not its value here.
    (injectors,) = [arguments["injectors"] for module, arguments in made if arguments["name"] == "PureCloud" and module == "credential_type"]
    assert injectors["env"]["GENESYSCLOUD_OAUTHCLIENT_ID"] == "{{ client_id }}"
    (nodes,) = [arguments["workflow_nodes"] for module, arguments in made if module == "workflow_job_template"]
    assert [node["unified_job_template"]["type"] for node in nodes] == ["job_template", "workflow_approval", "job_template"]
    assert {node["unified_job_template"]["name"] for node in (nodes[0], nodes[2])} <= {arguments["name"] for arguments in templates}


def test_what_is_optional_can_be_left_out(run_playbook, collections, tmp_path):
    made = calls(run_playbook, collections, tmp_path, SETTINGS)
    check_order(made)
    names = {arguments["name"] for _module, arguments in made}
    assert names.isdisjoint({"Hybrid PureCloud", "Hybrid drift"}) and "Hybrid vault" in names
    (project,) = [arguments for module, arguments in made if module == "project"]
    assert "credential" not in project


def test_missing_settings_and_a_missing_collection_are_said(run_playbook, tmp_path):
    run = run_playbook("genesys.hybrid.awx", "-e", json.dumps({"awx_cfgserver": {}}))
    assert run.returncode == 2
    assert "awx_execution_environment_image, awx_project_url, awx_vault_password must be given" in run.output
    run = run_playbook("genesys.hybrid.awx", "-e", json.dumps(SETTINGS))
    assert run.returncode == 2
    assert "The collection awx.awx is not installed, which this playbook needs: ansible-galaxy collection install awx.awx" in run.output


@pytest.mark.parametrize("name", CREDENTIAL_TYPES)
def test_awx_accepts_the_credential_type(name):
    """Trap 5 and trap 6, and trap 7: the environment is what jobs get, not variables, which a play could show."""
    entry = named("credential_types", name)
    fields = {field["id"]: field for field in entry["inputs"]["fields"]}
    assert entry["kind"] in ("cloud", "net")
    assert {field["type"] for field in fields.values()} <= {"string", "boolean"}
    assert set(entry["inputs"]["required"]) <= set(fields)
    assert set(entry["injectors"]) == {"env", "file"}
    assert not [variable for variable in entry["injectors"]["env"] if variable.startswith("ANSIBLE_") or variable in REFUSED]
    assert json.dumps(entry, ensure_ascii=False).isascii()
    assert {name for name, field in fields.items() if field.get("secret")} == {"client_secret", "password"} & set(fields)
    used = set(re.findall(r"{{ (\w+) }}", json.dumps(entry["injectors"])))
    assert used == set(fields), "a field that nothing injects, or the other way round"


@pytest.mark.parametrize(("name", "connection"), list(zip(CREDENTIAL_TYPES, [PURECLOUD, CFGSERVER], strict=True)))
def test_a_credential_gives_every_variable_of_the_connection_and_unset_fields_give_nothing(name, connection, tmp_path):
    """Traps 2, 3 and 4: "False", empty variables and an empty file are what AWX makes of fields that were left out."""
    entry = named("credential_types", name)
    known = {option[key] for option in connection.options.values() for key in ("env", "env_inverted") if key in option}
    assert known - set(entry["injectors"]["env"]) <= {"GENESYSCLOUD_ACCESS_TOKEN"}, "a token expires, so it is no field"
    assert set(entry["injectors"]["env"]) <= known
    required = {field: f"value of {field}" for field in entry["inputs"]["required"]}
    settings = connection.settings({}, injected(entry, required, tmp_path))
    given = {option for option, value in settings.items() if value is not None and value != connection.options[option].get("default")}
    assert given == {*required, "validate_certs"}
    assert settings["validate_certs"] is True
    optional = {field["id"]: "gax" if field["id"] == "api" else "text" for field in entry["inputs"]["fields"] if field["type"] == "string"}
    settings = connection.settings({}, injected(entry, {**optional, "insecure": True}, tmp_path))
    assert (settings["validate_certs"], Path(settings["ca_path"]).read_text(encoding="utf-8")) == (False, "text")
    assert all(settings[option] in ("text", ["text"]) for option in given - {"validate_certs"})


def test_every_template_has_a_playbook_in_the_project_and_in_the_collection():
    for template in shipped()["controller_templates"]:
        playbook = yaml.safe_load((PROJECT / template["playbook"]).read_text(encoding="utf-8"))
        imported = [play["ansible.builtin.import_playbook"] for play in playbook]
        assert imported == ["variables.yml", f"genesys.hybrid.{template['playbook'].removesuffix('.yml')}"]
        assert (ROOT / "playbooks" / template["playbook"]).is_file(), f"{template['name']} has no playbook in the collection"


def knobs(playbook):
    """Variable -> its specification in a role that the playbook uses, or None where only the playbook's head names it."""
    text = (ROOT / "playbooks" / playbook).read_text(encoding="utf-8")
    found = {name: None for names in re.findall(r"^#   (\w+(?:, \w+)*)  ", text, re.MULTILINE) for name in names.split(", ")}
    for role in re.findall(r"name: genesys\.hybrid\.(\w+)$", text, re.MULTILINE):
        if (file := ROOT / "roles" / role / "meta/argument_specs.yml").is_file():
            for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"].values():
                found.update(entry["options"])
    return found


@pytest.mark.parametrize(("template", "question"), QUESTIONS, ids=[f"{name}-{question['variable']}" for name, question in QUESTIONS])
def test_a_survey_asks_what_the_playbook_takes(template, question):
    """Trap 10: one variable for each question. Trap 7: no question of type password, whose answer would show in the job's output."""
    specification = knobs(TEMPLATES[template]["playbook"])
    assert question["variable"] in specification
    option = specification[question["variable"]] or {"type": "bool" if set(question.get("choices", [])) == {"true", "false"} else "str"}
    kind = "multiplechoice" if option["type"] == "bool" or "choices" in option else {"str": "text", "int": "integer", "float": "float"}[option["type"]]
    assert question["type"] == kind
    if kind == "multiplechoice":
        assert set(question["choices"]) == set(option.get("choices", ["true", "false"]))
        assert question["default"] in question["choices"]
    if "default" in option:
        assert str(question["default"]).lower() == str(option["default"]).lower()
    # A default that is not there would reach the playbook as an empty text, and win over the inventory.
    assert question["required"] is True and question["default"] != ""


def test_an_audit_that_finds_drift_fails_and_says_so():
    """AWX calls an audit with drift successful, so drift must fail, and failure must notify."""
    audit = named("templates", "Hybrid audit")
    (question,) = [question for question in audit["survey_spec"]["spec"] if question["variable"] == "fail_on_drift"]
    assert (question["default"], audit["job_type"], audit["diff_mode"]) == ("true", "check", True)
    assert "notification_templates_error" in audit
    (workflow,) = shipped()["controller_workflows"]
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    assert nodes["audit"]["related"] == {"failure_nodes": [{"identifier": "approval"}]} and nodes["audit"]["extra_data"] == {"fail_on_drift": "true"}
    assert nodes["approval"]["related"] == {"success_nodes": [{"identifier": "provision"}]}


def test_settings_are_all_named_in_the_guide():
    """docs/awx.md has every setting that the variables look at, and no other."""
    used = set(re.findall(r"(?<![\w])awx_\w+", re.sub(r"^\s*#.*$", "", VARIABLES.read_text(encoding="utf-8"), flags=re.MULTILINE)))
    assert used == set(re.findall(r"`(awx_\w+)`", (ROOT / "docs/awx.md").read_text(encoding="utf-8")))


def test_the_project_keeps_clear_of_what_awx_decides():
    requirements = yaml.safe_load((PROJECT / "collections/requirements.yml").read_text(encoding="utf-8"))["collections"]
    # Trap 9: the project's copy of a collection wins, so it must say which version.
    assert [(entry["name"], bool(entry["version"])) for entry in requirements] == [("genesys.hybrid", True)]
    assert not re.search(r"^(inventory|roles_path|collections_path|stdout_callback|remote_tmp)", (PROJECT / "ansible.cfg").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_slices_hold_every_host_once(count):
    hosts = [f"host{number}" for number in range(7)]
    assert sorted(host for number in range(1, count + 1) for host in sliced(hosts, number, count)) == hosts
