"""What admission costs with 100,000 jobs in the ledger, against one trivial query in the same run.

Run it with `python bench/admission.py [jobs]`. Reads only: the commit that follows costs what the disk costs.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from cogs.text import credit_messages
from cogs.ui.chart import draw
from jobs.credits.reports import MOST_STATEMENTS
from jobs.models import OWN_ACCOUNT, Balance, Order, Origin
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.rules.quote import Enquiry, Payer
from jobs.rules.schedule import Schedule
from jobs.store import Store, open_store
from jobs.store.queries import accounts, guilds, orders, reports
from musicapi import load_profile

T = TypeVar("T")

GUILD, MEMBERS, DAYS = 11, 40, 30
RUNS = 300
SONG = Order("suno.create", {"description": "a song about rivers"}, "a song")
_JOBS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :jobs)
INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, source_clip_id, price,
    state, state_at, created_at, upload_limit, task_id, charged)
SELECT :guild, 2, 100 + i % :members, 'suno.create', 'suno', '{}', 'a song', '', 10, 'done', at, at, 1, 't',
    10
FROM (SELECT i, :now - :span * (1.0 - 1.0 * i / :jobs) AS at FROM n)
"""
_LEDGER = """
INSERT INTO ledger (job_id, guild_id, user_id, kind, credits, at)
SELECT id, guild_id, user_id, :kind, price, created_at FROM job
"""
_SPEND = """
INSERT INTO spend SELECT {guild}, {user}, CAST(created_at / 900 AS INTEGER), COUNT(*), SUM(price)
FROM job GROUP BY 1, 2, 3
"""


async def fill(store: Store, jobs: int, now: float) -> None:
    """A month of delivered jobs."""
    span = DAYS * 86_400.0

    def change(c: sa.Connection) -> None:
        values = {"jobs": jobs, "guild": GUILD, "members": MEMBERS, "now": now, "span": span}
        c.execute(sa.text(_JOBS), values)
        for kind in ("reserved", "settled"):
            c.execute(sa.text(_LEDGER), {"kind": kind})
        for guild, user in (("guild_id", "user_id"), ("guild_id", "0"), ("0", "0")):
            c.execute(sa.text(_SPEND.format(guild=guild, user=user)))
        c.execute(sa.text("ANALYZE"))

    await store.write(change)


async def median_ms(store: Store, query: Callable[[sa.Connection], Any]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await store.read(query)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


async def report(store: Store, now: float) -> tuple[dict[str, float], float]:
    """(seconds of each part of `/credits server`, the longest time for which the event loop stood still)."""
    days = [(now - (n + 1) * 86_400, now - n * 86_400) for n in reversed(range(DAYS))]
    took: dict[str, float] = {}
    watching = asyncio.create_task(stalls())

    async def timed(what: str, part: Awaitable[T]) -> T:
        started = time.perf_counter()
        result = await part
        took[what] = time.perf_counter() - started
        return result

    found = await timed("figures", store.read(reports.spending, GUILD, days=days))
    since = days[0][0]
    rows = await timed("jobs", store.read(reports.statements, GUILD, since=since, limit=MOST_STATEMENTS))
    await timed("sheet", asyncio.to_thread(credit_messages.csv_file, rows, UTC, {}, {}))
    bars = [(str(place), amount) for place, amount in enumerate(found.by_day)]
    await timed("picture", draw(bars, [(str(user), amount) for user, amount in found.by_member]))
    watching.cancel()
    return took, max(await watching)


async def stalls() -> list[float]:
    """How late a sleep of ten milliseconds ended, each time, until it is cancelled."""
    late = [0.0]
    with suppress(asyncio.CancelledError):
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append(time.perf_counter() - started - 0.01)
    return late


async def main(jobs: int) -> None:
    now, chance = time.time(), random.Random(1)  # noqa: S311 - which member asks is no secret
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(f"sqlite:///{folder}/encore.db") as store:
            await fill(store, jobs, now)
            quotas = (
                *(Quota(Subject.SERVER, 0, unit, period, 1_000_000) for unit in Unit for period in Period),
                Quota(Subject.ROLE, GUILD, Unit.SONGS, Period.MONTH, 1_000_000),
            )
            await store.write(guilds.change, GUILD, lambda _: {"quotas": quotas}, by=1, now=now)
            await store.write(
                accounts.reconcile, OWN_ACCOUNT, Balance(10_000, 0, now - 60), now=now, schedule=Schedule()
            )
            profile, payer = load_profile("classic"), Payer(daily_cap=1_000_000)

            def admission(c: sa.Connection) -> None:
                origin = Origin(GUILD, 2, 100 + chance.randrange(MEMBERS), 1)
                if (rejection := orders.objection(c, Enquiry(SONG, origin, payer, now), profile)) is not None:
                    raise RuntimeError(f"admission must pass what it is measured with, not say {rejection}")

            trivial = await median_ms(store, lambda c: c.execute(sa.text("SELECT 1")).scalar())
            cost = await median_ms(store, admission)
            took, stalled = await report(store, now)
    times = f"{cost / trivial:.1f} times it"
    print(f"{jobs:,} jobs; trivial query {trivial:.2f} ms; admission {cost:.2f} ms: {times}")
    print(f"goal: at most 2 ms. /credits server over {DAYS} days (goal: 3 s), in seconds: ", end="")
    print(", ".join(f"{what} {seconds:.2f}" for what, seconds in took.items()))
    print(
        f"together {sum(took.values()):.2f} s; the event loop stood still for {stalled * 1000:.0f} ms at most"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
