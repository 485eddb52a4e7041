"""Nuro's request bodies: one song from lyrics, or one instrumental in one of two versions."""

import re
from collections.abc import Sequence
from typing import Any

from musicapi.errors import InvalidInput
from musicapi.requests.params import Body, RequestParams, given
from musicapi.times import plain, seconds

_LISTS = ("genre", "mood", "instrument", "theme")
_FIRST, _SECOND = "v1.0", "v2.0"
_SEGMENT = re.compile(r"\s*([a-z]+)[\s:=]+(\d{1,4}(?:\.\d{1,3})?)\s*s?\s*", re.ASCII | re.IGNORECASE)
_FORM = "must look like `intro 10, verse 30, chorus 30`"


def song(ask: RequestParams) -> Body:
    """Sung. The service chooses what is left open."""
    return {
        "type": "vocal",
        "lyrics": ask.text("lyrics"),
        **given(**{name: ask.choice(name) for name in ("gender", "genre", "mood", "timbre")}),
        **given(duration=ask.whole_seconds("duration")),
    }


def instrumental(ask: RequestParams) -> Body:
    """Version 1 takes lists of words, version 2 a list of segments."""
    chosen = ask.choice("version")
    version = chosen or _FIRST
    for name in (*_LISTS, "segments"):
        needed = _SECOND if name == "segments" else _FIRST
        if version != needed and ask.has(name):
            raise InvalidInput(name, f"needs version {needed}")
    return {
        "type": "bgm",
        "description": ask.text("description", version=version),
        **given(version=chosen),
        **given(**{name: ask.choices(name) for name in _LISTS}),
        **given(segments=_segments(ask), duration=ask.whole_seconds("duration", version=version)),
    }


def _segments(ask: RequestParams) -> list[Body]:
    value = ask.params.get("segments") or ()
    entries = _written(value) if isinstance(value, str) else value
    if not isinstance(entries, list | tuple):
        raise InvalidInput("segments", _FORM)
    segments = [_segment(ask, entry) for entry in entries]
    total = sum(segment["duration"] for segment in segments)
    low, high = ask.profile.range("segments", operation=ask.operation) or (0.0, total)
    if segments and not low <= total <= high:
        raise InvalidInput(
            "segments", f"must add up to between {low:g} and {high:g} seconds; these make {total:g}"
        )
    return segments


def _written(text: str) -> Sequence[Body]:
    found = [_SEGMENT.fullmatch(part) for part in text.rstrip(" ,;\n").replace(";", ",").split(",")]
    return [dict(zip(("name", "duration"), match.groups(), strict=True)) if match else {} for match in found]


def _segment(ask: RequestParams, entry: Any) -> Body:  # noqa: ANN401 - whatever the parameters hold
    name, length = (
        (entry.get("name"), seconds(entry.get("duration"))) if isinstance(entry, dict) else ("", None)
    )
    if not isinstance(name, str) or not name or length is None:
        raise InvalidInput("segments", _FORM)
    known = ask.profile.options(ask.operation, "segment")
    if name.lower() not in known:
        raise InvalidInput("segments", f"may only be called {', '.join(known)}")
    low, high = ask.profile.range("segment", operation=ask.operation) or (length, length)
    if not low <= length <= high:
        raise InvalidInput("segments", f"must last between {low:g} and {high:g} seconds each")
    return {"name": known[name.lower()], "duration": plain(length)}
