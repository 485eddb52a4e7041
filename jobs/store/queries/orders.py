"""Orders before admission: what it must know, its verdict, and what that leads to, in one transaction.

The verdict is handed back. Raised in there, it would undo the whole group that the change is part of.
"""

from typing import NamedTuple

from sqlalchemy import Connection

from jobs.models import Job, Order, Profile
from jobs.models.rejections import Denied, Rejection
from jobs.rules.admission import Facts, NeedsConfirmation, Quote, check, confirmation
from jobs.rules.quote import Enquiry, make_quote
from jobs.store.queries import admission_facts, drafts, jobs, transitions


class Noted(NamedTuple):
    """An accepted job, and the channel that its server has for results."""

    job: Job
    results_channel: int | None


def accept(
    c: Connection,
    enquiry: Enquiry,
    profile: Profile,
    *,
    due_at: float,
    deadline_at: float,
    draft_id: int | None = None,
) -> Noted | NeedsConfirmation | Rejection:
    """Note an order and reserve its price, where nothing speaks against it.

    The draft that the order comes from, if any, is used up with it, so it becomes a job only once.
    """
    order, quote, facts = _quoted(c, enquiry, profile)
    verdict = check(order, enquiry.origin, quote, facts) or confirmation(quote, facts)
    if verdict is not None:
        return verdict
    if draft_id is not None and not drafts.drop(c, draft_id):
        return Denied.ORDERED_ALREADY
    job = jobs.accept(
        c, order, enquiry.origin, quote, now=enquiry.now, due_at=due_at, deadline_at=deadline_at
    )
    return Noted(job, facts.settings.results_channel)


def objection(c: Connection, enquiry: Enquiry, profile: Profile) -> Rejection | None:
    """What speaks against an order now; nothing is noted."""
    order, quote, facts = _quoted(c, enquiry, profile)
    return check(order, enquiry.origin, quote, facts)


def retry(c: Connection, held: Job, again: Job, enquiry: Enquiry, profile: Profile) -> bool | Rejection:
    """Let a held job begin anew, where nothing speaks against it; False when it is held no more."""
    rejection = objection(c, enquiry, profile)
    if rejection is not None:
        return rejection
    return transitions.save(c, held, again, book=("settled", "reserved"))


def _quoted(c: Connection, enquiry: Enquiry, profile: Profile) -> tuple[Order, Quote, Facts]:
    facts = admission_facts.facts(c, enquiry, profile)
    return *make_quote(enquiry, facts, profile), facts
