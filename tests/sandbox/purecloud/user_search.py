# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search of users: POST with criteria, GET with the q64 text of an earlier answer.

Source: Python SDK 269. Comparisons ignore case, as the service's index does. Deleted users appear only when a criterion names the field ``state``
(Terraform provider 1.84 asks for them that way). The index lags behind by the switch ``user_search_lag_seconds``.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from .errors import ApiError
from .operations import Call, adapter, any_of, operation
from .paging import required_query
from .schemas.directory import UserSearchRequest, UsersSearchResponse
from .state import Document, User
from .users import render_user

VIEW = any_of("directory:user:view")
Comparison = Callable[[str, Document], bool]


def _one_of(criterion: Document) -> list[str]:
    values = list(criterion.get("values") or [])
    if criterion.get("value") is not None:
        values.append(criterion["value"])
    return [str(value).casefold() for value in values]


def _within(text: str, criterion: Document) -> bool:
    start, end = criterion.get("startValue"), criterion.get("endValue")
    return (start is None or text >= start.casefold()) and (end is None or text <= end.casefold())


def _matches_expression(text: str, criterion: Document) -> bool:
    try:
        return any(re.fullmatch(value, text) is not None for value in _one_of(criterion))
    except re.error as error:
        raise ApiError("bad.request", f"The expression is not valid: {error}") from error


COMPARISONS: dict[str, Comparison] = {
    "EXACT": lambda text, criterion: text in _one_of(criterion),
    "STARTS_WITH": lambda text, criterion: any(text.startswith(value) for value in _one_of(criterion)),
    "CONTAINS": lambda text, criterion: any(value in text for value in _one_of(criterion)),
    "QUERY_STRING": lambda text, criterion: any(value.strip("*") in text for value in _one_of(criterion)),
    "TERM": lambda text, criterion: any(value in re.split(r"\W+", text) or value == text for value in _one_of(criterion)),
    "TERMS": lambda text, criterion: any(value in re.split(r"\W+", text) or value == text for value in _one_of(criterion)),
    "REGEX": _matches_expression,
    "REQUIRED_FIELDS": lambda text, criterion: text != "",
    "RANGE": _within,
    "LESS_THAN": lambda text, criterion: any(text < value for value in _one_of(criterion)),
    "LESS_THAN_EQUAL_TO": lambda text, criterion: any(text <= value for value in _one_of(criterion)),
    "GREATER_THAN": lambda text, criterion: any(text > value for value in _one_of(criterion)),
    "GREATER_THAN_EQUAL_TO": lambda text, criterion: any(text >= value for value in _one_of(criterion)),
}
DEFAULT_FIELDS = ("name", "email", "title", "department")


def _matches(criterion: Document, document: Document) -> bool:
    if criterion.get("group"):
        return _all_match(criterion["group"], document)
    if criterion["type"] == "MATCH_ALL":
        return True
    texts = [str(document.get(name, "")).casefold() for name in criterion.get("fields") or DEFAULT_FIELDS]
    found = [COMPARISONS[criterion["type"]](text, criterion) for text in texts]
    return all(found) if criterion["type"] == "REQUIRED_FIELDS" else any(found)


def _all_match(criteria: list[Document], document: Document) -> bool:
    """AND and NOT criteria must all hold; of the OR criteria, if there are any, one must."""
    alternatives = [_matches(item, document) for item in criteria if item.get("operator") == "OR"]
    required = [_matches(item, document) != (item.get("operator") == "NOT") for item in criteria if item.get("operator") != "OR"]
    return all(required) and (not alternatives or any(alternatives))


def _fields(criteria: list[Document]) -> set[str]:
    names: set[str] = set()
    for item in criteria:
        names.update(item.get("fields") or [], _fields(item.get("group") or []))
    return names


def _indexed(call: Call, user: User) -> Document | None:
    """The user as the index knows it; None when it does not know it yet."""
    lag = call.switch("user_search_lag_seconds")
    known = [document for moment, document in user.history if moment <= call.now - lag]
    return {**known[-1], "division": user.division_id} if known else None


def _search(call: Call, body: Document) -> Document:
    criteria: list[Document] = body.get("query") or []
    with_deleted = "state" in _fields(criteria)
    hits: list[tuple[User, Document]] = []
    for user in call.organization.users.values():
        document = _indexed(call, user)
        if document and (with_deleted or document["state"] != "deleted") and _all_match(criteria, document):
            hits.append((user, document))
    field, descending = body.get("sortBy") or "name", body.get("sortOrder") == "DESC"
    hits.sort(key=lambda hit: str(hit[1].get(field, "")).casefold(), reverse=descending)
    size, number = body.get("pageSize") or 25, body.get("pageNumber") or 1
    count = math.ceil(len(hits) / size)
    results = [render_user(call, user, document, body.get("expand")) for user, document in hits[(number - 1) * size : number * size]]
    answer: Document = {"total": len(hits), "pageCount": count, "pageSize": size, "pageNumber": number, "types": ["users"], "results": results}
    answer["currentPage"] = _q64(body, number)
    answer["nextPage"] = _q64(body, number + 1) if number < count else None
    answer["previousPage"] = _q64(body, number - 1) if 1 < number <= count else None
    return answer


def _q64(body: Document, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({**body, "pageNumber": number}, sort_keys=True).encode()).decode()


@operation("POST", "/users/search", VIEW, body=UserSearchRequest, answer=UsersSearchResponse)
def search_users(call: Call) -> Document:
    return _search(call, call.body)


@operation("GET", "/users/search", VIEW, answer=UsersSearchResponse)
def search_again(call: Call) -> Document:
    try:
        raw = base64.urlsafe_b64decode(required_query(call.request, "q64"))
        checked: Any = adapter(UserSearchRequest).validate_json(raw, strict=True)
    except (binascii.Error, ValidationError, ValueError) as error:
        raise ApiError("bad.request", "The query parameter q64 is not valid.") from error
    return _search(call, checked.model_dump(exclude_none=True))
