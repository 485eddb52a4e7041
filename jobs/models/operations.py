"""The family of commands of an operation, and whether it counts as a song. Pure."""

from musicapi import OPERATIONS

# A job of ours alone: it puts into zips what other jobs made, and asks nobody for anything.
ZIP = "zip"
# What is a try for a jam belongs to this family, however it is made.
JAM = "jam"
# Commands that servers can open and close one by one, as members see them.
FAMILIES = ("suno", "riffusion", "nuro", "stems", "wav", "lyrics", "persona", JAM)
# Families by kind of result; songs and uploads belong to their provider's.
_OF_KIND = {"stem": "stems", "wav": "wav", "lyrics": "lyrics", "persona": "persona"}


# One that this version does not know is taken for a song.
_OTHERS = {operation: known.makes for operation, known in OPERATIONS.items() if known.makes != "song"}


def family_of(operation: str) -> str:
    """Such as `stems` for `suno.stems_full`."""
    provider = operation.partition(".")[0]
    return "persona" if operation == "suno.sing" else _OF_KIND.get(_OTHERS.get(operation, "song"), provider)


def makes_song(operation: str) -> bool:
    """Whether it counts as a song in a quota: stems, WAV, lyrics, uploads and personas do not."""
    return operation not in _OTHERS
