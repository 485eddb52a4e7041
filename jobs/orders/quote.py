"""Who pays for an order, and what is known of that account when the gate asks.

The answer to a command does not wait for the API, except where the last balance seems too low: that is worth
a second look, of a few seconds at most, before somebody is refused.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import TypeVar

from jobs.context import JobContext
from jobs.models import Balance, Order, Origin
from jobs.rules.admission import Quote, Refusal, wrong
from musicapi import InvalidInput, build

T = TypeVar("T")

# Every paid submit reads the balance; an older one is of a quiet time, in which others may have used the key.
_OLD_SECONDS = 600.0


class Quotes:
    """Makes offers."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    async def quote(
        self,
        order: Order,
        origin: Origin,
        objection: Refusal | None,
        *,
        agreed: int = 0,
        asked: Collection[str] = (),
    ) -> Quote:
        """What is known of an order before the transaction begins, to which a member agreed at a price.

        What the member is still to be `asked` for may be wrong.
        """
        catalogue, policy = self._context.catalogue, self._context.accounts.policy
        price = catalogue.price(order.operation, order.params)
        account = self._context.accounts.paying_for(origin.guild_id)
        try:
            build(order.operation, order.params, catalogue)
        except InvalidInput as error:
            if error.field not in asked:
                objection = objection or wrong(order, error)
        return Quote(
            catalogue.terms(order.operation).provider,
            price,
            account,
            objection or self._locked(account),
            await self._known(account) if price and account is not None else None,
            policy.balance_required,
            policy.daily_cap,
            price <= agreed,
        )

    def _locked(self, account: int | None) -> Refusal | None:
        readable = account is None or self._context.accounts.keyring.readable(account)
        return None if readable else Refusal("key_unreadable")

    async def retry_until_written(self, quote: Quote, note: Callable[[Quote], Awaitable[T]]) -> T:
        """Note an order; where the balance stands in the way, read it again before that is said.

        A balance that cannot be read stops nobody, unless the owner chose so.

        Raises:
            Refusal: The gate said no.
        """
        try:
            return await note(quote)
        except Refusal as refusal:
            if refusal.code not in ("credits", "balance") or quote.account is None:
                raise
        return await note(replace(quote, balance=await self._context.accounts.balance(quote.account)))

    async def _known(self, account: int) -> Balance | None:
        """The last balance; where the owner wants to be sure, not an old one."""
        known = await self._context.accounts.known_balance(account)
        old = known is not None and self._context.clock.now() - known.at > _OLD_SECONDS
        return None if old and self._context.accounts.policy.balance_required else known
