"""The gate inside the accepting transaction: what is counted is true in that moment, whoever presses when."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.models import OWN_ACCOUNT, Balance, Job, Origin
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.rejections import (
    DailyCapReached,
    Denied,
    MissingPermissions,
    NotEnoughCredits,
    QuotaUsedUp,
    TooManyJobs,
)
from jobs.models.states import S
from jobs.rules.admission import Quote
from jobs.store import Store
from jobs.store.queries import accounts, admission_facts, drafts, guilds
from tests.jobs.shelf import NOW, ORDER, VISIT, accepted, ask, moved, rows

GUILD = VISIT.guild_id
SONG = Quote("suno", 10)


async def verdict(
    store: Store,
    user_id: int = 33,
    quote: Quote = SONG,
    **origin: Any,  # noqa: ANN401 - any field
) -> type[object] | Denied:
    """What comes of an order: the type of it, and of what is denied the reason."""
    found = await ask(store, ORDER, replace(VISIT, user_id=user_id, **origin), quote)
    return found if isinstance(found, Denied) else type(found)


async def choose(store: Store, **changes: object) -> None:
    await store.write(guilds.change, GUILD, lambda _: changes, by=1, now=NOW)


def quota(subject: Subject, subject_id: int, amount: int, unit: Unit = Unit.SONGS) -> Quota:
    return Quota(subject, subject_id, unit, Period.DAY, amount)


async def test_forty_members_in_the_same_moment_against_a_quota_of_five(store: Store, file: Path) -> None:
    await choose(store, quotas=(quota(Subject.SERVER, 0, 5),))
    verdicts = await asyncio.gather(*(verdict(store, user) for user in range(100, 140)))
    assert Counter(verdicts) == {Job: 5, QuotaUsedUp: 35}
    assert rows(file, "SELECT COUNT(*), SUM(price) FROM job") == [(5, 50)]
    assert rows(file, "SELECT kind, COUNT(*) FROM ledger GROUP BY kind") == [("reserved", 5)]


async def test_one_member_who_presses_forty_times(store: Store) -> None:
    await choose(store, quotas=(quota(Subject.MEMBER, 33, 5),), in_flight=99)
    verdicts = await asyncio.gather(*(verdict(store) for _ in range(40)))
    assert Counter(verdicts) == {Job: 5, QuotaUsedUp: 35}
    assert await verdict(store, 34) == Job


async def test_ten_people_cannot_pass_a_balance_that_covers_one(store: Store) -> None:
    quote = replace(SONG, balance=Balance(19, 0, NOW - 5))
    verdicts = await asyncio.gather(*(verdict(store, user, quote) for user in range(100, 110)))
    assert Counter(verdicts) == {Job: 1, NotEnoughCredits: 9}


async def test_what_was_charged_after_the_balance_was_read_is_gone_and_what_before_is_in_it(
    store: Store,
) -> None:
    for at in (NOW - 20, NOW - 5):
        job = await moved(store, await accepted(store), S.SUBMITTING)
        await moved(store, job, S.WAITING, book=["settled"], now=at)
    quote = replace(SONG, balance=Balance(19, 0, NOW - 10))
    assert await verdict(store, quote=quote) == NotEnoughCredits
    assert await verdict(store, quote=replace(SONG, balance=Balance(20, 0, NOW - 10))) == Job


async def test_another_accounts_jobs_reserve_nothing_here(store: Store) -> None:
    assert await verdict(store, quote=Quote("suno", 10, account=GUILD)) == Job
    quote = replace(SONG, balance=Balance(10, 0, NOW))
    assert await verdict(store, quote=quote, guild_id=5) == Job


async def test_a_job_that_cost_nothing_gives_its_place_back(store: Store) -> None:
    await choose(store, quotas=(quota(Subject.MEMBER, 33, 1),))
    job = await accepted(store)
    assert await verdict(store) == QuotaUsedUp
    await moved(store, job, S.CANCELLED, book=["released"])
    assert await verdict(store) == Job


async def test_a_role_that_was_deleted_gives_nobody_a_quota_and_a_blocked_member_nothing(
    store: Store,
) -> None:
    await choose(store, quotas=(quota(Subject.ROLE, 404, 0),), blocked=(35,))
    assert await verdict(store, role_ids=(7,)) == Job
    assert await verdict(store, role_ids=(404,)) == QuotaUsedUp
    assert await verdict(store, 35) == Denied.BLOCKED


async def test_jobs_in_flight_are_those_that_a_member_waits_for(store: Store) -> None:
    await choose(store, in_flight=2)
    first, _ = await accepted(store), await accepted(store)
    assert await verdict(store) == TooManyJobs
    assert await verdict(store, 34) == Job
    await moved(store, first, S.CANCELLED)
    assert await verdict(store) == Job


async def test_jobs_in_flight_are_counted_whichever_key_pays(store: Store) -> None:
    await choose(store, in_flight=1)
    assert await verdict(store, quote=replace(SONG, account=7)) == Job
    assert await verdict(store) == TooManyJobs


async def test_the_owners_cap_counts_all_servers_of_one_day(store: Store) -> None:
    quote = replace(SONG, daily_cap=25)
    assert await verdict(store, quote=quote) == Job
    assert await verdict(store, quote=quote, guild_id=12) == Job
    assert await verdict(store, quote=quote, guild_id=13) == DailyCapReached
    assert await verdict(store, quote=replace(quote, account=13), guild_id=13) == Job


async def test_a_draft_becomes_a_job_once_and_stays_where_the_gate_said_no(store: Store) -> None:
    draft = await store.write(drafts.keep, ORDER, guild_id=GUILD, user_id=33, now=NOW)

    async def confirm(origin: Origin) -> object:
        return await ask(store, ORDER, origin, SONG, draft_id=draft)

    closed = replace(VISIT, missing_permissions=("Attach Files",))
    assert await confirm(closed) == MissingPermissions(("Attach Files",))
    both = await asyncio.gather(confirm(VISIT), confirm(VISIT))
    assert isinstance(both[0], Job)
    assert both[1] is Denied.ORDERED_ALREADY


async def test_what_is_used_of_ones_quotas(store: Store) -> None:
    mine, all_of_us = quota(Subject.MEMBER, 33, 5), quota(Subject.SERVER, 0, 90, Unit.CREDITS)
    await choose(store, quotas=(mine, all_of_us))
    assert [await verdict(store, user) for user in (33, 34)] == [Job, Job]
    uses = await store.read(admission_facts.uses, VISIT, now=NOW)
    assert [(use.quota, use.used, use.left) for use in uses] == [(mine, 1, 4), (all_of_us, 20, 70)]
    assert await store.read(accounts.last_known, OWN_ACCOUNT) is None
