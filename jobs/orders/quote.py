"""What is known of an order before the transaction that accepts it.

The answer to a command does not wait for the API, except where the last balance seems too low: that is worth
a second look, of a few seconds at most, before somebody is refused.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import TypeVar

from jobs.context import JobContext
from jobs.models import Balance, Order, Origin
from jobs.models.rejections import Denied, KeyProblem, NotEnoughCredits, Rejected, Rejection, WrongInput
from jobs.rules.admission import Quote
from musicapi import InvalidInput, build

T = TypeVar("T")

# Every paid submit reads the balance; an older one is of a quiet time, in which others may have used the key.
_OLD_SECONDS = 600.0


async def make_quote(
    context: JobContext,
    order: Order,
    origin: Origin,
    objection: Rejection | None = None,
    *,
    agreed: int = 0,
    asked: Collection[str] = (),
) -> Quote:
    """The price of an order, who pays it, and the first thing that is wrong with it, if there is any.

    `agreed` is the price that the member has agreed to. What the member is still to be `asked` for may be
    wrong.
    """
    catalogue, policy = context.catalogue, context.accounts.policy
    account = context.accounts.paying_for(origin.guild_id)
    price = catalogue.price(order.operation, order.params)
    return Quote(
        catalogue.terms(order.operation).provider,
        price,
        account,
        objection or _invalid(context, order, asked) or _unreadable(context, account),
        await _known(context, account) if price and account is not None else None,
        policy.balance_required,
        policy.daily_cap,
        price <= agreed,
    )


async def decided(
    context: JobContext, quote: Quote, decide: Callable[[Quote], Awaitable[T | Rejection]]
) -> T:
    """What came of an order; where the balance stands in the way, it is read again before that is said.

    A balance that cannot be read stops nobody, unless the owner chose so.

    Raises:
        Rejected: The order is not taken.
    """
    verdict = await decide(quote)
    if for_the_balance(verdict) and quote.account is not None:
        verdict = await decide(replace(quote, balance=await context.accounts.balance(quote.account)))
    if isinstance(verdict, Rejection):
        raise Rejected(verdict)
    return verdict


def for_the_balance(verdict: object) -> bool:
    """Whether it is the balance alone that stands in the way: it is read again when that matters."""
    return isinstance(verdict, NotEnoughCredits) or verdict is Denied.BALANCE_UNKNOWN


def _invalid(context: JobContext, order: Order, asked: Collection[str]) -> Rejection | None:
    try:
        build(order.operation, order.params, context.catalogue)
    except InvalidInput as error:
        return None if error.field in asked else WrongInput(error.field, error.reason, order.operation)
    return None


def _unreadable(context: JobContext, account: int | None) -> Rejection | None:
    readable = account is None or context.accounts.keyring.readable(account)
    return None if readable else KeyProblem.UNREADABLE


async def _known(context: JobContext, account: int) -> Balance | None:
    """The last balance; where the owner wants to be sure, not an old one."""
    known = await context.accounts.known_balance(account)
    old = known is not None and context.clock.now() - known.at > _OLD_SECONDS
    return None if old and context.accounts.policy.balance_required else known
