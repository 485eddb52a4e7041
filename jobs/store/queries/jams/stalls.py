"""Clocks of jams that stand, as the account cannot pay or the host must act, and that go on again."""

from dataclasses import replace

from sqlalchemy import Connection

from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, Say
from jobs.store.queries.jams import jams, parts, posts


def stall(c: Connection, before: Jam, *, now: float, until: float, why: str = "credits") -> bool:
    """Let the clocks stand, and tell the host: something that the bot cannot do by itself is in the way."""
    stands = before.stalled_left is None and jams.save(c, before, stalled(before, now=now, until=until))
    if stands:
        tell(c, before, now=now, until=until, why=why)
    return stands


def stalled(before: Jam, *, now: float, until: float) -> Jam:
    return replace(before, stalled_left=max(before.due_at - now, 0.0), state_at=now, due_at=until)


def tell(c: Connection, one: Jam, *, now: float, until: float, why: str = "credits") -> None:
    seq, said = posts.next_seq(c, one.id, Say.STALLED), {"until": until, "why": why}
    posts.plan(c, one.id, Say.STALLED, seq, now=now, user_id=one.user_id, said=said)


def resume(c: Connection, before: Jam, *, now: float, least: float) -> bool:
    """Let the clocks go on with the time that was left, or a little more."""
    if before.stalled_left is None:
        return False
    entry = parts.at_turn(c, before.id)
    offered = entry is not None and entry.state is E.OFFERED
    due_at = now + (max(before.stalled_left, least) if offered else 0.0)
    if not jams.save(c, before, replace(before, stalled_left=None, state_at=now, due_at=due_at)):
        return False
    if entry is not None and offered:
        seq, about = posts.next_seq(c, before.id, Say.RESUMED), {"until": due_at}
        posts.plan(
            c, before.id, Say.RESUMED, seq, now=now, entry_id=entry.id, user_id=entry.user_id, said=about
        )
    return True
