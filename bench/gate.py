"""What the gate costs with 100,000 jobs in the ledger, against one trivial query in the same run.

Run it with `python bench/gate.py [jobs]`. Reads only: the commit that follows costs what the disk costs.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from jobs.gate import Offer, check
from jobs.models import Balance, Order, Visit
from jobs.quota import Period, Quota, Subject, Unit
from jobs.store import Store, gate_rows, open_store

GUILD, MEMBERS, DAYS = 11, 40, 30
RUNS = 300
SONG = Order("suno.create", {}, "a song")
_JOBS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :jobs)
INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, source_clip_id, price,
    state, state_at, created_at, upload_limit, task_id)
SELECT :guild, 2, 100 + i % :members, 'suno.create', 'suno', '{}', 'a song', '', 10, 'done', at, at, 1, 't'
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

    await store._db.write(change)  # noqa: SLF001 - no store offers to invent a history


async def median_ms(store: Store, query: Callable[[sa.Connection], Any]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await store._db.read(query)  # noqa: SLF001 - as above
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


async def main(jobs: int) -> None:
    now, chance = time.time(), random.Random(1)  # noqa: S311 - which member asks is no secret
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(f"sqlite:///{folder}/encore.db") as store:
            await fill(store, jobs, now)
            quotas = (
                *(Quota(Subject.SERVER, 0, unit, period, 1_000_000) for unit in Unit for period in Period),
                Quota(Subject.ROLE, GUILD, Unit.SONGS, Period.MONTH, 1_000_000),
            )
            await store.change_settings(GUILD, lambda _: {"quotas": quotas}, by=1, now=now)
            offer = Offer("suno", 10, balance=Balance(10_000, 0, now - 60), daily_cap=1_000_000)

            def gate(c: sa.Connection) -> None:
                visit = Visit(GUILD, 2, 100 + chance.randrange(MEMBERS), 1)
                check(SONG, visit, offer, gate_rows.facts(c, visit, offer, now=now))

            trivial = await median_ms(store, lambda c: c.execute(sa.text("SELECT 1")).scalar())
            cost = await median_ms(store, gate)
            started = time.perf_counter()
            days = [(now - (n + 1) * 86_400, now - n * 86_400) for n in reversed(range(DAYS))]
            await store.spending(GUILD, days=days)
            report = time.perf_counter() - started
    print(f"{jobs:,} jobs; trivial query {trivial:.2f} ms; gate {cost:.2f} ms: {cost / trivial:.1f} times it")
    print(f"goal: at most 2 ms; figures of /credits server over {DAYS} days: {report:.2f} s (goal: under 3)")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
