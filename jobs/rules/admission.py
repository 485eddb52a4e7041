"""The one ordered list of checks before anything is noted or spent. Pure.

The facts are read (`jobs/store/queries/admission_facts.py`), and the verdict is acted on, in the transaction
that accepts, one order after the other: what forty members ask for in the same moment is counted like forty
in a row.
"""

from dataclasses import dataclass

from jobs.models import OWN_ACCOUNT, Balance, GuildSettings, Order, Origin
from jobs.models.operations import family_of, makes_song
from jobs.models.quota import Unit, Use
from musicapi import InvalidInput

# In the settings: what holds for every family of commands that has nothing of its own.
ANY = "any"


class Refusal(Exception):
    """The order is not taken. `code` names the check; `cogs/text/rejection_messages.py` has the sentence.

    Attributes:
        names: What the sentence names: permissions that are missing, providers, kinds, operations, clips; the
            operation, for `input`.
        field: The parameter that is wrong, for `input`.
        why: What is wrong with it.
        ids: Channels or roles that would do, for `channel` and `role`.
        amounts: Credits or jobs that the sentence needs, as each check says below.
        use: The quota that is used up.
        until: When it may be worth another try, in seconds since the epoch; None where nobody knows.
    """

    def __init__(
        self,
        code: str,
        *,
        names: tuple[str, ...] = (),
        field: str = "",
        why: str = "",
        ids: tuple[int, ...] = (),
        amounts: tuple[int, ...] = (),
        use: Use | None = None,
        until: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.names = names
        self.field = field
        self.why = why
        self.ids = ids
        self.amounts = amounts
        self.use = use
        self.until = until


def wrong(order: Order, error: InvalidInput) -> Refusal:
    """The refusal of an order for a parameter; it names the operation too."""
    return Refusal("input", names=(order.operation,), field=error.field, why=error.reason)


@dataclass(frozen=True, slots=True)
class Quote:
    """What is known of an order before the transaction begins.

    Attributes:
        account: Whose key pays; None where this server may use none.
        objection: What is wrong with the order itself.
        balance: The last balance of the account, None where it is not known or too old to count.
        balance_required: Whether an unknown balance stops the order: the owner's choice.
        daily_cap: Credits a day (UTC) that the bot's own key may spend over all servers; None for no cap.
        confirmed: Whether the member has seen the price and agreed.
        again: The credits of a held job's first try that are reserved still; None for a new order.
    """

    provider: str
    price: int
    account: int | None = OWN_ACCOUNT
    objection: Refusal | None = None
    balance: Balance | None = None
    balance_required: bool = False
    daily_cap: int | None = None
    confirmed: bool = True
    again: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows in the moment of the order.

    Attributes:
        in_flight: Jobs of the member that are under way here.
        uses: The quotas that hold for the member.
        reserved: Credits of the account reserved for jobs that were not charged yet.
        charged_since: Credits of the account charged since its balance was read.
        spent_today: Credits of the bot's own key since midnight UTC, reservations included.
        midnight: When the day of the cap ends.
    """

    settings: GuildSettings
    in_flight: int = 0
    uses: tuple[Use, ...] = ()
    reserved: int = 0
    charged_since: int = 0
    spent_today: int = 0
    midnight: float = 0.0


def check(order: Order, origin: Origin, quote: Quote, facts: Facts) -> None:
    """Pass, or say why not: first the place and the person, then the order, last the money.

    Raises:
        Refusal: With the first check that failed.
    """
    _check_place(order, origin, facts.settings)
    most = facts.settings.in_flight
    if most and facts.in_flight >= most:
        raise Refusal("in_flight", amounts=(facts.in_flight,))
    _check_quota(order, quote, facts)
    if quote.objection is not None:
        raise quote.objection
    _check_funds(quote, facts)
    threshold = facts.settings.confirm_from
    if threshold and quote.price >= threshold and not quote.confirmed:
        raise Refusal("confirm", amounts=(quote.price,))


def _check_place(order: Order, origin: Origin, settings: GuildSettings) -> None:
    if origin.missing_permissions:
        raise Refusal("permissions", names=origin.missing_permissions)
    family = family_of(order.operation)
    channels = settings.channels.get(family) or settings.channels.get(ANY) or ()
    if channels and not {origin.channel_id, origin.parent_id} & set(channels):
        raise Refusal("channel", ids=tuple(channels))
    if origin.user_id in settings.blocked:
        raise Refusal("blocked")
    roles = settings.roles.get(family) or settings.roles.get(ANY) or ()
    if roles and set(origin.role_ids).isdisjoint(roles):
        raise Refusal("role", ids=tuple(roles))


def _check_quota(order: Order, quote: Quote, facts: Facts) -> None:
    """What is free is not counted, and a held job that is tried again is no second song."""
    song = makes_song(order.operation) and quote.price > 0 and quote.again is None
    more = {Unit.SONGS: int(song), Unit.CREDITS: quote.price}
    for use in facts.uses:
        asked = more[use.quota.unit]
        if asked and use.used + asked > use.quota.amount:
            # What is larger than the whole quota does not fit into the next period either.
            fits_later = asked <= use.quota.amount
            raise Refusal("quota", use=use, amounts=(asked,), until=use.until if fits_later else None)


def _check_funds(quote: Quote, facts: Facts) -> None:
    """What is free needs a key, but no credits."""
    if quote.account is None:
        raise Refusal("key")
    if not quote.price:
        return
    capped = quote.daily_cap is not None and quote.account == OWN_ACCOUNT
    cap = quote.daily_cap or 0
    if capped and facts.spent_today + quote.price > cap:
        raise Refusal("cap", until=facts.midnight if quote.price <= cap else None)
    if quote.balance is None:
        if quote.balance_required:
            raise Refusal("balance")
        return
    left = quote.balance.total - facts.reserved + (quote.again or 0) - facts.charged_since
    if left < quote.price:
        seen = int(facts.settings.balance_for_all)
        raise Refusal("credits", amounts=(quote.price, max(left, 0), facts.reserved, seen))
