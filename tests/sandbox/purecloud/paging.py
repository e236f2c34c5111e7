# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters and listings.

Lists arrive repeated (``id=a&id=b``) or comma-joined (``id=a,b``, what all official SDKs send); booleans are lower-case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from .errors import ApiError
from .state import Document

DEFAULT_PAGE_SIZE = 25
MAXIMUM_PAGE_SIZE = 500


def query_list(request: web.Request, name: str) -> list[str]:
    return [item for value in request.query.getall(name, []) for item in value.split(",") if item]


def query_bool(request: web.Request, name: str, default: bool) -> bool:
    text = request.query.get(name)
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise _bad_value(name, text, "true, false")
    return text.lower() == "true"


def query_integer(request: web.Request, name: str, default: int, maximum: int | None = None) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    limit = maximum if maximum is not None else 2**31 - 1
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= limit:
        raise _bad_value(name, text, f"1 to {limit}")
    return int(text)


def query_choice(request: web.Request, name: str, default: str, choices: tuple[str, ...]) -> str:
    text = request.query.get(name, default)
    if text not in choices:
        raise _bad_value(name, text, ", ".join(choices))
    return text


def required_query(request: web.Request, name: str) -> str:
    text = request.query.get(name)
    if not text:
        raise ApiError("bad.request", f"The query parameter {name} is required.")
    return text


def _bad_value(name: str, value: str, allowed: str) -> ApiError:
    return ApiError("invalid.query.param.value", params={"value": value, "parameter": name, "allowed": allowed})


def page(request: web.Request, entities: list[Any], *, links: bool = True, default_size: int = DEFAULT_PAGE_SIZE) -> Document:
    """The page of ``entities`` that the query asks for; nextUri and previousUri are absent at the ends."""
    size = query_integer(request, "pageSize", default_size, MAXIMUM_PAGE_SIZE)
    number = query_integer(request, "pageNumber", 1)
    total = len(entities)
    count = math.ceil(total / size)
    listing: Document = {"entities": entities[(number - 1) * size : number * size], "pageSize": size, "pageNumber": number, "total": total}
    listing["pageCount"] = count
    if links:
        listing.update(firstUri=_link(request, size, 1), lastUri=_link(request, size, max(count, 1)), selfUri=_link(request, size, number))
        listing.update(nextUri=_link(request, size, number + 1) if number < count else None)
        listing.update(previousUri=_link(request, size, number - 1) if 1 < number <= count else None)
    return listing


def single_page(request: web.Request, entities: list[Any]) -> Document:
    """A listing of an operation without paging parameters: everything on one page, however many there are."""
    listing: Document = {"entities": entities, "pageSize": max(len(entities), DEFAULT_PAGE_SIZE), "pageNumber": 1, "total": len(entities), "pageCount": 1}
    return {**listing, "firstUri": request.path, "lastUri": request.path, "selfUri": request.path}


def _link(request: web.Request, size: int, number: int) -> str:
    rest: Mapping[str, str] = {key: ",".join(request.query.getall(key)) for key in request.query if key not in ("pageSize", "pageNumber")}
    return f"{request.path}?{urlencode({**rest, 'pageSize': size, 'pageNumber': number})}"
