"""What a contest costs: 200 entries, ballots as 2,000 voters cast them in five minutes, an idle keeper.

Run it with `python bench/jams.py`. The service and its file are the real ones; the channel takes a message in
no time, so the gallery's figure is the bot's own share.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa
import stage

from jobs.context import JobContext
from jobs.jams.keeper import JamKeeper
from jobs.jams.service import JamService, Voter
from jobs.models import Attachment
from jobs.models.jam import RUNNING, Jam, JamPost, JamState
from jobs.models.jams.figures import JamFigures
from jobs.ports import Clock
from jobs.rules.schedule import Schedule
from jobs.store import Store, open_store
from jobs.store.jam_schema import jam_post
from jobs.store.queries.jams import entries, life, posts
from tests.behaviour.jams.lives import Away
from tests.jobs.engine_world import Channel
from tests.jobs.jams_shelf import entered, now_of, started
from tests.jobs.shelf import NOW, PROFILE

# 2,000 voters in five minutes are 200 in thirty seconds.
ENTRIES, VOTERS, SECONDS = 200, 200, 30.0
IDLE = 3.0
_MOST = 60.0


class Quick:
    """A channel that takes everything at once."""

    def __init__(self) -> None:
        self.said = 0

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        del jam, post, figures, files
        self.said += 1
        return self.said

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        del jam, post
        return None

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        """Nothing is kept of it."""

    async def delete(self, jam: Jam, post: JamPost) -> None:
        """As before."""


class Counted(JamKeeper):
    """Counts its rounds."""

    rounds = 0

    async def _round(self, now: float) -> None:
        self.rounds += 1
        await super()._round(now)


async def rounds(keeper: Counted, until: float) -> int:
    """Let the keeper work as the loop would; how many rounds it made."""
    before = keeper.rounds
    while (now := time.time()) < until:
        at = keeper.poke(now)
        await asyncio.sleep(min(max(at - now, 0.01), max(until - now, 0.0)))
    return keeper.rounds - before


async def idle(context: JobContext) -> int:
    """Rounds of a keeper for which there is nothing to do."""
    keeper = Counted(context, Quick())
    await rounds(keeper, time.time() + 1.0)  # what an earlier process may have left
    return await rounds(keeper, time.time() + IDLE)


async def reach(store: Store, keeper: Counted, jam: Jam, *states: JamState) -> tuple[Jam, float]:
    """Work until a jam is in one of these states with all said; the seconds that took."""
    begun = time.time()
    while time.time() < begun + _MOST:
        await rounds(keeper, time.time() + 0.1)
        current = await now_of(store, jam)
        timed = await store.read(life.is_timed, current)
        said = not await store.read(posts.unsent, jam.id)
        if current.state not in RUNNING:
            said = said and not await store.read(posts.masked, jam.id)
        if current.state in states and said and (timed or current.state not in RUNNING):
            return current, time.time() - begun
    raise SystemExit(f"the contest did not get to {states}")


async def voted(service: JamService, jam: Jam, voter: int, at: float, letters: Sequence[str]) -> float:
    await asyncio.sleep(max(at - time.time(), 0.0))
    begun = time.perf_counter()
    await service.vote(jam, Voter(voter, 0.0), letters, letters)
    return time.perf_counter() - begun


async def main() -> None:
    print(stage.machine())
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(f"sqlite:///{folder}/encore.db") as store:
            away = Away()
            context = JobContext(
                store, away, away, Channel(), PROFILE, Schedule(), Clock(), Path(folder) / "spool"
            )
            print(f"idle, no jam: {await idle(context)} rounds in {IDLE:.0f} s")
            now = time.time()
            jam = await started(
                store, due_at=NOW + 1e6, state_at=now, created_at=now, votes_for=1e6, pot=10 * ENTRIES
            )
            made = await entered(store, jam, *range(10**6, 10**6 + ENTRIES))
            await store.write(lambda c: c.execute(sa.delete(jam_post)))  # news are not what is measured
            shelf = Path(folder) / "jams" / str(jam.id)
            shelf.mkdir(parents=True)
            for entry in made:
                (shelf / f"{entry.job_id}-{entry.position}.mp3").write_bytes(bytes(1000))
            board = Quick()
            keeper = Counted(context, board)
            service = JamService(context, keeper, board, keeper.begin)
            await reach(store, keeper, jam, JamState.OPEN)
            await service.close(await now_of(store, jam))
            voting, took = await reach(store, keeper, jam, JamState.VOTING)
            print(f"gallery of {ENTRIES}: {took:.1f} s, {took / ENTRIES * 1000:.1f} ms a message")
            letters = [one.letter for one in await service.read(entries.of_jam, jam.id)]
            await _vote(service, voting, letters)
            await service.close(await now_of(store, jam))
            _, took = await reach(store, keeper, jam, JamState.DONE)
            print(f"count and result: {took:.1f} s")
            print(f"idle, a finished jam: {await idle(context)} rounds in {IDLE:.0f} s")


async def _vote(service: JamService, jam: Jam, letters: Sequence[str]) -> None:
    rng = random.Random(1)  # noqa: S311 - the same ballots each time
    begin = time.time()
    votes = [
        voted(service, jam, n, begin + SECONDS * n / VOTERS, rng.sample(letters, 3)) for n in range(VOTERS)
    ]
    took = await asyncio.gather(*votes)
    p50, p99 = (stage.quantile(took, share) * 1000 for share in (0.5, 0.99))
    print(f"{VOTERS} ballots in {time.time() - begin:.1f} s: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
