"""Drum kits and hand percussion: one sound per piece, made once per kit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from sandbox.sound import envelopes
from sandbox.sound.score import SAMPLE_RATE
from sandbox.sound.waves import Samples, frozen, noise


@dataclass(frozen=True, slots=True)
class Kit:
    """What tells one kit from another; Hz and seconds.

    Attributes:
        kick_hz: Where the bass drum settles.
        kick_decay: Time constant of its body.
        snare_hz: The snare's lower mode.
        snare_decay: Time constant of its wires.
        top_hz: Lower edge of the cymbals.
        dust: Upper edge of everything, low for an old recording.
        level: Loudness beside the other patches.
    """

    kick_hz: float = 50.0
    kick_decay: float = 0.16
    snare_hz: float = 190.0
    snare_decay: float = 0.11
    top_hz: float = 7500.0
    dust: float = 15_000.0
    level: float = 1.0


def hit(kit: Kit, piece: str, velocity: float) -> Samples:
    """One stroke on a piece (a key of `PIECES`), mono."""
    return _piece(kit, piece) * np.float32(kit.level * velocity**1.4)


@lru_cache(maxsize=128)
def _piece(kit: Kit, piece: str) -> Samples:
    samples = PIECES[piece].sound(kit).astype(np.float32)
    envelopes.fade_in(samples, 0.0008)
    envelopes.fade_out(samples, 0.02)
    peak = float(np.max(np.abs(samples)))
    return frozen(samples * (PIECES[piece].level / peak))


def _sweep(seconds: float, *, low: float, high: float, fall: float, body: float) -> Samples:
    """A sine that falls from `high` to `low` Hz within `fall` and dies with time constant `body`."""
    time = envelopes.clock(round(seconds * SAMPLE_RATE))
    cycles = low * time + (high - low) * fall * (1 - np.exp(-time / fall))
    return (np.sin(2 * np.pi * cycles) * np.exp(-time / body)).astype(np.float32)


def _burst(name: str, seconds: float, *, low: float, high: float, body: float) -> Samples:
    """A band of noise that dies with time constant `body`."""
    frames = round(seconds * SAMPLE_RATE)
    return noise(name, low, high, 2.0)[:frames] * envelopes.decay(frames, body)


def _metal(seconds: float, partials: tuple[float, ...], body: float) -> Samples:
    """Partials without a common fundamental."""
    time = envelopes.clock(round(seconds * SAMPLE_RATE))
    tones = sum(np.sin(2 * np.pi * hertz * time) for hertz in partials)
    return (tones * np.exp(-time / body) / len(partials)).astype(np.float32)


def _kick(kit: Kit) -> Samples:
    body = _sweep(0.7, low=kit.kick_hz, high=kit.kick_hz * 5, fall=0.022, body=kit.kick_decay)
    click = _burst("click", 0.7, low=1200, high=min(5000, kit.dust), body=0.004)
    return np.tanh(np.float32(1.6) * body + np.float32(0.12) * click)


def _snare(kit: Kit) -> Samples:
    head = _sweep(0.5, low=kit.snare_hz, high=kit.snare_hz * 1.6, fall=0.012, body=0.07)
    head += np.float32(0.5) * _sweep(
        0.5, low=kit.snare_hz * 1.75, high=kit.snare_hz * 2.4, fall=0.01, body=0.045
    )
    wires = _burst("wires", 0.5, low=1400, high=min(9000, kit.dust), body=kit.snare_decay)
    return np.tanh(np.float32(0.9) * head + np.float32(0.34) * wires)


def _clap(kit: Kit) -> Samples:
    result = np.zeros(round(0.4 * SAMPLE_RATE), dtype=np.float32)
    for delay, body in ((0.0, 0.006), (0.011, 0.006), (0.023, 0.07)):
        start = round(delay * SAMPLE_RATE)
        part = _burst(f"clap{delay}", 0.37, low=900, high=min(4200, kit.dust), body=body)
        result[start : start + len(part)] += part[: len(result) - start]
    return result


def _tambourine(kit: Kit) -> Samples:
    jingles = _metal(0.3, (6250, 7130, 8420, 9280), 0.06)
    return jingles + np.float32(0.5) * _burst("jingle", 0.3, low=6500, high=kit.dust, body=0.05)


def _shaker(kit: Kit) -> Samples:
    beads = _burst("beads", 0.16, low=4500, high=min(11_000, kit.dust), body=0.035)
    envelopes.fade_in(beads, 0.025)
    return beads


def _skin(kit: Kit, *, hertz: float, body: float) -> Samples:
    """A small drum under the hand."""
    slap = _burst("slap", 0.5, low=700, high=min(3500, kit.dust), body=0.008)
    return _sweep(0.5, low=hertz, high=hertz * 1.35, fall=0.015, body=body) + np.float32(0.12) * slap


def _crash(kit: Kit) -> Samples:
    ring = _metal(1.9, (3170, 4230, 5410, 6790, 8110), 0.5)
    return _burst("crash", 1.9, low=3500, high=kit.dust, body=0.5) + np.float32(0.3) * ring


def _ride(kit: Kit) -> Samples:
    ping = _metal(1.1, (2870, 4410, 5230, 6930), 0.28)
    return ping + np.float32(0.25) * _burst("ride", 1.1, low=kit.top_hz, high=kit.dust, body=0.3)


@dataclass(frozen=True, slots=True)
class Piece:
    """How a piece is made, how loud it peaks and where it stands, -1 left to 1 right."""

    sound: Callable[[Kit], Samples]
    level: float
    side: float = 0.0


PIECES: Final[Mapping[str, Piece]] = MappingProxyType(
    {
        "kick": Piece(_kick, 1.0),
        "snare": Piece(_snare, 0.8),
        "clap": Piece(_clap, 0.65),
        "rim": Piece(lambda _: _metal(0.1, (820, 1730, 2650), 0.014), 0.4, -0.1),
        "brush": Piece(lambda kit: _burst("brush", 0.25, low=1800, high=min(7000, kit.dust), body=0.05), 0.4),
        "hat": Piece(lambda kit: _burst("hat", 0.16, low=kit.top_hz, high=kit.dust, body=0.028), 0.3, 0.25),
        "open hat": Piece(
            lambda kit: _burst("hat", 0.6, low=kit.top_hz, high=kit.dust, body=0.15), 0.3, 0.25
        ),
        "ride": Piece(_ride, 0.28, -0.3),
        "crash": Piece(_crash, 0.42, -0.35),
        "high tom": Piece(lambda kit: _skin(kit, hertz=165, body=0.16), 0.65, 0.3),
        "low tom": Piece(lambda kit: _skin(kit, hertz=98, body=0.22), 0.75, -0.3),
        "shaker": Piece(_shaker, 0.34, 0.45),
        "tambourine": Piece(_tambourine, 0.34, -0.4),
        "conga": Piece(lambda kit: _skin(kit, hertz=215, body=0.11), 0.6, -0.35),
        "low conga": Piece(lambda kit: _skin(kit, hertz=160, body=0.15), 0.6, -0.15),
        "claves": Piece(lambda _: _metal(0.15, (2480, 2510), 0.022), 0.32, 0.5),
        "triangle": Piece(lambda _: _metal(0.8, (3940, 6120, 8260), 0.16), 0.1, 0.5),
        "cowbell": Piece(lambda _: _metal(0.4, (562, 845, 1690, 2530), 0.06), 0.36, 0.4),
    }
)
"""Every piece that a drummer or a percussionist may be told to hit."""
