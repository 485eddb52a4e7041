"""The outside of every answer: is it the API's own, does it say no, and which no.

A no counts only in the API's own shape; anything else came from something in front of it, and says nothing
about what became of the request. Then the status decides, or the code or type of an error in a success, and
within it a fragment of the text.
"""

import json
import re
from http import HTTPStatus

from musicapi.errors import (
    ContentRefused,
    InvalidRequest,
    ModelRetired,
    MusicApiError,
    NoCredits,
    NoSubscription,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Retired,
    SourceUnknown,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from musicapi.fields import Table, error_told, number, text, told
from musicapi.models import ClipState
from musicapi.states import state_of

SUCCESS, _CLIENT_ERRORS, _ERRORS = range(200, 300), range(400, 500), range(400, 600)
# An error in a success that names no status: a no, and the words must say which.
_NO = 0
_TYPES = {
    "bad_request": 400, "validation_error": 400, "invalid_request": 400, "unauthorized": 401,
    "insufficient_credits": 402, "payment_required": 402, "forbidden": 403, "not_found": 404,
    "method_not_allowed": 405, "endpoint_retired": 410, "rate_limited": 429, "server_error": 500,
    "internal_error": 500, "api_error": 500, "upstream_error": 502, "timeout": 504,
}  # fmt: skip
_CODES = ("code", "status", "status_code", "statusCode")
# A word, as the API's types are; a problem document of a gateway has the address of a page there.
_TYPE = re.compile(r"[a-z][a-z_ -]*", re.IGNORECASE)
_WRONG = re.compile(r"error|invalid|exceed|denied|insufficient|refus|reject|fail|block|unsupported|moderat")
# What an answer to a request that was taken holds.
_FRUITS = ("task_id", "clip_id", "persona_id", "results", "wav_url", "credits")
# What a refusal means by its words, as one status stands for very different things. Moderation comes first,
# in the shapes in which it names what it found: what it quotes, it does not say.
_MEANINGS: tuple[tuple[re.Pattern[str], type[Refused]], ...] = (
    (
        re.compile(r"copyrighted|inappropriate|artist name|producer tag|moderation|lyrics format"),
        ContentRefused,
    ),
    (
        re.compile(
            r"credits?\b[^.]* (?:not enough|insufficient|exhausted|used up)"
            r"|(?:not enough|insufficient|out of|no)\b[^.]{0,20} (?:credit|balance)"
        ),
        NoCredits,
    ),
    (re.compile(r"queue is full|queue full|qps|too many requests|rate limit"), RateLimited),
    (re.compile(r"subscri|\bplans?\b|membership"), NoSubscription),
)
_TROUBLE = re.compile(r"internal|server error|timed? ?out|upstream|gateway|unavailable")
# Members can only choose among the models that the API once offered.
_MODEL_GONE = re.compile(
    r"\b(?:mv|model)\b[^.,:]{0,40} (?:invalid|retired|deprecated|discontinued|unsupported|unknown"
    r"|no longer|must be one of|not (?:available|supported|offered|found))\b"
    r"|\b(?:invalid|retired|unsupported|unknown)(?: value (?:for|of))?(?: the)? ['\"]?(?:mv|model)\b"
)
# A 404 for one of these is about the request; for anything else it is about the path.
_THINGS = re.compile(r"\b(?:clip|song|music|audio|track|persona|file|task|source|url|id)s?\b")
_SOURCE_UNKNOWN = re.compile(
    r"\b(?:clip|song|music|audio|track|persona|source)(?:[ _]?id)?s?\b[^.,:]{0,40}"
    r"\b(?:(?:not|never|cannot be) (?:be )?found|(?:not|n't) exist|unknown)\b"
    r"|\b(?:unknown|no such|nonexistent) (?:clip|song|music|audio|track|persona|source)\b"
    r"|(?<![a-z])(?:clip|persona)_?id\b'?(?: field| value)? is invalid\b"
)
_BY_STATUS: dict[int, type[MusicApiError]] = {
    401: Unauthorized,
    405: WrongAddress,
    408: Unavailable,  # a gateway's word, which does not know what became of the request behind it
    410: Retired,
}
# What a gateway, which knows only of requests, cannot say; and what the API says in a success.
_CREDITS_BACK = re.compile(r"credits?\b.*\b(?:given back|returned)|refund")
_TASK_OVER = re.compile(r"\b(?:task|generation)\b.*\b(?:timed out|failed|aborted)")
_TASK_UNKNOWN = re.compile(r"\btask\b.*(?:not found|not exist|unknown)|(?:unknown|no such) task")
# Nuro's envelope holds a refund note in every error, also in those that say nothing about the task.
_NOT_OF_THE_TASK = ("unauthorized", "forbidden", "not_found")
_OPENING, _CLOSING = "'\u2018\"", "'\u2019\""


def parsed(body: bytes) -> Table | None:
    """The JSON object of an answer, which may have left only its list; None where it is none."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(reply, list) and reply:
        return {"data": reply}
    return reply if isinstance(reply, dict) else None


def checked(status: int, reply: Table | None, wait: float | None) -> Table:
    """The JSON object of a success. Raises Refused or OutcomeUnknown otherwise, with the wait asked for."""
    verdict = _verdict(status, reply or {})
    if verdict is not None:
        error = _error(verdict, reply or {}, status)
        error.retry_after = wait if wait is not None else number((reply or {}).get("retry_after"))
        raise error
    if reply is None:
        raise OutcomeUnknown("the API's answer is not a JSON object")
    return reply


def raise_task_failure(status: int, reply: Table) -> None:
    """Raise if the API says, in whatever status, that the task itself failed or that it does not know it."""
    verdict, kind, reason = _verdict(status, reply), text(reply.get("type")).lower(), told(reply)
    if verdict in (400, 404, _NO) and _TASK_UNKNOWN.search(reason.lower()):
        raise TaskUnknown(reason)
    noted = "refund_processed" in reply and kind not in _NOT_OF_THE_TASK and verdict is not None
    failed = "fail" in kind and verdict not in (401, 403, 429)
    over = _CREDITS_BACK if verdict != _NO else _TASK_OVER
    said = verdict is not None and verdict not in _CLIENT_ERRORS and over.search(reason.lower())
    if noted or failed or said or reply.get("refund_processed") is True:
        raise TaskFailed(reason)


def is_trouble(words: str) -> bool:
    """Whether they are about the API's own trouble and not about what was asked of it."""
    return _TROUBLE.search(words.lower()) is not None


def _verdict(status: int, reply: Table) -> int | None:
    """The status that counts: HTTP's, or that of an error in a success; None where there is no error."""
    kind = (text(reply.get("type")) or text(reply.get("code"))).lower()
    if status not in SUCCESS:
        return status
    if status == HTTPStatus.ACCEPTED or kind == "not_ready":
        return None
    codes = (number(reply.get(name)) for name in _CODES)
    code = next(filter(None, codes), 0)
    if code >= _ERRORS.start:
        return int(code) if code in _ERRORS else _NO
    if kind in _TYPES:
        return _TYPES[kind]
    if _has_fruit(reply) or _has_fruit(reply.get("data")):
        return None
    return _NO if _says_no(reply) or _WRONG.search(kind) or error_told(reply) else None


def _says_no(reply: Table) -> bool:
    no = reply.get("success") in (False, "false") or reply.get("ok") is False or reply.get("error") is True
    return no or state_of(text(reply.get("status"))) is ClipState.FAILED


def _has_fruit(table: object) -> bool:
    return isinstance(table, dict) and any(table.get(name) not in (None, "", []) for name in _FRUITS)


def _error(verdict: int, reply: Table, status: int) -> MusicApiError:
    reason = told(reply) or f"HTTP {verdict or status}"
    if verdict == HTTPStatus.TOO_MANY_REQUESTS:  # whoever says so has not let the request pass
        return RateLimited(reason)
    if not (status in SUCCESS or _is_own(reply) or (verdict == HTTPStatus.UNAUTHORIZED and reply)):
        return Unavailable(f"HTTP {status}, and not in the API's own words")
    return _by_words(verdict, reason) if verdict in (402, 403, _NO) else _by_status(verdict, reason)


def _by_status(verdict: int, reason: str) -> MusicApiError:
    lowered = reason.lower()
    if verdict in (400, 404, 410, 422) and _MODEL_GONE.search(lowered):
        return ModelRetired(reason)
    if verdict in (400, 404, 422) and _SOURCE_UNKNOWN.search(lowered):
        return SourceUnknown(reason)
    if verdict == HTTPStatus.NOT_FOUND and not _THINGS.search(lowered):
        return WrongAddress(reason)
    rest = InvalidRequest if verdict in _CLIENT_ERRORS else Unavailable
    return _BY_STATUS.get(verdict, rest)(reason)


def _by_words(verdict: int, reason: str) -> MusicApiError:
    lowered = reason.lower()
    meaning = next((kind for words, kind in _MEANINGS if words.search(lowered)), None)
    if meaning is ContentRefused:
        return ContentRefused(reason, _quoted(reason))
    if meaning is not None:
        return meaning(reason)
    if _MODEL_GONE.search(lowered):
        return ModelRetired(reason)
    if verdict == _NO and is_trouble(reason):
        return Unavailable(reason)
    return NoCredits(reason) if verdict == HTTPStatus.PAYMENT_REQUIRED else Refused(reason)


def _is_own(reply: Table) -> bool:
    """Whether an error has the API's shape: a type or a code, or words in a field for errors.

    A `message` or `detail` alone is how gateways and frameworks say that the request never came through.
    """
    named = _TYPE.fullmatch(text(reply.get("type"))) or number(reply.get("code"))
    return bool(named or _says_no(reply) or error_told(reply))


def _quoted(reason: str) -> str:
    opening = min((place for place in map(reason.find, _OPENING) if place >= 0), default=-1)
    closing = max(map(reason.rfind, _CLOSING))
    return reason[opening + 1 : closing] if 0 <= opening < closing else ""
