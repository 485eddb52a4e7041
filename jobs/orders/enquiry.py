"""Take an order to admission and back.

The answer to a command does not wait for the API, except where the last balance seems too low: that is worth
a second look, of a few seconds at most, before somebody is refused.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import TypeVar

from jobs.context import JobContext
from jobs.models import Order, Origin
from jobs.models.rejections import Denied, NotEnoughCredits, Rejected, Rejection
from jobs.rules.quote import Enquiry

T = TypeVar("T")

# An API that has retired something is asked again after a day.
_ASK_AGAIN = 24 * 3600.0


def make_enquiry(
    context: JobContext,
    order: Order,
    origin: Origin,
    *,
    agreed: int = 0,
    unasked: Collection[str] = (),
    again: int | None = None,
) -> Enquiry:
    """Put together what admission is asked; see `Enquiry`.

    Raises:
        Rejected: An old button or draft asks for what the profile has lost, so nothing can be said of it.
    """
    if order.operation not in context.catalogue.operations:
        raise Rejected(Denied.OPERATION_GONE)
    return Enquiry(
        order,
        origin,
        context.accounts.payer(origin.guild_id),
        context.clock.now(),
        context.schedule.wait(_ASK_AGAIN),
        agreed,
        unasked,
        again,
    )


async def decided(
    context: JobContext, enquiry: Enquiry, decide: Callable[[Enquiry], Awaitable[T | Rejection]]
) -> T:
    """Have an order decided; where the balance stands in the way, read it again before saying so.

    A balance that cannot be read stops nobody, unless the owner chose so.

    Raises:
        Rejected: The order is not taken.
    """
    verdict = await decide(enquiry)
    account = enquiry.payer.account
    if for_the_balance(verdict) and account is not None:
        found = await context.accounts.balance(account)
        now = context.clock.now()
        verdict = await decide(replace(enquiry, now=now, reread=True, balance=found))
    if isinstance(verdict, Rejection):
        raise Rejected(verdict)
    return verdict


def for_the_balance(verdict: object) -> bool:
    """Tell whether the balance alone stands in the way: when that matters, it is read again."""
    return isinstance(verdict, NotEnoughCredits) or verdict is Denied.BALANCE_UNKNOWN
