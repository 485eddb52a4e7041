"""Orders before admission: drafts; what it must know, its verdict, what that leads to, in one transaction.

The verdict is handed back. Raised in there, it would undo the whole group that the change is part of.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import NO_CARD, OWN_ACCOUNT, Job, Order, Profile
from jobs.models.rejections import Denied, Rejection
from jobs.rules.admission import Facts, NeedsConfirmation, Quote, check, check_own, confirmation
from jobs.rules.quote import Enquiry, make_quote
from jobs.store.locks import hold, takes_locks
from jobs.store.queries import admission_facts, clips, jobs, posts, transitions
from jobs.store.queries.jams import entries, joins, stalls, turns
from jobs.store.schema import draft

# A form that was left open for longer than this is forgotten.
_DRAFT_KEPT_SECONDS = 7 * 24 * 3600.0


class Noted(NamedTuple):
    """An accepted job, how many wait before it, and the channel that its server has for results.

    `repeated` if its interaction had ordered it before: it may be in any state by now.
    """

    job: Job
    ahead: int
    results_channel: int | None
    repeated: bool = False


@takes_locks
def accept(
    c: Connection,
    enquiry: Enquiry,
    profile: Profile,
    *,
    due_at: float,
    deadline_at: float,
    draft_id: int | None = None,
    once: bool = False,
) -> Noted | NeedsConfirmation | Rejection:
    """Note an order and reserve its price, where nothing speaks against it.

    The draft that the order comes from, if any, is used up with it, so it becomes a job only once. What the
    same interaction has ordered already is the answer to it, whatever speaks against another one by now.
    `once` refuses what is being made of the same source: several may press for it, each at another process.
    """
    _hold(c, enquiry)
    order, quote, facts = _quoted(c, enquiry, profile)
    verdict: NeedsConfirmation | Rejection | None = check(order, enquiry.origin, quote, facts)
    verdict = verdict or confirmation(quote, facts)
    if verdict is None and draft_id is not None and not drop_draft(c, draft_id):
        verdict = Denied.ORDERED_ALREADY
    of_source = enquiry.origin.guild_id, order.operation, [order.source_clip_id]
    if verdict is None and once and jobs.being_made(c, *of_source):
        verdict = Denied.ORDERED_ALREADY
    job = None
    if verdict is None:
        job = jobs.accept(
            c, order, enquiry.origin, quote, now=enquiry.now, due_at=due_at, deadline_at=deadline_at
        )
    if job is None:
        before = jobs.ordered_by(c, enquiry.origin.interaction)
        return _noted(before, facts, repeated=True) if before else verdict or Denied.ORDERED_ALREADY
    if facts.jam is not None and facts.jam.turn is not None and facts.jam.turn.entry is not None:
        turns.take(c, job, facts.jam.turn.entry)
    elif job.jam_id is not None:
        entries.begin(c, job)
        if facts.jam is not None:  # it can be paid for again
            stalls.resume(c, facts.jam.jam, now=enquiry.now)
    return _noted(job, facts)


def _noted(job: Job, facts: Facts, *, repeated: bool = False) -> Noted:
    return Noted(job, facts.ahead, facts.settings.results_channel, repeated)


@takes_locks
def accept_own(c: Connection, enquiry: Enquiry, profile: Profile, *, deadline_at: float) -> Job | Rejection:
    """Note what the bot orders by itself, for which the pot of a jam pays; it has no card."""
    _hold(c, enquiry)
    order, quote, facts = _quoted(c, enquiry, profile)
    verdict = check_own(order, quote, facts)
    if verdict is not None:
        return verdict
    now = enquiry.now
    job = jobs.accept(c, order, enquiry.origin, quote, now=now, due_at=now, deadline_at=deadline_at)
    if job is None:
        return Denied.ORDERED_ALREADY
    posts.card_shown(c, job.id, card_message_id=NO_CARD, shows="", now=now)
    return job


def objection(c: Connection, enquiry: Enquiry, profile: Profile) -> Rejection | None:
    """Say what speaks against an order now; note nothing."""
    order, quote, facts = _quoted(c, enquiry, profile)
    return check(order, enquiry.origin, quote, facts)


@takes_locks
def retry(c: Connection, held: Job, again: Job, enquiry: Enquiry, profile: Profile) -> bool | Rejection:
    """Let a held job begin anew, where nothing speaks against it; False when it is held no more."""
    _hold(c, enquiry)
    rejection = objection(c, enquiry, profile) or joins.unwanted(c, held)
    if rejection is not None:
        return rejection
    return transitions.save(c, held, again)


def _hold(c: Connection, enquiry: Enquiry) -> None:
    """Keep what an order is measured by from changing until it is noted."""
    hold(c, server=enquiry.origin.guild_id, account=enquiry.payer.account or OWN_ACCOUNT)


def keep_draft(c: Connection, order: Order, *, guild_id: int, user_id: int, now: float) -> int:
    """Keep an order until its form comes back, and return its number; forget old ones."""
    c.execute(sa.delete(draft).where(draft.c.created_at < now - _DRAFT_KEPT_SECONDS))
    row = c.execute(
        sa.insert(draft)
        .values(
            guild_id=guild_id,
            user_id=user_id,
            operation=order.operation,
            params=dict(order.params),
            summary=order.summary,
            source_clip_id=order.source_clip_id,
            jam_id=order.jam_id,
            created_at=now,
        )
        .returning(draft.c.id)
    ).one()
    return int(row.id)


def kept_draft(c: Connection, draft_id: int, *, guild_id: int, user_id: int) -> Order | None:
    """Find the order behind a form, with its source; None for one forgotten or somebody else's."""
    row = c.execute(
        sa.select(draft).where(
            draft.c.id == draft_id, draft.c.guild_id == guild_id, draft.c.user_id == user_id
        )
    ).one_or_none()
    if row is None:
        return None
    source = clips.by_id(c, guild_id, row.source_clip_id) if row.source_clip_id else None
    return Order(
        row.operation,
        row.params,
        row.summary,
        source_clip_id=row.source_clip_id,
        source=source,
        jam_id=row.jam_id,
    )


def drop_draft(c: Connection, draft_id: int) -> bool:
    """Forget a draft; False where it is gone already."""
    return c.execute(sa.delete(draft).where(draft.c.id == draft_id)).rowcount == 1


def _quoted(c: Connection, enquiry: Enquiry, profile: Profile) -> tuple[Order, Quote, Facts]:
    facts = admission_facts.facts(c, enquiry, profile)
    return *make_quote(enquiry, facts, profile), facts
