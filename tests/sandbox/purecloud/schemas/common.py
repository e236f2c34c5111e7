# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemas that several parts of the API share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError


def _check_date(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise PydanticCustomError("invalid_date", "Dates must be specified as ISO-8601 strings.") from error
    if moment.tzinfo is None:
        raise PydanticCustomError("invalid_date", "Dates must be specified as ISO-8601 strings with a time zone.")
    return value


DateTime = Annotated[str, AfterValidator(_check_date)]


class Entity(BaseModel):
    id: str | None = None


class NamedEntity(BaseModel):
    id: str | None = None
    name: str | None = None


class DomainEntityRef(BaseModel):
    id: str | None = None
    name: str | None = None
    selfUri: str | None = None


class Division(BaseModel):
    id: str | None = None
    name: str | None = None
    selfUri: str | None = None


class CountedPage(BaseModel):
    """The paging fields of listings that carry no links."""

    pageSize: int
    pageNumber: int
    total: int
    pageCount: int


class Page(BaseModel):
    """The paging fields of listings with links; nextUri is absent on the last page."""

    pageSize: int
    pageNumber: int
    total: int
    pageCount: int
    firstUri: str | None = None
    lastUri: str | None = None
    selfUri: str | None = None
    nextUri: str | None = None
    previousUri: str | None = None


class Detail(BaseModel):
    errorCode: str | None = None
    fieldName: str | None = None
    entityId: str | None = None
    entityName: str | None = None


class Limit(BaseModel):
    key: str | None = None
    namespace: str | None = None
    value: int | None = None


class ErrorBody(BaseModel):
    message: str
    code: str
    status: int
    messageWithParams: str
    messageParams: dict[str, str]
    contextId: str
    details: list[Detail]
    errors: list[dict[str, Any]]
    entityId: str | None = None
    entityName: str | None = None
    limit: Limit | None = None
