# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the Platform API and the envelope they travel in.

Codes, statuses and texts: Platform API swagger of 2018-03-21 and Genesys Cloud CLI 166.0.0; field ``limit``: Python SDK 269.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from aiohttp import web

# code -> (status, text); {name} takes the message parameter of that name
CODES: dict[str, tuple[int, str]] = {
    "bad.request": (400, "The request could not be understood by the server due to malformed syntax."),
    "invalid.date": (400, "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ"),
    "invalid.query.param.value": (400, "Value [{value}] is not valid for parameter [{parameter}]. Allowable values are: {allowed}"),
    "invalid.value": (400, "Value [{value}] is not valid for field type [{field}]. Allowable values are: {allowed}"),
    "constraint.validation": (400, "{reason}"),
    "max.role.ids": (400, "Only 100 roles can be requested at a time."),
    "max.user.ids": (400, "Only 100 users can be requested at a time."),
    "max.role.assignments.exceeded": (400, "Too many roles granted to a subject"),
    "auth.too.many.clients": (400, "Too many clients exist in this organization."),
    "bad.grant.type": (400, "Invalid grant type."),
    "grant.type.required": (400, "Grant type is required."),
    "missing.client.roles": (400, "Client roles are missing."),
    "cannot.delete.client": (400, "Clients must be marked as inactive to be eligible for deletion."),
    "user.not.found.on.delete": (400, "User not found on delete."),
    "authentication.required": (401, "No authentication bearer token specified in authorization header."),
    "bad.credentials": (401, "Invalid login credentials."),
    "missing.permissions": (403, "Unable to perform the requested action. You are missing the following permission(s): {permissions}"),
    "missing.any.permissions": (
        403,
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: {permissions}",
    ),
    "not.authorized": (403, "You are not authorized to perform the requested action."),
    "not.found": (404, "The requested resource was not found."),
    "general.resource.not.found": (404, "Unable to find a user with that userId"),
    "method.not.allowed": (405, "The method is not allowed for the requested resource."),
    "request.timeout.client": (408, "The client did not produce a request within the server timeout limit."),
    "general.conflict": (409, "The request conflicts with the current state of the target resource."),
    "request.entity.too.large": (413, "The request is over the size limit."),
    "unsupported.media.type": (415, "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."),
    "too.many.requests": (429, "Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"),
    "internal.server.error": (500, "The server encountered an unexpected condition which prevented it from fulfilling the request."),
    "bad.gateway": (502, "The gateway received an invalid answer."),
    "service.unavailable": (503, "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance)."),
    "request.timeout": (504, "The request timed out."),
}
_CODE_OF_STATUS = {
    400: "bad.request",
    401: "bad.credentials",
    403: "not.authorized",
    404: "not.found",
    409: "general.conflict",
    503: "service.unavailable",
}


class ApiError(Exception):
    """An answer other than success; ``message`` replaces the text that belongs to ``code``."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        params: dict[str, str] | None = None,
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        default_status, text = CODES.get(code, (500, code))
        self.code, self.status = code, status or default_status
        self.template = message if message is not None else text
        self.params = params or {}
        self.details, self.headers, self.extra = details or [], headers or {}, extra or {}
        self.message = self.template if message is not None else text.format_map(self.params)
        super().__init__(self.message)


def invalid(reason: str, field: str | None = None) -> ApiError:
    """A body that is well-formed and breaks a rule."""
    details = [{"errorCode": "constraint.validation", "fieldName": field}] if field else []
    return ApiError("constraint.validation", params={"reason": reason}, details=details)


def code_of_status(status: int) -> str:
    """The generic code of an HTTP status."""
    if status in _CODE_OF_STATUS:
        return _CODE_OF_STATUS[status]
    return next((code for code, (known, _text) in CODES.items() if known == status), "internal.server.error" if status >= 500 else "bad.request")


def envelope(error: ApiError, context_id: str) -> dict[str, Any]:
    """The error body; ``contextId`` equals the header ININ-Correlation-Id."""
    return {
        "message": error.message,
        "code": error.code,
        "status": error.status,
        "messageWithParams": error.template,
        "messageParams": error.params,
        "contextId": context_id,
        "details": error.details,
        "errors": [],
        **error.extra,
    }


def api_error_response(error: ApiError, context_id: str | None = None) -> web.Response:
    context_id = context_id or str(uuid.uuid4())
    headers = {"ININ-Correlation-Id": context_id, "Content-Type": "application/json", **error.headers}
    return web.Response(status=error.status, body=json.dumps(envelope(error, context_id)).encode(), headers=headers)
