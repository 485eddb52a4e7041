"""From a score to sound: one stereo stem per part, and the stems added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sandbox.sound import envelopes, space
from sandbox.sound.drums import PIECES, Kit
from sandbox.sound.genres import GENRES
from sandbox.sound.patches import PATCHES, sound_of
from sandbox.sound.pieces import Piece
from sandbox.sound.score import PARTS, SAMPLE_RATE, SUNG_PARTS, Note, Score, Track
from sandbox.sound.singing import Singer
from sandbox.sound.waves import Samples

HIGHEST_PEAK: Final = 0.9
"""What the sum of the stems never exceeds, 1 being full scale."""

_GAIN: Final = 0.19
"""The same for all songs, so that a change in one place leaves the rest at its level."""

_TIED: Final = 0.1
"""Beats of silence between two notes of a singer up to which there is no breath between them."""

_BRIDGE_SECONDS: Final = 0.012
"""How long it takes from one sound to another where a splice begins or ends."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A part's place at the mixing desk.

    Attributes:
        level: Its loudness.
        side: Where its middle stands, -1 left to 1 right.
        width: How far its high notes stand from its low ones.
        room: How much of it goes into the room.
        echo: Strength of its echo; 0 for none.
        bend: The level, 1 being full scale, towards which its peaks are bent as tape does; 0 for straight.
        ducks: Whether it makes way for the kick in the genres that pump.
    """

    level: float
    side: float = 0.0
    width: float = 0.0
    room: float = 0.1
    echo: float = 0.0
    bend: float = 0.0
    ducks: bool = False


DESK: Final[Mapping[str, Channel]] = {
    "Vocals": Channel(0.73, room=0.2, echo=0.18, bend=0.4),
    "Backing Vocals": Channel(0.38, width=0.6, room=0.35),
    "Drums": Channel(2.3, room=0.06, bend=0.5),
    "Bass": Channel(1.38, room=0.0, bend=0.3, ducks=True),
    "Guitar": Channel(1.27, bend=0.3, side=-0.35, width=0.2, room=0.14),
    "Keyboard": Channel(0.76, side=0.2, width=0.4, room=0.14, ducks=True),
    "Percussion": Channel(2.7, room=0.12),
    "Strings": Channel(0.33, width=0.4, room=0.3, ducks=True),
    "Synth": Channel(0.84, side=0.3, width=0.5, room=0.16, echo=0.3, ducks=True),
    "FX": Channel(1.3, width=0.9, room=0.35),
    "Brass": Channel(0.6, side=-0.2, width=0.3, room=0.22),
    "Woodwinds": Channel(0.54, side=0.35, room=0.26, echo=0.12),
}
ROOM: Final = space.Room()


def render(music: Score | Piece) -> dict[str, Samples]:
    """The stems by part, in the order of `PARTS`: float32 of shape (frames, 2), at `SAMPLE_RATE`.

    `mix` of them peaks at 0.9 or below. A second of song takes about 4.6 MB.
    """
    stems = {part: _heard(music, part) for part in PARTS}
    gain = _safe_gain(mix(stems))
    return stems if gain == 1 else {part: stem * gain for part, stem in stems.items()}


def render_mix(music: Score | Piece) -> Samples:
    """What `mix` makes of all stems, in the memory of two of them."""
    total = _heard(music, PARTS[0]).copy()
    for part in PARTS[1:]:
        total += _heard(music, part)
    total *= _safe_gain(total)
    return total


def _safe_gain(samples: Samples) -> np.float32:
    peak = float(np.max(np.abs(samples)))
    # Rarely: the parts meet at their loudest. A hair less than the limit leaves room for rounding.
    return np.float32(0.9999 * HIGHEST_PEAK / peak if peak > HIGHEST_PEAK else 1)


def mix(stems: Mapping[str, Samples]) -> Samples:
    """The sum of the stems, nothing else; raises `ValueError` without any."""
    tracks = iter(stems.values())
    try:
        total = next(tracks).copy()
    except StopIteration:
        raise ValueError("no stems to add up") from None
    for track in tracks:
        total += track
    return total


def basic(stems: Mapping[str, Samples]) -> dict[str, Samples]:
    """The two stems of the short kind: "Vocals" with the backing vocals, and "Instrumental", the rest."""
    return {
        "Vocals": mix({part: stems[part] for part in SUNG_PARTS}),
        "Instrumental": mix({part: stems[part] for part in PARTS if part not in SUNG_PARTS}),
    }


def _heard(music: Score | Piece, part: str) -> Samples:
    """One stem; where a splice begins and ends, its own sound takes over within a few milliseconds."""
    if isinstance(music, Score):
        return _stem(music, music.track(part))
    stem = _stem(music.score, music.score.track(part))
    for splice in music.splices:
        low, high = round(splice.starts * SAMPLE_RATE), round(splice.ends * SAMPLE_RATE)
        inside = _stem(splice.score, splice.score.track(part))[low:high]
        place = stem[low : low + len(inside)]
        place += _bridge(len(inside)) * (inside - place)
    return stem[music.first_frame :]


def _bridge(frames: int) -> Samples:
    """From 0 to 1 and back within so many frames, as a column."""
    ramp = np.arange(1, frames + 1, dtype=np.float32) / np.float32(_BRIDGE_SECONDS * SAMPLE_RATE)
    bridge: Samples = np.minimum(1, np.minimum(ramp, ramp[::-1]))[:, np.newaxis]
    return bridge


def _stem(score: Score, track: Track) -> Samples:
    stem = np.zeros((2, score.frames), dtype=np.float32)
    if track.notes:
        channel = DESK[track.part]
        _play(score, track, channel, stem)
        if channel.echo:
            space.add_echo(stem, score.seconds_at(0.75), channel.echo)
        if channel.ducks and (depth := GENRES[score.genre].pump):
            space.duck(stem, _kicks(score), depth)
        if channel.room:
            space.add_room(stem, ROOM, channel.room)
        stem *= np.float32(_GAIN * channel.level)
        if channel.bend:
            stem = np.tanh(stem / np.float32(channel.bend)) * np.float32(channel.bend)
        envelopes.fade_out(stem, min(0.6, score.seconds / 4))
    return stem.T


def _play(score: Score, track: Track, channel: Channel, stem: Samples) -> None:
    patch = PATCHES[track.patch]
    before: Note | None = None
    for note in track.notes:
        tied = isinstance(patch, Singer) and before is not None and _tied(before, note)
        sound = sound_of(
            patch,
            note,
            seconds=score.seconds_at(note.duration),
            before=before.pitch if tied and before is not None else None,
        )
        side = PIECES[note.sound].side if isinstance(patch, Kit) else channel.width * (note.pitch - 66) / 18
        _place(stem, sound, start=round(score.seconds_at(note.start) * SAMPLE_RATE), side=channel.side + side)
        before = note


def _tied(before: Note, note: Note) -> bool:
    return before.start < note.start and note.start - (before.start + before.duration) < _TIED


def _place(stem: Samples, sound: Samples, *, start: int, side: float) -> None:
    """Add a sound at equal power between the sides; what would lie beyond the song's end is dropped."""
    angle = (min(0.9, max(-0.9, side)) + 1) * np.pi / 4
    heard = sound[..., : max(0, stem.shape[1] - start)]
    left, right = (heard, heard) if heard.ndim == 1 else heard * np.float32(np.sqrt(2))
    stem[0, start : start + heard.shape[-1]] += np.float32(np.cos(angle)) * left
    stem[1, start : start + heard.shape[-1]] += np.float32(np.sin(angle)) * right


def _kicks(score: Score) -> tuple[float, ...]:
    return tuple(score.seconds_at(note.start) for note in score.track("Drums").notes if note.sound == "kick")
