"""The checks before anything is noted or spent: each one, and their order."""

from dataclasses import replace
from typing import Any

import pytest

from jobs.models import Balance, GuildSettings, Order, Origin
from jobs.models.quota import Period, Quota, Subject, Unit, Use
from jobs.rules.admission import Facts, Quote, Refusal, check

SONG = Order("suno.create", {"description": "rivers"}, "rivers")
STEMS = Order("suno.stems_full", {"clip_id": "c"}, "stems")
HERE = Origin(1, 2, 3, 1000, role_ids=(7, 8))
OFFER = Quote("suno", 10, balance=Balance(100, 0, 0.0))
OPEN = Facts(GuildSettings())


def use(amount: int, used: int, unit: Unit = Unit.SONGS) -> Use:
    return Use(Quota(Subject.MEMBER, 3, unit, Period.DAY, amount), used, 99.0)


def chosen(**settings: Any) -> Facts:  # noqa: ANN401 - any setting
    return replace(OPEN, settings=GuildSettings(**settings))


def refusal(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(order, origin, quote, facts)
    return caught.value


def test_what_is_in_order_passes() -> None:
    check(SONG, HERE, OFFER, OPEN)


# Each spoils one thing more than the one before it; the order of the checks is the order of this list.
STEPS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("confirm", {}, {"confirmed": False}, {}, {"confirm_from": 10}),
    ("credits", {}, {"balance": Balance(9, 0, 0.0)}, {}, {}),
    ("cap", {}, {"daily_cap": 100}, {"spent_today": 91, "midnight": 5.0}, {}),
    ("key", {}, {"account": None}, {}, {}),
    ("input", {}, {"objection": Refusal("input", field="title", why="is long")}, {}, {}),
    ("quota", {}, {}, {"uses": (use(5, 5),)}, {}),
    ("in_flight", {}, {}, {"in_flight": 2}, {"in_flight": 2}),
    ("role", {}, {}, {}, {"roles": {"any": [9]}}),
    ("blocked", {}, {}, {}, {"blocked": (3,)}),
    ("channel", {}, {}, {}, {"channels": {"any": [5]}}),
    ("permissions", {"missing_permissions": ("Attach Files",)}, {}, {}, {}),
]


@pytest.mark.parametrize("count", range(1, len(STEPS) + 1))
def test_the_first_check_that_fails_is_the_one_that_is_told(count: int) -> None:
    origin, quote, facts, settings = HERE, OFFER, OPEN, GuildSettings()
    for _, on_visit, on_offer, on_facts, on_settings in STEPS[:count]:
        origin, quote = replace(origin, **on_visit), replace(quote, **on_offer)
        facts, settings = replace(facts, **on_facts), replace(settings, **on_settings)
    assert refusal(SONG, origin, quote, replace(facts, settings=settings)).code == STEPS[count - 1][0]


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
    if passes:
        check(order, origin, OFFER, facts)
    else:
        assert refusal(order, origin, OFFER, facts).ids == (5,)


def test_roles_by_family() -> None:
    check(SONG, HERE, OFFER, chosen(roles={"any": [8], "stems": [9]}))
    assert refusal(STEMS, HERE, OFFER, chosen(roles={"any": [8], "stems": [9]})).ids == (9,)


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
    if passes:
        check(order, HERE, quote, facts)
    else:
        caught = refusal(order, HERE, quote, facts)
        assert (caught.code, caught.use) == ("quota", limit)
        # None where it would not fit into an unused quota either.
        asked = price if limit.quota.unit is Unit.CREDITS else 1
        assert caught.until == (99.0 if asked <= limit.quota.amount else None)


def test_credits_reserved_and_charged_meanwhile_are_not_there() -> None:
    check(SONG, HERE, OFFER, replace(OPEN, reserved=50, charged_since=40))
    caught = refusal(SONG, HERE, OFFER, replace(OPEN, reserved=50, charged_since=41))
    assert (caught.code, caught.amounts) == ("credits", (10, 9, 50, 1))


def test_an_unknown_balance_stops_nobody_unless_the_owner_wants_it() -> None:
    check(SONG, HERE, replace(OFFER, balance=None), OPEN)
    assert refusal(SONG, HERE, replace(OFFER, balance=None, balance_required=True), OPEN).code == "balance"
    check(SONG, HERE, replace(OFFER, balance=None, balance_required=True, price=0), OPEN)


def test_the_owners_cap_is_about_the_owners_key() -> None:
    capped = replace(OFFER, daily_cap=100)
    check(SONG, HERE, capped, replace(OPEN, spent_today=90))
    capped_out = refusal(SONG, HERE, capped, replace(OPEN, spent_today=91, midnight=5.0))
    assert (capped_out.code, capped_out.until) == ("cap", 5.0)
    never = refusal(SONG, HERE, replace(capped, price=101), replace(OPEN, midnight=5.0))
    assert (never.code, never.until) == ("cap", None)
    check(SONG, HERE, replace(capped, account=1), replace(OPEN, spent_today=91))
    check(SONG, HERE, replace(capped, price=0), replace(OPEN, spent_today=91))
    assert refusal(SONG, HERE, replace(OFFER, daily_cap=0), OPEN).code == "cap"


def test_who_agreed_or_need_not_is_not_asked() -> None:
    asks = chosen(confirm_from=50)
    check(SONG, HERE, replace(OFFER, confirmed=False), asks)
    assert refusal(SONG, HERE, replace(OFFER, price=50, confirmed=False), asks).code == "confirm"
    check(SONG, HERE, replace(OFFER, price=50), asks)
