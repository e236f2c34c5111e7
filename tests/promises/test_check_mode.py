# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode tells the truth: for random states and random wishes, what it predicts is what a real run then does, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal, is_sealed
from demo.estate import saml_material
from promises import drawing, expecting
from promises.calls import Entities, Server, no_pauses
from promises.conftest import SOAK
from promises.expecting import NEW
from sandbox.process import SandboxProcess

DRAWS = 1000 if SOAK else 50  # of each module
STEPS = 2  # wishes one after the other, on one state
SETTINGS = settings(
    max_examples=DRAWS,
    derandomize=not SOAK,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
CERTIFICATES = [saml_material()["vault_saml_certificate"] for _number in range(2)]

# What a system adds to a new object by itself; of a client's secret the wish says whether it may change.
GIVEN_BY_SERVER = {"id", "selfUri", "secret", "folder", "dbid", "addresses", "primaryContactInfo"}

Wish = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a module's wishes are drawn and judged: ``many`` names the option that takes several of them."""

    module: str
    seed: st.SearchStrategy[dict[str, Any]]
    wish: st.SearchStrategy[Wish]
    expect: Callable[[Entities, Wish, str], expecting.Expected]
    many: str = ""
    extra: Callable[[], dict[str, Any]] = dict
    key: str = "name"


def _organization(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {"divisions": st.just(drawing.DIVISION_SEED), "roles": st.just(drawing.ROLE_SEED)}
    return st.fixed_dictionaries({"organization": st.fixed_dictionaries({**fixed, **parts})})


def _providers() -> st.SearchStrategy[dict[str, Any]]:
    def stored(fields: dict[str, Any]) -> dict[str, Any]:
        wire = {attribute: fields[option] for option, attribute in expecting.PROVIDER_ATTRIBUTES.items() if option in fields}
        bare = [expecting.bare(text) for text in fields["certificates"]]
        return {**wire, "certificates": bare, "certificate": bare[0], "somethingNewer": "kept"}

    return st.dictionaries(st.sampled_from(["pureengage", "generic"]), drawing.provider_fields(CERTIFICATES).map(stored))


def _cfgserver() -> st.SearchStrategy[dict[str, Any]]:
    return drawing.transaction_seeds().map(lambda seeds: {"cfgserver": {"tenants": ["One"], "transactions": seeds}})


def _sealed() -> dict[str, Any]:
    return {"seal_key": drawing.SEAL_KEY}


CLIENTS = _organization(clients=drawing.client_seeds())
ROLES = st.fixed_dictionaries({"organization": st.fixed_dictionaries({"divisions": st.just(drawing.DIVISION_SEED), "roles": drawing.role_seeds()})})
USERS = _organization(users=drawing.user_seeds())
KINDS = [
    Kind("purecloud_oauth_client", CLIENTS, drawing.client_wishes(), expecting.client, extra=_sealed),
    Kind("purecloud_oauth_clients", CLIENTS, drawing.client_wishes(), expecting.client, "clients", _sealed),
    Kind("purecloud_idp", _organization(identity_providers=_providers()), drawing.provider_wishes(CERTIFICATES), expecting.provider),
    Kind("purecloud_role", ROLES, drawing.role_wishes(), expecting.role),
    Kind("purecloud_roles", ROLES, drawing.role_wishes(), expecting.role, "roles"),
    Kind("purecloud_user", USERS, drawing.user_wishes(), expecting.user, key="email"),
    Kind("purecloud_users", USERS, drawing.user_wishes(), expecting.user, "users", key="email"),
    Kind("cfgserver_transaction", _cfgserver(), drawing.transaction_wishes(), expecting.transaction, extra=lambda: {"cfgserver_api": "gax"}),
    Kind("cfgserver_transaction", _cfgserver(), drawing.transaction_wishes(), expecting.transaction, extra=lambda: {"cfgserver_api": "gws"}),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with SandboxProcess() as process, no_pauses():
        yield Server(process)


def lies(predicted: Any, real: Any, path: str = "") -> list[str]:
    """Where a prediction did not come true; what could not be known may have become anything."""
    predicted, real = (Seal(drawing.SEAL_KEY).open(value, path) if is_sealed(value) else value for value in (predicted, real))
    if predicted == KNOWN_AFTER_APPLY and real is not None:
        return []
    if isinstance(predicted, dict) and isinstance(real, dict):
        return [lie for key in sorted({*predicted, *real}) for lie in lies(predicted.get(key), real.get(key), f"{path}/{key}")]
    if path.startswith("/user") and path.endswith("/roles") and predicted is not None:
        # Documented: what a new or a restored account has by itself is not foreseen.
        return [f"{path}: {role!r} was predicted" for role in predicted if role not in real]
    if isinstance(predicted, list) and isinstance(real, list) and len(predicted) == len(real):
        return [lie for number, pair in enumerate(zip(predicted, real, strict=True)) for lie in lies(*pair, f"{path}/{number}")]
    return [] if predicted == real else [f"{path}: {predicted!r} was predicted, it was {real!r}"]


def judge(before: Entities, after: Entities, expected: expecting.Expected) -> list[str]:
    """In what ``after`` is more, or less, than ``before`` with what was expected."""
    wanted, found = dict(before), dict(after)
    for key, entity in expected.items():
        if entity is None:
            wanted.pop(key)
            continue
        made = [new for new in found if new[0] == key[0] and new not in before and key[1] == f"{NEW} {expecting.name_of(found[new])}"]
        key = made[0] if made else key
        entity = {**entity, **{name: value for name, value in found.get(key, {}).items() if name in GIVEN_BY_SERVER and name not in entity}}
        if key in before and key[0] == "clients" and entity["secret"] != before[key]["secret"]:
            assert expected[key] and "secret" not in expected[key]
        wanted[key] = entity
    return lies({str(key): entity for key, entity in wanted.items()}, {str(key): entity for key, entity in found.items()})


def step(server: Server, kind: Kind, options: Wish, wishes: list[Wish], outcomes: Counter[str]) -> None:
    """One wish: predicted, granted, and asked for once more."""
    state = options["state"]
    before = server.entities()
    server.writes()
    predicted = server.run(kind.module, options, check=True)
    assert server.writes() == []
    assert server.entities() == before
    real = server.run(kind.module, options)
    writes, after = server.writes(), server.entities()
    if predicted.get("failed"):
        assert (real["msg"], writes, after) == (predicted["msg"], [], before)
        outcomes["refused"] += 1
        return
    untrue = lies(predicted, real)
    assert not untrue, "\n".join(untrue)
    assert real["changed"] is (real["diff"]["before"] != real["diff"]["after"]) is bool(writes)
    expected: expecting.Expected = {}
    for wish in wishes:
        expected.update(kind.expect(before, wish, state))
    unasked = judge(before, after, expected)
    assert not unasked, "\n".join(unasked)
    outcomes["changed" if real["changed"] else "unchanged"] += 1
    if not any(wish.get("rotate_secret") for wish in wishes) and options.get("secret_update") != "always":
        again = server.run(kind.module, options)
        assert (again.get("failed"), again["changed"], server.writes(), server.entities()) == (None, False, [], after), again


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join([kind.module, *kind.extra().get("cfgserver_api", "").split()]))
def test_a_prediction_comes_true(kind: Kind, server: Server, report: Callable[[str], None]) -> None:
    outcomes: Counter[str] = Counter()
    several = st.lists(kind.wish, min_size=1, max_size=3, unique_by=lambda wish: str(wish.get(kind.key, wish)).casefold())

    @SETTINGS
    @given(kind.seed, st.lists(st.tuples(st.sampled_from(["present"] * 4 + ["absent"]), several if kind.many else kind.wish), min_size=1, max_size=STEPS))
    def draws(seed: dict[str, Any], wishes: list[tuple[str, Any]]) -> None:
        server.reset(**seed)
        outcomes["draws"] += 1
        for state, wish in wishes:
            options = {kind.many: wish} if kind.many else wish
            step(server, kind, {**options, **kind.extra(), "state": state}, wish if kind.many else [wish], outcomes)

    draws()
    report(f"check mode, {kind.module}: {dict(outcomes)}")
    assert outcomes["draws"] >= DRAWS and outcomes["changed"] > outcomes["draws"] / 4
