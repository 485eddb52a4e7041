"""The sounds between the notes: risers, impacts, swells, chimes, dust on the record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from sandbox.sound import envelopes
from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.seeds import stream
from sandbox.sound.waves import Samples, frequency, noise


@dataclass(frozen=True, slots=True)
class Effects:
    """A set of effects; `dark`, 0 to 1, takes the top off, `level` is its loudness beside other patches."""

    dark: float = 0.0
    level: float = 1.0


def play(patch: Effects, sound: str, *, pitch: int, seconds: float, velocity: float) -> Samples:
    """One effect (a key of `SOUNDS`) of the given length, mono."""
    samples = SOUNDS[sound](patch, pitch, seconds)
    envelopes.fade_in(samples, 0.004)
    envelopes.fade_out(samples, 0.06)
    samples *= np.float32(patch.level * velocity)
    return samples


def _bands(patch: Effects, frames: int) -> tuple[Samples, ...]:
    top = 1 - 0.6 * patch.dark
    edges = ((200, 700), (700, 2000), (2000, 5000 * top), (5000 * top, 11_000 * top))
    return tuple(np.resize(noise("wind", low, high), frames) for low, high in edges)


def _riser(patch: Effects, _pitch: int, seconds: float) -> Samples:
    """Wind that climbs through four bands up to the beat on which it stops."""
    frames = round(seconds * SAMPLE_RATE)
    x = np.linspace(0, 1, frames, dtype=np.float32)
    result = np.zeros(frames, dtype=np.float32)
    for number, band in enumerate(_bands(patch, frames)):
        result += band * np.exp(-(((x - (0.3 + 0.23 * number)) / 0.25) ** 2))
    return np.float32(0.22) * result * x**2


def _fall(patch: Effects, _pitch: int, seconds: float) -> Samples:
    """The riser's answer: wind that sinks and thins out."""
    return np.ascontiguousarray(_riser(patch, 0, seconds)[::-1])


def _swell(patch: Effects, _pitch: int, seconds: float) -> Samples:
    """A cymbal played backwards."""
    frames = round(seconds * SAMPLE_RATE)
    band = np.resize(noise("cymbal", 3500, 12_000 * (1 - 0.5 * patch.dark)), frames)
    return np.float32(0.2) * band * envelopes.decay(frames, seconds / 4)[::-1]


def _impact(patch: Effects, _pitch: int, seconds: float) -> Samples:
    """A boom with air in it, for the first beat of a chorus."""
    frames = round(max(seconds, 1.2) * SAMPLE_RATE)
    time = envelopes.clock(frames)
    boom = np.sin(2 * np.pi * (38 * time + 2.4 * (1 - np.exp(-time / 0.05)))) * np.exp(-time / 0.45)
    air = np.resize(noise("boom", 150, 3000 * (1 - 0.5 * patch.dark)), frames) * envelopes.decay(frames, 0.3)
    return (0.5 * boom + 0.1 * air).astype(np.float32)


def _chime(_patch: Effects, pitch: int, seconds: float) -> Samples:
    """One small bell; its partials are those of a struck bar (1 : 2.76 : 5.40)."""
    frames = round(max(seconds, 1.0) * SAMPLE_RATE)
    time = envelopes.clock(frames)
    result = np.zeros(frames, dtype=np.float32)
    for ratio, gain, body in ((1.0, 0.2, 0.5), (2.756, 0.09, 0.22), (5.404, 0.04, 0.09)):
        if (hertz := frequency(pitch) * ratio) < SAMPLE_RATE / 3:
            result += (
                np.float32(gain)
                * np.sin(2 * np.pi * hertz * time).astype(np.float32)
                * envelopes.decay(frames, body)
            )
    return result


def _crackle(_patch: Effects, _pitch: int, seconds: float) -> Samples:
    """Dust in the groove of an old record, and the hiss under it."""
    frames = round(seconds * SAMPLE_RATE)
    rng = stream("crackle", frames)
    clicks = np.zeros(frames, dtype=np.float32)
    where = rng.integers(0, frames, max(1, round(14 * seconds)))
    clicks[where] = rng.choice((-1.0, 1.0), len(where)) * rng.gamma(1.2, 0.10, len(where))
    # Each speck is a short ring instead of a single sample.
    speck = noise("speck", 1200, 6000, 0.25)[:96] * envelopes.decay(96, 0.0005)
    hiss = np.resize(noise("groove", 500, 4000), frames)
    return np.convolve(clicks, speck)[:frames].astype(np.float32) + np.float32(0.012) * hiss


SOUNDS: Final[Mapping[str, Callable[[Effects, int, float], Samples]]] = MappingProxyType(
    {"riser": _riser, "fall": _fall, "swell": _swell, "impact": _impact, "chime": _chime, "crackle": _crackle}
)
"""Every effect by name: (patch, pitch, seconds) to sound."""
