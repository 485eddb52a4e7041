"""The life of a job: its states and the moves between them. `docs/design.md` draws the table."""

from enum import StrEnum
from types import MappingProxyType


class JobState(StrEnum):
    """Where a job stands. The database holds these words in a CHECK constraint."""

    ACCEPTED = "accepted"  # noted and reserved; nothing has been sent
    SUBMITTING = "submitting"  # committed before the paid call: it may be under way
    WAITING = "waiting"  # the API has the task
    READY = "ready"  # results are known that have not been posted
    POSTING = "posting"  # committed before the post: it may be under way
    DONE = "done"  # the results are in the channel; while it is due, more may come
    FAILED = "failed"  # the API said no, or we gave up; must be reported
    HELD = "held"  # the answer to the paid call was lost: a person, or the balance, must decide
    UNDELIVERABLE = "undeliverable"  # there is nowhere to post; the results are kept
    CANCELLED = "cancelled"  # stopped before anything was spent, or given up


S = JobState  # short, for tables
MOVES: MappingProxyType[JobState, frozenset[JobState]] = MappingProxyType(
    {
        S.ACCEPTED: frozenset({S.SUBMITTING, S.CANCELLED, S.FAILED}),
        S.SUBMITTING: frozenset({S.WAITING, S.READY, S.ACCEPTED, S.FAILED, S.HELD}),
        S.HELD: frozenset({S.ACCEPTED, S.CANCELLED, S.FAILED}),
        S.WAITING: frozenset({S.READY, S.FAILED}),
        S.READY: frozenset({S.POSTING, S.UNDELIVERABLE}),
        S.POSTING: frozenset({S.DONE, S.UNDELIVERABLE}),
        # More has come, or it was asked for again: a task given up on is polled, a finished job posted again.
        S.DONE: frozenset({S.READY}),
        S.UNDELIVERABLE: frozenset({S.READY}),
        S.FAILED: frozenset({S.WAITING}),
        S.CANCELLED: frozenset(),
    }
)
# States that a member waits on and that end by themselves; a held job waits for a person.
IN_FLIGHT = (S.ACCEPTED, S.SUBMITTING, S.WAITING, S.READY, S.POSTING)
# The price is reserved for a call to come.
RESERVED = (S.ACCEPTED, S.SUBMITTING)
# States that a member still waits on.
OPEN = frozenset({S.ACCEPTED, S.SUBMITTING, S.HELD, S.WAITING, S.READY, S.POSTING})
