"""What can be ordered in the model: priced and free, long and at once, in one message and in two."""

from dataclasses import replace

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
AT_ONCE = frozenset({"suno.lyrics"})
# What each of them takes for a valid request.
PARAMS = {"description": "rivers", "clip_id": "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"}
CATALOGUE: Profile = replace(_CLASSIC, operations=TERMS, submit_interval=2.0)
