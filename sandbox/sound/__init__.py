"""Songs put together from loops. See `README.md` for where the loops come from."""

from sandbox.sound import songs, words
from sandbox.sound.bank import PARTS, RATE, AudioKind, Samples, cover, encode
from sandbox.sound.songs import SUNG, Song, render

__all__ = [
    "PARTS", "RATE", "SUNG", "AudioKind", "Samples", "Song", "cover", "encode", "render", "songs", "words",
]  # fmt: skip
