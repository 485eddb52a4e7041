"""The checks before anything is noted or spent: each one, and their order."""

from dataclasses import replace
from typing import Any

import pytest

from jobs.models import Balance, Block, GuildSettings, Order, Origin
from jobs.models.quota import Period, Quota, Subject, Unit, Use
from jobs.models.rejections import (
    Blocked,
    DailyCapReached,
    Denied,
    ForbiddenWord,
    KeyProblem,
    MissingPermissions,
    MissingRole,
    NotEnoughCredits,
    QuotaUsedUp,
    Rejection,
    TooManyJobs,
    WrongChannel,
    WrongInput,
)
from jobs.rules.admission import Facts, NeedsConfirmation, Quote, check, confirmation

SONG = Order("suno.create", {"description": "rivers"}, "rivers")
STEMS = Order("suno.stems_full", {"clip_id": "c"}, "stems")
HERE = Origin(1, 2, 3, 1000, role_ids=(7, 8))
OFFER = Quote("suno", 10, balance=Balance(100, 0, 0.0))
OPEN = Facts(GuildSettings())


def use(amount: int, used: int, unit: Unit = Unit.SONGS) -> Use:
    return Use(Quota(Subject.MEMBER, 3, unit, Period.DAY, amount), used, 99.0)


def chosen(**settings: Any) -> Facts:  # noqa: ANN401 - any setting
    return replace(OPEN, settings=GuildSettings(**settings))


def verdict(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Rejection | NeedsConfirmation | None:
    return check(order, origin, quote, facts) or confirmation(quote, facts)


def test_what_is_in_order_passes() -> None:
    assert verdict(SONG, HERE, OFFER, OPEN) is None


WRONG = WrongInput("title", "is long")
# Each spoils one thing more than the one before it; the order of the checks is the order of this list.
STEPS: list[tuple[Any, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (NeedsConfirmation(10, 100), {}, {"confirmed": False}, {}, {"confirm_from": 10}),
    (NotEnoughCredits(10, 9, 0, shown=True), {}, {"balance": Balance(9, 0, 0.0)}, {}, {}),
    (DailyCapReached(5.0), {}, {"daily_cap": 100}, {"spent_today": 91, "midnight": 5.0}, {}),
    (KeyProblem.NONE, {}, {"account": None}, {}, {}),
    (WRONG, {}, {"objection": WRONG}, {}, {}),
    (QuotaUsedUp(use(5, 5), 1, 99.0), {}, {}, {"uses": (use(5, 5),)}, {}),
    (TooManyJobs(2), {}, {}, {"in_flight": 2}, {"in_flight": 2}),
    (ForbiddenWord("description", "rivers", "suno.create"), {}, {}, {}, {"forbidden_words": ("rivers",)}),
    (MissingRole((9,)), {}, {}, {}, {"roles": {"any": [9]}}),
    (Blocked(Block(3)), {}, {}, {}, {"blocked": (Block(3),)}),
    (WrongChannel((5,)), {}, {}, {}, {"channels": {"any": [5]}}),
    (MissingPermissions(("Attach Files",)), {"missing_permissions": ("Attach Files",)}, {}, {}, {}),
]


@pytest.mark.parametrize("count", range(1, len(STEPS) + 1))
def test_the_first_check_that_fails_is_the_one_that_is_named(count: int) -> None:
    origin, quote, facts, settings = HERE, OFFER, OPEN, GuildSettings()
    for _, on_visit, on_offer, on_facts, on_settings in STEPS[:count]:
        origin, quote = replace(origin, **on_visit), replace(quote, **on_offer)
        facts, settings = replace(facts, **on_facts), replace(settings, **on_settings)
    assert verdict(SONG, origin, quote, replace(facts, settings=settings)) == STEPS[count - 1][0]


@pytest.mark.parametrize(
    ("order", "channels", "passes"),
    [
        (SONG, {"any": [2]}, True),
        (SONG, {"any": [4]}, True),  # the channel that the thread belongs to
        (SONG, {"any": [5]}, False),
        (SONG, {"stems": [5]}, True),
        (STEMS, {"stems": [5]}, False),
        (STEMS, {"any": [5], "stems": [2]}, True),
        (STEMS, {"any": [2], "stems": []}, True),
    ],
)
def test_channels_by_family(order: Order, channels: dict[str, list[int]], *, passes: bool) -> None:
    origin, facts = replace(HERE, parent_id=4), chosen(channels=channels)
    assert check(order, origin, OFFER, facts) == (None if passes else WrongChannel((5,)))


def test_roles_by_family() -> None:
    roles = chosen(roles={"any": [8], "stems": [9]})
    assert check(SONG, HERE, OFFER, roles) is None
    assert check(STEMS, HERE, OFFER, roles) == MissingRole((9,))


@pytest.mark.parametrize(
    ("order", "price", "limit", "passes"),
    [
        (SONG, 10, use(5, 4), True),
        (SONG, 10, use(5, 5), False),
        (SONG, 10, use(0, 0), False),
        (SONG, 10, use(2, 9), False),  # lowered since
        (SONG, 0, use(0, 0), True),  # what is free is not counted
        (STEMS, 50, use(0, 0), True),  # stems are no song
        (STEMS, 50, use(60, 10, Unit.CREDITS), True),
        (STEMS, 50, use(60, 11, Unit.CREDITS), False),
        (STEMS, 50, use(49, 0, Unit.CREDITS), False),
        (SONG, 0, use(0, 0, Unit.CREDITS), True),
    ],
)
def test_quotas(order: Order, price: int, limit: Use, *, passes: bool) -> None:
    quote, facts = replace(OFFER, price=price), replace(OPEN, uses=(use(99, 0), limit))
    # No time where it would not fit into an unused quota either.
    asked = price if limit.quota.unit is Unit.CREDITS else 1
    used_up = QuotaUsedUp(limit, asked, 99.0 if asked <= limit.quota.amount else None)
    assert check(order, HERE, quote, facts) == (None if passes else used_up)


def test_credits_reserved_and_charged_meanwhile_are_not_there() -> None:
    assert check(SONG, HERE, OFFER, replace(OPEN, reserved=50, charged_since=40)) is None
    short = NotEnoughCredits(10, 9, 50, shown=True)
    assert check(SONG, HERE, OFFER, replace(OPEN, reserved=50, charged_since=41)) == short


def test_figures_are_shown_where_the_moderators_allow_it() -> None:
    hidden = replace(chosen(balance_for_all=False), reserved=91)
    assert check(SONG, HERE, OFFER, hidden) == NotEnoughCredits(10, 9, 91, shown=False)


def test_an_unknown_balance_stops_nobody_unless_the_owner_wants_it() -> None:
    assert check(SONG, HERE, replace(OFFER, balance=None), OPEN) is None
    required = replace(OFFER, balance=None, balance_required=True)
    assert check(SONG, HERE, required, OPEN) is Denied.BALANCE_UNKNOWN
    assert check(SONG, HERE, replace(required, price=0), OPEN) is None


def test_the_owners_cap_is_about_the_owners_key() -> None:
    capped = replace(OFFER, daily_cap=100)
    full = replace(OPEN, spent_today=91, midnight=5.0)
    assert check(SONG, HERE, capped, replace(full, spent_today=90)) is None
    assert check(SONG, HERE, capped, full) == DailyCapReached(5.0)
    dear = replace(capped, price=101)
    assert check(SONG, HERE, dear, replace(OPEN, midnight=5.0)) == DailyCapReached(None)
    assert check(SONG, HERE, replace(capped, account=1), full) is None
    assert check(SONG, HERE, replace(capped, price=0), full) is None
    assert check(SONG, HERE, replace(OFFER, daily_cap=0), OPEN) == DailyCapReached(None)


def test_who_agreed_or_need_not_is_not_asked() -> None:
    asks = chosen(confirm_from=50)
    assert confirmation(replace(OFFER, confirmed=False), asks) is None
    assert confirmation(replace(OFFER, price=50, confirmed=False), asks) == NeedsConfirmation(50, 100)
    assert confirmation(replace(OFFER, price=50), asks) is None


def test_who_is_asked_hears_what_is_left_where_that_may_be_shown() -> None:
    dear, limits = replace(OFFER, price=50, confirmed=False), (use(500, 5),)
    asks = replace(OPEN, reserved=20, charged_since=10, uses=limits)
    assert confirmation(dear, asks) == NeedsConfirmation(50, 70, limits)
    assert confirmation(replace(dear, balance=None), asks) == NeedsConfirmation(50, None, limits)
    hidden = replace(asks, settings=GuildSettings(balance_for_all=False))
    assert confirmation(dear, hidden) == NeedsConfirmation(50, None, limits)


def test_a_server_that_has_set_nothing_is_asked_from_twenty_credits() -> None:
    assert confirmation(replace(OFFER, price=20, confirmed=False), OPEN) is not None
    assert confirmation(replace(OFFER, price=19, confirmed=False), OPEN) is None
    assert confirmation(replace(OFFER, price=500, confirmed=False), chosen(confirm_from=0)) is None
