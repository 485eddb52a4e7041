"""Refusals, with the API's statuses, types and texts. Source: its "error handling guide"."""

import math
from collections.abc import Mapping
from typing import Final

from aiohttp import web

_NURO: Final = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 500: "api_error",
}  # fmt: skip


class ApiError(Exception):
    def __init__(self, status: int, kind: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.kind = kind
        self.text = text
        self.headers = dict(headers or {})

    def reply(self, operation: str) -> web.Response:
        """The answer to an operation; Nuro has an envelope and words of its own."""
        body: dict[str, object] = {"code": self.status, "type": self.kind, "error": self.text}
        if operation.startswith("nuro.") and self.status in _NURO:
            body = {"type": _NURO[self.status], "message": self.text, "refund_processed": False}
        return web.json_response(body, status=self.status, headers=self.headers)


def invalid(text: str) -> ApiError:
    """A body that the API does not accept."""
    return ApiError(400, "validation_error", text)


def field_invalid(name: str) -> ApiError:
    return invalid(f"The '{name}' field is invalid.")


def field_required(name: str) -> ApiError:
    return invalid(f"The '{name}' field is required.")


def forbidden(text: str) -> ApiError:
    """No credits or a refusal of the moderation: the status does not say which, only the text does."""
    return ApiError(403, "forbidden", text)


def not_found(text: str = "The requested resource was not found.") -> ApiError:
    """A path, a file or a task that does not exist."""
    return ApiError(404, "not_found", text)


def rate_limited(retry_after: float | None = None) -> ApiError:
    """Too many requests; `retry_after` in seconds becomes the header."""
    headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    return ApiError(429, "rate_limited", "Too many requests.", headers)
