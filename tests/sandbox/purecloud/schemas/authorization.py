# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, permissions, divisions and grants."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from .common import CountedPage, DateTime, Division, Page

Operator = Literal["EQ", "IN", "GE", "GT", "LE", "LT"]
Conjunction = Literal["AND", "OR"]


class DomainResourceConditionValue(BaseModel):
    type: Literal["SCALAR", "VARIABLE", "USER", "TEAM", "QUEUE"] | None = None
    value: str | None = None
    user: dict[str, Any] | None = None
    queue: dict[str, Any] | None = None
    team: dict[str, Any] | None = None


class DomainResourceConditionNode(BaseModel):
    variableName: str | None = None
    operator: Operator | None = None
    operands: list[DomainResourceConditionValue] | None = None
    conjunction: Conjunction | None = None
    terms: list[DomainResourceConditionNode] | None = None


class DomainPermissionPolicy(BaseModel):
    domain: str | None = None
    entityName: str | None = None
    policyName: str | None = None
    policyDescription: str | None = None
    actionSet: list[str] | None = None
    namedResources: list[str] | None = None
    allowConditions: bool | None = None
    resourceConditionNode: DomainResourceConditionNode | None = None


class DomainOrganizationRole(BaseModel):
    id: str | None = None
    name: str | None = None
    description: str | None = None
    defaultRoleId: str | None = None
    permissions: list[str] | None = None
    unusedPermissions: list[str] | None = None
    permissionPolicies: list[DomainPermissionPolicy] | None = None
    userCount: int | None = None
    roleNeedsUpdate: bool | None = None
    baseLicense: str | None = None
    addonLicenses: list[str] | None = None
    dateLicenseLastUpdated: DateTime | None = None
    default: bool | None = None
    base: bool | None = None
    selfUri: str | None = None


class DomainOrganizationRoleCreate(DomainOrganizationRole):
    name: str = Field(min_length=1)


class DomainOrganizationRoleUpdate(BaseModel):
    id: str | None = None
    name: str = Field(min_length=1)
    description: str | None = None
    permissions: list[str] | None = None
    permissionPolicies: list[DomainPermissionPolicy] | None = None


class OrganizationRoleEntityListing(Page):
    entities: list[DomainOrganizationRole]


class DomainOrgRoleDifference(BaseModel):
    removedPermissionPolicies: list[DomainPermissionPolicy]
    addedPermissionPolicies: list[DomainPermissionPolicy]
    samePermissionPolicies: list[DomainPermissionPolicy]
    userOrgRole: DomainOrganizationRole
    roleFromDefault: DomainOrganizationRole


class RoleSettings(BaseModel):
    id: str | None = None
    backfillEnabled: bool | None = None
    authorizationGrantDivisionAware: bool | None = None
    genesysOrgPolicyBypass: bool | None = None
    selfUri: str | None = None


class DomainPermission(BaseModel):
    domain: str
    entityType: str
    action: str
    label: str
    allowsConditions: bool
    divisionAware: bool


class DomainPermissionCollection(BaseModel):
    id: str
    name: str
    domain: str
    permissionMap: dict[str, list[DomainPermission]]
    selfUri: str


class PermissionCollectionEntityListing(Page):
    entities: list[DomainPermissionCollection]


class DomainOrganizationProduct(BaseModel):
    id: str


class OrganizationProductEntityListing(CountedPage):
    entities: list[DomainOrganizationProduct]


class AuthzDivision(BaseModel):
    id: str | None = None
    name: str | None = Field(default=None, min_length=1)
    description: str
    homeDivision: bool | None = None
    objectCounts: dict[str, int] | None = None
    selfUri: str | None = None


class AuthzDivisionEntityListing(Page):
    entities: list[AuthzDivision]


class AuthzDivisionCursorListing(BaseModel):
    entities: list[AuthzDivision]
    nextUri: str | None = None
    selfUri: str | None = None
    previousUri: str | None = None


class DivsPermittedEntityListing(Page):
    entities: list[AuthzDivision]
    allDivsPermitted: bool


class AuthzGrantPolicy(BaseModel):
    actions: list[str] | None = None
    condition: str | None = None
    domain: str | None = None
    entityName: str | None = None


class AuthzGrantRole(BaseModel):
    id: str
    name: str
    description: str | None = None
    policies: list[AuthzGrantPolicy] | None = None
    default: bool | None = None
    selfUri: str | None = None


class AuthzGrant(BaseModel):
    subjectId: str
    division: AuthzDivision
    role: AuthzGrantRole
    grantMadeAt: DateTime


class AuthzSubject(BaseModel):
    id: str
    name: str
    grants: list[AuthzGrant]
    version: int
    selfUri: str | None = None


class AuthzDivisionGrantEntityListing(CountedPage):
    entities: list[AuthzGrant]


class RoleDivisionPair(BaseModel):
    roleId: str
    divisionId: str


class RoleDivisionGrants(BaseModel):
    grants: list[RoleDivisionPair]


class SubjectDivisions(BaseModel):
    subjectIds: list[str]
    divisionIds: list[str]


class SubjectDivisionGrants(BaseModel):
    id: str
    name: str
    divisions: list[Division]
    type: Literal["PC_USER", "PC_GROUP", "PC_OAUTH_CLIENT"]
    selfUri: str | None = None


class SubjectDivisionGrantsEntityListing(Page):
    entities: list[SubjectDivisionGrants]


class UserReference(BaseModel):
    id: str
    selfUri: str


class UserReferenceEntityListing(CountedPage):
    entities: list[UserReference]
