"""Turn a file into Ogg Opus as voice channels take it: 48 kHz, in packets of 20 ms. Needs the voice extra.

libsndfile reads and writes; it writes Opus at a few rates only, and songs mostly come at 44.1 kHz.
"""

from collections.abc import Iterator
from math import gcd
from pathlib import Path
from typing import Any

RATE = 48_000
_BLOCK = 1 << 16
# Neighbours that a new sample is made of.
_TAPS = 32


def write_opus(source: Path, target: Path) -> float:
    """Write a file anew; its length in seconds. Raises OSError or RuntimeError where it cannot be read."""
    import soundfile  # noqa: PLC0415 - only a call pays for it

    with (
        soundfile.SoundFile(source) as sound,
        soundfile.SoundFile(target, "w", RATE, min(sound.channels, 2), "OPUS", format="OGG") as written,
    ):
        blocks = (block[:, :2] for block in sound.blocks(_BLOCK, always_2d=True, dtype="float32"))
        for block in blocks if sound.samplerate == RATE else _resampled(blocks, sound.samplerate):
            written.write(block)
        return float(sound.frames) / float(sound.samplerate)


def _resampled(blocks: Iterator[Any], rate: int) -> Iterator[Any]:
    """The same sound at 48 kHz, each sample weighed from its neighbours by a windowed sinc.

    The places of new samples between old ones repeat after some of them, so each has its weights once.
    """
    import numpy as np  # noqa: PLC0415 - as above

    common, half = gcd(rate, RATE), _TAPS // 2
    old, new = rate // common, RATE // common  # so many become so many
    places = np.arange(new) * old / new
    away = np.arange(1 - half, half + 1) - (places % 1)[:, None]
    weights = np.sinc(away * min(1.0, RATE / rate)) * np.cos(np.pi * away / (_TAPS + 2)) ** 2
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    kept = np.zeros((0, half), np.float32)
    for block in blocks:
        kept = kept if len(kept) else np.zeros((block.shape[1], half - 1), np.float32)
        kept = np.concatenate([kept, block.T], axis=1)
        groups = (kept.shape[1] - _TAPS) // old
        if groups > 0:
            near = np.lib.stride_tricks.sliding_window_view(kept, _TAPS, axis=1)
            made = np.empty((len(kept), groups * new), np.float32)
            for number, first in enumerate(places.astype(int)):
                made[:, number::new] = near[:, first : first + groups * old : old] @ weights[number]
            yield made.T
            kept = np.ascontiguousarray(kept[:, groups * old :])
