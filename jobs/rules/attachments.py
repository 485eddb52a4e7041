"""Attachments: file names that a person can sort, and messages to hold them. Pure."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from jobs.models import Clip, Job
from jobs.models.jams.album import ALBUM
from jobs.rules.names import change_of, in_halves

# Discord takes 10 files and 25 MiB in one request, of which the text needs a little.
MAX_FILES = 10
MAX_REQUEST_BYTES = 24 * 1024 * 1024
# The name of the picture beside results, without its suffix.
COVER = "cover"

Message = tuple[tuple[int, ...], tuple[int, ...]]
# What the first zip of an album has room for beside its tracks: credits, a page, a cover.
PAPERS_BYTES = 1536 * 1024
# Characters that file systems, Discord or a shell would trip over.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_CLOCK = re.compile(r"(?<=\d):(?=\d)")
# Each for the song and the rest: file systems take 255 bytes for a whole name.
_MAX_BYTES = 100
# What a zip needs for a file beside it: two headers with its name, and what ends the zip.
_ENTRY_BYTES = 1024
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


def split_into_zips(
    positions: Sequence[int], sizes: Mapping[int, int], *, limit: int, beside: int = 0
) -> list[Message]:
    """Split positions into messages of (zipped, linked), each with one zip of at most so many bytes.

    What is in no zip, as it is missing in `sizes` or too large, is linked in the first message. The first zip
    has room for `beside` bytes more: with them it may hold no result at all.
    """
    weights = {position: sizes[position] + _ENTRY_BYTES for position in positions if position in sizes}
    linked = tuple(position for position in positions if weights.get(position, limit + 1) > limit)
    zips: list[list[int]] = [[]] if beside else []
    room = limit - beside if beside else 0
    for position in positions:
        if position in linked:
            continue
        if weights[position] > room:
            zips.append([])
            room = limit
        zips[-1].append(position)
        room -= weights[position]
    held = [tuple(each) for each in zips] or [()]
    return [(held[0], linked), *((each, ()) for each in held[1:])]


def zip_name(job: Job, number: int, total: int = 1) -> str:
    """Name the zip in the message of this number, of so many."""
    if ALBUM in job.params:
        which = f" {number + 1} of {total}" if total > 1 else ""
        return f"{_harmless(_safe(job.summary))} - Album{which}.zip"
    more = f".{number + 1}" if number else ""
    return f"{_harmless(' '.join(filter(None, (_safe(job.summary), f'#{job.id}'))))}{more}.zip"


def track_name(clip: Clip, number: int, member: str) -> str:
    """Name a track of an album, without its suffix: "01 - Low Tide - Ravi"."""
    song, change = in_halves(clip)[0], change_of(clip)
    title = _safe(f"{song} ({change})" if change else song) or "song"
    return " - ".join(filter(None, (f"{number:02}", title, _safe(member))))


def file_names(results: Iterable[Clip]) -> dict[int, str]:
    """Name the files of a job's results, by position and without their suffixes.

    No other download has such a name: the job's number tells its files from those of other songs, and their
    place those of a job from each other, where Discord would leave nothing else of their names.
    """
    names = {clip.position: _file_name(clip) for clip in results}
    kept = Counter(map(_kept_by_discord, names.values()))
    return {
        position: f"{name}.{position + 1}" if kept[_kept_by_discord(name)] > 1 else name
        for position, name in names.items()
    }


def _file_name(clip: Clip) -> str:
    song, rest = (_safe(half) for half in in_halves(clip))
    return _harmless(" ".join(filter(None, (song or "song", rest, f"#{clip.job_id}"))))


def _harmless(stem: str) -> str:
    if stem.partition(".")[0].rstrip().upper() in _DEVICES or _SPOILER.match(_ascii(stem)):
        stem = f"_{stem}"
    return stem


def _kept_by_discord(name: str) -> str:
    """The part of a name that Discord stores, as file systems compare it; the whole is shown beside it."""
    return re.sub(r"[^\w.-]", "", _ascii(name)).casefold()


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _safe(text: str) -> str:
    """Remove path and control characters, and invisible ones that reorder text."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    plain = " ".join(_FORBIDDEN.sub(" ", _CLOCK.sub("-", visible)).split())
    return plain.encode()[:_MAX_BYTES].decode(errors="ignore").strip(". ")
