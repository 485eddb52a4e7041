"""A jam: a theme, deadlines and a pot, with its entries and what is said about it in its channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jobs.models.jam_kinds import KINDS, Kind


class JamState(StrEnum):
    """Where a jam stands. The database holds these words in a CHECK constraint."""

    PLANNED = "planned"  # members join; it has not begun
    OPEN = "open"  # entries, turns or lines are taken
    CLOSING = "closing"  # nothing new is taken; what is under way is awaited
    VOTING = "voting"  # the gallery is posted; ballots are taken
    SHOWING = "showing"  # committed before the results are posted
    DONE = "done"  # the results are in the channel
    CANCELLED = "cancelled"  # ended without a result


J = JamState  # short, for tables
JAM_MOVES: MappingProxyType[JamState, frozenset[JamState]] = MappingProxyType(
    {
        J.PLANNED: frozenset({J.OPEN, J.CANCELLED}),
        J.OPEN: frozenset({J.CLOSING, J.SHOWING, J.CANCELLED}),
        J.CLOSING: frozenset({J.VOTING, J.SHOWING, J.CANCELLED}),
        J.VOTING: frozenset({J.SHOWING, J.CANCELLED}),
        J.SHOWING: frozenset({J.DONE}),
        J.DONE: frozenset(),
        J.CANCELLED: frozenset(),
    }
)
# While a jam is in one of these, nothing tells whose an entry is.
HIDING = (J.PLANNED, J.OPEN, J.CLOSING, J.VOTING)
RUNNING = (*HIDING, J.SHOWING)


class EntryState(StrEnum):
    """Where one try, turn or line of one member stands; of tries at most one of a member's counts."""

    OFFERED = "offered"  # it is this member's turn
    WORKING = "working"  # its job is under way
    CHOOSING = "choosing"  # of a turn: its takes are there, and its member says which goes on
    JOINING = "joining"  # of a turn: the bot has ordered what it becomes part of
    SPARE = "spare"  # made, but another one of the member counts
    ENTERED = "entered"  # it counts
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    FAILED = "failed"  # not made, or not in time
    PASSED = "passed"  # the turn was not wanted
    EXPIRED = "expired"  # the turn was not taken in time


E = EntryState
ENTRY_MOVES: MappingProxyType[EntryState, frozenset[EntryState]] = MappingProxyType(
    {
        E.OFFERED: frozenset({E.WORKING, E.ENTERED, E.PASSED, E.EXPIRED, E.REMOVED}),
        E.WORKING: frozenset({E.ENTERED, E.SPARE, E.FAILED, E.OFFERED, E.CHOOSING, E.REMOVED}),
        E.CHOOSING: frozenset({E.JOINING, E.ENTERED, E.FAILED, E.REMOVED}),
        E.JOINING: frozenset({E.CHOOSING, E.ENTERED, E.FAILED, E.REMOVED}),
        E.SPARE: frozenset({E.ENTERED, E.WITHDRAWN}),
        E.ENTERED: frozenset({E.SPARE, E.WITHDRAWN, E.REMOVED, E.FAILED}),
        **dict.fromkeys((E.WITHDRAWN, E.REMOVED, E.FAILED, E.PASSED, E.EXPIRED), frozenset()),
    }
)
# Why what counts is not what its member chose, or is not in the vote: the sound of that was lost; nobody
# could hear it in the channel.
INSTEAD, UNHEARD = "instead", "unheard"
# What a vote needs to be heard: one has nothing to be compared with.
LEAST_HEARD = 2
# Members who enter one jam: a gallery is a message for each, and they are posted in minutes.
MOST_ENTRIES = 200
# A turn that is not over; of a jam there is one at most.
AT_TURN = (E.OFFERED, E.WORKING, E.CHOOSING, E.JOINING)


class Say(StrEnum):
    """What a message of a jam says."""

    PANEL = "panel"
    NEWS = "news"  # to one member: something has come of a try
    HELD = "held"  # the same, while a person must decide
    MOVED = "moved"
    CLOSED = "closed"
    REMINDER = "reminder"  # to those who asked for it: a phase ends soon
    OPENED = "opened"  # a jam that was announced before has begun
    GALLERY = "gallery"
    VOTE = "vote"
    REMOVED = "removed"
    RESULT = "result"
    CANCELLED = "cancelled"
    TRACK = "track"  # a song of a listening party
    TURN = "turn"  # whose turn it is, with the song so far
    AGAIN = "again"  # a turn came to nothing, and is its member's again
    PART = "part"  # the takes of a turn, of which one goes on
    JOIN = "join"  # to the host: a paid call of the bot's own got no answer
    STALLED = "stalled"  # to the host: the account cannot pay
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Jam:
    """A row of the table `jam`.

    Attributes:
        user_id: The host.
        brief: What the host chose besides: `rules`, `song` (a clip's id; a persona's where it is `sung`),
            `open_for` (seconds for entries, of a jam that begins later), `timed` (of turns that begin at a
            time, or later as soon as there are enough), `order` of the turns, `style`,
            `winner_of` (the jam whose winner lent the persona); the `peeks` of moderators; and
            `voters`, once they are counted.
        due_at: When the present state ends, whatever happens; in turns, the present turn or choice.
        votes_for: Seconds of the vote, scaled; 0 for a jam without one.
        pot: Credits that its entries may use in all.
        share: Tries that a member has.
        picks: Votes that a member has.
        seed: What lots are drawn with.
        turns, turn_for: How many turns or lines it takes, and the seconds that each member has for one.
        stalled_left: Seconds that were left when the account could not pay; None while clocks go.
        moved: Seconds by which its ends were moved because the bot was away.
        shows: What its panel was last made to show.
        season: The season that its points count for; empty for none.
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
    turns: int = 0
    turn_for: float = 0.0
    stalled_left: float | None = None
    moved: float = 0.0
    shows: str = ""
    reason: str = ""
    season: str = ""

    @property
    def song(self) -> str:
        """The clip that all make something of, a song or a persona; empty where there is none."""
        return str(self.brief.get("song") or "")

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]

    @property
    def ways(self) -> tuple[str, ...]:
        """Operations by which an entry is made."""
        if self.brief.get("sung"):
            return self.about.from_persona
        return self.about.from_song if self.song else self.about.ways

    @property
    def begins_by_time(self) -> bool:
        """Whether it is announced for a time; until then nobody has anything to lose."""
        return self.state is JamState.PLANNED and (not self.about.in_turn or bool(self.brief.get("timed")))

    @property
    def order(self) -> str:
        """Whose turn it is next: `joined`, `drawn`, or of `anyone`."""
        return str(self.brief.get("order") or "joined")


@dataclass(frozen=True, slots=True)
class Entry:
    """One try, turn or line of one member: a row of the table `jam_entry`.

    Attributes:
        job_id: The job that makes it, 0 while there is none; what that knows is not copied.
        position: Which of the job's results counts.
        letter: What it is called from the gallery on.
        points, place: Given with the result.
        reason: Why it failed, where its job did not: `late`, `file`, `join`; why it was removed; or of one
            that counts, `INSTEAD` or `UNHEARD`.
        turn: Which turn it is, from 1; 0 for a try.
        join_id: The job by which the bot made the whole of it and what was there before.
        words: The line.
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
    turn: int = 0
    join_id: int = 0
    words: str = ""

    @property
    def is_unheard(self) -> bool:
        """Whether nobody can vote for it, as nobody could hear it."""
        return self.reason == UNHEARD


@dataclass(frozen=True, slots=True)
class JamMember:
    """One who takes part in turns, by place, with the turns in a row that they missed."""

    jam_id: int
    user_id: int
    place: int
    missed: int = 0


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
        channel_id: Where it is said; 0 for the channel of the jam.
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
    channel_id: int = 0
