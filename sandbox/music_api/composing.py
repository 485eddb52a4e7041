"""From what a song is made from to a piece that can be rendered."""

import functools
from typing import Final

from sandbox import sound
from sandbox.music_api.songs import Cover, Extension, Replacement, Song, SoundSwap, VocalSwap

SHORTEST: Final = 2.0
"""Seconds of the shortest song that can be composed; what was asked to be shorter is made that long."""


class Composer:
    """Composes songs, and keeps the latest pieces: they are small, their sound is not."""

    def __init__(self, seconds: float, kept: int) -> None:
        self._seconds = seconds
        self.piece = functools.lru_cache(kept)(self._piece)

    def _piece(self, song: Song) -> sound.Piece:
        voice = self.piece(song.singer).plan.patches["Vocals"] if song.singer else song.voice
        if song.base is not None:
            return self._changed(song, self.piece(song.base), voice)
        return sound.begin(
            song.seed,
            take=song.take,
            seconds=max(SHORTEST, song.seconds or self._seconds),
            instrumental=song.instrumental,
            voice=voice,
            segments=song.segments,
        )

    def _changed(self, song: Song, base: sound.Piece, voice: str) -> sound.Piece:
        take = song.take
        match song.change:
            case Extension(at, words, alone):
                longer = sound.extend(base, at, words, take=take, seconds=self._seconds)
                return longer if alone else longer.from_the_start()
            case Cover(words, style):
                return sound.cover_version(base, words, style, take=take, voice=voice)
            case Replacement(starts, ends, words):
                return sound.replace_section(base, starts, ends, words, take=take)
            case SoundSwap(style):
                return sound.swap_sound(base, style, take=take)
            case VocalSwap(words, style):
                return sound.swap_vocals(base, words, style, take=take)
            case None:
                return base
