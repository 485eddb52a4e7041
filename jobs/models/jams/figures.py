"""What the messages of a jam show besides the jam: standings, turns and sums."""

from dataclasses import dataclass

from jobs.models.clip import Clip
from jobs.models.jam import AT_TURN, Entry, EntryState, JamMember
from jobs.models.job import Job


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry with the result that counts."""

    entry: Entry
    clip: Clip | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn with the job that makes it, its takes, and once it is part of the song, the whole so far."""

    entry: Entry
    job: Job | None = None
    takes: tuple[Clip, ...] = ()
    join: Job | None = None
    whole: Clip | None = None

    @property
    def chosen(self) -> Clip | None:
        return next((one for one in self.takes if one.position == self.entry.position), None)


@dataclass(frozen=True, slots=True)
class JamFigures:
    """What the messages of a jam show besides the jam.

    Attributes:
        entered: Members of whom an entry counts.
        under_way: Tries that are being made.
        used: Credits of the pot that are used or reserved.
        failed: Tries that failed.
        standings: What was entered: by letter, or once there is a result by place.
        members: Who takes part in turns, by place.
        turns: All turns that were offered, in order.
    """

    entered: int = 0
    under_way: int = 0
    used: int = 0
    failed: int = 0
    standings: tuple[Standing, ...] = ()
    members: tuple[JamMember, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def parts(self) -> tuple[Turn, ...]:
        """The turns that the song is made of."""
        return tuple(one for one in self.turns if one.entry.state is EntryState.ENTERED)

    @property
    def at_turn(self) -> Turn | None:
        """The turn that is not over."""
        return next((one for one in self.turns if one.entry.state in AT_TURN), None)

    def turn_of(self, entry_id: int | None) -> Turn | None:
        return next((one for one in self.turns if one.entry.id == entry_id), None)
