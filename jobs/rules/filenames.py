"""File names that a person can sort: `<song> - <part>.mp3`. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from jobs.models import Clip

# What file systems, Discord or a shell would trip over.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
# Of a song's and of a part's name: file systems take 255 bytes for a whole name.
_MAX_BYTES = 100
# Windows opens a device instead of a file of this name, whatever its suffix.
_PORTS = [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789\u00b9\u00b2\u00b3"]
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *_PORTS})


def file_name(clip: Clip, suffix: str) -> str:
    """The name of a clip's file, with the suffix of its content (".mp3")."""
    song, part = _safe(clip.title), _safe(clip.part)
    stem = f"{song or 'song'} - {part}" if part else song or "song"
    if stem.partition(".")[0].rstrip().upper() in _DEVICES:
        stem = f"_{stem}"
    return f"{stem}{suffix}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, with a number where one comes again: two stems may be called the same."""
    taken: set[str] = set()  # without regard to case, as Windows and macOS compare names
    result = []
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        free, count = name, 1
        while free.casefold() in taken:
            count += 1
            free = f"{stem} {count}{dot}{suffix}"
        taken.add(free.casefold())
        result.append(free)
    return result


def _safe(text: str) -> str:
    """Without path and control characters, and without the invisible ones that reorder text."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    plain = " ".join(_FORBIDDEN.sub(" ", visible).split())
    return plain.encode()[:_MAX_BYTES].decode(errors="ignore").strip(". ")
