# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What every module of the collection shares: options, check mode, secrets, errors.

A module is a ``Spec``: its connection, its options and one function that prepares the work. ``run`` does a task without AnsibleModule,
so that another runner can call it in its own process; ``main`` is the runner for an ordinary module.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.validation import check_type_dict, check_type_list

from ._errors import HybridError, MissingLibraryError, ValidationError, visible
from ._options import Connection
from ._reconcile import KNOWN_AFTER_APPLY, Prepared

try:
    import jmespath
except ImportError:
    jmespath = None
    JMESPATH_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    JMESPATH_IMPORT_ERROR = None

_LONGEST_MESSAGE = 2000  # characters
QUERY_OPTION = {"query": {"type": "str"}}


@dataclass(frozen=True)
class Context:
    """What a task may know of, and tell to, whoever runs it.

    A value given to ``register_secret`` is removed from everything that the task returns. ``facts`` is what a client has found out about its server,
    for the result: key to value.
    ``lend(connection, settings)`` gives, for the time of a with statement, what tasks before it in this run left of a session with these settings,
    and the ``answers`` that its host's last task got: a mapping that the client reads and changes (``kept``), or None where sessions are not kept.
    """

    check_mode: bool
    diff: bool
    warn: Callable[[str], None]
    register_secret: Callable[[str], None]
    facts: dict[str, Any] = field(default_factory=dict)
    lend: Callable[[str, Mapping[str, Any]], AbstractContextManager[dict[str, Any] | None]] = lambda connection, settings: nullcontext()
    kept: dict[str, Any] | None = None


@dataclass(frozen=True)
class Spec:
    """A module as data.

    ``prepare(client, params, context)`` reads and validates everything, writes nothing and returns what there is to do.
    ``constraints`` are the keyword arguments of AnsibleModule that relate options to each other (``required_if`` and the like).
    ``read_only`` marks an info module: its client cannot write in any mode.
    """

    connection: Connection
    options: Mapping[str, Any]
    prepare: Callable[[Any, Mapping[str, Any], Context], Prepared]
    constraints: Mapping[str, Any] = field(default_factory=dict)
    read_only: bool = False

    def argument_spec(self) -> dict[str, Any]:
        return {**self.connection.argument_spec(), **self.options}


def run(spec: Spec, params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Do one task and return its result: ``changed``, the noun, and ``diff`` for modules that manage something.

    This is the only place that knows check mode: the client is read-only then, and nothing that is prepared is applied.
    Raises HybridError, whose details tell the change when something was written before.
    """
    read_only = spec.read_only or context.check_mode
    settings = spec.connection.settings(params)
    for name, value in settings.items():
        if name.endswith("url") and "@" in (value or ""):
            context.register_secret(value)  # it will be refused; what it holds beside the host must not be shown
    with ExitStack() as stack:
        kept = stack.enter_context(context.lend(spec.connection.name, settings))
        if kept and spec.read_only:
            kept.pop("answers", None)  # whoever asks for information wants to know how things are now
        client = stack.enter_context(closing(spec.connection.open(settings, replace(context, kept=kept), read_only)))
        prepared = spec.prepare(client, params, context)
        try:
            result = prepared.apply() if prepared.changed and not read_only else prepared.result
        except HybridError as error:
            # Preparing writes nothing, so what the client has written since is part of this change.
            if getattr(client, "writes", 0):
                error.result = {"changed": True, "diff": prepared.diff, **error.result}
            raise
    complete = {"changed": prepared.changed, **result}
    if not spec.read_only:
        complete.setdefault("diff", prepared.diff)
    return {**context.facts, **complete}


def _is_no_number(value: Any) -> bool:
    """True for what counts as a number in Ansible's own check, or breaks it: true, false and infinity."""
    text = str(value).strip().lstrip("+-").lower()
    return isinstance(value, bool) or text in ("inf", "infinity", "nan")


def _misshapen(options: Mapping[str, Any], given: Mapping[str, Any], path: str = "") -> str | None:
    """A sentence about the first option whose value is no number, or has no place for the sub-options, that it must be or have."""
    for name, option in options.items():
        value, where, several = given.get(name), path + name, option.get("type") == "list"
        if option.get("type") in ("int", "float") and _is_no_number(value):
            return f"{where} must be a {'whole ' if option['type'] == 'int' else ''}number"
        if not option.get("options") or value is None:
            continue
        try:
            items = [check_type_dict(item) for item in (check_type_list(value) if several else [value])]
        except TypeError:
            return f"{where} must be {'a list of dictionaries' if several else 'a dictionary'}"
        for item in items:
            found = _misshapen(option["options"], item, f"{where}.")
            if found:
                return found
    return None


def _plain_spoken(module_class: type[AnsibleModule]) -> type[AnsibleModule]:
    """``module_class`` with messages that name the option, are safe to read and not endless.

    Ansible's own quote a value as it was given, and those about a value that must be a dictionary do not say which, or are a traceback.
    """

    class Module(module_class):
        params: dict[str, Any]

        def _load_params(self) -> None:
            super()._load_params()
            sentence = _misshapen(self.argument_spec, self.params)
            if sentence:
                self.params = {}  # a result tells them, and what is secret in them is not known yet
                self.fail_json(msg=sentence)

        def fail_json(self, msg: str, **arguments: Any) -> None:
            text = visible(str(msg))
            if len(text) > _LONGEST_MESSAGE:
                text = f"{text[: _LONGEST_MESSAGE // 2]} ... {text[-_LONGEST_MESSAGE // 2 :]}"
            super().fail_json(msg=text, **arguments)

    return Module


def main(spec: Spec, module_class: type[AnsibleModule] = AnsibleModule, **offers: Any) -> None:
    """Run ``spec`` as an ordinary Ansible module. ``offers`` is what whoever runs it can do beyond that: further attributes of the context."""
    module = _plain_spoken(module_class)(argument_spec=spec.argument_spec(), supports_check_mode=True, **spec.constraints)
    # Given as a secret in check mode; as such it would be masked in everything that the task predicts.
    module.no_log_values.discard(KNOWN_AFTER_APPLY)
    context = Context(
        check_mode=module.check_mode,
        diff=module._diff,
        warn=lambda text: module.warn(visible(text)),
        register_secret=lambda secret: module.no_log_values.add(secret) if secret else None,
        **offers,
    )
    try:
        result = run(spec, module.params, context)
    except MissingLibraryError as error:
        module.fail_json(msg=missing_required_lib(error.library), exception=error.traceback)
    except HybridError as error:
        module.fail_json(msg=error.message, **error.details())
    except Exception as error:
        # An uncaught one would be printed as it is, with the secrets that its text or its traceback may hold; here they are removed.
        text = f"This is a defect of the collection, please report it with the traceback that -vvv shows: {type(error).__name__}: {error}"
        module.fail_json(msg=visible(text), exception=traceback.format_exc())
    module.exit_json(**result)


def information(noun: str, items: list[dict[str, Any]], query: str | None) -> Prepared:
    """The outcome of an info module: ``items`` under ``noun``, filtered by a JMESPath expression; always a list."""
    result: Any = items
    if query:
        if jmespath is None:
            raise MissingLibraryError("jmespath", JMESPATH_IMPORT_ERROR)
        try:
            result = jmespath.search(query, items)
        except (jmespath.exceptions.JMESPathError, TypeError, ValueError, RecursionError) as error:
            reason = " ".join(str(error).split())[:200]  # an error of a function quotes all that it was applied to
            raise ValidationError(f"query is not a usable JMESPath expression: {reason}") from error
        if not isinstance(result, list):
            result = [] if result is None else [result]
    return Prepared(False, {}, {noun: result}, dict)
