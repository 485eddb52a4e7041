"""What the outside may do with a call, a task or a message. The machine draws these."""

from dataclasses import dataclass
from enum import Enum


class Call(Enum):
    """What becomes of a paid call."""

    FINE = "carried out and answered"
    NO_CONNECTION = "no connection was made"
    BUSY = "429 with a time to come back"
    REFUSED = "a clear no"
    LOST_BEFORE = "the connection broke before it was read"
    LOST_AFTER = "carried out, and the answer was lost"
    LOST_LATE = "the answer was lost, and it is carried out later"
    KILLED_BEFORE = "the bot is killed before the call leaves"
    KILLED_AFTER = "the bot is killed after it was carried out"
    KILLED_LATE = "the bot is killed, and the call is carried out later"


class Course(Enum):
    """What becomes of a task."""

    FINE = "all results"
    PART = "one of the results failed"
    FEWER = "fewer results than expected"
    REFUNDED = "failed, and the credits are back at once"
    REFUNDED_LATE = "failed, and the credits are back an hour later"
    KEPT = "failed, and the credits are not given back"
    GONE = "failed, and said by an error instead of by results"
    ONE_BY_ONE = "results are listed one after the other, the newest first"
    STRAGGLER = "the first of the results ends long after the others"
    ALL_BUT_ONE = "the first of the results never ends"
    FORGOTTEN = "the API no longer knows it"
    ENDLESS = "it runs for ever"


LOSSES = frozenset(
    {
        Call.LOST_BEFORE,
        Call.LOST_AFTER,
        Call.LOST_LATE,
        Call.KILLED_BEFORE,
        Call.KILLED_AFTER,
        Call.KILLED_LATE,
    }
)
FAILURES = frozenset({Course.REFUNDED, Course.REFUNDED_LATE, Course.KEPT, Course.GONE})


class Send(Enum):
    """What becomes of a message."""

    FINE = "posted and answered"
    REFUSED = "not taken now"
    TOO_BIG = "the files are not taken"
    LOST_BEFORE = "the connection broke before it was read"
    LOST_AFTER = "posted, and the answer was lost"
    LOST_LATE = "the answer was lost, and it is posted a little later"
    KILLED_BEFORE = "the bot is killed before it leaves"
    KILLED_AFTER = "the bot is killed after it was posted"
    KILLED_LATE = "the bot is killed, and it is posted a little later"


@dataclass(frozen=True)
class Outcome:
    """What becomes of one attempt to order something.

    Attributes:
        takes: Seconds that the call takes.
        ends_after: Seconds that the task takes.
        lands_after: Seconds after which a late call is carried out.
        says: Whether the API says that the credits of a failed task are back, where they are.
    """

    call: Call = Call.FINE
    course: Course = Course.FINE
    takes: float = 1.0
    ends_after: float = 60.0
    lands_after: float = 75.0
    says: bool = False
