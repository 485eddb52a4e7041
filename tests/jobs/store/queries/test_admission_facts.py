"""Admission inside the accepting transaction: what is counted is true in that moment."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event

from jobs.models import OWN_ACCOUNT, Balance, Block, Job, Origin
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.rejections import (
    Blocked,
    DailyCapReached,
    Denied,
    MissingPermissions,
    NotEnoughCredits,
    QuotaUsedUp,
    TooManyJobs,
)
from jobs.models.states import MOVES, S
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store, open_store, schema
from jobs.store.queries import accounts, admission_facts, guilds, orders
from jobs.store.queries.jobs import job_from
from tests.jobs.shelf import (
    NOW,
    ORDER,
    PROFILE,
    VISIT,
    accepted,
    ask,
    brought_to,
    brought_to_version,
    change,
    moved,
    rows,
    url_of,
)

GUILD = VISIT.guild_id
OWN = Payer()


async def verdict(
    store: Store,
    user_id: int = 33,
    payer: Payer = OWN,
    *,
    balance: Balance | None = None,
    **origin: Any,  # noqa: ANN401 - any field
) -> type[object] | Denied:
    """What comes of an order: the type of it, and of what is denied the reason."""
    found = await ask(store, ORDER, replace(VISIT, user_id=user_id, **origin), payer, balance=balance)
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
    balance = Balance(19, 0, NOW - 5)
    verdicts = await asyncio.gather(*(verdict(store, user, balance=balance) for user in range(100, 110)))
    assert Counter(verdicts) == {Job: 1, NotEnoughCredits: 9}


async def test_what_was_charged_after_the_balance_was_read_is_gone_and_what_before_is_in_it(
    store: Store,
) -> None:
    for at in (NOW - 20, NOW - 5):
        job = await moved(store, await accepted(store), S.SUBMITTING, now=at)
        await moved(store, job, S.WAITING, now=at)
    assert await verdict(store, balance=Balance(19, 0, NOW - 10)) == NotEnoughCredits
    assert await verdict(store, balance=Balance(20, 0, NOW - 10)) == Job


async def test_another_accounts_jobs_reserve_nothing_here(store: Store) -> None:
    assert await verdict(store, payer=Payer(GUILD)) == Job
    assert await verdict(store, balance=Balance(10, 0, NOW), guild_id=5) == Job


async def test_a_job_that_cost_nothing_gives_its_place_back(store: Store) -> None:
    await choose(store, quotas=(quota(Subject.MEMBER, 33, 1),))
    job = await accepted(store)
    assert await verdict(store) == QuotaUsedUp
    await moved(store, job, S.CANCELLED)
    assert await verdict(store) == Job


async def test_a_role_that_was_deleted_gives_nobody_a_quota_and_a_blocked_member_nothing(
    store: Store,
) -> None:
    await choose(store, quotas=(quota(Subject.ROLE, 404, 0),), blocked=(Block(35),))
    assert await verdict(store, role_ids=(7,)) == Job
    assert await verdict(store, role_ids=(404,)) == QuotaUsedUp
    assert await verdict(store, 35) == Blocked


async def test_jobs_in_flight_are_those_that_a_member_waits_for(store: Store) -> None:
    await choose(store, in_flight=2)
    first, _ = await accepted(store), await accepted(store)
    assert await verdict(store) == TooManyJobs
    assert await verdict(store, 34) == Job
    await moved(store, first, S.CANCELLED)
    assert await verdict(store) == Job


async def test_jobs_in_flight_are_counted_whichever_key_pays(store: Store) -> None:
    await choose(store, in_flight=1)
    assert await verdict(store, payer=Payer(7)) == Job
    assert await verdict(store) == TooManyJobs


async def test_the_owners_cap_counts_all_servers_of_one_day(store: Store) -> None:
    payer = Payer(daily_cap=25)
    assert await verdict(store, payer=payer) == Job
    assert await verdict(store, payer=payer, guild_id=12) == Job
    assert await verdict(store, payer=payer, guild_id=13) == DailyCapReached
    assert await verdict(store, payer=replace(payer, account=13), guild_id=13) == Job


async def test_a_draft_becomes_a_job_once_and_stays_where_the_gate_said_no(store: Store) -> None:
    draft = await store.write(orders.keep_draft, ORDER, guild_id=GUILD, user_id=33, now=NOW)

    async def confirm(origin: Origin) -> object:
        return await ask(store, ORDER, origin, draft_id=draft)

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


# In the walk below, whatever may be done to a job that is open, and more.
_WHATEVER = ("move", "move", "move", "take over", "reprice", "new", "new")
_SUM = (
    "SELECT account, SUM(price) FROM job WHERE state IN ('accepted', 'submitting', 'unknown', 'held') "
    "GROUP BY account HAVING SUM(price) > 0 ORDER BY account"
)


@pytest.mark.parametrize("seed", range(5))
async def test_what_is_reserved_is_the_sum_of_the_jobs_that_it_is_reserved_for(
    store: Store, file: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, repeatable
    for _ in range(60):
        jobs = await store.read(everything)
        job = chance.choice(jobs) if jobs else None
        act = chance.choice(_WHATEVER)
        if job is None or act == "new":
            await ask(store, payer=Payer(chance.choice((0, 1, 2))))
        elif act == "move" and MOVES[job.state]:
            await moved(store, job, chance.choice(sorted(MOVES[job.state])))
        elif act == "take over":
            change(file, "UPDATE job SET account = ? WHERE id = ?", chance.choice((0, 1, 2)), job.id)
        elif act == "reprice":
            change(file, "UPDATE job SET price = ? WHERE id = ?", chance.choice((0, 5, 50)), job.id)
        kept = rows(file, "SELECT account, credits FROM reserved WHERE credits != 0 ORDER BY account")
        assert kept == rows(file, _SUM)
    assert [(account, await store.read(admission_facts.reserved, account)) for account, _ in kept] == kept


def everything(c: Connection) -> list[Job]:
    return [job_from(row) for row in c.execute(sa.select(schema.job).order_by(schema.job.c.id))]


@pytest.mark.sqlite
async def test_what_was_reserved_before_there_was_a_sum_is_summed_up(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await accepted(store)
        await brought_to(store, S.HELD)
        await brought_to(store, S.DONE)
    change(file, "UPDATE job SET account = 3 WHERE state = 'held'")
    for statement in (
        "DROP TABLE reserved", "DROP TRIGGER job_accepted", "DROP TRIGGER job_changed",
        "DROP INDEX ix_job_in_flight", "DROP INDEX ix_job_state",
        "ALTER TABLE post DROP COLUMN failed", "ALTER TABLE post DROP COLUMN missing",
        "ALTER TABLE post DROP COLUMN lost",
        "CREATE INDEX ix_job_open ON job (state, account, guild_id, user_id, price)",
        "UPDATE alembic_version SET version_num = '0005'",
    ):  # fmt: skip
        change(file, statement)
    brought_to_version(file, "0006")
    assert rows(file, "SELECT account, credits FROM reserved ORDER BY account") == [(0, 10), (3, 10)]


def crowd(c: Connection) -> None:
    """A long history, and many jobs of others that are open."""
    c.execute(
        sa.text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
            "INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, "
            "source_clip_id, price, state, state_at, created_at, upload_limit) "
            "SELECT 11, 22, 33 + i % 200, 'suno.create', 'suno', '{}', '', '', 10, "
            "CASE WHEN i % 2 THEN 'waiting' WHEN i % 3 THEN 'accepted' ELSE 'done' END, 0, 0, 0 FROM n"
        )
    )


@pytest.mark.sqlite
async def test_nothing_that_the_gate_counts_walks_the_open_jobs_or_the_history(store: Store) -> None:
    await store.write(crowd)
    for analysed in (False, True):
        if analysed:
            await store.write(lambda c: c.exec_driver_sql("ANALYZE"))
        plan = await store.read(plan_of_the_gate)
        searched = {step.split("USING ")[1] for step in plan if step.startswith("SEARCH")}
        assert "INDEX ix_job_in_flight (guild_id=? AND user_id=?)" in searched
        assert "COVERING INDEX ix_call_open (account=? AND sent_at>?)" in searched
        assert "INDEX ix_call_lost (account=?)" in searched
        assert not any(step.split()[1] in schema.metadata.tables for step in plan if step.startswith("SCAN"))


def plan_of_the_gate(c: Connection) -> list[str]:
    """How SQLite goes about the one statement that admission really sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        sent.append((statement, parameters))

    event.listen(c.engine, "before_cursor_execute", note)
    try:
        admission_facts.facts(c, Enquiry(ORDER, VISIT, OWN, NOW), PROFILE)
    finally:
        event.remove(c.engine, "before_cursor_execute", note)
    [(statement, parameters)] = sent
    return [str(row[3]) for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
