"""Plucked strings after Karplus and Strong (1983): a burst of noise goes round a delay line and darkens."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sandbox.sound import envelopes
from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.seeds import stream
from sandbox.sound.waves import Samples, frequency, frozen

_LONGEST = 2.6


@dataclass(frozen=True, slots=True)
class Pluck:
    """A string.

    Attributes:
        damping: Share of the neighbouring frame in each round, 0 to 0.5: the more, the sooner it is dark.
        ring: Seconds until the string has lost 60 dB.
        softness: Frames over which the pick is smoothed; a fingertip has more than a plectrum.
        position: Where along the string it is plucked, which takes away every 1/position-th partial.
        release: Seconds of the damping hand at the end of the note.
        drive: Gain into a soft clipper, 0 for none.
        level: Loudness beside the other patches.
    """

    damping: float = 0.4
    ring: float = 3.0
    softness: int = 6
    position: float = 0.18
    release: float = 0.09
    drive: float = 0.0
    level: float = 1.0


def play(string: Pluck, *, pitch: int, seconds: float, velocity: float) -> Samples:
    """One note, mono, let go after `seconds` (or when the string is still)."""
    frames = min(round((seconds + string.release) * SAMPLE_RATE), round(_LONGEST * SAMPLE_RATE))
    samples = _string(string, pitch)[:frames].copy()
    if string.drive:
        # More drive for a harder stroke; the clipper's own gain is taken out again.
        push = np.float32(string.drive * (0.5 + velocity))
        samples = np.tanh(samples * push) / np.tanh(push)
    envelopes.fade_in(samples, 0.002)
    envelopes.fade_out(samples, string.release)
    samples *= np.float32(string.level * velocity)
    return samples


@lru_cache(maxsize=256)
def _string(string: Pluck, pitch: int) -> Samples:
    wanted = frequency(pitch)
    # The averaging delays by `damping` frames, the line by whole ones; the rest is tuned by resampling.
    line = int(SAMPLE_RATE / wanted - string.damping)
    tuned = wanted * (line + string.damping) / SAMPLE_RATE
    frames = int(_LONGEST * SAMPLE_RATE * tuned) + 2
    raw = _go_round(_excitation(string, line, pitch), frames=frames, string=string, hertz=wanted)
    steady = np.interp(np.arange(int(_LONGEST * SAMPLE_RATE)) * tuned, np.arange(len(raw)), raw)
    return frozen(steady * (0.35 / max(1e-9, float(np.sqrt(np.mean(np.square(steady[: SAMPLE_RATE // 4])))))))


def _excitation(string: Pluck, line: int, pitch: int) -> NDArray[np.float64]:
    burst = stream("string", pitch).uniform(-1, 1, line)
    # Round the ends: the delay line is a circle, and so are both of these filters.
    for _ in range(2):
        burst = np.mean([np.roll(burst, shift) for shift in range(string.softness)], axis=0)
    plucked: NDArray[np.float64] = burst - np.roll(burst, max(1, round(string.position * line)))
    return plucked


def _go_round(burst: NDArray[np.float64], *, frames: int, string: Pluck, hertz: float) -> NDArray[np.float64]:
    line = len(burst)
    loss = 10 ** (-3 / (string.ring * hertz))
    here, there = loss * (1 - string.damping), loss * string.damping
    rounds = frames // line + 2
    out = np.zeros(rounds * line + 1)
    out[1 : line + 1] = burst
    for start in range(line + 1, rounds * line + 1, line):
        out[start : start + line] = (
            here * out[start - line : start] + there * out[start - line - 1 : start - 1]
        )
    return out[1 : frames + 1]
