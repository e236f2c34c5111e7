# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth clients, their usage, scopes and tokens."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from .common import DateTime, DomainEntityRef, NamedEntity, Page

GrantType = Literal["CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS"]
MINIMUM_VALIDITY, MAXIMUM_VALIDITY, DEFAULT_VALIDITY = 300, 172_800, 86_400


class RoleDivision(BaseModel):
    roleId: str
    divisionId: str


class OAuthClientRequest(BaseModel):
    name: str = Field(min_length=1)
    authorizedGrantType: GrantType
    description: str | None = None
    accessTokenValiditySeconds: int | None = Field(default=None, ge=MINIMUM_VALIDITY, le=MAXIMUM_VALIDITY)
    registeredRedirectUri: list[str] | None = None
    roleIds: list[str] | None = None
    scope: list[str] | None = None
    roleDivisions: list[RoleDivision] | None = None
    state: Literal["active", "disabled", "inactive"] | None = None
    dateToDelete: DateTime | None = None


class OAuthClient(BaseModel):
    """An answer; state ``deleted`` is not in the published enumeration and is seen all the same after a delete (Terraform provider 1.84)."""

    id: str
    name: str
    authorizedGrantType: GrantType
    accessTokenValiditySeconds: int
    description: str | None = None
    registeredRedirectUri: list[str] | None = None
    secret: str | None = None
    roleIds: list[str]
    scope: list[str] | None = None
    roleDivisions: list[RoleDivision]
    state: Literal["active", "disabled", "inactive", "deleted"]
    dateToDelete: DateTime | None = None
    dateCreated: DateTime
    dateModified: DateTime
    createdBy: DomainEntityRef | None = None
    modifiedBy: DomainEntityRef | None = None
    selfUri: str


class OAuthClientEntityListing(Page):
    entities: list[OAuthClient]


class OrgOAuthClient(BaseModel):
    id: str
    name: str
    authorizedGrantType: GrantType
    dateCreated: DateTime | None = None
    dateModified: DateTime | None = None
    createdBy: DomainEntityRef | None = None
    modifiedBy: DomainEntityRef | None = None
    scope: list[str] | None = None
    roleDivisions: list[RoleDivision] | None = None
    state: Literal["active", "disabled", "inactive"] | None = None
    dateToDelete: DateTime | None = None
    organization: NamedEntity


class TokenInfo(BaseModel):
    organization: NamedEntity
    homeOrganization: NamedEntity
    authorizedScope: list[str]
    OAuthClient: OrgOAuthClient


class ApiUsageClientQuery(BaseModel):
    interval: str
    granularity: Literal["Day", "Week", "Month"] | None = None
    metrics: list[str] | None = None
    groupBy: list[str] | None = None


class UsageExecutionResult(BaseModel):
    executionId: str
    resultsUri: str


class ApiUsageRow(BaseModel):
    clientId: str
    clientName: str | None = None
    organizationId: str | None = None
    templateUri: str | None = None
    httpMethod: str | None = None
    status200: int | None = None
    status300: int | None = None
    status400: int | None = None
    status429: int | None = None
    status500: int | None = None
    requests: int | None = None
    date: DateTime


class ApiUsageQueryResult(BaseModel):
    results: list[ApiUsageRow] | None = None
    queryStatus: Literal["Complete", "Failed", "Running"]
    cursors: dict[str, Any] | None = None


class OAuthScope(BaseModel):
    id: str
    description: str
    selfUri: str


class OAuthScopeListing(BaseModel):
    total: int
    entities: list[OAuthScope]
    selfUri: str


class TokenGrant(BaseModel):
    """The token endpoint's success (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class TokenError(BaseModel):
    """The token endpoint's failure: the OAuth fields and PureCloud's own ``description``."""

    error: str
    description: str
    error_description: str
