"""The refusals of the API, with its statuses, types and texts.

Source of statuses and texts: docs.sunoapi.com, "AI Music API error handling guide". The envelope is the one
that public client code reads.
"""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

_NO_TASK: Final = "task not found."


class ApiError(Exception):
    """An answer that is not a success; `body` and `headers` go over the wire as they are."""

    def __init__(
        self, status: int, kind: str, text: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.status = status
        self.body: Mapping[str, object] = {"code": status, "type": kind, "error": text}
        self.headers = dict(headers or {})


def invalid(text: str) -> ApiError:
    """A body that the API does not accept."""
    return ApiError(400, "validation_error", text)


def field_invalid(name: str) -> ApiError:
    """A field whose value is not one of the allowed ones."""
    return invalid(f"The '{name}' field is invalid.")


def field_required(name: str) -> ApiError:
    """A field that is missing or empty."""
    return invalid(f"The '{name}' field is required.")


def field_not_boolean(name: str) -> ApiError:
    """A switch that is neither true nor false."""
    return invalid(f"The '{name}' field should be boolean.")


def field_too_long(name: str, limit: int) -> ApiError:
    """A text of more characters than `limit`."""
    return invalid(f"The {name} character length should be less than {limit}.")


def task_not_found(status: int = 400) -> ApiError:
    """A task id that this API never gave out; the documented status is 400, of Producer and Nuro 404."""
    return ApiError(status, "validation_error" if status == HTTPStatus.BAD_REQUEST else "not_found", _NO_TASK)


def clip_not_found() -> ApiError:
    """A clip id that this API never gave out; worded like the refusal of an unknown task."""
    return invalid("clip not found.")


def persona_not_found() -> ApiError:
    """A persona id that this API never gave out."""
    return invalid("persona not found.")


def queue_full() -> ApiError:
    """Nuro takes no more for now."""
    return forbidden("Queue is full")


def unauthorized(text: str) -> ApiError:
    """A missing, malformed or unknown key."""
    return ApiError(401, "unauthorized", text)


def forbidden(text: str) -> ApiError:
    """Either no credits or a refusal of the moderation: the status does not say which, only the text does."""
    return ApiError(403, "forbidden", text)


def not_enough_credits(status: int = 403) -> ApiError:
    """The balance does not cover the price; newer deployments answer 402 instead of 403."""
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return ApiError(402, "insufficient_credits", "Not enough credits.")
    return forbidden("The remaining credits are not enough.")


def not_found() -> ApiError:
    """A path that does not exist."""
    return ApiError(404, "not_found", "The requested resource was not found.")


def method_not_allowed(allowed: str) -> ApiError:
    """A path that exists, asked with the wrong method."""
    return ApiError(405, "method_not_allowed", "Method not allowed.", headers={"Allow": allowed})


def retired() -> ApiError:
    """An endpoint that the vendor has taken down for good."""
    return ApiError(410, "endpoint_retired", "This endpoint has been retired.")


def rate_limited(retry_after: float | None = None) -> ApiError:
    """Too many requests; `retry_after` in seconds becomes the header, which the vendor does not promise."""
    headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    return ApiError(429, "rate_limited", "Too many requests.", headers=headers)


def server_error() -> ApiError:
    """The API itself broke."""
    return ApiError(500, "server_error", "Internal Server Error.")


def upstream_error() -> ApiError:
    """The API could not reach its generator."""
    return ApiError(502, "upstream_error", "The upstream service is unavailable.")


def timed_out() -> ApiError:
    """The API gave up waiting."""
    return ApiError(504, "timeout", "The request timed out.")
