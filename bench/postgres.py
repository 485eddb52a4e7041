"""Lives of jobs a second on PostgreSQL against SQLite, and orders with 20,000 open jobs, in one run.

Run it with `python bench/postgres.py [seconds]`; it starts a server of its own, on the same machine. A life
is an order with admission, its card, the paid call noted and taken, three polls put off, two results and
their post.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Job, Origin, Planned
from jobs.models.states import S
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store, open_store
from jobs.store.queries import orders, posts, transitions
from tests.jobs.postgres import Cluster
from tests.jobs.shelf import NOW, ORDER, PROFILE, clip

Act = Callable[[Store, int], Awaitable[object]]
AT_ONCE, OPEN, ROUNDS = 64, 20_000, 8
_FILL = """
INSERT INTO job (guild_id, channel_id, user_id, operation, provider, params, summary, source_clip_id, price,
    state, state_at, created_at, upload_limit, due_at)
SELECT 1000 + user_id % 50, 1, user_id, operation, provider, params, summary, source_clip_id, price, state,
    state_at, created_at, upload_limit, due_at FROM job WHERE id <= (SELECT MIN(id) + 9999 FROM job)
"""


async def order(store: Store, number: int) -> Job:
    enquiry = Enquiry(ORDER, Origin(number % 20, 22, number, 10_000_000), Payer(0), NOW, agreed=10)
    noted = await store.write(orders.accept, enquiry, PROFILE, due_at=NOW, deadline_at=NOW + 60)
    if not isinstance(noted, orders.Noted):
        raise TypeError(noted)
    return noted.job


async def life(store: Store, number: int) -> None:
    job = await order(store, number)
    await store.write(posts.card_shown, job.id, card_message_id=5, shows="accepted", now=NOW)
    job = await moved(store, job, S.SUBMITTING)
    job = await moved(store, job, S.WAITING)
    for polls in range(3):
        await store.put_off(job, due_at=NOW, polls=polls, tries=0)
    takes = [clip(job, position) for position in range(2)]
    ready = job.entering(S.READY, now=NOW)
    await store.write(transitions.save, job, ready, results=takes)
    posting = ready.entering(S.POSTING, now=NOW)
    await store.write(transitions.save, ready, posting, plan=[Planned(0, "n", (0, 1), ())])
    [post] = await store.read(posts.of_round, posting)
    await store.write(posts.mark_posted, post, number, 22)
    await moved(store, posting, S.DONE)


async def moved(store: Store, job: Job, to: S) -> Job:
    after = replace(job.entering(to, now=NOW), due_at=None)
    await store.write(transitions.save, job, after)
    return after


async def rate(store: Store, act: Act, seconds: float, first: int) -> float:
    """How often a second, with so many at once."""
    end, done, began = time.perf_counter() + seconds, 0, time.perf_counter()

    async def one(number: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await act(store, first + number + AT_ONCE * done)
            done += 1

    await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
    return done / (time.perf_counter() - began)


def fill(c: Connection) -> None:
    """Bring the open jobs of other members up to 20,000, without a way through admission."""
    while (c.scalar(sa.text("SELECT COUNT(*) FROM job WHERE state = 'accepted'")) or 0) < OPEN:
        c.execute(sa.text(_FILL))


async def in_turn(stores: Mapping[str, Store], act: Act, seconds: float, first: int) -> dict[str, float]:
    """How often a second on each: medians of short rounds in turn, so that both meet the same machine."""
    rates: dict[str, list[float]] = {name: [] for name in stores}
    for number in range(ROUNDS):
        for name, store in stores.items():
            rates[name].append(await rate(store, act, seconds / ROUNDS, first + number * 1_000_000))
    return {name: statistics.median(found) for name, found in rates.items()}


async def compare(stores: Mapping[str, Store], seconds: float, tidy: Callable[[], None]) -> None:
    await in_turn(stores, life, 1.0, 10_000_000)
    lives = await in_turn(stores, life, seconds, 20_000_000)
    alone = await in_turn(stores, order, seconds, 30_000_000)
    for store in stores.values():
        await store.write(fill)
    tidy()
    crowded = await in_turn(stores, order, seconds, 40_000_000)
    for name in stores:
        print(
            f"{name:11} {lives[name]:6.0f} lives/s; {alone[name]:6.0f} orders/s, "
            f"{crowded[name]:6.0f} with {OPEN:,} open jobs: {crowded[name] / alone[name]:.2f} (goal 0.9)"
        )
    print(f"PostgreSQL against SQLite: {lives['PostgreSQL'] / lives['SQLite']:.2f} of the lives (goal 0.35)")


async def main(folder: Path) -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    durable = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}
    server = Cluster(folder / "server", **durable)
    name = server.make()

    def tidy() -> None:
        """Do what autovacuum does within a minute: 20,000 rows of one transaction leave as many dead sums."""
        with server.connected(name) as connection:
            connection.execute("VACUUM ANALYZE")

    try:
        async with open_store(f"sqlite:///{folder}/encore.db") as file, open_store(server.url(name)) as there:
            await compare({"SQLite": file, "PostgreSQL": there}, seconds, tidy)
    finally:
        server.stop("fast")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir="/var/tmp") as made:
        Path(made).chmod(0o755)
        (Path(made) / "server").mkdir()
        asyncio.run(main(Path(made)))
