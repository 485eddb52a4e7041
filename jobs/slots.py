"""Which jobs a process works for: each account has a slot, and each slot one process at a time that owns it.

All jobs of an account are one process's, so what is known of an account in memory (its pace, its breakers,
its balance) is known in one place.
"""

from collections.abc import Collection

# Never to be changed while processes of two versions may run.
SLOTS = 16
ALL = frozenset(range(SLOTS))
# Who owns this one does what is to be done once, for all.
_LEADING = 0


def slot_of(account: int) -> int:
    return account % SLOTS


class Slots:
    """The slots of this process: all of them, as there is no other.

    Attributes:
        alone: Whether there is no other process.
        mine: Worked for.
        new: Those of which it is still to be seen to what an earlier process or a former owner has left.
    """

    alone = True

    def __init__(self) -> None:
        self.mine = self.new = ALL

    def begin(self, slots: Collection[int]) -> None:
        """Work for new slots from now on, as far as they are still owned."""
        self.mine |= self.new & {*slots}
        self.new -= {*slots}

    def leave(self, slots: Collection[int]) -> None:
        """Begin nothing more for these."""
        self.new -= {*slots}
        self.mine -= {*slots}

    def has(self, account: int) -> bool:
        return slot_of(account) in self.mine

    @property
    def leads(self) -> bool:
        return _LEADING in self.mine


class Signals:
    """What processes tell each other: nothing, as there is no other.

    Nobody relies on it: whoever hears nothing finds the rows a little later.
    """

    def send(self, kind: str, *about: object) -> None:
        """Tell all processes; returns at once."""
