"""What is lost when parts of a fleet die: `python bench/fleet.py --kills 40 --freezes 9`.

Two fronts and two workers, each started again when it has ended, at a PostgreSQL of their own that flushes
its commits; the fake Discord and music API, one call in ten of each struck. Members ask for songs all the
while. Then the storm ends, and the books are compared from outside (`tests/behaviour/chaos/audit.py`). A
freeze stops the owner of the bot's key, half of the times between intent and call, and half of
the times its sessions are cut. A cut is of all sessions, or of one in its COMMIT. Some four seconds an event.
"""

import argparse
import asyncio
import random
import signal
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg
import stage

from startup.fleet import EXIT_TAKEN_OVER
from tests.behaviour.chaos.audit import audit
from tests.behaviour.chaos.crowd import Crowd
from tests.behaviour.chaos.storm import SCALE, Storm
from tests.behaviour.end_to_end.conftest import until
from tests.behaviour.fleet.world import Fleet, fleet_in, signal_to
from tests.fakes.discord import Child, free_port
from tests.fakes.sound import FixedSound
from tests.jobs.postgres import IN_COMMIT, Cluster

FRONTS, WORKERS = 2, 2
_USUAL = {"kill": 40, "freeze": 10, "stop": 3, "cut": 10, "commit": 6, "restart": 0}
# Seconds of commands for each event.
_SECONDS = {"restart": 15.0}
_BETWEEN, _FROZEN, _PEACE = 2.0, 4.5, 240.0
_OPEN = (
    "SELECT (SELECT count(*) FROM job WHERE due_at IS NOT NULL)"
    " + (SELECT count(*) FROM call WHERE outcome IN ('open', 'lost') AND NOT closed)"
)
_BOOKS = "SELECT COALESCE(SUM(charged - returned), 0), COALESCE(SUM(unresolved), 0) FROM job"
_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'encore'"
_OWNERS_SESSION = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = 3 AND objid = 0 AND objsubid = 2"
)
_THERE = "SELECT count(*) FROM pg_locks WHERE classid = 2 AND objsubid = 2 AND granted"


class Trial:
    """Kills, freezes and cuts, and how long it takes until somebody else owns the slot of the bot's key."""

    def __init__(self, fleet: Fleet, chance: random.Random) -> None:
        self._fleet, self._chance = fleet, chance
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self.ended: Counter[str] = Counter()
        self._ports: list[int] = []
        self._keeping: list[asyncio.Task[None]] = []
        self._spared = 0
        self._of_port: dict[int, Child] = {}

    async def begin(self) -> None:
        self._ports = [free_port() for _ in range(FRONTS)]
        roles = [("front", port) for port in self._ports] + [("worker", 0)] * WORKERS
        self._keeping = [asyncio.create_task(self._keep(role, port)) for role, port in roles]
        self._keeping.append(asyncio.create_task(self._balance()))
        await self._fleet.discord.synced("suno")
        await until(self._fleet.owner)
        await until(self._fleet.endpoint.ping)

    async def end(self) -> None:
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    async def _keep(self, role: str, port: int) -> None:
        """Start a process again whenever it has ended."""
        while True:
            child = await self._fleet.start(role, port or 8080)
            if port:
                self._of_port[port] = child
            code = await child.process.wait()
            self.ended[f"{role} {code}"] += 1

    async def _balance(self) -> None:
        """Send to the fronts in turn, as long as they let somebody in."""
        while True:
            for port in self._ports:
                if await self._takes(port):
                    self._fleet.endpoint.url = f"http://127.0.0.1:{port}/interactions"
                await asyncio.sleep(0.02)

    async def _takes(self, port: int) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return port != self._spared

    async def happen(self, event: str) -> None:
        """Let one thing go wrong."""
        if event == "kill":
            await self._kill()
        elif event == "freeze":
            await self._freeze()
        elif event == "restart":
            await self.restart()
        elif event == "stop":
            await asyncio.to_thread(self._fleet.cluster.stop)
            await asyncio.sleep(self._chance.uniform(0.0, 1.0))
            await asyncio.to_thread(self._fleet.cluster.start)
        elif event == "commit":
            await self._cut_in_commit()
        else:
            self._fleet.query(_SESSIONS)
        await asyncio.sleep(self._chance.uniform(0.5, 1.5) * _BETWEEN)

    async def _cut_in_commit(self) -> None:
        """Take its session from a COMMIT that waits for the disk: half of them land, unanswered all the same.

        A session that is terminated ends its COMMIT first. One that is killed takes the server down with
        what it had not flushed, and the server recovers.
        """
        cluster = self._fleet.cluster
        with cluster.connected() as session:
            for setting in ("commit_delay = 100000", "commit_siblings = 0"):  # microseconds
                session.execute(f"ALTER SYSTEM SET {setting}".encode())
            session.execute("SELECT pg_reload_conf()")
            found: list[tuple[int]] = []

            def is_found() -> bool:
                found[:] = session.execute(IN_COMMIT).fetchall()
                return bool(found)

            await until(is_found)
            [pid], kills = found[0], self._chance.random() < 0.5
            for setting in ("commit_delay", "commit_siblings"):
                session.execute(f"ALTER SYSTEM RESET {setting}".encode())
            if kills:
                signal_to(pid, signal.SIGKILL)
                await until(lambda: not self._answers())
            else:
                session.execute("SELECT pg_terminate_backend(%s), pg_reload_conf()", (pid,))
        await until(self._answers)
        self.ended["COMMIT " + ("and server killed" if kills else "cut off")] += 1

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self._fleet.query(_THERE))
        return False

    async def restart(self) -> None:
        """Restart all processes one after the other, as one that upgrades them does."""
        fleet = self._fleet
        for port in self._ports:
            self._spared = port  # the balancer tries another one, as it would when it gets no connection
            await asyncio.sleep(0.1)
            await self._stop(self._of_port[port])
            self._spared = 0
            await until(partial(self._takes, port))
        for child in [one for one in fleet.processes if one.process.returncode is None]:
            if child not in self._of_port.values():
                await self._stop(child)
                await until(lambda: fleet.query(_THERE) == [(WORKERS,)])

    async def _stop(self, child: Child) -> None:
        self.ended[f"stopped with {await child.stop()}"] += 1

    async def _kill(self) -> None:
        living = [one for one in self._fleet.processes if one.process.returncode is None]
        owner, victim = self._fleet.owner(), self._chance.choice(living)
        another = self._fleet.query(_THERE) == [(WORKERS,)]
        await victim.kill()
        if victim.process.pid == owner and another:
            self.took["killed"].append(await until(lambda: self._fleet.owner() != owner))

    async def _freeze(self) -> None:
        fleet = self._fleet
        await until(lambda: fleet.query(_THERE) == [(WORKERS,)])
        owner = fleet.owner()
        planted, cut = self._chance.random() < 0.5, self._chance.random() < 0.5
        if planted:
            fleet.stops.touch()
            with suppress(AssertionError):
                await until(lambda: not fleet.stops.exists(), 10.0)
            fleet.stops.unlink(missing_ok=True)
            owner = fleet.owner()
        signal_to(owner, signal.SIGSTOP)
        begun = time.monotonic()
        if cut:
            fleet.query(_OWNERS_SESSION)
        await until(lambda: fleet.owner() != owner)
        self.took["frozen and cut off" if cut else "frozen"].append(time.monotonic() - begun)
        await asyncio.sleep(max(_FROZEN - (time.monotonic() - begun), 0.0))
        signal_to(owner, signal.SIGCONT)
        if await fleet.worker(owner).ended() != EXIT_TAKEN_OVER:
            self.ended["WENT ON AFTER A FREEZE"] += 1


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()


async def play(fleet: Fleet, events: list[str], seed: int, *, rate: float, faults: float) -> None:
    crowd = Crowd(fleet.discord, random.Random(seed), f"seed {seed}")  # noqa: S311 - a bench's dice
    trial = Trial(fleet, random.Random(seed))  # noqa: S311 - as above
    crowd.gather()
    storm = Storm(fleet.discord, fleet.api, chances=(faults, faults))
    seconds = sum(_SECONDS.get(event, 3.0) for event in events)
    await trial.begin()
    people = asyncio.create_task(crowd.live(int(seconds * rate), seconds))
    try:
        for event in events:
            await trial.happen(event)
        storm.end()
        with suppress(AssertionError):
            await until(lambda: fleet.query(_OPEN) == [(0,)], _PEACE)
    finally:
        people.cancel()
        await trial.end()
        await asyncio.gather(people, return_exceptions=True)
    report(fleet, crowd, trial)


def report(fleet: Fleet, crowd: Crowd, trial: Trial) -> None:
    """Compare the books from outside, and print what became of everything."""
    ends = {int(number): str(state) for number, state in fleet.query("SELECT id, state FROM job")}
    [(spent, unresolved)] = fleet.query(_BOOKS)
    found = audit(crowd, fleet.api.charges, ends, spent=int(spent), unresolved=int(unresolved))
    for name, value in found.rows():
        print(f"  {name}: {value}")
    print(f"  unanswered commands: {sum(ask.handle.answer is None for ask in crowd.asks)}")
    print(
        f"  open at the end: {fleet.query(_OPEN)[0][0]}; processes that ended, and how: {dict(trial.ended)}"
    )
    for kind, took in trial.took.items():
        p50, p99 = stage.quantile(took, 0.5), stage.quantile(took, 0.99)
        print(f"  taken over, {kind}: {len(took)} times, p50 {p50:.2f} s, p99 {p99:.2f} s")
    print(*found.broken, sep="\n")
    for number in [int(line.split()[1]) for line in found.lost]:
        print(fleet.query("SELECT * FROM job WHERE id = %s", number))
        told = (f"  {log.name}: {line}" for log in sorted(fleet.folder.glob("*.log")) for line in _lines(log))
        print(*(line for line in told if f"job {number} " in line or f"[{number}]" in line), sep="\n")


async def main(counts: dict[str, int], seed: int, **weather: float) -> None:
    print(stage.machine())
    events = [event for event, count in counts.items() for _ in range(count)]
    random.Random(seed).shuffle(events)  # noqa: S311 - a bench's dice
    with tempfile.TemporaryDirectory(prefix="encore-fleet") as name, tempfile.TemporaryDirectory() as own:
        cluster = Cluster(Path(name), fsync="on", full_page_writes="on")
        try:
            async with fleet_in(Path(own), FixedSound(2.0), cluster, scale=SCALE) as fleet:
                print(f"{counts}, seed {seed}, {weather}:")
                await play(fleet, events, seed, **weather)
        finally:
            cluster.stop()
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for event, usual in _USUAL.items():
        parser.add_argument(f"--{event}s", type=int, default=usual, dest=event)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.0, help="commands a second")
    parser.add_argument("--faults", type=float, default=0.1, help="the share of calls that is struck")
    chosen = vars(parser.parse_args())
    counts = {name: chosen.pop(name) for name in _USUAL}
    asyncio.run(main(counts, chosen.pop("seed"), **chosen))
