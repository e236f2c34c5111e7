# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""What lookups and the inventory plugin share: the variables of connections, and their way to a Configuration Server that they only read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

from ansible import errors as ansible_errors
from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.module_utils.common.collections import is_string
from ansible.utils.display import Display

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import Transport
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context
from ansible_collections.genesys.hybrid.plugins.module_utils._options import Connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD

CONNECTIONS: dict[str, Connection] = {"purecloud": PURECLOUD, "cfgserver": CFGSERVER}
REACHES_SERVER = ("cfgserver_api", "url", "base_path", "username")  # the options that name a server and an account


# What ansible-core 2.19 and later raises for a value that is ``omit``; older ones give a placeholder, which the module's task understands.
_OMITTED: type[Exception] | tuple[()] = getattr(ansible_errors, "AnsibleValueOmittedError", ())
_UNDEFINED = re.compile(r"'(\w+)' is undefined")


def variable_of(option: str, system: str = "cfgserver") -> str:
    """The variable that stands in for a connection option, as the roles and playbooks name it: ``url`` -> ``hybrid_cfgserver_url``."""
    return f"hybrid_{system}_" + option.removeprefix(f"{system}_")


_SECRETS = {
    name
    for system, connection in CONNECTIONS.items()
    for option, declared in connection.options.items()
    if declared.get("no_log")
    for name in (option, variable_of(option, system))
}


def templated(templar: Any, values: Mapping[str, Any] | None, names: Iterable[str]) -> dict[str, Any]:
    """Those of ``values`` that ``names`` lists, with templates resolved: Ansible gives a plugin variables and inventory sources as they are written.

    What is ``omit`` is left out. Raises ValidationError that names the option or variable and nothing else: what Ansible says of a template quotes it,
    with a password in it.
    """
    resolved = {}
    for name in names if values else ():
        if name in values:
            with suppress(_OMITTED):
                resolved[name] = _resolved(templar, name, values[name])
    check_secrets(resolved)
    return resolved


def _resolved(templar: Any, name: str, value: Any) -> Any:
    try:
        return templar.template(value)
    except _OMITTED:
        raise
    except AnsibleUndefinedVariable as error:
        undefined = _UNDEFINED.match(str(error))
        if undefined:
            raise ValidationError(f"{name} needs {undefined[1]}, which is not defined: is the vault file there that holds it, and unlocked?") from None
        raise ValidationError(f"{name} uses a variable that is not defined") from None
    except Exception:
        raise ValidationError(
            f"{name} cannot be resolved: check the syntax of its template, the variables and lookups that it uses, and the vault passwords of this run"
        ) from None


def check_secrets(values: Mapping[str, Any]) -> None:
    """ValidationError for a secret option, or a variable for it, that is no text: Ansible would show it in its own error, or change it to make it text."""
    for name in _SECRETS:
        if values.get(name) is not None and not is_string(values[name]):
            raise ValidationError(f"{name} must be text: put it in quotes")


def declared_variables(definitions: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The variables that a plugin's documentation names for its options."""
    return {variable["name"] for definition in definitions.values() for variable in definition.get("vars") or []}


def settings_of(plugin: Any) -> dict[str, Any]:
    """The connection settings in force, from the options of a plugin whose documentation extends the fragments cfgserver and cfgserver_plugin.

    Environment variables come in here and not through Ansible, which would refuse an empty one. Raises ValidationError.
    """
    return CFGSERVER.settings({name: plugin.get_option(name) for name in CFGSERVER.options})


def server_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of the settings decides whose data an answer is: the server, how sure it is that it is this one, and the account. No secret is in it."""
    return {name: settings[name] for name in (*REACHES_SERVER, "validate_certs", "ca_path")}


def reading_context() -> Context:
    """The context of a plugin: it warns as Ansible does, and has no result from which secrets could be removed."""
    return Context(check_mode=False, diff=False, warn=Display().warning, register_secret=lambda _secret: None)


@contextmanager
def reader(settings: Mapping[str, Any]) -> Iterator[Transport]:
    """A client that cannot write, with its session, which ends with the context."""
    context = reading_context()
    with closing(CFGSERVER.open(settings, context, True)) as transport:
        yield transport
    say_what_was_found(context)


def say_what_was_found(context: Context) -> None:
    """Plugins have no result that could say which interface C(auto) has found, and a warning for what somebody chose on purpose would be one too many."""
    for name, found in context.facts.items():
        Display().vv(f"{name}: {found}")


@contextmanager
def errors_as(kind: type[AnsibleError]) -> Iterator[None]:
    """Turn the errors of the collection, each one sentence without secrets, into Ansible's of this kind."""
    try:
        yield
    except HybridError as error:
        # Newer cores print the chain of causes, which would say the same twice.
        raise kind(error.message) from None


def closest(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about a name that does not exist: the most similar one, or all there are."""
    by_folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), list(by_folded), n=1)
    return f"the closest is {by_folded[close[0]]!r}" if close else f"there is {', '.join(map(repr, sorted(by_folded.values()))) or 'none'}"
