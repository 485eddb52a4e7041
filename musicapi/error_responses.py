"""The outside of every answer: is it JSON, does it say no, and which no.

Rule of the errors: the status decides, then `type`, then a fragment of the text.
"""

import json
import math
from http import HTTPStatus
from typing import Any, NoReturn

from musicapi.errors import (
    ContentRefused,
    InvalidRequest,
    NoCredits,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Retired,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
)

SUCCESS, _CLIENT_ERRORS = range(200, 300), range(400, 500)
_NO_CREDITS = ("credits are not enough", "active subscription", "not enough credits")
# The shapes in which moderation names what it found, with the offending text in quotes.
_MODERATION = ("copyrighted", "inappropriate", "artist name", "producer tag", "moderation", "lyrics format")
# Nuro's envelope holds a refund note in every error, also in those that say nothing about the task.
_NOT_OF_THE_TASK = ("unauthorized", "forbidden", "not_found")
_OF_ITS_CREDITS = ("credit", "refund")
_QUEUE_FULL = ("queue is full", "queue full", "qps")
# In 400: the model is none that the API offers. Members can only choose among those that it once did.
_MODEL_GONE = "'mv' field is invalid"
_OPENING, _CLOSING = "'\u2018\"", "'\u2019\""
_MAX_TEXT = 10_000
_MAX_NUMBER = 1e9  # seconds or credits beyond this are nonsense


def raise_task_failure(status: int, body: bytes) -> None:
    """Raise if the body says that the task itself failed: by a note of its credits or by its type.

    A bare time-out may be a gateway's; one that speaks of credits is the API's.
    """
    reply = _parse(body)
    if reply is None:
        return
    kind, reason = text(reply.get("type")), reason_of(reply, status)
    if status in (400, 404) and "task" in reason.lower() and "not found" in reason.lower():
        raise TaskUnknown(reason)
    noted = "refund_processed" in reply and kind not in _NOT_OF_THE_TASK
    late = kind == "timeout" and any(word in reason.lower() for word in _OF_ITS_CREDITS)
    if noted or late or kind == "failed" or reply.get("refund_processed") is True:
        raise TaskFailed(reason)


def envelope(status: int, body: bytes, retry_after: str) -> dict[str, Any]:
    """The JSON object of a success. Raises Refused or OutcomeUnknown otherwise."""
    reply = _parse(body)
    if status not in SUCCESS:
        _raise_error(status, reply or {}, retry_after)
    if reply is None:
        raise OutcomeUnknown("the API's answer is not a JSON object")
    code = reply.get("code")
    if isinstance(code, int) and code >= _CLIENT_ERRORS.start:  # an error in a 200 envelope
        _raise_error(code, reply, retry_after)
    return reply


def _raise_error(status: int, reply: dict[str, Any], retry_after: str) -> NoReturn:
    reason = reason_of(reply, status)
    lowered = reason.lower()
    if status in (402, 403) and any(fragment in lowered for fragment in _NO_CREDITS):
        raise NoCredits(reason)
    if status == HTTPStatus.FORBIDDEN and any(fragment in lowered for fragment in _MODERATION):
        raise ContentRefused(reason, _quoted(reason))
    full = status == HTTPStatus.FORBIDDEN and any(fragment in lowered for fragment in _QUEUE_FULL)
    if status == HTTPStatus.TOO_MANY_REQUESTS or full:
        raise RateLimited(reason, _seconds(retry_after))
    gone = status == HTTPStatus.BAD_REQUEST and _MODEL_GONE in lowered
    simple = {401: Unauthorized, 402: NoCredits, 403: Refused, 410: Retired}.get(410 if gone else status)
    if simple is not None:
        raise simple(reason)
    # Request Timeout is a gateway's word, which does not know what became of the request behind it.
    if status in _CLIENT_ERRORS and status != HTTPStatus.REQUEST_TIMEOUT:
        raise InvalidRequest(reason)
    raise Unavailable(reason)


def reason_of(reply: dict[str, Any], status: int) -> str:
    return told(reply) or f"HTTP {status}"


def told(reply: dict[str, Any]) -> str:
    """The API's own words, from whichever field has them; else empty."""
    for member in ("error", "message", "detail"):
        value = reply.get(member)
        if isinstance(value, dict):
            value = value.get("message")
        words = text(value).strip()
        if words:
            return words
    return ""


def _quoted(reason: str) -> str:
    opening = min((place for place in map(reason.find, _OPENING) if place >= 0), default=-1)
    closing = max(map(reason.rfind, _CLOSING))
    return reason[opening + 1 : closing] if 0 <= opening < closing else ""


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return reply if isinstance(reply, dict) else None


def text(value: object) -> str:
    """Keep what can be stored, cut to length; empty for anything that is no text."""
    if isinstance(value, str) and value.isascii():
        return value[:_MAX_TEXT]
    # A lone surrogate can come out of a JSON escape; it can be neither stored nor sent.
    return value.encode("utf-8", "replace").decode()[:_MAX_TEXT] if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """Read a sensible number, from text too; None otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and 0 <= found < _MAX_NUMBER else None


def _seconds(header: str) -> float | None:
    """The date form of Retry-After counts as absent; this API does not use it."""
    return number(header) if header else None
