"""The sound of the stand-in music API: songs that are composed and synthesised from a text.

`compose` turns a text into a `Score`, `render` turns a score into twelve stems, `mix` adds them up. `begin`
turns a text into a `Piece`, a score that can be gone on with: extended, covered, changed in part. The rest is
what a clip carries besides its sound: a cover picture, a title, a lyric, tags.
"""

from sandbox.sound.arrangement import compose
from sandbox.sound.changes import cover_version, extend, replace_section, swap_sound, swap_vocals
from sandbox.sound.files import encode_mp3, encode_ogg, encode_wav
from sandbox.sound.mixdown import basic, mix, render, render_mix
from sandbox.sound.picture import cover
from sandbox.sound.pieces import Piece, begin
from sandbox.sound.score import PARTS, SAMPLE_RATE, Note, Score, Section, Track
from sandbox.sound.words import lyrics, style, title

__all__ = [
    "PARTS",
    "SAMPLE_RATE",
    "Note",
    "Piece",
    "Score",
    "Section",
    "Track",
    "basic",
    "begin",
    "compose",
    "cover",
    "cover_version",
    "encode_mp3",
    "encode_ogg",
    "encode_wav",
    "extend",
    "lyrics",
    "mix",
    "render",
    "render_mix",
    "replace_section",
    "style",
    "swap_sound",
    "swap_vocals",
    "title",
]
