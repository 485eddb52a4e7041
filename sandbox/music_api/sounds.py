"""Where the sound comes from: composed and rendered for each song, or one short clip for all of them.

A source blocks while it works, about a second for a song, and is therefore called in worker threads.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sandbox import sound
from sandbox.music_api.composing import Composer
from sandbox.music_api.songs import Recipe, Song
from sandbox.music_api.tasks import AudioKind

Samples = NDArray[np.float32]

ENCODERS: Final[Mapping[AudioKind, Callable[[Samples], bytes]]] = {
    "mp3": sound.encode_mp3,
    "ogg": sound.encode_ogg,
    "wav": sound.encode_wav,
}


class Recording(Protocol):
    """One sound, not yet a file."""

    @property
    def seconds(self) -> float:
        """How long it plays."""

    def encode(self, kind: AudioKind) -> bytes:
        """The file. Blocks, and may be called from any thread."""


class Sound(Protocol):
    """A source of sound."""

    def record(self, recipes: Sequence[Recipe]) -> Sequence[Recording]:
        """The sounds of recipes for one song, in their order. Blocks, and may be called from any thread."""


@dataclass(frozen=True, slots=True, eq=False)
class SampledRecording:
    """A sound as samples of shape (frames, 2)."""

    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return len(self.samples) / sound.SAMPLE_RATE

    def encode(self, kind: AudioKind) -> bytes:
        """The file."""
        return ENCODERS[kind](self.samples)


class RealSound:
    """Every song is composed from its prompt; its stems add up to its mix.

    Pieces are kept, samples are not: the twelve stems of 20 seconds take 92 MB.
    """

    def __init__(self, seconds: float = 20.0, *, scores_kept: int = 256) -> None:
        self._composer = Composer(seconds, scores_kept)

    def record(self, recipes: Sequence[Recipe]) -> list[SampledRecording]:
        """Render the song once and take from it what the recipes want."""
        [song] = {recipe.song for recipe in recipes}
        piece = self._composer.piece(song)
        if all(recipe.split == "mix" for recipe in recipes):
            return [SampledRecording(sound.render_mix(piece))] * len(recipes)
        stems = sound.render(piece)
        return [SampledRecording(_samples(stems, recipe)) for recipe in recipes]


class FixedSound:
    """One short song for everything, made once: a thousand tasks cost no more than one."""

    def __init__(self, seconds: float = 2.0) -> None:
        self._source = RealSound(seconds)
        self._lock = threading.Lock()
        self._recording: FixedRecording | None = None

    def record(self, recipes: Sequence[Recipe]) -> list["FixedRecording"]:
        """The same recording as often as it is asked for."""
        with self._lock:
            if self._recording is None:
                [original] = self._source.record([Recipe(Song("fixed", 0, instrumental=False))])
                self._recording = FixedRecording(original)
        return [self._recording] * len(recipes)


class FixedRecording:
    """A recording that is encoded once for each kind of file."""

    def __init__(self, original: Recording) -> None:
        self.seconds = original.seconds
        self._original = original
        self._lock = threading.Lock()
        self._files: dict[AudioKind, bytes] = {}

    def encode(self, kind: AudioKind) -> bytes:
        """The file, the same object every time."""
        with self._lock:
            if kind not in self._files:
                self._files[kind] = self._original.encode(kind)
            return self._files[kind]


def _samples(stems: Mapping[str, Samples], recipe: Recipe) -> Samples:
    match recipe.split:
        case "mix":
            return sound.mix(stems)
        case "basic":
            return sound.basic(stems)[recipe.part]
        case "full":
            return stems[recipe.part]
