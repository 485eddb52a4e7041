"""A jam: a theme, deadlines and a pot, with its entries and what is said about it in its channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jobs.models.clip import Clip


class JamState(StrEnum):
    """Where a jam stands. The database holds these words in a CHECK constraint."""

    OPEN = "open"  # entries are taken
    CLOSING = "closing"  # nothing new is taken; what is under way is awaited
    VOTING = "voting"  # the gallery is posted; ballots are taken
    SHOWING = "showing"  # committed before the results are posted
    DONE = "done"  # the results are in the channel
    CANCELLED = "cancelled"  # ended without a result


J = JamState  # short, for tables
JAM_MOVES: MappingProxyType[JamState, frozenset[JamState]] = MappingProxyType(
    {
        J.OPEN: frozenset({J.CLOSING, J.CANCELLED}),
        J.CLOSING: frozenset({J.VOTING, J.SHOWING, J.CANCELLED}),
        J.VOTING: frozenset({J.SHOWING, J.CANCELLED}),
        J.SHOWING: frozenset({J.DONE}),
        J.DONE: frozenset(),
        J.CANCELLED: frozenset(),
    }
)
# While a jam is in one of these, nothing tells whose an entry is.
HIDING = (J.OPEN, J.CLOSING, J.VOTING)
RUNNING = (*HIDING, J.SHOWING)


class EntryState(StrEnum):
    """Where one try of one member stands; at most one of a member's counts."""

    WORKING = "working"  # its job is under way
    SPARE = "spare"  # made, but another one of the member counts
    ENTERED = "entered"  # it counts
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    FAILED = "failed"  # not made, or not in time


E = EntryState
ENTRY_MOVES: MappingProxyType[EntryState, frozenset[EntryState]] = MappingProxyType(
    {
        E.WORKING: frozenset({E.ENTERED, E.SPARE, E.FAILED}),
        E.SPARE: frozenset({E.ENTERED, E.WITHDRAWN}),
        E.ENTERED: frozenset({E.SPARE, E.WITHDRAWN, E.REMOVED, E.FAILED}),
        E.WITHDRAWN: frozenset(),
        E.REMOVED: frozenset(),
        E.FAILED: frozenset(),
    }
)


class Say(StrEnum):
    """What a message of a jam says."""

    PANEL = "panel"
    NEWS = "news"  # to one member: something has come of a try
    HELD = "held"  # the same, while a person must decide
    MOVED = "moved"
    CLOSED = "closed"
    GALLERY = "gallery"
    VOTE = "vote"
    REMOVED = "removed"
    RESULT = "result"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jam, as data.

    Attributes:
        ways: Operations by which an entry is made, in the order of the picker.
        from_song: Those where all make something of one song.
        hidden: Whether nobody learns before the end whose an entry is.
    """

    ways: tuple[str, ...]
    from_song: tuple[str, ...]
    hidden: bool = True


KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "contest": Kind(
            ("suno.create", "suno.custom", "riffusion.describe", "riffusion.lyrics"),
            ("suno.cover", "riffusion.cover", "riffusion.sound", "riffusion.vocals"),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Jam:
    """A row of the table `jam`.

    Attributes:
        user_id: The host.
        brief: What the host chose besides: `rules`, `song` (a clip's id); and the `peeks` of moderators.
        due_at: When the present state ends, whatever happens.
        votes_for: Seconds of the vote, scaled; 0 for a jam without one.
        pot: Credits that its entries may use in all.
        share: Tries that a member has.
        picks: Votes that a member has.
        seed: What lots are drawn with.
        moved: Seconds by which its ends were moved because the bot was away.
        shows: What its panel was last made to show.
    """

    id: int
    guild_id: int
    channel_id: int
    user_id: int
    kind: str
    theme: str
    brief: Mapping[str, Any]
    state: JamState
    state_at: float
    created_at: float
    due_at: float
    votes_for: float
    pot: int
    share: int
    picks: int
    hidden: bool
    seed: str
    moved: float = 0.0
    shows: str = ""
    reason: str = ""

    @property
    def song(self) -> str:
        """The clip that all make something of; empty where there is none."""
        return str(self.brief.get("song") or "")

    @property
    def ways(self) -> tuple[str, ...]:
        """Operations by which an entry is made."""
        kind = KINDS[self.kind]
        return kind.from_song if self.song else kind.ways


@dataclass(frozen=True, slots=True)
class Entry:
    """One try of one member: a row of the table `jam_entry`.

    Attributes:
        job_id: The job that makes it; what that knows is not copied.
        position: Which of the job's results counts.
        letter: What it is called from the gallery on.
        points, place: Given with the result.
        reason: Why it failed, where its job did not: `late`, `file`; or why it was removed.
    """

    id: int
    jam_id: int
    user_id: int
    job_id: int
    state: EntryState
    state_at: float
    position: int = 0
    letter: str = ""
    points: int = 0
    place: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JamPost:
    """One message of a jam, noted before it is sent, with a nonce by which Discord folds repeats.

    Attributes:
        seq: Tells those of one name apart.
        entry_id: The entry that it is about, if it is about one.
        user_id: Whom it is for; 0 for everybody.
        said: Facts of its sentence that are in no other row.
        due_at: When to try next.
        first_try_at: When the first attempt that may have landed was about to leave.
        message_id: None until it is known to be in the channel, 0 for one that never will be.
    """

    id: int
    jam_id: int
    name: Say
    seq: int
    nonce: str
    created_at: float
    due_at: float
    entry_id: int | None = None
    user_id: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0
    first_try_at: float | None = None
    message_id: int | None = None
    edited_at: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry with the result that counts."""

    entry: Entry
    clip: Clip | None = None


@dataclass(frozen=True, slots=True)
class JamFigures:
    """What the messages of a jam show besides the jam.

    Attributes:
        entered: Members of whom an entry counts.
        under_way: Tries that are being made.
        used: Credits of the pot that are used or reserved.
        failed: Tries that failed.
        standings: What was entered: by letter, or once there is a result by place.
    """

    entered: int = 0
    under_way: int = 0
    used: int = 0
    failed: int = 0
    standings: tuple[Standing, ...] = ()
