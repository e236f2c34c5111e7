# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules about the repository itself that no linter knows.

Every rule is a function from a project root to a list of complaints. Each is applied to this repository, where it must find nothing,
and to a small broken project, where it must find exactly what is broken there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tools.collection_tree import ROOT, source_files

Rule = Callable[[Path], list[str]]

LICENCE_LINES = [
    "# Copyright (c) 2026, genesys.hybrid contributors",
    "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "# SPDX-License-Identifier: GPL-3.0-or-later",
]
LICENSED_SUFFIXES = {".py", ".yml", ".yaml", ".sh", ".toml", ".cfg", ".ini", ".txt"}
LICENSED_NAMES = {"Makefile", ".gitignore", ".ansible-lint", ".yamllint", "run"}
# Written by antsibull-changelog at a release; its rewriting would drop the lines.
UNLICENSED = {"changelogs/changelog.yaml"}

LONGEST_FUNCTION = 40  # lines, without the docstring
LONGEST_FILE = 400  # lines
MACHINE_PATH = re.compile(r"(?<![\w./)}-])/(?:work|root|home|Users)/[\w.]")
REGISTRY_HOST = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.org|galaxy\.ansible\.com|deb\.debian\.org|proxy\.golang\.org)\b")

# Who may import whom within the collection: only downwards, and on one level only without a circle. What the table does not name is a
# small helper; the two systems must not know each other.
BOTTOM, HELPER, SYSTEM, MODULE_BASE, PLUGIN = range(5)
LEVELS = {"_errors": BOTTOM, "_version": BOTTOM, "_purecloud": SYSTEM, "_cfgserver": SYSTEM, "_module": MODULE_BASE}


def files_of(root: Path) -> list[Path]:
    """Every file of the project, relative to its root."""
    return source_files() if root == ROOT else sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())


def python_files(root: Path, *folders: str) -> Iterator[tuple[str, str]]:
    """Name and text of every Python file under the folders."""
    for path in files_of(root):
        if path.suffix == ".py" and path.as_posix().startswith(tuple(f"{folder}/" for folder in folders)):
            yield path.as_posix(), (root / path).read_text(encoding="utf-8")


def modules_of(root: Path) -> list[str]:
    """The names of all modules."""
    return sorted(Path(name).stem for name, _text in python_files(root, "plugins/modules") if not Path(name).stem.startswith("_"))


def constant(text: str, name: str) -> str:
    """The last value of a string constant at the top level of a Python file."""
    value = ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            value = str(ast.literal_eval(node.value))
    return value


def action_groups_are_complete(root: Path) -> list[str]:
    """A module belongs to the action group and documentation fragment of its name's first word, and groups hold nothing else.

    One whose first word is no group has no connection.
    """
    groups = yaml.safe_load((root / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    modules = modules_of(root)
    found = [f"group {group}: no module {name}" for group, members in groups.items() for name in members if name not in modules]
    for name in modules:
        prefix = name.split("_")[0]
        found += [f"{name} is not in group {prefix}"] if prefix in groups and name not in groups[prefix] else []
        found += [f"{name} is in group {group}" for group, members in groups.items() if group != prefix and name in members]
        text = (root / "plugins/modules" / f"{name}.py").read_text(encoding="utf-8")
        fragments = (yaml.safe_load(constant(text, "DOCUMENTATION")) or {}).get("extends_documentation_fragment", [])
        fragments = [fragments] if isinstance(fragments, str) else fragments
        connections = {group for group in groups for fragment in fragments if f"{fragment}.".startswith(f"genesys.hybrid.{group}.")}
        if prefix not in groups:
            found += [f"{name} has the connection of group {group}, so its name must begin with that" for group in sorted(connections)]
        elif prefix not in connections:
            found.append(f"{name} does not extend the fragment genesys.hybrid.{prefix}")
    return found


def imports_of(name: str, text: str) -> set[str]:
    """Absolute names of everything that a file imports; relative imports resolved against the collection's root."""
    package = Path(name).with_suffix("").parts[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {imported.removeprefix("ansible_collections.genesys.hybrid.") for imported in found}


def unit_of(dotted: str) -> str | None:
    """The part of the shared code, ``_http`` or ``_purecloud``, that a dotted name lies in."""
    parts = dotted.split(".")
    return parts[2] if parts[:2] == ["plugins", "module_utils"] and len(parts) > 2 else None


def circles(edges: dict[str, set[str]]) -> list[str]:
    """The names that reach themselves."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = edges.get(waiting.pop(), set()) - seen
            seen |= new
            waiting += new
        return seen

    return sorted(name for name in edges if name in reached(name))


def imports_point_one_way(root: Path) -> list[str]:
    """The layers of the shared code: see LEVELS."""
    found: list[str] = []
    edges: dict[str, set[str]] = {}
    for name, text in python_files(root, "plugins"):
        unit = unit_of(name.removesuffix(".py").replace("/", "."))
        level = PLUGIN if unit is None else LEVELS.get(unit, HELPER)
        for imported in sorted(imports_of(name, text)):
            target = unit_of(imported)
            if level < MODULE_BASE and imported.split(".")[0] == "ansible":
                found.append(f"{name} imports {imported}: only _module and plugins may know Ansible")
            elif target is None or target == unit:
                continue
            elif LEVELS.get(target, HELPER) > level or (level == LEVELS.get(target, HELPER) and level in (BOTTOM, SYSTEM)):
                found.append(f"{name} imports {imported}: that layer is not below its own")
            elif unit is not None:
                edges.setdefault(unit, set()).add(target)
    return found + [f"{name} imports itself through others" for name in circles(edges)]


def functions_and_files_are_short(root: Path) -> list[str]:
    """Short functions and files in plugins and the sandbox."""
    found = []
    for name, text in python_files(root, "plugins", "tests/sandbox"):
        lines = len(text.splitlines())
        if lines > LONGEST_FILE:
            found.append(f"{name} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            documentation = node.body[0] if ast.get_docstring(node) else None
            length = node.end_lineno - node.lineno + 1
            length -= documentation.end_lineno - documentation.lineno + 1 if documentation else 0
            if length > LONGEST_FUNCTION:
                found.append(f"{name}: {node.name} has {length} lines")
    return found


def no_machine_is_named(root: Path) -> list[str]:
    """No path of a developer's machine and no package registry in any committed text."""
    found = []
    for path in files_of(root):
        text = (root / path).read_bytes().decode("utf-8", errors="replace") if not (root / path).is_symlink() else ""
        for number, line in enumerate(text.splitlines(), start=1):
            found += [f"{path}:{number}: {match.group()}" for match in (MACHINE_PATH.search(line), REGISTRY_HOST.search(line)) if match]
    return found


def licences_are_stated(root: Path) -> list[str]:
    """The three lines stand at the top of every file whose type has comments; encrypted files cannot have them."""
    found = []
    for path in files_of(root):
        if path.as_posix() in UNLICENSED or not (path.suffix in LICENSED_SUFFIXES or path.name in LICENSED_NAMES):
            continue
        top = (root / path).read_text(encoding="utf-8").splitlines()[:6]
        if any(top) and not top[0].startswith("$ANSIBLE_VAULT;") and not set(LICENCE_LINES) <= set(top):
            found.append(path.as_posix())
    return found


def versions_agree(root: Path) -> list[str]:
    """galaxy.yml and the constant that goes into the User-Agent name one version."""
    galaxy = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    code = constant((root / "plugins/module_utils/_version.py").read_text(encoding="utf-8"), "VERSION")
    return [] if galaxy == code else [f"galaxy.yml says {galaxy}, _version.py says {code}"]


def oldest_libraries_are_tested(root: Path) -> list[str]:
    """The lower bounds that execution environments get are what the floor environment installs."""

    def entries(name: str, operator: str) -> set[tuple[str, ...]]:
        lines = (root / name).read_text(encoding="utf-8").splitlines()
        return {tuple(line.split(operator)) for line in lines if operator in line and not line.startswith(("#", "ansible-core"))}

    untested = entries("meta/ee-requirements.txt", ">=") - entries("tests/requirements-floor.txt", "==")
    return [f"{name} {version} is promised, the floor environment installs another" for name, version in sorted(untested)]


def everything_is_in_the_readme(root: Path) -> list[str]:
    """Every module, role and playbook is named in README.md."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    files = files_of(root)
    names = set(modules_of(root)) | {path.parts[1] for path in files if path.parts[0] == "roles" and len(path.parts) > 2}
    names |= {path.stem for path in files if path.parts[0] == "playbooks" and len(path.parts) == 2 and path.suffix in (".yml", ".yaml")}
    return [f"README.md does not name {name}" for name in sorted(names) if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", readme)]


def every_module_has_a_target(root: Path) -> list[str]:
    """Every module has an integration target with tasks."""
    files = {path.as_posix() for path in files_of(root)}
    targets = {name: f"tests/integration/targets/{name}/tasks/main.yml" for name in modules_of(root)}
    return [f"{target} is missing" for target in targets.values() if target not in files]


def every_module_has_an_action(root: Path) -> list[str]:
    """Every module has the action plugin that runs it in Ansible's own process, and no action plugin lacks its module."""
    files = {path.as_posix() for path in files_of(root)}
    missing = [f"plugins/action/{name}.py is missing" for name in modules_of(root) if f"plugins/action/{name}.py" not in files]
    actions = [Path(name).stem for name in files if re.fullmatch(r"plugins/action/\w+\.py", name)]
    return [*missing, *(f"plugins/action/{name}.py is of no module" for name in actions if name not in modules_of(root))]


def modules_leave_check_mode_alone(root: Path) -> list[str]:
    """Check mode is decided in one shared place: module code only declares that it is supported."""
    found = []
    for name, text in python_files(root, "plugins/modules"):
        for node in ast.walk(ast.parse(text)):
            said = [getattr(node, attribute, None) for attribute in ("id", "attr", "arg", "value", "name")]
            if "check_mode" in said:
                found.append(f"{name}:{getattr(node, 'lineno', 0)}")
    return sorted(set(found))


def names_set_by(node: object) -> Iterator[str]:
    """The variables that tasks set, with ``set_fact`` or ``register``, at any depth of blocks."""
    for task in node if isinstance(node, list) else []:
        if not isinstance(task, dict):
            continue
        for key, value in task.items():
            if key.split(".")[-1] == "set_fact" and isinstance(value, dict):
                yield from (name for name in value if name != "cacheable")
            elif key == "register":
                yield str(value)
            elif key in ("block", "rescue", "always"):
                yield from names_set_by(value)


def role_variables_are_prefixed(root: Path) -> list[str]:
    """A role's variables carry its name, with two underscores before it when internal; what roles share is hybrid_*."""
    found = []
    for path in files_of(root):
        if path.parts[0] != "roles" or len(path.parts) < 4 or path.suffix != ".yml" or path.parts[2] not in ("defaults", "vars", "tasks", "handlers"):
            continue
        content = yaml.safe_load((root / path).read_text(encoding="utf-8"))
        names = content if isinstance(content, dict) else names_set_by(content)
        wanted = (f"{path.parts[1]}_", f"__{path.parts[1]}_", "hybrid_", "__hybrid_")
        found += [f"{path}: {name}" for name in names if not name.startswith(wanted)]
    return found


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        action_groups_are_complete,
        imports_point_one_way,
        functions_and_files_are_short,
        no_machine_is_named,
        licences_are_stated,
        versions_agree,
        oldest_libraries_are_tested,
        role_variables_are_prefixed,
        everything_is_in_the_readme,
        every_module_has_a_target,
        every_module_has_an_action,
        modules_leave_check_mode_alone,
    )
}


@pytest.mark.parametrize("rule", RULES)
def test_repository_keeps_rule(rule: str) -> None:
    found = RULES[rule](ROOT)
    assert not found, "\n".join(["", *found])


MODULE = """#!/usr/bin/python
{licence}
DOCUMENTATION = '''
module: purecloud_thing
extends_documentation_fragment: [genesys.hybrid.purecloud]
attributes: {{check_mode: {{support: full}}}}
'''
from ansible_collections.genesys.hybrid.plugins.module_utils import _module


def main() -> None:
    '''check_mode is only spoken of.'''
    _module.main(supports_check_mode=True)
"""
LONG_FUNCTION = "\n{licence}\ndef long():\n    '''Documentation\n    in two lines.'''\n" + "    x = 1\n" * 39  # as long as it may be
GOOD_PROJECT = {
    "tests/sandbox/long.py": LONG_FUNCTION,
    "README.md": "purecloud_thing, role verify and playbook audit",
    "galaxy.yml": "{licence}\nversion: 1.2.3\n",
    "meta/runtime.yml": "{licence}\naction_groups: {{purecloud: [purecloud_thing], cfgserver: []}}\n",
    "meta/ee-requirements.txt": "{licence}\nrequests>=2.1\n",
    "tests/requirements-floor.txt": "{licence}\nansible-core==2.16.19\nrequests==2.1\n",
    "tests/integration/targets/purecloud_thing/tasks/main.yml": "---\n{licence}\n",
    "plugins/module_utils/_version.py": "{licence}\nVERSION = '1.2.3'\n",
    "plugins/module_utils/_errors.py": "{licence}\nimport json\n",
    "plugins/module_utils/_http.py": "{licence}\nfrom ._errors import HybridError\nfrom ._version import VERSION\n",
    "plugins/module_utils/_purecloud/client.py": "{licence}\nfrom .._http import Client\nfrom . import regions\n",
    "plugins/module_utils/_cfgserver/client.py": "{licence}\nfrom .._http import Client\n",
    "plugins/module_utils/_module.py": "{licence}\nimport ansible.module_utils.basic\nfrom ._http import Client\n",
    "plugins/modules/purecloud_thing.py": MODULE,
    "plugins/action/purecloud_thing.py": "{licence}\n",
    "roles/verify/tasks/main.yml": "{licence}\n- block:\n    - set_fact: {{hybrid_key: 1, verify_x: 2, cacheable: true}}\n      register: __verify_x\n",
    "roles/verify/defaults/main.yml": "{licence}\nverify_x: 1\n",
    "playbooks/audit.yml": "{licence}\n",
}

# rule, file to break, what is appended to it (None: it is removed), what the only complaint must say
BREAKS = [
    ("action_groups_are_complete", "plugins/modules/purecloud_other.py", MODULE, "purecloud_other is not in group purecloud"),
    ("action_groups_are_complete", "plugins/modules/purecloud_thing.py", None, "group purecloud: no module purecloud_thing"),
    (
        "action_groups_are_complete",
        "meta/runtime.yml",
        "  \naction_groups: {{purecloud: [purecloud_thing], cfgserver: [purecloud_thing]}}",
        "is in group cfgserver",
    ),
    ("action_groups_are_complete", "plugins/modules/purecloud_thing.py", "DOCUMENTATION = 'module: x'", "does not extend"),
    ("action_groups_are_complete", "plugins/modules/thing.py", MODULE, "thing has the connection of group purecloud"),
    ("imports_point_one_way", "plugins/module_utils/_errors.py", "from . import _http", "_errors.py imports plugins.module_utils._http"),
    ("imports_point_one_way", "plugins/module_utils/_errors.py", "from ._version import VERSION", "_errors.py imports"),
    ("imports_point_one_way", "plugins/module_utils/_http.py", "from ._purecloud.client import Client", "_http.py imports"),
    ("imports_point_one_way", "plugins/module_utils/_http.py", "from ansible.module_utils.basic import AnsibleModule", "only _module and plugins"),
    ("imports_point_one_way", "plugins/module_utils/_cfgserver/client.py", "def f():\n    from .._purecloud import client", "_cfgserver/client.py imports"),
    ("imports_point_one_way", "plugins/module_utils/_purecloud/client.py", "from .._module import run", "_purecloud/client.py imports"),
    (
        "imports_point_one_way",
        "plugins/module_utils/_errors.py",
        "import ansible_collections.genesys.hybrid.plugins.module_utils._http",
        "_errors.py imports",
    ),
    ("functions_and_files_are_short", "tests/sandbox/long.py", "    x = 2\n", "long has 41 lines"),
    ("functions_and_files_are_short", "plugins/module_utils/_http.py", "x = 1\n" * 400, "_http.py has 40"),
    ("no_machine_is_named", "README.md", "see /" + "home/me/key.pem", "README.md:1: /" + "home/m"),
    ("no_machine_is_named", "README.md", "from https://pypi" + ".org/simple", "README.md:1: pypi" + ".org"),
    ("licences_are_stated", "tests/tools/new.sh", "#!/bin/sh\ntrue\n", "tests/tools/new.sh"),
    ("licences_are_stated", "roles/verify/tasks/extra.yml", "---\n- x\n", "extra.yml"),
    ("versions_agree", "plugins/module_utils/_version.py", "VERSION = '1.2.4'", "_version.py says 1.2.4"),
    ("oldest_libraries_are_tested", "meta/ee-requirements.txt", "jmespath>=1.0\n", "jmespath 1.0 is promised"),
    ("role_variables_are_prefixed", "roles/verify/defaults/main.yml", "other: 1\n", "defaults/main.yml: other"),
    ("role_variables_are_prefixed", "roles/verify/tasks/main.yml", "    - set_fact: {{key: 1}}\n", "tasks/main.yml: key"),
    ("role_variables_are_prefixed", "roles/verify/tasks/main.yml", "    - command: x\n      register: answer\n", "tasks/main.yml: answer"),
    ("everything_is_in_the_readme", "playbooks/purecloud.yml", "---\n", "does not name purecloud"),
    ("everything_is_in_the_readme", "roles/network/tasks/main.yml", "---\n", "does not name network"),
    ("every_module_has_a_target", "tests/integration/targets/purecloud_thing/tasks/main.yml", None, "purecloud_thing/tasks/main.yml is missing"),
    ("every_module_has_an_action", "plugins/action/purecloud_thing.py", None, "plugins/action/purecloud_thing.py is missing"),
    ("every_module_has_an_action", "plugins/action/other.py", "{licence}\n", "plugins/action/other.py is of no module"),
    ("modules_leave_check_mode_alone", "plugins/modules/purecloud_thing.py", "\nif module.check_mode:\n    pass", "purecloud_thing.py:"),
    ("modules_leave_check_mode_alone", "plugins/modules/purecloud_thing.py", "\nx = params['check_mode']", "purecloud_thing.py:"),
]


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    with (root / name).open("a", encoding="utf-8") as output:
        output.write(text.format(licence="\n".join(LICENCE_LINES)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in GOOD_PROJECT.items():
        write(tmp_path, name, text)
    return tmp_path


@pytest.mark.parametrize("rule", RULES)
def test_rule_accepts_good_project(rule: str, project: Path) -> None:
    assert RULES[rule](project) == []


@pytest.mark.parametrize(("rule", "name", "text", "complaint"), BREAKS)
def test_rule_finds_what_is_broken(rule: str, name: str, text: str | None, complaint: str, project: Path) -> None:
    if text is None:
        (project / name).unlink()
    else:
        write(project, name, text)
    found = RULES[rule](project)
    assert len(found) == 1
    assert complaint in found[0]


def test_every_rule_is_shown_to_fail() -> None:
    assert {rule for rule, *_break in BREAKS} == set(RULES)
