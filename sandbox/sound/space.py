"""The room around one stem; it works on that stem alone, so the stems still add up to the mix."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.seeds import stream
from sandbox.sound.waves import Samples

_ROOM_RATE: Final = SAMPLE_RATE // 2
"""The room is computed at half the rate: walls swallow what lies above 10 kHz, and it is twice as fast."""

_BLOCK: Final = 32_768
_MUD_HZ: Final = 150


@dataclass(frozen=True, slots=True)
class Room:
    """Seconds until lows and highs have fallen by 60 dB, and the gap before the first reflection."""

    low_seconds: float = 1.3
    high_seconds: float = 0.6
    gap: float = 0.016


def add_room(stem: Samples, room: Room, gain: float) -> None:
    """Add the room's answer to a stem of shape (2, frames), in place; it stops with the stem."""
    frames = stem.shape[1]
    padded = np.zeros(-(-frames // (2 * _BLOCK)) * 2 * _BLOCK, dtype=np.float32)
    np.add(stem[0], stem[1], out=padded[:frames])
    # Pairs of frames become one: the crudest filter for the halved rate, enough for what the room keeps.
    blocks = (padded[0::2] + padded[1::2]).reshape(-1, _BLOCK) * np.float32(0.25 * gain)
    heard = blocks.any(axis=1)  # most parts rest for half of the song
    spectra = np.fft.rfft(blocks[heard], 2 * _BLOCK)
    for side, response in enumerate(_responses(room)):
        answer = np.zeros((len(blocks) + 1, _BLOCK), dtype=np.float32)
        halves = np.fft.irfft(spectra * response, 2 * _BLOCK)
        answer[:-1][heard] = halves[:, :_BLOCK]
        answer[1:][heard] += halves[:, _BLOCK:]
        stem[side] += _doubled(answer.reshape(-1))[:frames]


def _doubled(samples: Samples) -> Samples:
    """Twice the rate, by straight lines between the frames."""
    result = np.empty(2 * len(samples), dtype=np.float32)
    result[0::2] = samples
    result[1:-1:2] = np.float32(0.5) * (samples[:-1] + samples[1:])
    result[-1] = samples[-1]
    return result


@lru_cache(maxsize=8)
def _responses(room: Room) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Spectra of the impulse response at either ear; they share no sample, which is what sounds wide."""
    return _response(room, "left"), _response(room, "right")


def _response(room: Room, side: str) -> NDArray[np.complex64]:
    frames = min(_BLOCK, round(room.low_seconds * _ROOM_RATE))
    time = np.arange(frames) / _ROOM_RATE
    rng = stream("room", side)
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    f = np.fft.rfftfreq(frames, 1 / _ROOM_RATE)
    low = np.fft.irfft(spectrum / (1 + (f / 1200) ** 2) * (f > _MUD_HZ), frames)
    high = np.fft.irfft(spectrum * (f / 1200) ** 2 / (1 + (f / 1200) ** 2) / (1 + (f / 6500) ** 4), frames)
    tail = low * 10 ** (-3 * time / room.low_seconds) + high * 10 ** (-3 * time / room.high_seconds)
    gap = round(room.gap * _ROOM_RATE)
    tail[:gap] = 0
    tail[gap : gap + 64] *= np.linspace(0, 1, 64)
    for reflection in rng.uniform(room.gap, 0.09, 6):
        tail[round(reflection * _ROOM_RATE)] += 4 * rng.choice((-1.0, 1.0)) * (0.1 - reflection) / 0.1
    tail /= np.sqrt(np.sum(tail**2))
    return np.fft.rfft(tail, 2 * _BLOCK).astype(np.complex64)


def add_echo(stem: Samples, seconds: float, gain: float) -> None:
    """Add three repeats that go from side to side, in place, each `gain` times the one before."""
    dry = (stem[0] + stem[1]) * np.float32(0.5)
    for repeat in range(1, 4):
        delay = round(repeat * seconds * SAMPLE_RATE)
        if delay < dry.shape[0]:
            stem[repeat % 2, delay:] += np.float32(gain**repeat) * dry[: dry.shape[0] - delay]


def duck(stem: Samples, beats: tuple[float, ...], depth: float) -> None:
    """Make the stem step back by `depth`, 0 to 1, at these times in seconds, as dance music does."""
    length = round(0.26 * SAMPLE_RATE)
    x = np.linspace(0, 1, length, dtype=np.float32)
    # Down within 8 ms, which is soon enough to be felt and too slow to click, then up again.
    dip = 1 - np.float32(depth) * np.minimum(x * (0.26 / 0.008), (1 - x) ** 1.5)
    for beat in beats:
        start = round(beat * SAMPLE_RATE)
        part = stem[:, start : start + length]
        part *= dip[: part.shape[1]]
