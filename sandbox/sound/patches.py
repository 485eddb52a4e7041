"""Every instrument by name, and the sound of one note on it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from sandbox.sound import drums, effects, plucks, singing, tones
from sandbox.sound.drums import Kit
from sandbox.sound.effects import Effects
from sandbox.sound.plucks import Pluck
from sandbox.sound.score import Note
from sandbox.sound.singing import Singer
from sandbox.sound.tones import Layer, Tone
from sandbox.sound.waves import Samples

Patch: TypeAlias = Tone | Pluck | Singer | Kit | Effects


def _ensemble(shape: str, cutoff: float, cents: float, *, spread: float = 0.7) -> tuple[Layer, ...]:
    """Three players of the same line, slightly apart in pitch and place."""
    return (
        Layer(shape, 0.42, cutoff, side=-spread, cents=-cents),
        Layer(shape, 0.42, cutoff * 0.9),
        Layer(shape, 0.42, cutoff, side=spread, cents=cents * 1.13),
    )


_SUNG: Final[Mapping[str, Patch]] = {
    "soprano": Singer("soprano", vibrato_cents=28, breath=0.05),
    "alto": Singer("alto", vibrato_cents=24, breath=0.07),
    "tenor": Singer("tenor", vibrato_cents=24, breath=0.045),
    "soprano choir": Singer(
        "soprano", vibrato_cents=16, vibrato_rate=4.9, breath=0.1, attack=0.08, consonants=0.2
    ),
    "alto choir": Singer(
        "alto", vibrato_cents=16, vibrato_rate=4.7, breath=0.12, attack=0.08, consonants=0.2
    ),
    "tenor choir": Singer(
        "tenor", vibrato_cents=14, vibrato_rate=5.0, breath=0.08, attack=0.08, consonants=0.2
    ),
}
_KITS: Final[Mapping[str, Patch]] = {
    "studio kit": Kit(),
    "rock kit": Kit(kick_hz=56, snare_hz=170, snare_decay=0.15, top_hz=6500, level=0.9),
    "machine": Kit(kick_hz=47, kick_decay=0.24, snare_hz=210, snare_decay=0.09, top_hz=8500, level=0.9),
    "dusty kit": Kit(kick_hz=54, kick_decay=0.13, snare_hz=205, snare_decay=0.07, top_hz=5200, dust=7500),
    "brush kit": Kit(kick_hz=60, kick_decay=0.1, snare_decay=0.08, top_hz=6000, dust=11_000, level=1.15),
    "hand percussion": Kit(),
    "dusty percussion": Kit(dust=8500, level=1.5),
    "bright effects": Effects(),
    "dark effects": Effects(dark=0.8),
}
_BASSES: Final[Mapping[str, Patch]] = {
    "finger bass": Tone(
        (Layer("soft", 0.8, 900, decay=0.9), Layer("saw", 0.5, 700, decay=0.25, touch=0.6)),
        attack=0.005,
        release=0.07,
    ),
    "upright bass": Tone(
        (Layer("soft", 0.9, 500, decay=0.5), Layer("triangle", 0.4, 900, decay=0.15, touch=0.5)), release=0.08
    ),
    "synth bass": Tone(
        (Layer("saw", 0.55, 380), Layer("saw", 0.5, 1600, decay=0.12, touch=0.5), Layer("sine", 0.4)),
        release=0.05,
    ),
    "deep bass": Tone(
        (Layer("sine", 0.55), Layer("triangle", 0.25, 500, decay=0.4)), attack=0.01, release=0.08
    ),
}
_GUITARS: Final[Mapping[str, Patch]] = {
    "nylon guitar": Pluck(damping=0.45, ring=2.2, softness=14, position=0.22),
    "steel guitar": Pluck(damping=0.3, ring=3.2, softness=5, position=0.13, level=0.82),
    "jazz guitar": Pluck(damping=0.48, ring=2.6, softness=22, position=0.3, level=1.2),
    "clean guitar": Pluck(damping=0.36, ring=2.8, softness=8, position=0.2),
    "driven guitar": Pluck(
        damping=0.4, ring=4.0, softness=9, position=0.16, release=0.06, drive=4.0, level=0.62
    ),
}
_KEYS: Final[Mapping[str, Patch]] = {
    "piano": Tone(
        (
            Layer("piano", 0.6, 1500, decay=1.3, side=-0.25),
            Layer("piano", 0.6, 4500, decay=0.35, touch=0.7, side=0.25, cents=2),
            Layer("bell", 0.08, 5000, decay=0.04, touch=0.8),
        ),
        attack=0.003,
        release=0.18,
        level=1.05,
    ),
    "felt piano": Tone(
        (
            Layer("piano", 0.8, 800, decay=1.1, side=-0.2),
            Layer("soft", 0.3, 2000, decay=0.25, side=0.3, cents=3),
        ),
        attack=0.008,
        release=0.3,
        level=1.05,
    ),
    "electric piano": Tone(
        (
            Layer("soft", 0.75, 1800, decay=1.5),
            Layer("tine", 0.16, 9000, decay=0.13, touch=0.9),
            Layer("reed", 0.25, 1600, decay=0.35, touch=0.8),
        ),
        attack=0.003,
        release=0.16,
        level=1.0,
    ),
    "organ": Tone(
        (Layer("organ", 0.42, 4500, side=-0.5, cents=-3), Layer("organ", 0.42, 4500, side=0.5, cents=3)),
        attack=0.01,
        release=0.06,
        vibrato_cents=7,
        vibrato_rate=6.4,
        level=0.85,
    ),
}
_BOWED: Final[Mapping[str, Patch]] = {
    "string ensemble": Tone(_ensemble("bowed", 3200, 8), attack=0.14, release=0.35, vibrato_cents=9),
    "warm strings": Tone(_ensemble("bowed", 1700, 7), attack=0.25, release=0.5, vibrato_cents=8),
    "tape strings": Tone(
        _ensemble("saw", 1500, 12), attack=0.18, release=0.35, vibrato_cents=14, vibrato_rate=4.2
    ),
}
_SYNTHS: Final[Mapping[str, Patch]] = {
    "pluck synth": Tone(
        (Layer("saw", 0.5, 900, decay=0.35), Layer("saw", 0.6, 4200, decay=0.09, touch=0.5, cents=6)),
        release=0.12,
        level=1.35,
    ),
    "square synth": Tone(
        (Layer("square", 0.5, 2200, decay=0.6), Layer("pulse", 0.3, 5000, decay=0.1, cents=-5)), release=0.1
    ),
    "glass synth": Tone(
        (Layer("bell", 0.5, 4500, decay=0.5, side=-0.5), Layer("sine", 0.5, decay=0.8, side=0.5, cents=5)),
        release=0.25,
    ),
    "wide synth": Tone(_ensemble("saw", 2600, 14, spread=0.9), attack=0.02, release=0.2, level=0.6),
}
_WINDS: Final[Mapping[str, Patch]] = {
    "brass section": Tone(
        (*_ensemble("brass", 1100, 5, spread=0.5), Layer("brass", 0.4, 3200, decay=0.25, touch=0.9)),
        attack=0.035,
        release=0.09,
        vibrato_cents=8,
    ),
    "muted trumpet": Tone(
        (Layer("oboe", 0.5, 3500), Layer("brass", 0.35, 2600)), attack=0.03, vibrato_cents=16
    ),
    "french horn": Tone(
        (Layer("brass", 0.9, 650), Layer("soft", 0.4, 1500)), attack=0.07, release=0.2, vibrato_cents=6
    ),
    "flute": Tone((Layer("flute", 0.9, 6000),), attack=0.05, release=0.1, vibrato_cents=18, breath=0.06),
    "clarinet": Tone((Layer("reed", 0.8, 2000),), attack=0.04, release=0.08, vibrato_cents=6, breath=0.015),
    "oboe": Tone((Layer("oboe", 0.75, 4500),), attack=0.035, release=0.08, vibrato_cents=15, breath=0.01),
    "saxophone": Tone(
        (Layer("saw", 0.55, 1500), Layer("reed", 0.35, 2800, touch=0.8)),
        attack=0.03,
        vibrato_cents=20,
        breath=0.05,
        level=1.6,
    ),
}

PATCHES: Final[Mapping[str, Patch]] = MappingProxyType(
    {**_SUNG, **_KITS, **_BASSES, **_GUITARS, **_KEYS, **_BOWED, **_SYNTHS, **_WINDS}
)
"""Every instrument that a track may name."""


def sound_of(patch: Patch, note: Note, *, seconds: float, before: int | None) -> Samples:
    """One note on an instrument: shape (frames,), or (2, frames) where the instrument itself is wide.

    `seconds` is the note's duration; `before` the pitch it is tied to, which matters to a singer alone.
    """
    match patch:
        case Tone():
            return tones.play(patch, pitch=note.pitch, seconds=seconds, velocity=note.velocity)
        case Pluck():
            return plucks.play(patch, pitch=note.pitch, seconds=seconds, velocity=note.velocity)
        case Singer():
            return singing.sing(
                patch,
                pitch=note.pitch,
                seconds=seconds,
                velocity=note.velocity,
                syllable=note.sound,
                before=before,
            )
        case Kit():
            return drums.hit(patch, note.sound, note.velocity)
        case Effects():
            return effects.play(patch, note.sound, pitch=note.pitch, seconds=seconds, velocity=note.velocity)
