"""Orders before the gate: the verdict, and what it leads to, in one transaction.

The verdict is handed back. Raised in there, it would undo the whole group that the change is part of.
"""

from sqlalchemy import Connection

from jobs.models import Job, Order, Origin
from jobs.models.rejections import Denied, Rejection
from jobs.rules.admission import NeedsConfirmation, Quote, check, confirmation
from jobs.store.queries import admission_facts, drafts, jobs, transitions


def accept(
    c: Connection,
    order: Order,
    origin: Origin,
    quote: Quote,
    *,
    now: float,
    due_at: float,
    deadline_at: float,
    draft_id: int | None = None,
) -> Job | NeedsConfirmation | Rejection:
    """Note an order and reserve its price, where nothing speaks against it.

    The draft that the order comes from, if any, is used up with it, so it becomes a job only once.
    """
    facts = admission_facts.facts(c, origin, quote, now=now)
    verdict = check(order, origin, quote, facts) or confirmation(quote, facts)
    if verdict is not None:
        return verdict
    if draft_id is not None and not drafts.drop(c, draft_id):
        return Denied.ORDERED_ALREADY
    return jobs.accept(c, order, origin, quote, now=now, due_at=due_at, deadline_at=deadline_at)


def objection(c: Connection, order: Order, origin: Origin, quote: Quote, *, now: float) -> Rejection | None:
    """What speaks against an order now; nothing is noted."""
    return check(order, origin, quote, admission_facts.facts(c, origin, quote, now=now))


def retry(c: Connection, held: Job, again: Job, origin: Origin, quote: Quote) -> bool | Rejection:
    """Let a held job begin anew, where nothing speaks against it; False when it is held no more."""
    rejection = objection(c, held.order, origin, quote, now=again.state_at)
    if rejection is not None:
        return rejection
    return transitions.save(c, held, again, book=("settled", "reserved"))
