# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organization, its users and the IP ranges of the service."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from .authorization import Conjunction, Operator
from .common import DateTime, Division, Page

State = Literal["active", "inactive", "deleted"]
Objects = list[dict[str, Any]]


class Organization(BaseModel):
    id: str | None = None
    name: str | None = Field(default=None, min_length=1)
    defaultLanguage: str | None = None
    defaultCountryCode: str | None = None
    thirdPartyOrgName: str | None = None
    thirdPartyURI: str | None = None
    domain: str | None = None
    version: int
    state: State | None = None
    defaultSiteId: str | None = None
    supportURI: str | None = None
    voicemailEnabled: bool | None = None
    productPlatform: Literal["GenesysCloud", "PureCloud", "PureEngage", "PureEngageCloud", "PureConnect", "PureConnectCloud", "Unknown"] | None = None
    features: dict[str, bool] | None = None
    selfUri: str | None = None


class IpAddressRange(BaseModel):
    cidr: str
    service: str
    region: str
    direction: Literal["inbound", "outbound", "both"]


class IpAddressRangeListing(BaseModel):
    entities: list[IpAddressRange]


class Contact(BaseModel):
    address: str | None = None
    display: str | None = None
    mediaType: Literal["PHONE", "EMAIL", "SMS"] | None = None
    type: Literal["PRIMARY", "WORK", "WORK2", "WORK3", "WORK4", "HOME", "MOBILE", "MAIN", "OTHER"] | None = None
    extension: str | None = None
    countryCode: str | None = None
    integration: str | None = None


class CreateUser(BaseModel):
    """The published schema requires divisionId; the service takes the home division without it (Terraform provider 1.84 omits it)."""

    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    divisionId: str | None = None
    department: str | None = None
    title: str | None = None
    password: str | None = None
    addresses: list[Contact] | None = None
    state: State | None = None


class UpdateUser(BaseModel):
    version: int
    name: str | None = Field(default=None, min_length=1)
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    department: str | None = None
    title: str | None = None
    username: str | None = None
    preferredName: str | None = None
    manager: str | None = None
    addresses: list[Contact] | None = None
    chat: dict[str, Any] | None = None
    images: Objects | None = None
    profileSkills: list[str] | None = None
    locations: Objects | None = None
    groups: Objects | None = None
    state: State | None = None
    acdAutoAnswer: bool | None = None
    certifications: list[str] | None = None
    biography: dict[str, Any] | None = None
    employerInfo: dict[str, Any] | None = None


class DomainRole(BaseModel):
    id: str
    name: str


class ResourceConditionValue(BaseModel):
    type: Literal["SCALAR", "VARIABLE", "USER", "QUEUE", "TEAM"] | None = None
    value: str | None = None


class ResourceConditionNode(BaseModel):
    variableName: str | None = None
    conjunction: Conjunction | None = None
    operator: Operator | None = None
    operands: list[ResourceConditionValue] | None = None
    terms: list[ResourceConditionNode] | None = None


class ResourcePermissionPolicy(BaseModel):
    id: str | None = None
    domain: str
    entityName: str
    policyName: str | None = None
    policyDescription: str | None = None
    actionSetKey: str | None = None
    allowConditions: bool | None = None
    resourceConditionNode: ResourceConditionNode | None = None
    namedResources: list[str] | None = None
    resourceCondition: str | None = None
    actionSet: list[str]


class UserAuthorization(BaseModel):
    roles: list[DomainRole]
    unusedRoles: list[DomainRole]
    permissions: list[str]
    permissionPolicies: list[ResourcePermissionPolicy]


class User(BaseModel):
    id: str
    name: str
    division: Division
    email: str
    state: State
    username: str
    version: int
    department: str | None = None
    title: str | None = None
    preferredName: str | None = None
    chat: dict[str, Any] | None = None
    manager: dict[str, Any] | None = None
    primaryContactInfo: list[Contact]
    addresses: list[Contact]
    images: Objects | None = None
    certifications: list[str] | None = None
    profileSkills: list[str] | None = None
    locations: Objects | None = None
    groups: Objects | None = None
    biography: dict[str, Any] | None = None
    employerInfo: dict[str, Any] | None = None
    authorization: UserAuthorization | None = None
    acdAutoAnswer: bool
    dateWelcomeSent: DateTime | None = None
    selfUri: str


class UserEntityListing(Page):
    entities: list[User]


class SearchSort(BaseModel):
    sortOrder: Literal["ASC", "DESC", "SCORE"] | None = None
    sortBy: str | None = None


SearchType = Literal[
    "EXACT",
    "STARTS_WITH",
    "CONTAINS",
    "REGEX",
    "TERM",
    "TERMS",
    "REQUIRED_FIELDS",
    "MATCH_ALL",
    "QUERY_STRING",
    "RANGE",
    "LESS_THAN",
    "LESS_THAN_EQUAL_TO",
    "GREATER_THAN",
    "GREATER_THAN_EQUAL_TO",
]


class UserSearchCriteria(BaseModel):
    type: SearchType
    fields: list[str] | None = None
    value: str | None = None
    values: list[str] | None = None
    startValue: str | None = None
    endValue: str | None = None
    operator: Literal["AND", "OR", "NOT"] | None = None
    group: list[UserSearchCriteria] | None = None
    dateFormat: str | None = None


class UserSearchRequest(BaseModel):
    sortOrder: Literal["ASC", "DESC", "SCORE"] | None = None
    sortBy: str | None = None
    pageSize: int | None = Field(default=None, ge=1, le=100)
    pageNumber: int | None = Field(default=None, ge=1)
    sort: list[SearchSort] | None = None
    expand: list[str] | None = None
    query: list[UserSearchCriteria] | None = None
    integrationPresenceSource: Literal["MicrosoftTeams", "ZoomPhone", "EightByEight", "RingCentral"] | None = None
    enforcePermissions: bool | None = None


class UsersSearchResponse(BaseModel):
    total: int
    pageCount: int
    pageSize: int
    pageNumber: int
    previousPage: str | None = None
    currentPage: str | None = None
    nextPage: str | None = None
    types: list[str]
    results: list[User]
