"""File names that a person can sort: `<song> - <part>.mp3`. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from jobs.models import Clip

# What file systems, Discord or a shell would trip over.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_MAX_LENGTH = 80


def file_name(clip: Clip, suffix: str) -> str:
    """The name of a clip's file, with the suffix of its content (".mp3")."""
    song, part = _safe(clip.title), _safe(clip.part)
    stem = f"{song} - {part}" if part else song
    return f"{stem or 'song'}{suffix}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, with a number where one comes again: two stems may be called the same."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        count = seen[name] = seen.get(name, 0) + 1
        stem, dot, suffix = name.rpartition(".")
        result.append(name if count == 1 else f"{stem} {count}{dot}{suffix}")
    return result


def _safe(text: str) -> str:
    """Without path and control characters, and without the invisible ones that reorder text."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join(_FORBIDDEN.sub(" ", visible).split()).strip(". ")[:_MAX_LENGTH].strip()
