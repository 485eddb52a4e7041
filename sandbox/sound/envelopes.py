"""How a sound begins, lives and ends. Times are in seconds; every ramp is long enough not to click."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.waves import Samples


@lru_cache(maxsize=32)
def _clock_of_size(frames: int) -> NDArray[np.float64]:
    clock = np.arange(frames) / SAMPLE_RATE
    clock.flags.writeable = False
    return clock


def clock(frames: int) -> NDArray[np.float64]:
    """The time of each frame. Read-only: a view of one of few shared arrays."""
    return _clock_of_size(1 << max(10, (frames - 1).bit_length()))[:frames]


def decay(frames: int, time_constant: float) -> Samples:
    """A fall from 1 to 1/e within the time constant, and on towards 0."""
    slope = np.float32(-1 / (time_constant * SAMPLE_RATE))
    fall: Samples = np.exp(np.arange(frames, dtype=np.float32) * slope)
    return fall


def fade_in(samples: Samples, seconds: float) -> None:
    """Raise the beginning smoothly from silence, in place; works on the last axis."""
    ramp = _smooth_ramp(samples.shape[-1], seconds)
    samples[..., : len(ramp)] *= ramp


def fade_out(samples: Samples, seconds: float) -> None:
    """Lower the end smoothly to silence, in place; works on the last axis."""
    ramp = _smooth_ramp(samples.shape[-1], seconds)
    samples[..., samples.shape[-1] - len(ramp) :] *= ramp[::-1]


def _smooth_ramp(frames: int, seconds: float) -> Samples:
    return _raised_cosine(min(frames, max(1, round(seconds * SAMPLE_RATE))))


@lru_cache(maxsize=512)
def _raised_cosine(frames: int) -> Samples:
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(frames) / frames)).astype(np.float32)
    ramp.flags.writeable = False
    return ramp


def vibrato(frames: int, *, depth: float, rate: float, delay: float) -> Samples:
    """A slow wave, `rate` per second, that swells to `depth` over `delay` seconds."""
    time = clock(frames).astype(np.float32)
    swell = np.minimum(np.float32(1), time / np.float32(delay))
    wave: Samples = swell * swell * np.sin(time * np.float32(2 * np.pi * rate)) * np.float32(depth)
    return wave
