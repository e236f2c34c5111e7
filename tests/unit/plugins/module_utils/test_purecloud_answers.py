# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that look right and are not: listings cut short, searches without results, pages of a proxy; and how long one task waits in all."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError, HybridError, NotFoundError, UnreachableError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import RetryPolicy
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.creation import create_or_adopt, look_for
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.grants import looked_for_when_unanswered, own_grants, patiently
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import References
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.user_reading import Directory, read_users
from unit.plugins.module_utils.purecloud_support import HTML, scripted

LIST = "/authorization/roles"
NEXT = "/api/v2/authorization/roles?pageNumber=2"


def page(ids, **fields):
    return {"entities": [{"id": identifier, "name": f"Role {identifier}"} for identifier in ids], **fields}


def ids(entities):
    return "".join(entity["id"] for entity in entities)


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        pytest.param([page("ab")], "ab", id="no paging fields"),
        pytest.param([page("ab", total=2, pageNumber=1, pageCount=1)], "ab", id="one page"),
        pytest.param([page("", total=0, pageNumber=1, pageCount=0)], "", id="nothing"),
        pytest.param([page("ab", total=3, pageNumber=1, pageCount=2, nextUri=NEXT), page("c", total=3, pageNumber=2, pageCount=2)], "abc", id="two pages"),
        pytest.param([page("ab", total=3, nextUri=NEXT), page("bc", total=4)], "abc", id="one that moved to the second page"),
        pytest.param([page("ab", total=4, nextUri=NEXT), page("c", total=3)], "abc", id="one was deleted meanwhile"),
        pytest.param([page("ab", total=2, pageNumber=1, pageCount=9)], "ab", id="everything, however many pages"),
        pytest.param([page("ab", total=None, pageNumber="1", pageCount=True)], "ab", id="paging fields that are no numbers"),
    ],
)
def test_a_complete_list_is_returned_without_doubles(pages, found):
    assert ids(scripted(*pages).list(LIST)) == found


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([page("a", pageNumber=1, pageCount=2)], id="more pages"),
        pytest.param([page("a", pageCount=2)], id="more pages, without a page number"),
        pytest.param([page("a", total=2)], id="a greater total"),
        pytest.param([page("a", total=2, pageNumber=1, pageCount=2)], id="both"),
        pytest.param([page("", total=1, pageNumber=1, pageCount=1)], id="nothing of something"),
        pytest.param([page("a", total=5, nextUri=NEXT), page("b", total=5)], id="later"),
        pytest.param([page("a", total=2, nextUri=17)], id="a link that is none"),
    ],
)
def test_a_list_that_was_cut_short_does_not_count_as_the_whole(pages):
    with pytest.raises(UnreachableError, match=f"^the list {LIST} is cut short: "):
        list(scripted(*pages).list(LIST))


def test_equal_keys_on_one_page_are_no_doubles():
    # The same addresses may serve two purposes.
    body = {"entities": [{"cidr": "192.0.2.0/24", "service": "smtp"}, {"cidr": "192.0.2.0/24", "service": "api"}]}
    assert len(list(scripted(body).list("/ipranges", key="cidr"))) == 2


def test_a_role_that_moved_to_the_next_page_is_not_ambiguous():
    client = scripted(page("ab", nextUri=NEXT), page("bc"))
    assert References(client).role_id("Role b", "x:") == "b"


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": [], "total": 1}, {"total": 1}, {"results": [{"id": "a"}], "total": 2, "pageCount": 1}])
def test_a_search_without_what_it_found_does_not_count_as_one_that_found_nothing(body):
    with pytest.raises(UnreachableError):
        list(scripted(body).search("/users/search", {}))


@pytest.mark.parametrize("body", [{"total": 0}, {"results": None, "total": 0}, {"results": [], "total": 0, "pageCount": 0}])
def test_a_search_that_found_nothing_is_believed(body):
    assert list(scripted(body).search("/users/search", {})) == []


def test_a_search_is_read_to_its_end():
    client = scripted({"results": [{"id": "a"}], "total": 2, "pageCount": 2}, {"results": [{"id": "b"}], "total": 2, "pageCount": 2})
    assert ids(client.search("/users/search", {})) == "ab"
    with pytest.raises(UnreachableError, match="does not end"):
        list(scripted({"results": [{"id": "a"}], "total": 2, "pageCount": 9_999_999}).search("/users/search", {}))


@pytest.mark.parametrize("body", [{}, {"grants": None}, {"grants": {}}])
def test_a_subject_without_grants_does_not_count_as_one_without_roles(body):
    with pytest.raises(UnreachableError, match="holds something else than grants"):
        own_grants(scripted(body), "u")


def test_holders_of_a_role_are_not_left_out():
    role = {"entities": [{"id": "r", "name": "Role"}]}
    client = scripted(role, page("a", total=3))
    with pytest.raises(UnreachableError, match="^the list /authorization/roles/r/users is cut short: "):
        read_users(client, References(client), None, "Role", "any")


def test_accounts_are_read_by_the_hundred():
    client = scripted({"entities": []})
    assert list(Directory(client, ()).read([str(number) for number in range(201)])) == []
    assert len(client.asked) == 3


CALLS = {
    "delete": lambda client: client.delete("/users/u"),
    "command": lambda client: client.command("/users/u/invite"),
    "put": lambda client: client.put("/users/u", {}),
    "get": lambda client: client.get("/users/u"),
    "post": lambda client: client.post("/users", {}),
    "patch": lambda client: client.patch("/users/u", {}),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [200, 202])
def test_a_page_of_a_proxy_is_no_success(call, status):
    client = scripted((status, HTML))
    with pytest.raises(UnreachableError, match=f"the answer is not the JSON object that is due .HTTP {status}.: a proxy or a login page") as caught:
        CALLS[call](client)
    assert caught.value.maybe_processed is (call in ("command", "post", "patch"))
    assert client.writes == 0


@pytest.mark.parametrize("answer", [(204, ""), (200, " "), (200, "{}"), (200, "null"), (202, '"accepted"')])
@pytest.mark.parametrize("call", ["delete", "command"])
def test_an_empty_answer_is_a_success_where_nothing_is_due(call, answer):
    client = scripted(answer)
    CALLS[call](client)
    assert client.writes == 1


def test_only_writes_that_were_answered_with_success_are_counted():
    client = scripted({"id": "u", "entities": [], "results": [], "total": 0})
    client.get("/users/u"), list(client.list("/users")), list(client.search("/users/search", {}))
    assert client.writes == 0
    client.post("/users", {}), client.patch("/users/u", {}), client.put("/users/u", {})
    assert client.writes == 3
    refused = scripted((400, {"code": "bad.request"}))
    for call in CALLS.values():
        with pytest.raises(HybridError):
            call(refused)
    assert refused.writes == 0


def lost():
    return scripted((502, {"message": "lost"}), (503, {"message": "down"}), retry=RetryPolicy(attempts=1))


def test_the_error_of_a_lost_create_is_not_replaced_by_that_of_the_look_for_it():
    client = lost()
    with pytest.raises(UnreachableError, match="^POST /api/v2/things: HTTP 502 lost .*; thing 'x' is not to be seen: .* or there may be two$") as caught:
        create_or_adopt(client, "/things", {}, "thing 'x'", lambda: [client.get("/things")])
    assert caught.value.maybe_processed
    assert "HTTP 503 down" in caught.value.__cause__.message


def test_the_error_of_a_lost_write_is_not_replaced_by_that_of_the_look_for_it():
    client = lost()

    def invite():
        with looked_for_when_unanswered(client, "user 'x': the invitation", lambda: bool(client.get("/users/u"))):
            client.command("/users/u/invite")

    with pytest.raises(UnreachableError, match="HTTP 502 lost .*; user 'x': the invitation cannot be seen: run again$") as caught:
        invite()
    assert "HTTP 503 down" in caught.value.__cause__.message
    assert client.writes == 0


def test_what_a_lost_create_made_counts_as_a_write():
    client = lost()
    assert create_or_adopt(client, "/things", {}, "thing 'x'", lambda: [{"id": "x"}]) == ({"id": "x"}, True)
    assert client.writes == 1
    client = lost()
    with looked_for_when_unanswered(client, "the invitation", lambda: True):
        client.command("/users/u/invite")
    assert client.writes == 1


def test_several_that_a_lost_create_may_have_made_are_an_error_of_their_own():
    client = lost()
    with pytest.raises(ConflictError, match="2 new ones are there now"):
        create_or_adopt(client, "/things", {}, "thing 'x'", lambda: [{"id": "x"}, {"id": "y"}])


def test_a_lost_write_that_cannot_be_seen_yet_is_looked_for_again():
    looks = []

    def is_there():
        looks.append(1)
        if len(looks) < 3:
            raise NotFoundError("not yet")
        return True

    client = lost()
    with looked_for_when_unanswered(client, "the new roles", is_there):
        client.command("/authorization/subjects/u/bulkadd")
    assert len(looks) == 3


def waits(client):
    """Each thing that waits for PureCloud, once; none of them has success."""
    never = HybridError("lost", maybe_processed=True)

    def add():
        client.get("/unknown")

    def unanswered():
        with looked_for_when_unanswered(client, "it", lambda: False):
            raise never

    planned = References(client, ["Planned"])
    (grant,) = [{"role_id": planned.role_id("Planned", "x:"), "division_id": "*"}]
    return [
        lambda: patiently(client, add),
        unanswered,
        lambda: look_for(client, "it", list, never, ""),
        lambda: planned.settled([grant], "x:"),
    ]


@pytest.mark.parametrize("number", range(4))
def test_what_one_task_waits_in_all_is_limited(number):
    pauses = []
    client = scripted({"entities": [], "results": []}, (404, {"code": "not.found", "entities": []}), pauses=pauses)
    call = waits(client)[number]
    if number == 3:
        client = scripted({"entities": []}, pauses=pauses)
        call = waits(client)[number]
    for _number in range(100):
        with pytest.raises(HybridError):
            call()
    assert 200 < sum(pauses) <= RetryPolicy().budget
    assert client.wait(1000) is False
    assert sum(pauses) <= RetryPolicy().budget
