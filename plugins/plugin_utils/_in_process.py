# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""Runs the collection's modules inside Ansible's own worker process, where that is the same as running them as modules.

Packing a module, starting a second Python and compiling the module's code there costs many times what the work itself does. The action
plugin of each module imports the module, so that Ansible loads it once, before it forks its workers.
"""

from __future__ import annotations

import io
import json
import os
import pwd
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import partial
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils import basic
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.loader import filter_loader, lookup_loader, test_loader
from ansible.template import Templar
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var
from ansible.utils.vars import merge_hash

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import visible
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._options import NO_CONNECTION
from ansible_collections.genesys.hybrid.plugins.plugin_utils._kept_sessions import sessions_in

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19, which trusts all text
    trust_as_template = str

try:
    from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
except ImportError:  # before ansible-core 2.19
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    def _encode(value: Any) -> str:
        return json.dumps(value, cls=AnsibleJSONEncoder, vault_to_text=True)

    def _decode(text: str) -> Any:
        return json.loads(text)

else:

    def _encode(value: Any) -> str:
        return json.dumps(value, cls=get_module_encoder(PROFILE, Direction.CONTROLLER_TO_MODULE))

    def _decode(text: str) -> Any:
        return json.loads(text, cls=get_module_decoder(PROFILE, Direction.MODULE_TO_CONTROLLER))


PROFILE = "legacy"  # how ansible-core 2.19 and later talks with a module that asks for nothing else
VARIABLE = "hybrid_in_process"
SESSIONS_VARIABLE = "hybrid_keep_sessions"

display = Display()
# Made when Ansible loads the action plugin, which its main process does before it forks the first worker for it.
_sessions = sessions_in(constants.DEFAULT_LOCAL_TMP)
# Whichever filter or test is asked for first, Ansible loads all of its own, or all of its collection: here once, instead of in each worker for itself.
filter_loader.get("ansible.builtin.combine")
filter_loader.get("genesys.hybrid.service_sections")
test_loader.get("ansible.builtin.changed")
lookup_loader.get("genesys.hybrid.connection_options", class_only=True)
Templar(loader=None).template(trust_as_template("{{ 'the first template of a process takes much longer than the next one' | default('') }}"))

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


@contextmanager
def _arguments(arguments: Mapping[str, Any]) -> Iterator[None]:
    """Give ``arguments`` to the next AnsibleModule of this process, the way that a packed module gets them."""
    given = {"_ANSIBLE_ARGS": _encode({"ANSIBLE_MODULE_ARGS": arguments}).encode(), "_ANSIBLE_PROFILE": PROFILE}
    before = {name: getattr(basic, name, None) for name in given}
    try:
        for name, value in given.items():
            setattr(basic, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)


def _refused_text(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """A failed result when an argument holds what no module can take: Ansible would show a traceback, or a sentence about its log."""
    for path, text in _texts(arguments):
        if _NOT_TEXT.search(text):
            what = "a null character" if "\0" in text else "half of a surrogate pair"
            return {"failed": True, "msg": f"{path} holds {what}, which is not text: leave it out"}
    return None


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a value with the path of its option."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key, path)
            yield from _texts(item, visible(f"{path}.{key}".lstrip(".")))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}[{number}]")


def execute(spec: Spec, arguments: Mapping[str, Any], **offers: Any) -> dict[str, Any]:
    """Run ``main(spec)`` here and return what it printed: the module's result, from which its secrets are already removed.

    ``offers`` are further attributes of the task's context.
    """
    refused = _refused_text(arguments)
    if refused:
        return refused
    warnings: list[str] = []

    class Module(basic.AnsibleModule):
        """An ordinary module, except that its warnings stay with its result: in a controller's process they would be shown beside it."""

        def warn(self, warning: str, **kwargs: Any) -> None:
            if warning not in warnings:
                warnings.append(warning)

    printed = io.StringIO()
    with _arguments(arguments), redirect_stdout(printed):
        try:
            main(spec, Module, **offers)
        except SystemExit:
            pass  # how a module ends
    result: dict[str, Any] = wrap_var(_decode(printed.getvalue()))
    if warnings:
        result["warnings"] = [*result.get("warnings", []), *wrap_var(warnings)]
    return result


def _same_interpreter(path: str) -> bool:
    """Whether ``path`` is the interpreter of this process, under whichever of its names (python, python3, python3.13)."""
    own = sys.executable or ""
    return os.path.dirname(os.path.abspath(path)) == os.path.dirname(own) and os.path.realpath(path) == os.path.realpath(own)


class InProcessAction(NormalAction):
    """The action plugin of a module of this collection; ``spec`` is what the module does."""

    spec: Spec

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        try:
            return self._run(tmp, task_vars or {})
        finally:
            if not self._task.check_mode and not self.spec.read_only and self.spec.connection is not NO_CONNECTION:
                _sessions.forget(self._task.async_val or 0)

    def _run(self, tmp: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
        reason = self._reason_for_a_process(variables)
        refused = _refused_text(self._task.args) if reason else None
        if refused:
            return refused
        if reason:
            display.vvv(f"{self._task.action} runs as an ordinary module: {reason}")
            result: dict[str, Any] = super().run(tmp, variables)
            return result
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, variables)
        # Who repeats a task until its result changes waits for what others do, and must not be told what was read before.
        fresh = bool(self._task.until or self._task.retries)
        lend = partial(_sessions.lend, host=str(variables.get("inventory_hostname", "")), fresh=fresh)
        offers = {"lend": lend} if self._is_true(SESSIONS_VARIABLE, variables) else {}
        result = merge_hash(super(NormalAction, self).run(tmp, variables), execute(self.spec, arguments, **offers))
        return result

    def _is_true(self, name: str, variables: Mapping[str, Any]) -> bool:
        return bool(boolean(self._templar.template(variables.get(name, True)), strict=False))

    def _reason_for_a_process(self, variables: Mapping[str, Any]) -> str | None:
        """Why this task needs a module's own process; None when the worker's does as well."""
        if not self._is_true(VARIABLE, variables):
            return f"{VARIABLE} is false"
        if self._connection.transport != "local":
            return f"its connection is {self._connection.transport}"
        if self._task.async_val:
            return "it is asynchronous"
        if any(self._task.environment or []):
            return "it has an environment of its own"
        become = self._connection.become
        if become and (become.get_option("become_user", playcontext=self._play_context) or "root") != pwd.getpwuid(os.geteuid()).pw_name:
            return "it becomes another user"
        return self._foreign_interpreter(variables)

    def _foreign_interpreter(self, variables: Mapping[str, Any]) -> str | None:
        """A sentence when the user chose another Python than Ansible's own. Where Ansible would look for one itself, its own has the libraries."""
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, variables)
        try:
            interpreter = str(self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables) or "auto")).strip()
        except AnsibleError:
            return "its interpreter is not known here"
        if interpreter.startswith("auto") or _same_interpreter(interpreter):
            return None
        return f"its interpreter is {interpreter}"
