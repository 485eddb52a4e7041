"""Races between processes that share a database: what each may decide once, decided by several at once.

Run it with `python -m tests.jobs.store.postgres.races [rounds] [processes]`: it prints how many went wrong.
With `--for SECONDS` it lets them do all of it at once to 200 accounts, and prints what reached a caller.
"""

import argparse
import asyncio
import collections
import json
import random
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from jobs.models import Balance, Job, Origin
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.states import S
from jobs.rules.quote import Enquiry, Payer
from jobs.rules.schedule import Schedule
from jobs.store import Store, open_store
from jobs.store.queries import accounts, alerts, guilds, notes, orders, transitions
from jobs.store.queries.jams import jams
from tests import ROOT
from tests.jobs.jams_shelf import started
from tests.jobs.postgres import cluster
from tests.jobs.shelf import NOW, ORDER, PROFILE

LIMIT, SONG = 5, 10
_AT_ONCE = 5  # by each process


async def order(
    store: Store, guild: int, user: int, *, account: int = 0, jam_id: int | None = None
) -> object:
    enquiry = Enquiry(
        replace(ORDER, jam_id=jam_id), Origin(guild, 22, user, 10_000_000), Payer(account), NOW, agreed=SONG
    )
    noted = await store.write(orders.accept, enquiry, PROFILE, due_at=NOW, deadline_at=NOW + 60)
    return noted.job if isinstance(noted, orders.Noted) else noted


async def quota(store: Store, number: int, me: int) -> int:
    """Members at once against a quota of five songs; how many were taken."""
    taken = await asyncio.gather(*(order(store, number, 100 * me + n) for n in range(1, _AT_ONCE + 1)))
    return sum(isinstance(one, Job) for one in taken)


async def pot(store: Store, number: int, me: int) -> int:
    """Tries at once against the pot of a jam that pays for five."""
    [jam] = await store.read(jams.running, guild_id=number)
    tries = (order(store, number, 100 * me + n, jam_id=jam.id) for n in range(1, _AT_ONCE + 1))
    return sum(isinstance(one, Job) for one in await asyncio.gather(*tries))


async def ledger(store: Store, number: int, me: int) -> int:
    """Paid calls come and go while every process reads the balance: no credit is missed."""
    drift = 0
    for _ in range(3):
        job = await order(store, 1_000_000 + number, me, account=number)
        assert isinstance(job, Job), job
        for state in (S.SUBMITTING, S.WAITING, S.READY):
            before, job = job, job.entering(state, now=NOW + 1)
            assert await store.write(transitions.save, before, job)
        read = Balance(1000, 0, NOW + 1)
        found = await store.write(accounts.reconcile, number, read, now=NOW + 1, schedule=Schedule())
        drift += abs(found.drift)
    return drift


async def settings(store: Store, number: int, me: int) -> int:
    """Moderators add to the same list."""
    mine = [1000 * me + n for n in range(1, _AT_ONCE + 1)]
    await asyncio.gather(*(store.write(guilds.change, number, _and(one), by=me, now=NOW) for one in mine))
    return len(mine)


def _and(one: int) -> Callable[[Any], Mapping[str, object]]:
    return lambda current: {"exempt_roles": (*current.exempt_roles, one)}


async def upsert(store: Store, number: int, me: int) -> int:
    """The same new rows from all sides: none fails, and one is first."""
    await asyncio.gather(*(store.write(notes.write, f"k{number}", f"{me}") for _ in range(_AT_ONCE)))
    return sum(await asyncio.gather(*(store.write(notes.write_once, f"once{number}", "x") for _ in range(2))))


async def alert(store: Store, number: int, me: int) -> int:
    """A low balance is told once, whoever reads it."""
    del me
    low = Balance(5, 0, NOW)
    told = await asyncio.gather(
        *(store.write(alerts.crossed, 0, low, lambda guild: guild == number) for _ in range(2))
    )
    return sum(map(len, told))


RACES: Mapping[str, Callable[[Store, int, int], Awaitable[int]]] = {
    "quota": quota, "pot": pot, "ledger": ledger, "settings": settings, "upsert": upsert, "alert": alert,
}  # fmt: skip


async def prepare(store: Store, name: str, number: int) -> None:
    if name == "quota":
        limit = (Quota(Subject.SERVER, 0, Unit.SONGS, Period.DAY, LIMIT),)
        await store.write(guilds.change, number, lambda _: {"quotas": limit, "in_flight": 9}, by=1, now=NOW)
    elif name == "pot":
        await started(store, guild_id=number, pot=LIMIT * SONG, share=9, interaction=None)
    elif name == "alert":
        chosen = {"alert_channel": 1, "alert_at": (50,)}
        await store.write(guilds.change, number, lambda _: chosen, by=1, now=NOW)
    elif name == "ledger":
        read = Balance(1000, 0, NOW)
        await store.write(accounts.reconcile, number, read, now=NOW, schedule=Schedule())


async def is_right(store: Store, name: str, number: int, found: list[int]) -> bool:
    """Whether what the processes did is what they could have done one after the other."""
    if name in ("quota", "pot"):
        return sum(found) == LIMIT
    if name == "settings":
        kept = (await store.read(guilds.settings, number)).exempt_roles
        return len(set(kept)) == len(kept) == sum(found)
    if name == "ledger":
        return sum(found) == 0
    return sum(found) == 1


async def play(url: str, me: int) -> None:
    """Do as the parent says, line by line."""
    async with open_store(url, alone=False) as store:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            name, number = line.split()
            found: object
            try:
                found = await (
                    storm(store, float(number), me)
                    if name == "storm"
                    else RACES[name](store, int(number), me)
                )
            except Exception as error:  # noqa: BLE001 - told to the parent
                found = f"{type(error).__name__}: {error}".splitlines()[0]
            print(json.dumps(found), flush=True)


async def storm(store: Store, seconds: float, me: int) -> dict[str, int]:
    """Orders, cancels, settings and balances of 200 accounts, 20 much used; what came of it, by name."""
    end, counted, chance = time.monotonic() + seconds, collections.Counter[str](), random.Random(me)  # noqa: S311 - no secret

    async def one() -> None:
        while time.monotonic() < end:
            number = chance.randrange(1, 201)
            try:
                counted[await _act(store, number, chance)] += 1
            except Exception as error:  # noqa: BLE001 - counted
                counted[f"{type(error).__name__}: {str(error)[:80]}"] += 1

    await asyncio.gather(*(one() for _ in range(8)))
    return counted


async def _act(store: Store, number: int, chance: random.Random) -> str:
    kind = chance.choice(("order", "order", "cancel", "settings", "balance"))
    account = chance.choice((number, number % 20))
    if kind == "settings":
        await store.write(
            guilds.change, number, lambda _: {"in_flight": chance.randrange(1, 99)}, by=1, now=NOW
        )
    elif kind == "balance":
        read = Balance(10_000, 0, NOW + chance.random())
        await store.write(accounts.reconcile, account, read, now=NOW, schedule=Schedule())
    else:
        job = await order(store, number, chance.randrange(1, 10), account=account)
        if isinstance(job, Job):
            to = S.CANCELLED if kind == "cancel" else S.SUBMITTING
            moved = await store.write(transitions.save, job, job.entering(to, now=NOW))
            return kind if moved else f"{kind} not moved"
    return kind


class Players:
    """Processes that act at the same time."""

    def __init__(self, url: str, processes: list[Process]) -> None:
        self.url = url
        self._processes = processes

    async def all(self, name: str, number: float) -> list[Any]:
        for one in self._processes:
            assert one.stdin is not None
            one.stdin.write(f"{name} {number}\n".encode())
        lines = [await one.stdout.readline() for one in self._processes if one.stdout is not None]
        return [json.loads(line) for line in lines]


@asynccontextmanager
async def players(url: str, count: int) -> AsyncIterator[Players]:
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", __spec__.name, "--play", url, str(me), cwd=ROOT, stdin=pipe, stdout=pipe
        )
        for me in range(1, count + 1)
    ]  # fmt: skip
    try:
        for one in processes:
            assert one.stdout is not None
            assert await one.stdout.readline() == b"ready\n"
        yield Players(url, processes)
    finally:
        for one in processes:
            assert one.stdin is not None
            one.stdin.close()
            await one.wait()


async def wrong(there: Players, rounds: int) -> Mapping[str, int]:
    """Run every race so often; how many rounds of each ended as they could not one after the other."""
    counted = dict.fromkeys(RACES, 0)
    async with open_store(there.url, alone=False) as store:
        for name in RACES:
            for number in range(1, rounds + 1):
                server = 1000 * (list(RACES).index(name) + 1) + number
                await prepare(store, name, server)
                found = await there.all(name, server)
                fine = all(isinstance(one, int) for one in found) and await is_right(
                    store, name, server, found
                )
                if not fine:
                    counted[name] += 1
                    print(name, number, found, file=sys.stderr)
    return counted


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rounds", type=int, nargs="?", default=200)
    options.add_argument("processes", type=int, nargs="?", default=4)
    options.add_argument("--for", type=float, dest="seconds", default=0.0)
    chosen = options.parse_args()
    url = cluster().url(cluster().make())
    async with open_store(url):
        pass
    async with players(url, chosen.processes) as there:
        if chosen.seconds:
            counted = sum(
                (collections.Counter(one) for one in await there.all("storm", chosen.seconds)),
                collections.Counter[str](),
            )
            print(*(f"{count:8} {what}" for what, count in counted.most_common()), sep="\n")
        else:
            for name, count in (await wrong(there, chosen.rounds)).items():
                print(f"{name:9} wrong = {count} of {chosen.rounds} rounds x {chosen.processes} processes")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--play"]:
        asyncio.run(play(sys.argv[2], int(sys.argv[3])))
    else:
        asyncio.run(main())
