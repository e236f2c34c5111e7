# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pydantic schemas of every request and response body of both front ends.

Requests are tolerant where clients are known to differ (numbers instead of strings) and keep attributes they do not know. Responses are strict:
both front ends answer every scalar of an object as a string (GAX clients of Platform SDK class names; GWS Platform Configuration API documentation).
"""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr


def _to_text(value: Any) -> Any:
    """Numbers are tolerated on input and become strings."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _only_strings(value: Any) -> Any:
    """Reject any scalar that is not a string, at any depth."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None and not isinstance(value, str):
        raise ValueError(f"a scalar is {type(value).__name__}, not a string")
    for part in inner or []:
        _only_strings(part)
    return value


Text = Annotated[str, BeforeValidator(_to_text)]
Number = Annotated[int, Field(ge=0)]
Digits = Annotated[StrictStr, Field(pattern=r"^[0-9]+$")]
Loose = ConfigDict(extra="allow")
Closed = ConfigDict(extra="forbid")


# -- GAX requests ----------------------------------------------------------------------------------------------------------------------------------


class GaxLogin(BaseModel):
    username: str
    password: str
    isPasswordEncrypted: StrictBool = False


class GaxProperty(BaseModel):
    section: Annotated[Text, Field(min_length=1)]
    key: Text
    value: Text


class GaxProperties(BaseModel):
    property: list[GaxProperty] = []


class GaxTransactionRequest(BaseModel):
    model_config = Loose

    type: str | None = None
    dbid: Number | None = None
    tenantdbid: Number | None = None
    folderid: Number | None = None
    name: Text | None = None
    alias: Text | None = None
    description: Text | None = None
    recordperiod: Text | None = None
    state: str | None = None
    subtype: str | None = None
    userproperties: GaxProperties | None = None


# -- GAX responses ---------------------------------------------------------------------------------------------------------------------------------


class GaxPropertyAnswer(BaseModel):
    model_config = Closed

    section: StrictStr
    key: StrictStr
    value: StrictStr


class GaxPropertiesAnswer(BaseModel):
    model_config = Closed

    property: list[GaxPropertyAnswer]


class GaxObject(BaseModel):
    """Any object; what is not declared must be strings as well, at any depth."""

    model_config = Loose

    type: Annotated[StrictStr, Field(pattern=r"^Cfg[A-Z]")]
    dbid: Digits
    state: Annotated[StrictStr, Field(pattern=r"^CFG")]
    folderid: Digits | None = None
    tenantdbid: Digits | None = None
    userproperties: GaxPropertiesAnswer | None = None

    def model_post_init(self, context: Any) -> None:
        _only_strings(self.model_extra or {})


class GaxTransactionBrief(GaxObject):
    type: Literal["CfgTransaction"]
    tenantdbid: Digits
    folderid: Digits
    name: StrictStr
    subtype: Annotated[StrictStr, Field(pattern=r"^CFGTRT")]


class GaxTransaction(GaxTransactionBrief):
    alias: StrictStr
    description: StrictStr
    recordperiod: Digits
    userproperties: GaxPropertiesAnswer


class GaxUserInfo(BaseModel):
    model_config = Closed

    username: StrictStr
    userType: StrictStr
    sessionTimeout: StrictInt
    isDefaultUser: StrictBool
    writeDefault: StrictBool


class GaxVersion(BaseModel):
    model_config = Closed

    version: StrictStr


class GaxSchemaState(BaseModel):
    model_config = Closed

    isEnabled: StrictBool


class GaxError(BaseModel):
    model_config = Closed

    message: StrictStr
    code: StrictStr


# -- GWS requests ----------------------------------------------------------------------------------------------------------------------------------

NestedOptions = dict[Annotated[str, Field(min_length=1)], dict[Annotated[str, Field(min_length=1)], Text]]


class GwsTransactionRequest(BaseModel):
    model_config = Loose

    DBID: Number | None = None
    tenantDBID: Number | None = None
    folderId: Number | None = None
    name: Text | None = None
    alias: Text | None = None
    description: Text | None = None
    recordPeriod: Text | None = None
    state: Number | None = None
    type: Number | None = None
    userProperties: NestedOptions | None = None


class GwsCreate(BaseModel):
    model_config = Closed

    transaction: GwsTransactionRequest


class GwsDelta(BaseModel):
    """Of a delta only what is listed changes; ``userProperties`` of the inner object are additions (Platform SDK, CfgDelta objects)."""

    model_config = Closed

    CfgTransaction: GwsTransactionRequest
    changedUserProperties: NestedOptions = {}
    deletedUserProperties: dict[str, dict[str, Any]] = {}


class GwsUpdate(BaseModel):
    model_config = Closed

    delta: GwsDelta = Field(alias="delta-transaction")


# -- GWS responses ---------------------------------------------------------------------------------------------------------------------------------

GwsOptionsAnswer = dict[StrictStr, dict[StrictStr, StrictStr]]


class GwsObject(BaseModel):
    """Any object: scalars are strings, enumerations are their numbers as strings, ``userProperties`` is absent when empty."""

    model_config = Loose

    DBID: Digits
    state: Digits
    type: Digits | None = None
    tenantDBID: Digits | None = None
    userProperties: Annotated[GwsOptionsAnswer | None, Field(min_length=1)] = None

    def model_post_init(self, context: Any) -> None:
        _only_strings(self.model_extra or {})


class GwsTransaction(GwsObject):
    tenantDBID: Digits
    type: Digits
    name: StrictStr
    alias: StrictStr
    recordPeriod: Digits


class GwsDone(BaseModel):
    model_config = Closed

    statusCode: Literal[0]
    id: Digits | None = None
    uri: StrictStr | None = None


class GwsError(BaseModel):
    model_config = Closed

    statusCode: Annotated[StrictInt, Field(gt=0)]
    statusMessage: StrictStr
    platformCode: StrictInt | None = None


def list_of(shape: Any) -> Any:
    """``list[shape]`` for a shape known only at run time."""
    return list.__class_getitem__(shape)


@functools.lru_cache(maxsize=64)
def gws_answer(key: str, shape: Any) -> Any:
    """The shape of ``{"statusCode": 0, key: …}`` and nothing else."""

    def check(value: dict[str, Any]) -> dict[str, Any]:
        if set(value) != {"statusCode", key} or value["statusCode"] != 0:
            raise ValueError(f"an answer holds statusCode 0 and {key}, nothing else")
        return value

    return Annotated[dict[str, Literal[0] | shape], AfterValidator(check)]
