"""The one ordered list of checks before anything is noted or spent. Pure.

The facts are read (`jobs/store/queries/admission_facts.py`), and the verdict is acted on, in the transaction
that accepts, one order after the other: what forty members ask for in the same moment is counted like forty
in a row.
"""

from dataclasses import dataclass

from jobs.models import OWN_ACCOUNT, Balance, Clip, GuildSettings, Order, Origin
from jobs.models.operations import family_of, makes_song
from jobs.models.quota import Unit, Use
from jobs.models.rejections import (
    DailyCapReached,
    Denied,
    KeyProblem,
    MissingPermissions,
    MissingRole,
    NotEnoughCredits,
    QuotaUsedUp,
    Rejection,
    TooManyJobs,
    WrongChannel,
)

# In the settings: what holds for every family of commands that has nothing of its own.
ANY = "any"


@dataclass(frozen=True, slots=True)
class NeedsConfirmation:
    """All is well, but the server wants the member to agree to the price first."""

    price: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs, who pays it, and what is wrong with it; made by `make_quote`.

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
    objection: Rejection | None = None
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
        midnight: When the day of the cap ends; 0 where there is none.
        balance: The last balance of the account that was read.
        retired_at: When the API last said that it no longer offers what is asked for.
        source: What it starts from; None where this server did not make it.
    """

    settings: GuildSettings
    in_flight: int = 0
    uses: tuple[Use, ...] = ()
    reserved: int = 0
    charged_since: int = 0
    spent_today: int = 0
    midnight: float = 0.0
    balance: Balance | None = None
    retired_at: str | None = None
    source: Clip | None = None


def check(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Rejection | None:
    """The first check that fails: where and who, then the order, last the money."""
    return (
        _check_origin(order, origin, facts.settings)
        or _check_in_flight(facts)
        or _check_quotas(order, quote, facts)
        or quote.objection
        or _check_funds(quote, facts)
    )


def confirmation(quote: Quote, facts: Facts) -> NeedsConfirmation | None:
    """What must be agreed to before an order is taken that nothing speaks against."""
    threshold = facts.settings.confirm_from
    asks = threshold and quote.price >= threshold and not quote.confirmed
    return NeedsConfirmation(quote.price) if asks else None


def _check_origin(order: Order, origin: Origin, settings: GuildSettings) -> Rejection | None:
    if origin.missing_permissions:
        return MissingPermissions(origin.missing_permissions)
    family = family_of(order.operation)
    channels = settings.channels.get(family) or settings.channels.get(ANY) or ()
    if channels and not {origin.channel_id, origin.parent_id} & set(channels):
        return WrongChannel(tuple(channels))
    if origin.user_id in settings.blocked:
        return Denied.BLOCKED
    roles = settings.roles.get(family) or settings.roles.get(ANY) or ()
    if roles and set(origin.role_ids).isdisjoint(roles):
        return MissingRole(tuple(roles))
    return None


def _check_in_flight(facts: Facts) -> Rejection | None:
    most = facts.settings.in_flight
    return TooManyJobs(facts.in_flight) if most and facts.in_flight >= most else None


def _check_quotas(order: Order, quote: Quote, facts: Facts) -> Rejection | None:
    """What is free is not counted, and a held job that is tried again is no second song."""
    song = makes_song(order.operation) and quote.price > 0 and quote.again is None
    more = {Unit.SONGS: int(song), Unit.CREDITS: quote.price}
    for use in facts.uses:
        asked = more[use.quota.unit]
        if asked and use.used + asked > use.quota.amount:
            # What is larger than the whole quota does not fit into the next period either.
            fits_later = asked <= use.quota.amount
            return QuotaUsedUp(use, asked, use.until if fits_later else None)
    return None


def _check_funds(quote: Quote, facts: Facts) -> Rejection | None:
    """What is free needs a key, but no credits."""
    if quote.account is None:
        return KeyProblem.NONE
    if not quote.price:
        return None
    cap = quote.daily_cap if quote.account == OWN_ACCOUNT else None
    if cap is not None and facts.spent_today + quote.price > cap:
        return DailyCapReached(facts.midnight if quote.price <= cap else None)
    if quote.balance is None:
        return Denied.BALANCE_UNKNOWN if quote.balance_required else None
    left = quote.balance.total - facts.reserved + (quote.again or 0) - facts.charged_since
    if left < quote.price:
        shown = facts.settings.balance_for_all
        return NotEnoughCredits(quote.price, max(left, 0), facts.reserved, shown)
    return None
