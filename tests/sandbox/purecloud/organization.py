# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organization itself, its products and permissions, and the service's IP ranges.

Source: Python SDK 269. ``thirdPartyOrgName`` is the organization's short name and cannot be changed.
"""

from __future__ import annotations

from .errors import ApiError
from .operations import BASE, Call, any_of, operation
from .paging import page, query_choice, query_list
from .permissions import catalogue
from .schemas import authorization, directory
from .state import Document

READ_ONLY = ("id", "thirdPartyOrgName", "features", "productPlatform", "selfUri", "version")


@operation("GET", "/organizations/me", answer=directory.Organization)
def get_organization(call: Call) -> Document:
    return call.organization.document


@operation("PUT", "/organizations/me", any_of("directory:organization:admin"), body=directory.Organization, body_required=False, answer=directory.Organization)
def put_organization(call: Call) -> Document:
    """Changes the fields sent; the version sent must be the present one. Without a body nothing changes."""
    document = call.organization.document
    if call.body is None:
        return document
    if call.body["version"] != document["version"]:
        raise ApiError("general.conflict", "The version supplied does not match the current version of the organization")
    document.update({name: value for name, value in call.body.items() if name not in READ_ONLY})
    document["version"] += 1
    return document


@operation("GET", "/authorization/products", answer=authorization.OrganizationProductEntityListing)
def list_products(call: Call) -> Document:
    products = [{"id": name} for name in catalogue()["products"]]
    return {"entities": products, "pageSize": len(products), "pageNumber": 1, "total": len(products), "pageCount": 1}


def _collection(domain: str, wanted: list[str]) -> Document:
    """The permissions of a domain; ``wanted`` narrows them to full permission names, when it is not empty."""
    known, aware, conditional = catalogue()["permissions"][domain], catalogue()["division_aware"], catalogue()["conditional"]
    permission_map = {
        entity: [
            {
                "domain": domain,
                "entityType": entity,
                "action": action,
                "label": f"{domain} > {entity} > {action}",
                "allowsConditions": f"{domain}:{entity}" in conditional,
                "divisionAware": f"{domain}:{entity}" in aware,
            }
            for action in actions
            if not wanted or f"{domain}:{entity}:{action}" in wanted
        ]
        for entity, actions in known.items()
    }
    filled = {entity: entries for entity, entries in permission_map.items() if entries}
    return {"id": domain, "name": domain, "domain": domain, "permissionMap": filled, "selfUri": f"{BASE}/authorization/permissions/{domain}"}


@operation("GET", "/authorization/permissions", answer=authorization.PermissionCollectionEntityListing)
def list_permissions(call: Call) -> Document:
    """All domains, or with queryType those whose domain (``domain``) or full name (``permission``) is in the comma-separated query."""
    domains = sorted(catalogue()["permissions"])
    query = query_list(call.request, "query")
    by_name = query_choice(call.request, "queryType", "domain", ("domain", "permission")) == "permission"
    if not query:
        return page(call.request, [_collection(domain, []) for domain in domains])
    wanted = {name.split(":")[0] for name in query} if by_name else set(query)
    collections = [_collection(domain, query if by_name else []) for domain in domains if domain in wanted]
    return page(call.request, [collection for collection in collections if collection["permissionMap"]])


@operation("GET", "/ipranges", answer=directory.IpAddressRangeListing)
def list_ip_ranges(call: Call) -> Document:
    return {"entities": [{**entry, "region": call.organization.region} for entry in catalogue()["ip_ranges"]]}
