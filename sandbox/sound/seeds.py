"""Chance that repeats: every draw comes from a stream named by text."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def stream(*names: object) -> np.random.Generator:
    """A random generator that depends on `names` alone.

    Each concern draws from a stream of its own ("tune", "drums"), so that one more draw in one place leaves
    all other places as they were. Lone surrogates, which a JSON string can carry, are names like any other.
    """
    text = "\x1f".join(str(name) for name in names)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, each as likely as the other."""
    return options[int(rng.integers(len(options)))]


def by_hand(rng: np.random.Generator, velocity: float) -> float:
    """A velocity as a hand plays it: a few per cent off, and never outside 0.05 to 1."""
    return float(np.clip(velocity * rng.normal(1, 0.05), 0.05, 1))
