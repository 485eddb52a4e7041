"""The score: what is played, as plain values, before any of it sounds.

A score is all that a later operation needs. Beats count from the first beat of the song, so a longer song
keeps the place of every note, a replaced section is a swap of the notes between two beats, and another voice
or another instrument is another `patch` on one track.
"""

from dataclasses import dataclass, replace
from typing import Final

SAMPLE_RATE: Final = 48_000
"""Frames per second of every sound made here."""

BEATS_PER_BAR: Final = 4

PARTS: Final = (
    "Vocals",
    "Backing Vocals",
    "Drums",
    "Bass",
    "Guitar",
    "Keyboard",
    "Percussion",
    "Strings",
    "Synth",
    "FX",
    "Brass",
    "Woodwinds",
)
"""The twelve stems, in the order in which the API lists them."""

SUNG_PARTS: Final = ("Vocals", "Backing Vocals")


@dataclass(frozen=True, slots=True)
class Note:
    """One event of one part.

    Attributes:
        start: Beats from the beginning of the song.
        duration: Beats until the note is let go; what rings on after that belongs to the patch.
        pitch: MIDI note number, 60 is middle C. Drums and effects ignore it.
        velocity: How hard it is played, above 0 and up to 1.
        sound: The syllable for a singer, the piece for a drummer (`kick`), the effect for FX; else empty.
    """

    start: float
    duration: float
    pitch: int
    velocity: float
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """One part with its instrument: `patch` is a key of `sandbox.sound.patches.PATCHES`."""

    part: str
    patch: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the song, from beat `start` for `beats` beats."""

    name: str
    start: float
    beats: float

    @property
    def end(self) -> float:
        """The beat on which the next section begins."""
        return self.start + self.beats


@dataclass(frozen=True, slots=True)
class Score:
    """A whole song.

    Attributes:
        seed: The text it was composed from; with `take` it names everything that was drawn for it.
        take: Which variation on the seed this is.
        genre: A key of `sandbox.sound.genres.GENRES`.
        tempo: Quarter notes per minute.
        key: Pitch class of the tonic, 0 is C.
        scale: A key of `sandbox.sound.harmony.SCALES`.
        seconds: Length of the rendered sound, the last chord's ring included.
        sections: In order, without gaps.
        tracks: One per entry of `PARTS`, in that order.
    """

    seed: str
    take: int
    genre: str
    tempo: float
    key: int
    scale: str
    seconds: float
    sections: tuple[Section, ...]
    tracks: tuple[Track, ...]

    @property
    def frames(self) -> int:
        """Length in frames at `SAMPLE_RATE`."""
        return round(self.seconds * SAMPLE_RATE)

    def seconds_at(self, beat: float) -> float:
        """Where a beat falls, in seconds from the beginning."""
        return beat * 60 / self.tempo

    def beat_at(self, seconds: float) -> float:
        """Which beat is reached after so many seconds."""
        return seconds * self.tempo / 60

    def track(self, part: str) -> Track:
        """The track of one part; raises `KeyError` for a name that is not in `PARTS`."""
        for track in self.tracks:
            if track.part == part:
                return track
        raise KeyError(part)

    def with_track(self, track: Track) -> "Score":
        """The same song with the track of `track.part` replaced."""
        return replace(self, tracks=tuple(track if old.part == track.part else old for old in self.tracks))
