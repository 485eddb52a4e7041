"""HTTP answers into models or typed errors. Pure, and total: any bytes give one of the two.

The provider's spelling lives here and in `operations` alone. Rule of the errors: the status
decides, then `type`, then a fragment of the text.
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
from musicapi.models import Clip, ClipState, Credits, Submission, TaskStatus

_STATES = {"succeeded": ClipState.SUCCEEDED, "failed": ClipState.FAILED}
_NO_CREDITS = ("credits are not enough", "active subscription", "not enough credits")
# The shapes in which moderation names what it found, with the offending text in quotes.
_MODERATION = ("copyrighted", "inappropriate", "artist name", "producer tag", "moderation", "lyrics format")
_OPENING, _CLOSING = "'\u2018\"", "'\u2019\""
_MAX_TEXT = 10_000
_MAX_CLIPS = 100
_MAX_NUMBER = 1e9  # seconds or credits beyond this are nonsense
_SUCCESS, _CLIENT_ERRORS = range(200, 300), range(400, 500)


def read_submission(status: int, body: bytes, *, retry_after: str = "") -> Submission:
    """The answer to a submit: a task id, or the clips of a synchronous operation.

    Raises:
        Refused: Nothing was started, with the subclass that says why.
        OutcomeUnknown: The answer cannot be read, or the API broke; something may have been started.
    """
    reply = _reply(status, body, retry_after)
    task_id = _text(reply.get("task_id"))
    data = reply.get("data")
    if not task_id and isinstance(data, dict):
        wav_url = _text(data.get("wav_url"))
        if wav_url:
            return Submission(clips=(Clip("", ClipState.SUCCEEDED, audio_url=wav_url),))
        task_id = _text(data.get("task_id"))
    if not task_id:
        raise OutcomeUnknown("the API accepted the request but named no task")
    return Submission(task_id=task_id)


def read_task(status: int, body: bytes, *, retry_after: str = "") -> TaskStatus:
    """One look at a task.

    Raises:
        TaskFailed: The task failed, told in the HTTP style.
        TaskUnknown: The API does not know the task.
        Refused: The look was refused (wrong key, too many requests, retired).
        OutcomeUnknown: The answer cannot be read; look again later.
    """
    if status not in _SUCCESS:
        _raise_task_failure(status, body)
    reply = _reply(status, body, retry_after)
    if reply.get("type") == "not_ready":
        return TaskStatus()
    data = reply.get("data")
    if not isinstance(data, list):
        raise OutcomeUnknown("the API's answer about the task holds no list of clips")
    clips = [_clip(item) for item in data[:_MAX_CLIPS] if isinstance(item, dict)]
    # A finished clip that has lost its id can still be heard; only its buttons are missing then.
    kept = {
        clip.clip_id or str(place): clip
        for place, clip in enumerate(clips)
        if clip.clip_id or clip.state is ClipState.SUCCEEDED
    }
    return TaskStatus(tuple(kept.values()))


def read_credits(status: int, body: bytes, *, retry_after: str = "") -> Credits:
    """The balance.

    Raises:
        Refused: The key is wrong, or too many requests.
        OutcomeUnknown: The answer cannot be read.
    """
    reply = _reply(status, body, retry_after)
    inner = reply.get("data")
    table = inner if isinstance(inner, dict) else reply
    amounts = [_number(table.get(name)) for name in ("credits", "extra_credits")]
    if amounts[0] is None:
        raise OutcomeUnknown("the API's answer holds no balance")
    return Credits(int(amounts[0]), int(amounts[1] or 0))


def _raise_task_failure(status: int, body: bytes) -> None:
    """A task that failed is told by a status too; a refund note or the type gives it away."""
    reply = _parse(body)
    if reply is None:
        return
    kind, reason = _text(reply.get("type")), _reason(reply, status)
    if (
        "refund_processed" in reply
        or kind == "failed"
        or (kind == "timeout" and status not in _CLIENT_ERRORS)
    ):
        raise TaskFailed(reason)
    if status in (400, 404) and "task" in reason.lower() and "not found" in reason.lower():
        raise TaskUnknown(reason)


def _reply(status: int, body: bytes, retry_after: str) -> dict[str, Any]:
    reply = _parse(body)
    if status not in _SUCCESS:
        _raise_error(status, reply or {}, retry_after)
    if reply is None:
        raise OutcomeUnknown("the API's answer is not a JSON object")
    code = reply.get("code")
    if isinstance(code, int) and code >= _CLIENT_ERRORS.start:  # an error in a 200 envelope
        _raise_error(code, reply, retry_after)
    return reply


def _raise_error(status: int, reply: dict[str, Any], retry_after: str) -> NoReturn:
    reason = _reason(reply, status)
    lowered = reason.lower()
    if status in (402, 403) and any(fragment in lowered for fragment in _NO_CREDITS):
        raise NoCredits(reason)
    if status == HTTPStatus.FORBIDDEN and any(fragment in lowered for fragment in _MODERATION):
        raise ContentRefused(reason, _quoted(reason))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(reason, _seconds(retry_after))
    simple = {401: Unauthorized, 402: NoCredits, 403: Refused, 410: Retired}.get(status)
    if simple is not None:
        raise simple(reason)
    if status in _CLIENT_ERRORS:
        raise InvalidRequest(reason)
    raise Unavailable(reason)


def _reason(reply: dict[str, Any], status: int) -> str:
    for member in ("error", "message", "detail"):
        value = reply.get(member)
        if isinstance(value, dict):
            value = value.get("message")
        text = _text(value).strip()
        if text:
            return text
    return f"HTTP {status}"


def _quoted(reason: str) -> str:
    """What stands between the first opening and the last closing quote."""
    opening = min((place for place in map(reason.find, _OPENING) if place >= 0), default=-1)
    closing = max(map(reason.rfind, _CLOSING))
    return reason[opening + 1 : closing] if 0 <= opening < closing else ""


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return reply if isinstance(reply, dict) else None


def _clip(item: dict[str, Any]) -> Clip:
    state = _STATES.get(_text(item.get("state")).lower(), ClipState.RUNNING)
    audio_url = _text(item.get("audio_url"))
    if state is ClipState.SUCCEEDED and not audio_url:
        state = ClipState.RUNNING  # there is nothing to keep yet
    return Clip(
        clip_id=_text(item.get("clip_id"))[:64],
        state=state,
        title=_text(item.get("title")),
        tags=_text(item.get("tags")),
        lyrics=_text(item.get("lyrics")),
        model=_text(item.get("mv")),
        audio_url=audio_url if state is ClipState.SUCCEEDED else "",
        image_url=_text(item.get("image_url")),
        duration=_number(item.get("duration")),
        error=_text(item.get("error_message")),
    )


def _text(value: object) -> str:
    # A lone surrogate can come out of a JSON escape; it can be neither stored nor sent.
    return value.encode("utf-8", "replace").decode()[:_MAX_TEXT] if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < _MAX_NUMBER else None


def _seconds(header: str) -> float | None:
    """Retry-After in seconds; its date form is not used by this API and counts as absent."""
    return _number(header) if header else None
