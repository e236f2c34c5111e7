# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage queries of OAuth clients, and OAuth scopes."""

from __future__ import annotations

import uuid

from .errors import ApiError, invalid
from .oauth_clients import find_client
from .operations import BASE, Call, any_of, operation
from .paging import query_integer
from .permissions import catalogue
from .schemas.oauth import ApiUsageClientQuery, ApiUsageQueryResult, OAuthScope, OAuthScopeListing, UsageExecutionResult
from .state import Document, epoch
from .usage import DAY, group, select

VIEW = any_of("oauth:client:view", "usage:client:view")


def _start(call: Call, rows: list[Document]) -> Document:
    client_id, key = call.path("clientId"), str(uuid.uuid4())
    call.organization.usage_queries[key] = {"clientId": client_id, "rows": rows, "running": call.switch("usage_query_running_reads")}
    return {"executionId": key, "resultsUri": f"{BASE}/oauth/clients/{client_id}/usage/query/results/{key}"}


@operation("POST", "/oauth/clients/{clientId}/usage/query", VIEW, body=ApiUsageClientQuery, answer=UsageExecutionResult)
def query_usage(call: Call) -> Document:
    """The interval is ISO 8601 ``start/end``; rows belong to whole days."""
    client = find_client(call)
    try:
        first, last = (epoch(text) for text in call.body["interval"].split("/"))
    except ValueError as error:
        raise ApiError("invalid.date", details=[{"errorCode": "invalid.date", "fieldName": "interval"}]) from error
    if first >= last:
        raise invalid("The interval must end after it begins.", "interval")
    rows = select(call.organization, client.document["id"], first - first % DAY, last)
    keys, metrics = call.body.get("groupBy") or [], call.body.get("metrics") or []
    return _start(call, group(rows, metrics, keys, call.body.get("granularity") or "Day"))


@operation("GET", "/oauth/clients/{clientId}/usage/summary", VIEW, answer=UsageExecutionResult)
def summarise_usage(call: Call) -> Document:
    client = find_client(call)
    days = query_integer(call.request, "days", 7)
    return _start(call, select(call.organization, client.document["id"], call.now - call.now % DAY - days * DAY, call.now + DAY))


@operation("GET", "/oauth/clients/{clientId}/usage/query/results/{executionId}", VIEW, answer=ApiUsageQueryResult)
def usage_result(call: Call) -> Document:
    client = find_client(call)
    query = call.organization.usage_queries.get(call.path("executionId"))
    if query is None or query["clientId"] != client.document["id"]:
        raise ApiError("not.found")
    if query["running"] > 0:
        query["running"] -= 1
        return {"queryStatus": "Running"}
    return {"queryStatus": "Complete", "results": [{**row, "clientName": client.document["name"]} for row in query["rows"]]}


def _scope(key: str) -> Document:
    return {"id": key, "description": catalogue()["scopes"][key], "selfUri": f"{BASE}/oauth/scopes/{key}"}


@operation("GET", "/oauth/scopes", answer=OAuthScopeListing)
def list_scopes(call: Call) -> Document:
    scopes = [_scope(key) for key in sorted(catalogue()["scopes"])]
    return {"total": len(scopes), "entities": scopes, "selfUri": f"{BASE}/oauth/scopes"}


@operation("GET", "/oauth/scopes/{scopeId}", answer=OAuthScope)
def get_scope(call: Call) -> Document:
    if call.path("scopeId") not in catalogue()["scopes"]:
        raise ApiError("not.found")
    return _scope(call.path("scopeId"))
