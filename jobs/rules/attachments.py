"""Attachments: file names that a person can sort, and messages to hold them. Pure."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from jobs.models import Clip

# Discord takes 10 files and 25 MiB in one request, of which the text needs a little.
MAX_FILES = 10
MAX_REQUEST_BYTES = 24 * 1024 * 1024

Message = tuple[tuple[int, ...], tuple[int, ...]]
# Characters that file systems, Discord or a shell would trip over.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
# Each for the song and the part: file systems take 255 bytes for a whole name.
_MAX_BYTES = 100
# Windows opens a device instead of a file of this name, whatever its suffix.
_PORTS = [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789\u00b9\u00b2\u00b3"]
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *_PORTS})

# Discord blurs a file whose name begins like this, once other letters are dropped and blanks are underscores.
_SPOILER = re.compile(r"spoiler[\W_]", re.IGNORECASE)


def split_into_messages(
    positions: Sequence[int], sizes: Mapping[int, int], *, max_files: int = MAX_FILES
) -> list[Message]:
    """Split positions into messages of (attached, linked), in order and evenly filled.

    `sizes` gives the bytes of results that can be attached; one that is missing goes as a link.
    """
    share = math.ceil(len(positions) / max(1, math.ceil(len(positions) / max_files)))
    messages: list[list[int]] = []
    weight = 0
    for position in positions:
        size = sizes.get(position, 0)
        if not messages or len(messages[-1]) >= share or weight + size > MAX_REQUEST_BYTES:
            messages.append([])
            weight = 0
        messages[-1].append(position)
        weight += size
    return [
        (tuple(p for p in message if p in sizes), tuple(p for p in message if p not in sizes))
        for message in messages
    ]


def file_name(clip: Clip, suffix: str) -> str:
    """Name a clip's file; `suffix` is like ".mp3"."""
    song, part = _safe(clip.title), _safe(clip.part)
    stem = f"{song or 'song'} - {part}" if part else song or "song"
    plain = stem.encode("ascii", "ignore").decode()
    if stem.partition(".")[0].rstrip().upper() in _DEVICES or _SPOILER.match(plain):
        stem = f"_{stem}"
    return f"{stem}{suffix}"


def distinct(names: Iterable[str]) -> list[str]:
    """Number repeated names: two stems may have the same."""
    taken: set[str] = set()  # case-insensitive, like Windows and macOS
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
    """Remove path and control characters, and invisible ones that reorder text."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    plain = " ".join(_FORBIDDEN.sub(" ", visible).split())
    return plain.encode()[:_MAX_BYTES].decode(errors="ignore").strip(". ")
