"""Raw material, made once and kept: one-period wave tables and bands of noise, mono float32 of RMS 1."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.seeds import stream

Samples: TypeAlias = NDArray[np.float32]

TABLE_SIZE: Final = 16_384
"""So long that reading the nearest entry leaves the error far below the quietest partial (below -60 dB)."""

_TOP_HZ: Final = 15_000
_MOST_PARTIALS: Final = 160
_SECONDS_OF_NOISE: Final = 4.0


def frequency(pitch: float) -> float:
    """Hertz of a MIDI pitch in equal temperament, 69 is 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


def frozen(samples: NDArray[np.floating]) -> Samples:
    """The samples as float32 that nobody can write to, fit for a cache."""
    result = np.ascontiguousarray(samples, dtype=np.float32)
    result.flags.writeable = False
    return result


def unit(samples: NDArray[np.floating]) -> NDArray[np.floating]:
    """The samples at RMS 1; silence stays silence."""
    rms = float(np.sqrt(np.mean(np.square(samples))))
    return samples / rms if rms > 0 else samples


def period(amplitudes: NDArray[np.floating]) -> Samples:
    """One period with these amplitudes of partials 1, 2, 3, ...

    Phases grow with the square of the partial, which spreads the energy over the period (Schroeder 1970), and
    do not depend on how many partials there are, so any two tables of one pitch can be crossfaded.
    """
    partials = np.arange(1, len(amplitudes) + 1)
    spectrum = np.zeros(TABLE_SIZE // 2 + 1, dtype=np.complex64)
    spectrum[1 : len(amplitudes) + 1] = amplitudes * np.exp(0.5j * partials**2)
    return frozen(unit(np.fft.irfft(spectrum)))


def partials_of(pitch: int) -> NDArray[np.float64]:
    """The numbers of the partials of a pitch that lie in the audible band."""
    count = int(min(_MOST_PARTIALS, max(1.0, _TOP_HZ // frequency(pitch))))
    return np.arange(1, count + 1, dtype=np.float64)


def _odd(k: NDArray[np.float64], even: float) -> NDArray[np.float64]:
    return np.where(k % 2 == 1, 1.0, even)


def _only(k: NDArray[np.float64], drawbars: Mapping[int, float]) -> NDArray[np.float64]:
    return np.array([drawbars.get(int(n), 0.0) for n in k])


_SHAPES: Final[Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = MappingProxyType(
    {
        "sine": lambda k: _only(k, {1: 1.0}),
        "soft": lambda k: 1.0 / k**2,
        "saw": lambda k: 1.0 / k,
        "square": lambda k: _odd(k, 0.0) / k,
        "triangle": lambda k: _odd(k, 0.0) / k**2,
        "pulse": lambda k: np.abs(np.sin(np.pi * k * 0.23)) / k,
        "organ": lambda k: _only(k, {1: 1.0, 2: 0.8, 3: 0.55, 4: 0.4, 6: 0.2, 8: 0.16}),
        "piano": lambda k: 1.0 / k**1.25 * np.abs(np.sin(np.pi * k / 7.3)),
        "flute": lambda k: _only(k, {1: 1.0, 2: 0.32, 3: 0.16, 4: 0.05, 5: 0.03}),
        "reed": lambda k: _odd(k, 0.22) / k**0.9,
        "oboe": lambda k: _only(
            k, {1: 0.5, 2: 0.8, 3: 1.0, 4: 0.75, 5: 0.4, 6: 0.25, 7: 0.15, 8: 0.1, 10: 0.05}
        ),
        "brass": lambda k: 1.0 / k**0.75,
        "bowed": lambda k: (1.0 + 0.6 * np.cos(k * 1.9)) / k,
        "tine": lambda k: _only(k, {7: 0.5, 14: 1.0}),
        "bell": lambda k: _only(k, {1: 1.0, 3: 0.5, 5: 0.3, 8: 0.22, 11: 0.12}),
    }
)


@lru_cache(maxsize=2048)
def table(shape: str, pitch: int, cutoff: float) -> Samples:
    """One period of a named shape at a MIDI pitch, above `cutoff` Hz falling by 12 dB per octave."""
    k = partials_of(pitch)
    # A high note may have no partial left that the shape asks for, such as the fourteenth.
    amplitudes = _SHAPES[shape](k) / (1 + (k * frequency(pitch) / cutoff) ** 2)
    return period(amplitudes)


def read(wave: Samples, cycles: NDArray[np.floating]) -> Samples:
    """The table at these phases, counted in periods (not wrapped)."""
    index = (cycles * TABLE_SIZE).astype(np.int64)
    index &= TABLE_SIZE - 1
    return wave.take(index)


@lru_cache(maxsize=256)
def noise(name: str, low: float, high: float, seconds: float = _SECONDS_OF_NOISE) -> Samples:
    """Steady noise between two frequencies in Hz, always the same for the same name."""
    frames = round(seconds * SAMPLE_RATE)
    f = np.fft.rfftfreq(frames, 1 / SAMPLE_RATE)
    f[0] = f[1]
    # Second-order slopes on both sides; the lower one also takes away any DC.
    shape = 1 / ((1 + (low / f) ** 4) * (1 + (f / high) ** 4))
    shape[0] = 0
    phases = stream("noise", name).uniform(0, 2 * np.pi, len(f))
    return frozen(unit(np.fft.irfft(shape * np.exp(1j * phases), frames)))
