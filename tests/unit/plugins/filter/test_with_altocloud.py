# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.filter.with_altocloud import with_altocloud

VIEW = {"domain": "journey", "entity_name": "*", "action_set": ["view"]}
MANAGE = {"domain": "journey", "entity_name": "*", "action_set": ["*"]}
OTHER = {"domain": "routing", "entity_name": "queue", "action_set": ["view"]}


@pytest.mark.parametrize(
    ("roles", "altocloud", "expected"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param(
            [],
            [{"role": "Supervisor"}],
            [{"name": "Supervisor", "permission_mode": "add", "create": False, "permission_policies": [VIEW]}],
            id="a role that must exist, view by default",
        ),
        pytest.param(
            [{"name": "Planner", "permission_policies": [OTHER], "permission_mode": "exact"}],
            [{"role": "Planner", "access": "manage"}],
            [{"name": "Planner", "permission_policies": [OTHER, MANAGE], "permission_mode": "exact"}],
            id="a role that is managed anyway",
        ),
        pytest.param(
            [{"name": "Planner", "permission_policies": None}],
            [{"role": "Planner"}],
            [{"name": "Planner", "permission_policies": [VIEW]}],
            id="no policies yet",
        ),
        pytest.param([{"default_role_id": "supervisor"}], [], [{"default_role_id": "supervisor"}], id="a role without a name"),
        pytest.param(
            [{"default_role_id": "supervisor"}],
            [{"role": "supervisor"}],
            [{"default_role_id": "supervisor", "permission_policies": [VIEW]}],
            id="by its default role ID",
        ),
    ],
)
def test_altocloud_permissions_are_added(roles, altocloud, expected):
    given = [dict(role) for role in roles]
    assert with_altocloud(roles, altocloud) == expected
    assert roles == given, "the input must not be changed"


@pytest.mark.parametrize(
    ("altocloud", "sentence"),
    [
        ([{"access": "view"}], "needs a role and, as access, one of view, manage"),
        ([{"role": "Supervisor", "access": "edit"}], "needs a role and, as access, one of view, manage"),
        ([{"role": "Supervisor"}, {"role": "Supervisor", "access": "manage"}], "'Supervisor' twice"),
    ],
)
def test_wrong_input_is_refused(altocloud, sentence):
    with pytest.raises(AnsibleFilterError, match=sentence):
        with_altocloud([], altocloud)


def test_an_exact_role_that_leaves_its_policies_alone_does_not_lose_them():
    role = {"name": "Planner", "permission_mode": "exact", "permissions": ["group_creation"]}
    with pytest.raises(AnsibleFilterError, match="would leave the role 'Planner' with Altocloud permissions only"):
        with_altocloud([role], [{"role": "Planner"}])
