"""The values of an answer, each read as what it should be, whatever it is. Pure and total."""

import math
import re
from collections.abc import Mapping
from typing import Any

Table = dict[str, Any]

_MAX_TEXT, MAX_ID = 10_000, 64
_MAX_NUMBER = 1e9  # seconds or credits beyond this are nonsense
_GROUPED = re.compile(r"-?\d{1,3}(?:[,'\s]\d{3})+(?:\.\d+)?")
# The fields that have been seen to say why something failed, without regard to case and underscores.
_ERRORS = (
    "errormessage", "errormsg", "failreason", "failurereason", "failmessage", "failuremessage", "failmsg",
    "errorreason", "errordescription", "errordetail", "error", "errors",
)  # fmt: skip
_TELLING = (
    *_ERRORS,
    "message",
    "detail",
    "details",
    "reason",
    "msg",
    "statusmessage",
    "cause",
    "errortype",
    "errorcode",
)
_AROUND = ("error", "data", "metadata", "result", "response", "failure")
# Words in those fields that say nothing.
_EMPTY = frozenset({"success", "succeeded", "ok", "failed", "fail", "failure", "error", "none", "null", "-"})
_DEPTH = 2


def text(value: object) -> str:
    """Keep what can be stored, cut to length; empty for anything that is no text."""
    if not isinstance(value, str):
        return ""
    # A lone surrogate and NUL can come out of a JSON escape; neither can be stored or sent everywhere.
    kept = value if value.isascii() else value.encode("utf-8", "replace").decode()
    return kept.replace("\x00", "")[:_MAX_TEXT]


def identifier(value: object) -> str:
    """Read an id: a text, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 64:
        return str(value)
    return text(value).strip()[:MAX_ID]


def title(value: object) -> str:
    """Read one that can be seen; spaces and invisible characters alone are none."""
    words = text(value).strip()
    return words if any(character.isprintable() and not character.isspace() for character in words) else ""


def number(value: object) -> float | None:
    """Read a sensible number, from text too; None otherwise."""
    found = _finite(value)
    return found if found is not None and found >= 0 else None


def amount(value: object) -> int | None:
    """Read whole credits: an account can be in debt, and a thousand can come as `1,000`."""
    if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
        value = re.sub(r"[,'\s]", "", value)
    found = _finite(value)
    return None if found is None else math.floor(found)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) < _MAX_NUMBER else None


def told(table: Mapping[str, Any]) -> str:
    """The API's own words for what went wrong, from whichever field has them; else empty."""
    return _told(table, _TELLING, _DEPTH)


def error_told(table: Mapping[str, Any]) -> str:
    """The same from fields that are there for nothing but errors."""
    return _told(table, _ERRORS, 0)


def _told(table: Mapping[str, Any], names: tuple[str, ...], depth: int) -> str:
    fields = {re.sub(r"[^a-z]", "", name.lower()): value for name, value in table.items()}
    for name in names:
        words = _words(fields.get(name))
        if words:
            return words
    inner = (fields.get(name) for name in _AROUND if depth)
    return next(
        (words for one in inner if isinstance(one, dict) and (words := _told(one, names, depth - 1))), ""
    )


def _words(value: object) -> str:
    """Words as such, in an object, or first in a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(
            (value[name] for name in ("message", "msg", "detail", "reason") if value.get(name)), None
        )
    words = text(value).strip()
    return "" if words.lower().rstrip(".!") in _EMPTY else words
