"""What a result is called: its song, the change that made it, and which part of it. Pure.

One name everywhere, in lists, titles and files: "Harbour Lights (extension from 0:08) - take 1".
"""

from collections.abc import Collection

from jobs.models import Clip
from musicapi.times import clock, seconds

UNTITLED = "Untitled"
# What is made from a song has its title as well.
CHANGES = {
    "suno.extend": "extension",
    "suno.concat": "whole song",
    "suno.cover": "cover",
    "riffusion.cover": "cover",
    "riffusion.extend": "extension",
    "riffusion.replace": "new section",
    "riffusion.sound": "new sound",
    "riffusion.vocals": "new vocals",
}


def full_title(clip: Clip) -> str:
    song, rest = in_halves(clip)
    return f"{song}{rest}"


def in_halves(clip: Clip) -> tuple[str, str]:
    """The song, which can be cut where there is no room, and what tells this result from its others."""
    source = clip.source
    if clip.kind == "wav" and source is not None:
        return in_halves(source)
    if clip.kind == "stem" and source is not None:
        song, rest = in_halves(source)
    else:
        change = change_of(clip)
        song, rest = clip.title or UNTITLED, f" ({change})" if change else ""
    return song, f"{rest} - {clip.part}" if clip.part else rest


def free_name(part: str, others: Collection[str]) -> str:
    """Number a part that a song has already; `others` are those, as `casefold` makes them."""
    free, number = part, 1
    while free and free.casefold() in others:
        number += 1
        free = f"{part} {number}"
    return free


def change_of(clip: Clip) -> str:
    """What a result is beside its source; empty for a song of its own, and for a part of one."""
    change, moments = CHANGES.get(clip.operation, ""), moments_of(clip)
    return f"{change} from {moments}" if change and moments else change


def moments_of(clip: Clip) -> str:
    """Where in its source a result begins, or what it replaces there, however that was typed."""
    at, begins, ends = (seconds(clip.params.get(name)) for name in ("continue_at", "starts", "ends"))
    if at is not None:
        return clock(int(at))
    return f"{clock(int(begins))} to {clock(int(ends))}" if begins is not None and ends is not None else ""
