"""Keys, bows, reeds and synthesisers: a note is a few layers of wave tables, each with a decay of its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.sound import envelopes
from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.waves import Samples, frequency, noise, read, table


@dataclass(frozen=True, slots=True)
class Layer:
    """One partial sound of a tone.

    Attributes:
        shape: Name of a wave shape in `sandbox.sound.waves`.
        gain: Its share of the tone.
        cutoff: Hz above which it gets darker.
        decay: Time constant in seconds; 0 for a layer that lasts as long as the tone.
        side: Where it stands within the instrument, -1 left, 1 right.
        cents: Detuning in hundredths of a semitone.
        touch: How much of its gain depends on the velocity: 0 none, 1 all. Hard notes get brighter by this.
    """

    shape: str
    gain: float
    cutoff: float = 6000.0
    decay: float = 0.0
    side: float = 0.0
    cents: float = 0.0
    touch: float = 0.0


@dataclass(frozen=True, slots=True)
class Tone:
    """An instrument made of layers; times in seconds."""

    layers: tuple[Layer, ...]
    attack: float = 0.006
    release: float = 0.12
    vibrato_cents: float = 0.0
    vibrato_rate: float = 5.2
    breath: float = 0.0
    level: float = 1.0

    @property
    def wide(self) -> bool:
        """Whether its layers stand apart, which makes its notes stereo."""
        return any(layer.side for layer in self.layers)


def play(tone: Tone, *, pitch: int, seconds: float, velocity: float) -> Samples:
    """One note of shape (frames,), or (2, frames) from a wide tone; it rings `release` beyond `seconds`."""
    frames = round((seconds + tone.release) * SAMPLE_RATE)
    time = envelopes.clock(frames)
    cycles = time * frequency(pitch)
    if tone.vibrato_cents:
        bend = envelopes.vibrato(frames, depth=tone.vibrato_cents, rate=tone.vibrato_rate, delay=0.45)
        cycles = np.cumsum(frequency(pitch) / SAMPLE_RATE * (1 + bend * (np.log(2) / 1200)))
    result = np.zeros((2, frames) if tone.wide else frames, dtype=np.float32)
    for number, layer in enumerate(tone.layers):
        _add_layer(
            result,
            layer,
            phase=cycles * 2 ** (layer.cents / 1200) + 0.37 * number,
            pitch=pitch,
            velocity=velocity,
        )
    if tone.breath:
        result += np.float32(tone.breath) * _air(frames)
    envelopes.fade_in(result, tone.attack)
    envelopes.fade_out(result, tone.release)
    result *= np.float32(tone.level * velocity)
    return result


def _add_layer(
    result: Samples, layer: Layer, *, phase: NDArray[np.float64], pitch: int, velocity: float
) -> None:
    samples = read(table(layer.shape, pitch, layer.cutoff), phase)
    if layer.decay:
        samples *= envelopes.decay(len(samples), layer.decay)
    gain = np.float32(layer.gain * (1 - layer.touch + layer.touch * velocity))
    if result.ndim == 1:
        result += gain * samples
    else:
        result[0] += gain * np.float32(np.sqrt((1 - layer.side) / 2)) * samples
        result[1] += gain * np.float32(np.sqrt((1 + layer.side) / 2)) * samples


def _air(frames: int) -> Samples:
    air = noise("air", 900, 5000)
    return np.resize(air, frames)
