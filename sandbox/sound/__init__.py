"""The sound of the stand-in music API: songs that are composed and synthesised from a text.

`compose` turns a text into a `Score`, `render` turns a score into twelve stems, `mix` adds them up. The rest
is what a clip carries besides its sound: a cover picture, a title, a lyric, tags.
"""

from sandbox.sound.arrangement import compose
from sandbox.sound.files import encode_mp3, encode_wav
from sandbox.sound.mixdown import basic, mix, render
from sandbox.sound.picture import cover
from sandbox.sound.score import PARTS, SAMPLE_RATE, Note, Score, Section, Track
from sandbox.sound.words import lyrics, style, title

__all__ = [
    "PARTS",
    "SAMPLE_RATE",
    "Note",
    "Score",
    "Section",
    "Track",
    "basic",
    "compose",
    "cover",
    "encode_mp3",
    "encode_wav",
    "lyrics",
    "mix",
    "render",
    "style",
    "title",
]
