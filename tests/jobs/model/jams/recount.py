"""Who has picked what, as a naive list that is kept beside the bot's."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from tests.jobs.model.jams.file import EntryRow

Ballots = Mapping[int, Collection[int]]


class Recount:
    """Ballots by jam and voter. `doubtful` are those of which nobody was told whether they were taken."""

    def __init__(self) -> None:
        self._picked: dict[int, dict[int, frozenset[int]]] = {}
        self.doubtful: dict[tuple[int, int], frozenset[int]] = {}

    def picked(self, jam_id: int, user_id: int) -> frozenset[int]:
        return self._picked.get(jam_id, {}).get(user_id, frozenset())

    def cast(self, jam_id: int, user_id: int, picked: Iterable[int]) -> None:
        """A ballot was taken."""
        self._picked.setdefault(jam_id, {})[user_id] = frozenset(picked)

    def resolve(self, ballots: Mapping[int, Ballots]) -> None:
        """Of what nobody was told, what is in the file counts."""
        for (jam_id, user_id), picked in self.doubtful.items():
            if ballots.get(jam_id, {}).get(user_id, set()) == picked:
                self.cast(jam_id, user_id, picked)
        self.doubtful.clear()

    def counted(self, jam_id: int, entered: Collection[EntryRow]) -> dict[int, frozenset[int]]:
        """The ballots, without what is no longer in the vote."""
        there = {one.id for one in entered}
        found = {user: picked & there for user, picked in self._picked.get(jam_id, {}).items()}
        return {user: picked for user, picked in found.items() if picked}

    def points(self, jam_id: int, entered: Collection[EntryRow]) -> Counter[int]:
        ballots = self.counted(jam_id, entered)
        return Counter(entry_id for picked in ballots.values() for entry_id in picked)
