"""A voice: a train of glottal pulses through the resonances of a mouth that moves from sound to sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sandbox.sound import envelopes
from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.waves import Samples, frequency, frozen, noise, partials_of, period, read, unit

_Formants = tuple[tuple[float, float, float], ...]

# Frequency in Hz, level in dB, bandwidth in Hz: the values of the Csound manual's appendix "Formant Values".
# The bandwidths are widened in use, so that a vowel keeps its colour at every pitch.
_VOWELS: Final[Mapping[str, Mapping[str, _Formants]]] = MappingProxyType(
    {
        "soprano": {
            "a": ((800, 0, 80), (1150, -6, 90), (2900, -32, 120), (3900, -20, 130), (4950, -50, 140)),
            "e": ((350, 0, 60), (2000, -20, 100), (2800, -15, 120), (3600, -40, 150), (4950, -56, 200)),
            "i": ((270, 0, 60), (2140, -12, 90), (2950, -26, 100), (3900, -26, 120), (4950, -44, 120)),
            "o": ((450, 0, 70), (800, -11, 80), (2830, -22, 100), (3800, -22, 130), (4950, -50, 135)),
            "u": ((325, 0, 50), (700, -16, 60), (2700, -35, 170), (3800, -40, 180), (4950, -60, 200)),
        },
        "alto": {
            "a": ((800, 0, 80), (1150, -4, 90), (2800, -20, 120), (3500, -36, 130), (4950, -60, 140)),
            "e": ((400, 0, 60), (1600, -24, 80), (2700, -30, 120), (3300, -35, 150), (4950, -60, 200)),
            "i": ((350, 0, 50), (1700, -20, 100), (2700, -30, 120), (3700, -36, 150), (4950, -60, 200)),
            "o": ((450, 0, 70), (800, -9, 80), (2830, -16, 100), (3500, -28, 130), (4950, -55, 135)),
            "u": ((325, 0, 50), (700, -12, 60), (2530, -30, 170), (3500, -40, 180), (4950, -64, 200)),
        },
        "tenor": {
            "a": ((650, 0, 80), (1080, -6, 90), (2650, -7, 120), (2900, -8, 130), (3250, -22, 140)),
            "e": ((400, 0, 70), (1700, -14, 80), (2600, -12, 100), (3200, -14, 120), (3580, -20, 120)),
            "i": ((290, 0, 40), (1870, -15, 90), (2800, -18, 100), (3250, -20, 120), (3540, -30, 120)),
            "o": ((400, 0, 70), (800, -10, 80), (2600, -12, 100), (2800, -12, 130), (3000, -26, 135)),
            "u": ((350, 0, 40), (600, -20, 60), (2700, -17, 100), (2900, -14, 120), (3300, -26, 120)),
        },
    }
)
_CLOSED: Final[_Formants] = ((250, 0, 60), (1100, -26, 200), (2300, -36, 250))  # lips or tongue: m, n, l
_HISS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "s": (5200, 9500),
        "t": (3500, 8000),
        "f": (2500, 9000),
        "h": (900, 3500),
        "k": (1500, 3500),
        "p": (500, 1500),
    }
)
_VOICED: Final = "mnlrwyvzbdgj"


@dataclass(frozen=True, slots=True)
class Singer:
    """A voice: whose mouth (a key of the vowel table), and how it is used."""

    mouth: str
    vibrato_cents: float = 30.0
    vibrato_rate: float = 5.4
    breath: float = 0.05
    attack: float = 0.03
    consonants: float = 1.0
    level: float = 1.0


def sing(
    singer: Singer, *, pitch: int, seconds: float, velocity: float, syllable: str, before: int | None
) -> Samples:
    """One sung note, mono.

    `syllable` is an optional consonant and one or two vowels of "aeiou", as in "lai". `before` is the pitch
    from which the voice glides when it comes from another note without a breath.
    """
    onset = syllable[:1] if syllable[:1] not in "aeiou" else ""
    vowels = syllable[len(onset) :] or "a"
    lead = 0.05 if onset in _HISS else 0.0
    frames = round((seconds + 0.09) * SAMPLE_RATE)
    time = envelopes.clock(frames)
    cycles = _pitch_curve(singer, time, pitch=pitch, before=before)
    voice = read(_vowel(singer.mouth, vowels[0], pitch), cycles)
    if len(vowels) > 1:
        _move(
            voice,
            read(_vowel(singer.mouth, vowels[1], pitch), cycles),
            np.clip((time / seconds - 0.5) / 0.3, 0, 1),
        )
    if onset in _VOICED and onset:
        _move(
            voice,
            np.float32(0.5) * read(_vowel(singer.mouth, "", pitch), cycles),
            np.exp(-((time / 0.055) ** 2)),
        )
    voice += np.float32(singer.breath) * np.resize(_breath(singer.mouth, vowels[0]), frames)
    swell = envelopes.vibrato(frames, depth=0.1, rate=singer.vibrato_rate, delay=0.5)
    voice *= (1 + swell - 0.25 * np.minimum(1, time / max(seconds, 0.3))).astype(np.float32)
    if lead:
        voice[: round(lead * SAMPLE_RATE)] = 0
        envelopes.fade_in(voice[round(lead * SAMPLE_RATE) :], 0.03)
        _add_hiss(voice, onset, np.float32(singer.consonants))
    envelopes.fade_in(voice, 0.004 if lead else singer.attack)
    envelopes.fade_out(voice, 0.09)
    voice *= np.float32(singer.level * velocity)
    return voice


def _pitch_curve(
    singer: Singer, time: NDArray[np.float64], *, pitch: int, before: int | None
) -> NDArray[np.float64]:
    """Phase in cycles: a glide or a small scoop into the note, then vibrato."""
    start = -0.6 if before is None else float(np.clip(before - pitch, -7, 7))
    bend = start * np.exp(-time / 0.035)
    bend += (
        envelopes.vibrato(len(time), depth=singer.vibrato_cents, rate=singer.vibrato_rate, delay=0.6) / 100
    )
    bend += 0.06 * np.sin(2 * np.pi * 1.3 * time + pitch)
    return np.cumsum(frequency(pitch) / SAMPLE_RATE * np.exp2(bend / 12))


def _move(voice: Samples, other: Samples, share: NDArray[np.float64]) -> None:
    """Let the mouth go from one sound to another, in place; `share` says how far it is at each frame."""
    voice += share.astype(np.float32) * (other - voice)


def _add_hiss(voice: Samples, onset: str, gain: np.float32) -> None:
    low, high = _HISS[onset]
    length = min(len(voice), round((0.11 if onset in "sf" else 0.06) * SAMPLE_RATE))
    hiss = noise("hiss" + onset, low, high, 0.25)[:length].copy()
    envelopes.fade_in(hiss, 0.03 if onset in "sfh" else 0.002)
    envelopes.fade_out(hiss, 0.05)
    voice[:length] += np.float32(0.22) * gain * hiss


@lru_cache(maxsize=512)
def _vowel(mouth: str, vowel: str, pitch: int) -> Samples:
    k = partials_of(pitch)
    f = k * frequency(pitch)
    return period(_colour(_VOWELS[mouth][vowel] if vowel else _CLOSED, f) + 0.3 / k / (1 + (f / 1200) ** 2))


@lru_cache(maxsize=32)
def _breath(mouth: str, vowel: str) -> Samples:
    air = noise("breath", 400, 7000)
    spectrum = np.fft.rfft(air) * (
        _colour(_VOWELS[mouth][vowel], np.fft.rfftfreq(len(air), 1 / SAMPLE_RATE)) + 0.05
    )
    return frozen(unit(np.fft.irfft(spectrum, len(air))))


def _colour(formants: _Formants, f: NDArray[np.floating]) -> NDArray[np.float64]:
    """Gain at each frequency: the resonances side by side."""
    total = np.zeros(len(f))
    for centre, decibels, width in formants:
        total += 10 ** (decibels / 20) / np.sqrt(1 + ((f - centre) / (0.8 * width)) ** 2)
    return total
