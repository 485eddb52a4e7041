"""Lots, letters, points and places of a jam. Pure, and the same whenever it is asked."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count as counted
from itertools import islice, product
from string import ascii_uppercase


def lot(seed: str, entry_id: int) -> str:
    """What an entry has drawn: nobody can tell before the jam's seed is known, and nobody can change it."""
    return hashlib.sha256(f"{seed}:{entry_id}".encode()).hexdigest()


def drawn(seed: str, entry_ids: Iterable[int]) -> list[int]:
    """Entries in the order of their lots, which says nothing of who entered first."""
    return sorted(entry_ids, key=lambda entry_id: lot(seed, entry_id))


def letters(count: int) -> list[str]:
    """A to Z, then AA, AB and so on, however many there are."""
    every = ("".join(each) for size in counted(1) for each in product(ascii_uppercase, repeat=size))
    return list(islice(every, count))


def points(ballots: Mapping[int, Iterable[int]], entries: Mapping[int, int]) -> Counter[int]:
    """Count the votes of each entry; `entries` says whose each is, and nobody votes for their own."""
    counted = Counter(dict.fromkeys(entries, 0))
    for voter, picks in ballots.items():
        counted.update(pick for pick in set(picks) if entries.get(pick, voter) != voter)
    return counted


def places(counted: Mapping[int, int]) -> dict[int, int]:
    """The place of each entry; those with equal points share it."""
    by_points: Sequence[int] = sorted(counted.values(), reverse=True)
    return {entry: by_points.index(each) + 1 for entry, each in counted.items()}
