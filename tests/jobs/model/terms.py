"""What can be ordered in the model: priced and free, long and at once, in one message and in two."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from musicapi import Profile, Terms, load_profile

_CLASSIC = load_profile("classic")


def _terms(operation: str, price: int, clips: int) -> Terms:
    return replace(
        _CLASSIC.terms(operation),
        price=price,
        clips=clips,
        usually=90.0,
        poll_every=15.0,
        deadline=1800.0,
        makes="song",
        takes=(),
    )


# Twelve stems with a cover are two messages. Every other price is a sum of smaller ones on purpose.
TERMS = {
    "suno.create": _terms("suno.create", 10, 2),
    "suno.stems_full": _terms("suno.stems_full", 50, 12),
    "suno.wav": _terms("suno.wav", 0, 1),
    "suno.lyrics": _terms("suno.lyrics", 20, 1),
}
# What turns of a relay order, and the bot for them: in worlds with jams alone.
OF_TURNS = {
    "suno.custom": _terms("suno.custom", 10, 2),
    "suno.extend": _terms("suno.extend", 10, 2),
    "suno.concat": _terms("suno.concat", 2, 1),
}
ALL_TERMS = TERMS | OF_TURNS
AT_ONCE = frozenset({"suno.lyrics"})
# What each of them takes for a valid request.
PARAMS = {"description": "rivers", "clip_id": "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"}


def clip_id_of(ref: int, position: int) -> str:
    """What the API calls a result of an order."""
    return str(UUID(int=(abs(ref) << 64) + (int(ref < 0) << 32) + position))


def ref_of(params: Mapping[str, Any]) -> int:
    """The API's number of an order. What the bot orders itself of a take goes by that: it is wanted once."""
    if "ref" in params:
        return int(params["ref"])
    take = UUID(params["clip_id"]).int
    return -10 * (take >> 64) - take % 10 - 1


CATALOGUE: Profile = replace(_CLASSIC, operations=ALL_TERMS, submit_interval=2.0)
