"""Clocks of jams that stand, as the account cannot pay or the host must act, and that go on again."""

from dataclasses import replace

from sqlalchemy import Connection

from jobs.models import Job, Reason
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamState, Say
from jobs.models.states import S
from jobs.store.locks import per_server
from jobs.store.queries.jams import jams, parts, posts

CREDITS, KEY, OUTAGE = "credits", "key", "outage"
# What keeps everybody from paying, not one order from being made.
_UNPAID = {
    Reason.CREDITS: CREDITS, Reason.SUBSCRIPTION: CREDITS, Reason.KEY: KEY, Reason.KEY_GONE: KEY,
}  # fmt: skip


def unpaid(job: Job | None) -> str:
    """Why nobody could pay for a job that failed before it cost anything; empty where that was not so."""
    if job is None or job.state is not S.FAILED or job.task_id:
        return ""
    return _UNPAID.get(job.reason, "")


@per_server
def stall(
    c: Connection, before: Jam, *, now: float, until: float, why: str = CREDITS, since: float | None = None
) -> bool:
    """Let the clocks stand, with what was left now or `since` a moment, and tell the host why."""
    if before.stalled_left is not None or before.state not in (JamState.OPEN, JamState.CLOSING):
        return False
    after = stalled(before, now=now, until=until, why=why, since=since)
    stands = jams.save(c, before, after)
    if stands:
        tell(c, before, now=now, until=until, why=why)
    return stands


def stalled(before: Jam, *, now: float, until: float, why: str = CREDITS, since: float | None = None) -> Jam:
    left = max(before.due_at - (now if since is None else since), 0.0)
    brief = {**before.brief, "stands": why}
    return replace(before, stalled_left=left, state_at=now, due_at=until, brief=brief)


def tell(c: Connection, one: Jam, *, now: float, until: float, why: str = CREDITS) -> None:
    seq, said = posts.next_seq(c, one.id, Say.STALLED), {"until": until, "why": why}
    posts.plan(c, one.id, Say.STALLED, seq, now=now, user_id=one.user_id, said=said)


@per_server
def resume(c: Connection, before: Jam, *, now: float, least: float = 0.0) -> bool:
    """Let the clocks go on with the time that was left, or a little more."""
    if before.stalled_left is None:
        return False
    entry = parts.at_turn(c, before.id) if before.about.in_turn else None
    timed = not before.about.in_turn or (entry is not None and entry.state is E.OFFERED)
    due_at = now + (max(before.stalled_left, least) if timed else 0.0)
    if not jams.save(c, before, replace(before, stalled_left=None, state_at=now, due_at=due_at)):
        return False
    if timed:
        seq, about = posts.next_seq(c, before.id, Say.RESUMED), {"until": due_at}
        of = {"entry_id": entry.id, "user_id": entry.user_id} if entry is not None else {}
        posts.plan(c, before.id, Say.RESUMED, seq, now=now, said=about, **of)
    return True
