"""The ordered checks before anything is noted or spent. Pure.

The facts (`jobs/store/queries/admission_facts.py`) are read in the transaction that accepts the order, so
that forty simultaneous orders are counted like forty in a row.
"""

from dataclasses import dataclass

from jobs.models import OWN_ACCOUNT, Balance, Clip, GuildSettings, Order, Origin
from jobs.models.jam import MOST_ENTRIES, Entry, EntryState, Jam, JamState
from jobs.models.operations import JAM, family_of, makes_song
from jobs.models.quota import Subject, Unit, Use
from jobs.models.rejections import (
    Blocked,
    DailyCapReached,
    Denied,
    ForbiddenWord,
    JamProblem,
    JamRefused,
    KeyProblem,
    MissingPermissions,
    MissingRole,
    NotEnoughCredits,
    QuotaUsedUp,
    Rejection,
    TooManyJobs,
    WrongChannel,
)
from jobs.rules.words import found_in

# In the settings: holds for every family of commands without an entry.
ANY = "any"


@dataclass(frozen=True, slots=True)
class NeedsConfirmation:
    """Acceptable, but the server wants the member to agree to the price first.

    Attributes:
        left: Credits of the account that are not spoken for; None where they are unknown, or not to be shown.
        uses: The quotas that hold for the member.
    """

    price: int
    left: int | None = None
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of an order, who pays it, and any objection to it; made by `make_quote`.

    Attributes:
        account: Whose key pays; None if this server may use none.
        objection: An error in the order itself.
        balance: The account's last balance; None if it is unknown or too old to count.
        balance_required, daily_cap: See `OwnerPolicy`.
        confirmed: Whether the member has seen the price and agreed.
        again: The price of a held job that is tried again; None for a new order.
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
class TurnFacts:
    """The turn of a jam that is not over, what it goes on from, and the credits that joining it needs."""

    entry: Entry | None
    base_id: str
    needs: int


@dataclass(frozen=True, slots=True)
class JamFacts:
    """A jam, the credits that its tries have used or reserved, and how many tries the member has begun.

    Attributes:
        kept_out: Whether a moderator keeps the member from taking part.
        from_branch: Whether the order starts from what another try has made, where that may be.
        others: How many other members have entered, or are about to.
    """

    jam: Jam
    used: int
    tries: int
    kept_out: bool = False
    from_branch: bool = False
    others: int = 0
    turn: TurnFacts | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The store's side of an order, in the moment of acceptance.

    Attributes:
        in_flight: The member's jobs under way here.
        uses: The quotas that hold for the member.
        reserved: The account's credits reserved for calls to come, and those that lost calls may have taken.
        charged_since: Credits charged to the account since its balance was read.
        spent_today: Credits of the bot's own key since midnight UTC, with reservations.
        midnight: When the day of the cap ends; 0 without a cap.
        balance: The account's last balance that was read.
        retired_at: When the API last said that it no longer offers the operation.
        source: The clip that it starts from; None if this server did not make it.
        now: The moment of acceptance.
        ahead: How many jobs of the account wait for their turn.
        jam: The jam that the order is a try for, with what it has used of its pot, and the member's tries.
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
    now: float = 0.0
    ahead: int = 0
    jam: JamFacts | None = None


def check(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Rejection | None:
    """Return the first objection: to the place and member, then the order, then the money."""
    return (
        _check_origin(order, origin, facts)
        or _check_words(order, facts.settings)
        or _check_in_flight(facts)
        or _check_jam(order, origin, quote, facts)
        or _check_quotas(order, quote, facts)
        or quote.objection
        or _check_funds(quote, facts)
    )


def check_line(order: Order, origin: Origin, settings: GuildSettings, now: float) -> Rejection | None:
    """Return the first objection to words that become part of an order of the bot's own."""
    return _check_origin(order, origin, Facts(settings, now=now)) or _check_words(order, settings)


def confirmation(quote: Quote, facts: Facts) -> NeedsConfirmation | None:
    threshold = facts.settings.confirm_from
    asks = threshold and quote.price >= threshold and not quote.confirmed
    if not asks or facts.jam is not None:  # its host has agreed to the whole pot
        return None
    left = _left(quote, facts) if facts.settings.balance_for_all else None
    return NeedsConfirmation(quote.price, left, facts.uses)


def _left(quote: Quote, facts: Facts) -> int | None:
    """Credits of the account that nothing is reserved from; None while the balance is unknown."""
    if quote.balance is None:
        return None
    return max(quote.balance.total - facts.reserved - facts.charged_since, 0)


def _check_origin(order: Order, origin: Origin, facts: Facts) -> Rejection | None:
    settings = facts.settings
    if origin.missing_permissions:
        return MissingPermissions(origin.missing_permissions)
    family = family_of(order.operation) if order.jam_id is None else JAM
    if elsewhere := check_channel(family, origin, settings):
        return elsewhere
    if block := settings.block_of(origin.user_id, facts.now):
        return Blocked(block)
    roles = settings.roles.get(family) or settings.roles.get(ANY) or ()
    if roles and set(origin.role_ids).isdisjoint(roles):
        return MissingRole(tuple(roles))
    return None


def check_channel(family: str, origin: Origin, settings: GuildSettings) -> Rejection | None:
    """Return an objection to the channel, where a server has chosen others for a family of commands."""
    channels = settings.channels.get(family) or settings.channels.get(ANY) or ()
    here = {origin.channel_id, origin.parent_id} & set(channels)
    return None if here or not channels else WrongChannel(tuple(channels))


def _check_words(order: Order, settings: GuildSettings) -> Rejection | None:
    found = found_in(order, settings.forbidden_words)
    return ForbiddenWord(*found, order.operation) if found else None


def _check_in_flight(facts: Facts) -> Rejection | None:
    most = facts.settings.in_flight
    return TooManyJobs(facts.in_flight) if most and facts.in_flight >= most else None


def _check_jam(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Rejection | None:
    """The pot is a ceiling on all that the tries of a jam use, be they paid, reserved or in doubt."""
    if order.jam_id is None:
        return None
    if facts.jam is None or facts.jam.jam.guild_id != origin.guild_id:
        return JamRefused(JamProblem.GONE)
    jam, left = facts.jam.jam, facts.jam.jam.pot - facts.jam.used
    if facts.jam.turn is not None:
        return _check_turn(order, origin, quote, facts.jam, facts.jam.turn, facts.now)
    if jam.state is not JamState.OPEN or facts.now >= jam.due_at:
        problem = JamProblem.NOT_BEGUN if jam.state is JamState.PLANNED else JamProblem.OVER
        return JamRefused(problem, jam.id, until=jam.due_at)
    elsewhere = jam.song and order.source_clip_id != jam.song and not facts.jam.from_branch
    unfit = quote.again is None and (order.operation not in jam.ways or elsewhere)
    for is_so, problem, number in (
        (facts.jam.kept_out, JamProblem.KEPT_OUT, 0),
        (unfit, JamProblem.WAY, 0),
        (quote.again is None and facts.jam.tries >= jam.share, JamProblem.SHARE, jam.share),
        (quote.again is None and facts.jam.others >= MOST_ENTRIES, JamProblem.FULL, MOST_ENTRIES),
        (quote.price > left, JamProblem.POT, max(left, 0)),
    ):
        if is_so:
            return JamRefused(problem, jam.id, number=number)
    return None


def _check_turn(
    order: Order, origin: Origin, quote: Quote, facts: JamFacts, turn: TurnFacts, now: float
) -> Rejection | None:
    """A turn is its member's until it ends, and goes on from the song as it is then."""
    jam, entry, left = facts.jam, turn.entry, facts.jam.pot - facts.used
    if jam.state not in (JamState.OPEN, JamState.CLOSING):
        return JamRefused(JamProblem.OVER, jam.id, until=jam.state_at)
    if quote.again is not None:  # what the bot ordered itself, or a turn whose call got no answer
        own = (jam.about.joins, jam.about.sings)
        lost = EntryState.JOINING if order.operation in own else EntryState.WORKING
        here, needs = entry is not None and entry.state is lost, 0
    else:
        here = entry is not None and entry.state is EntryState.OFFERED and now < jam.due_at
        here, needs = here and entry is not None and entry.user_id == origin.user_id, turn.needs
    if not here:
        whose = entry.user_id if entry is not None else 0
        return JamRefused(JamProblem.TURN, jam.id, until=jam.due_at, number=whose)
    ways = jam.about.from_song if turn.base_id else jam.about.ways
    unfit = quote.again is None and (order.operation not in ways or order.source_clip_id != turn.base_id)
    for is_so, problem, number in (
        (facts.kept_out, JamProblem.KEPT_OUT, 0),
        (jam.stalled_left is not None, JamProblem.STALLED, 0),
        (unfit, JamProblem.SONG_WENT_ON, 0),
        (quote.price + needs > left, JamProblem.POT, max(left, 0)),
    ):
        if is_so:
            return JamRefused(problem, jam.id, number=number)
    return None


def check_own(order: Order, quote: Quote, facts: Facts) -> Rejection | None:
    """Return the first objection to what the bot orders for a jam: its pot and the account must hold it."""
    if facts.jam is None:
        return JamRefused(JamProblem.GONE)
    left = facts.jam.jam.pot - facts.jam.used
    poor = JamRefused(JamProblem.POT, facts.jam.jam.id, number=max(left, 0)) if quote.price > left else None
    return poor or _check_quotas(order, quote, facts) or quote.objection or _check_funds(quote, facts)


def _check_quotas(order: Order, quote: Quote, facts: Facts) -> Rejection | None:
    """Free orders do not count, and the second try of a held job is no second song.

    A jam's pot pays for its tries, so they use up what a member or a role has no more than they need it.
    """
    song = makes_song(order.operation) and quote.price > 0 and quote.again is None
    more = {Unit.SONGS: int(song), Unit.CREDITS: quote.price}
    for use in facts.uses:
        if order.jam_id is not None and use.quota.subject is not Subject.SERVER:
            continue
        asked = more[use.quota.unit]
        if asked and use.used + asked > use.quota.amount:
            # An order above the whole quota does not fit into the next period either.
            return QuotaUsedUp(use, asked, use.until if asked <= use.quota.amount else None)
    return None


def _check_funds(quote: Quote, facts: Facts) -> Rejection | None:
    """A free order needs a key, but no credits."""
    if quote.account is None:
        return KeyProblem.NONE
    if not quote.price:
        return None
    cap = quote.daily_cap if quote.account == OWN_ACCOUNT else None
    if cap is not None and facts.spent_today + quote.price > cap:
        return DailyCapReached(facts.midnight if quote.price <= cap else None)
    left = _left(quote, facts)
    if left is None:
        return Denied.BALANCE_UNKNOWN if quote.balance_required else None
    if left < quote.price:
        return NotEnoughCredits(quote.price, left, facts.reserved, facts.settings.balance_for_all)
    return None
