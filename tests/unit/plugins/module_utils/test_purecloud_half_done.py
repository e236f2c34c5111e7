# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that fail halfway say what they have changed; and reads that lag behind a write end no task."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, HybridError, NotFoundError, PartialError, VerificationError
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, one
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, Spec, run
from ansible_collections.genesys.hybrid.plugins.module_utils._options import Connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.users import true_to_what_was_met
from unit.plugins.module_utils.purecloud_support import ADDRESS, HTML, Organization

USERS = "/api/v2/users"
SUBJECTS = "/authorization/subjects/"
FORBIDDEN = {"kind": "status", "status": 403, "body": {"code": "missing.permissions"}}
NOT_FOUND = {"kind": "status", "status": 404, "body": {"code": "not.found"}}
NOBODY = {"kind": "status", "status": 200, "body": {"entities": []}}
PAGE = {"kind": "status", "status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}}
NEW = {"name": "Ada Example", "roles": [{"role": "Supervisor"}]}


@pytest.fixture
def organization(sandbox):
    sandbox.control("POST", "reset", {"switches": {"rate_limit_per_minute": 0}})
    yield Organization(sandbox)
    sandbox.control("POST", "reset")


def run_one(organization, **params):
    """Run a task for one account as the module does it."""

    def prepare(client, _params, _context):
        managed = organization.manage(client=client, **params)
        return true_to_what_was_met(lambda: one("user", managed), [managed])

    context = Context(False, diff=False, warn=lambda text: None, register_secret=lambda secret: None)
    return run(Spec(Connection("example", {}, lambda settings, context, read_only: organization.client(read_only)), {}, prepare), {}, context)


def failure(organization, **params):
    with pytest.raises(HybridError) as caught:
        run_one(organization, **params)
    return caught.value


def test_an_account_that_was_made_and_got_no_roles_is_a_change(organization):
    organization.fault(method="POST", path="/bulkadd$", **FORBIDDEN)
    error = failure(organization, **NEW)
    assert isinstance(error, AuthenticationError)
    details = error.details()
    assert details["changed"] is True
    assert (details["diff"]["before"], details["diff"]["after"]["email"]) == ({}, ADDRESS)
    assert details["failure"]["status"] == 403


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "empty"}])
def test_an_account_whose_create_was_not_answered_is_a_change_all_the_same(organization, fault):
    organization.fault(method="POST", path=f"^{USERS}$", **fault)
    organization.fault(method="POST", path="/bulkadd$", **FORBIDDEN)
    assert failure(organization, **NEW).details()["changed"] is True


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "status", "status": 502, "processed": True}])
def test_a_patch_that_was_not_answered_is_a_change_all_the_same(organization, fault):
    organization.create()
    organization.fault(method="PATCH", path=USERS, **fault)
    organization.fault(method="POST", path="/bulkadd$", **FORBIDDEN)
    assert failure(organization, title="New", roles=NEW["roles"]).details()["changed"] is True


@pytest.mark.parametrize(("method", "path"), [("POST", f"^{USERS}$"), ("GET", f"^{USERS}$")])
def test_what_failed_before_the_first_write_is_no_change(organization, method, path):
    organization.create("other@example.com")
    organization.fault(method=method, path=path, **FORBIDDEN)
    details = failure(organization, email="other2@example.com" if method == "POST" else "other@example.com", **NEW).details()
    assert set(details) == {"failure"}


def test_an_account_met_by_surprise_is_told_as_it_was(organization):
    organization.switch(user_search_lag_seconds=20)
    organization.create(title="Old")
    organization.fault(method="POST", path="/bulkadd$", **FORBIDDEN)
    details = failure(organization, title="New", **NEW).details()
    assert (details["changed"], details["diff"]["before"]["title"], details["diff"]["after"]["title"]) == (True, "Old", "New")


def test_of_many_the_one_that_was_half_done_is_told(organization):
    organization.fault(method="POST", path="/bulkadd$", **FORBIDDEN)
    users = organization.manage_all([NEW, {"email": "no@example.com", **NEW}])
    organization.fault(method="POST", path=f"^{USERS}$", nth=2, kind="status", status=400)
    with pytest.raises(PartialError) as caught:
        many("users", "email", users).apply()
    result = caught.value.result
    assert (result["changed"], result["users"]) == (True, [])
    assert list(result["diff"]["after"]) == [ADDRESS]
    assert [error["email"] for error in result["errors"]] == [ADDRESS, "no@example.com"]


def test_of_many_that_wrote_nothing_no_change_is_told(organization):
    users = organization.manage_all([NEW])
    organization.fault(method="POST", path=f"^{USERS}$", kind="status", status=400)
    with pytest.raises(PartialError) as caught:
        many("users", "email", users).apply()
    assert (caught.value.result["changed"], caught.value.result["diff"]) == (False, {"before": {}, "after": {}})


def test_a_page_of_a_proxy_deletes_and_invites_nobody(organization):
    organization.create()
    organization.fault(method="DELETE", path=USERS, **PAGE)
    error = failure(organization, state="absent")
    assert ("a proxy or a login page" in error.message, set(error.details())) == (True, {"failure"})
    assert organization.user()["state"] == "active"
    organization.fault(method="POST", path="/invite$", **PAGE)
    error = failure(organization, invite=True)
    assert error.message.endswith(f"; user '{ADDRESS}': the invitation cannot be seen: run again")
    assert set(error.details()) == {"failure"}


@pytest.mark.parametrize("lag", [NOT_FOUND, {"kind": "status", "status": 200, "body": {"grants": []}}])
def test_new_roles_whose_answer_is_lost_may_show_late(organization, lag):
    organization.create()
    organization.fault(method="POST", path="/bulkadd$", kind="reset_after")
    managed = organization.manage(roles=NEW["roles"])
    organization.fault(method="GET", path=SUBJECTS, **lag)
    assert "Supervisor" in [grant["role"] for grant in managed.apply()["roles"]]
    assert len([path for path in organization.requests("POST") if path.endswith("/bulkadd")]) == 1


@pytest.mark.parametrize(("path", "lag"), [(SUBJECTS, NOT_FOUND), (f"^{USERS}$", NOBODY), (f"^{USERS}$", NOT_FOUND)])
def test_new_roles_may_show_late_when_they_are_verified(organization, path, lag):
    organization.create()
    managed = organization.manage(roles=NEW["roles"])
    organization.fault(method="GET", path=path, **lag)
    assert "Supervisor" in [grant["role"] for grant in managed.apply()["roles"]]
    assert organization.pauses == [1.0]


def test_the_roles_of_a_living_account_are_waited_for_when_they_are_compared(organization):
    organization.create()
    organization.fault(method="GET", path=SUBJECTS, **NOT_FOUND)
    assert not organization.manage(roles=[{"role": "employee"}]).changed
    assert organization.pauses == [2.0]


def test_roles_that_never_show_are_an_error(organization):
    organization.create()
    managed = organization.manage(roles=NEW["roles"])
    organization.fault(method="GET", path=SUBJECTS, times=0, **NOT_FOUND)
    with pytest.raises(VerificationError, match=f"^user '{ADDRESS}': PureCloud accepted the account but does not show it"):
        managed.apply()


def test_an_account_whose_invitation_is_not_answered_may_show_late(organization):
    organization.create()
    managed = organization.manage(invite=True)
    organization.fault(method="POST", path="/invite$", kind="reset_after")
    organization.fault(method="GET", path=f"^{USERS}$", **NOBODY)
    assert managed.apply()["invited"] is True
    assert len([path for path in organization.requests("POST") if path.endswith("/invite")]) == 1


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "reset_before"}, {"kind": "status", "status": 409}])
def test_an_account_that_is_patched_may_show_late(organization, fault):
    user = organization.create()
    managed = organization.manage(title="New")
    organization.fault(method="PATCH", path=USERS, **fault)
    organization.fault(method="GET", path=f"^{USERS}$", **NOBODY)
    assert managed.apply()["title"] == "New"
    assert organization.user()["version"] == user["version"] + 1


def test_an_account_that_vanishes_meanwhile_is_an_error(organization):
    organization.create()
    managed = organization.manage(title="New")
    organization.fault(method="PATCH", path=USERS, kind="status", status=409)
    organization.fault(method="PATCH", path=USERS, nth=2, times=0, **NOT_FOUND)
    organization.fault(method="GET", path=f"^{USERS}$", times=0, **NOBODY)
    with pytest.raises(NotFoundError, match="HTTP 404"):
        managed.apply()


def test_accounts_that_stay_unknown_share_the_time_that_is_waited(organization):
    users = organization.manage_all([{"email": f"user{number}@example.com", **NEW} for number in range(8)])
    organization.fault(method="POST", path="/bulkadd$", times=0, **NOT_FOUND)
    with pytest.raises(PartialError) as caught:
        many("users", "email", users).apply()
    assert len(caught.value.result["errors"]) == 8
    # Two threads wait at the same time, which costs the task its time once.
    assert 2 * 200 < sum(organization.pauses) <= 2 * 300
