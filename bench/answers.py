"""How soon a command is answered, beside bots that do less: `python bench/answers.py`.

Four processes answer the same command in turn, round by round, so that whatever else the machine does meets
all of them alike: discord.py alone, discord.py with one durable row before each answer, the real bot, and the
real bot with 20,000 open jobs in its file. Only the ratios mean anything on another machine. With
`--beside CHECKOUT` a fifth one is the real bot of another checkout, say of an earlier revision.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import stage

from tests.fakes.discord import Child, FakeDiscord, Interaction, child_environment

ONE_BY_ONE, BURST, OPEN_JOBS = 20, 50, 20_000
# Nobody types within milliseconds of the last answer; what it leaves to be written is written by then.
_PAUSE = 0.02
# Whose jobs are open, in the server in which somebody else types; and how far off their next poll is.
_MEMBERS, _FAR = 1_000, 3600.0


@dataclass(slots=True)
class Contestant:
    """A bot in a process of its own, and how it did so far."""

    name: str
    discord_: FakeDiscord
    pid: int
    after: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu: float = 0.0

    async def turn(self) -> None:
        """Some commands one by one, then many at once."""
        began = stage.cpu_seconds(self.pid)
        for _ in range(ONE_BY_ONE):
            self.after.append(await self._answered([self._type()]))
            await asyncio.sleep(_PAUSE)
        self.rates.append(await self.burst())
        self.cpu += stage.cpu_seconds(self.pid) - began

    async def burst(self) -> float:
        """Many at once; how many were answered a second."""
        began = time.perf_counter()
        await self._answered([self._type() for _ in range(BURST)])
        rate = BURST / (time.perf_counter() - began)
        await asyncio.sleep(_PAUSE * 10)
        return rate

    @property
    def p50(self) -> float:
        """The median answer, in seconds."""
        return stage.quantile(self.after, 0.5)

    @property
    def rate(self) -> float:
        """Commands answered a second in the median burst."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """Seconds of the processor that a command takes."""
        return self.cpu / (len(self.rates) * (ONE_BY_ONE + BURST))

    def figures(self) -> str:
        """How it did, in words."""
        p50, p99 = self.p50 * 1000, stage.quantile(self.after, 0.99) * 1000
        return (
            f"{self.name:>19}: p50 {p50:4.1f} ms, p99 {p99:5.1f} ms; "
            f"bursts {self.rate:4.0f} a second; processor {self.cost * 1000:.2f} ms a command"
        )

    def beside(self, other: "Contestant") -> str:
        """What it needs of what another one needs."""
        return f"p50 {self.p50 / other.p50:.1f} x {other.name}, bursts {self.rate / other.rate:.2f} of it"

    def against(self, other: "Contestant") -> str:
        """How much more or less it needs than another one."""
        return (
            f"p50 {self.p50 / other.p50 - 1:+.1%}, bursts {self.rate / other.rate - 1:+.1%}, "
            f"processor a command {self.cost / other.cost - 1:+.1%}, "
            f"memory {stage.resident_mib(self.pid) / stage.resident_mib(other.pid) - 1:+.1%}"
        )

    def _type(self) -> Interaction:
        return self.discord_.member.slash(self.discord_.channel, "suno create", prompt="a song about rivers")

    async def _answered(self, typed: Sequence[Interaction]) -> float:
        after = 0.0
        for one in typed:
            answer = await one.answered()
            if not answer.data.get("embeds"):  # a refusal, which would be quicker than a card
                raise RuntimeError(f"{self.name} did not answer with a card: {answer.data}")
            after = answer.after
        return after


@asynccontextmanager
async def plain(folder: Path, name: str, *arguments: str) -> AsyncIterator[Contestant]:
    """A bot on discord.py alone; see `bench/bare_bot.py`."""
    async with FakeDiscord() as discord_:
        child = Child(
            stage.ROOT / "bench" / "bare_bot.py", *arguments,
            environment=child_environment(discord_), log=folder / f"{name}.log", cwd=folder,
        )  # fmt: skip
        async with child:
            yield await ready(name, discord_, child.process.pid)


@asynccontextmanager
async def encore(
    folder: Path, api: stage.QuickApi, name: str, jobs: int, checkout: Path = stage.ROOT
) -> AsyncIterator[Contestant]:
    """The real bot, with so many jobs in its file that are open but not due."""
    async with FakeDiscord() as discord_:
        database = folder / f"{name}.db"
        if jobs:
            crowd = [(discord_.guild.id, discord_.channel.id, 1_000 + number) for number in range(_MEMBERS)]
            await stage.fill(database, crowd, [time.time() + _FAR] * jobs, prefix="task", polls=20)
        async with stage.bot(discord_, api, database, checkout) as bot:
            yield await ready(name, discord_, bot.pid)


async def ready(name: str, discord_: FakeDiscord, pid: int) -> Contestant:
    """The bot, once it takes commands and has answered a few: the first ones load what later ones need."""
    await discord_.synced("suno")
    await discord_.gateway.connected()
    one = Contestant(name, discord_, pid)
    await one.burst()
    return one


async def main(rounds: int, beside: Path | None) -> None:
    print(stage.machine())
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        api = await stack.enter_async_context(stage.quick_api(session))
        bare = await stack.enter_async_context(plain(folder, "bare"))
        durable = await stack.enter_async_context(plain(folder, "durable row", str(folder / "rows.db")))
        few = await stack.enter_async_context(encore(folder, api, "Encore", 0))
        many = await stack.enter_async_context(encore(folder, api, "with 20,000 open", OPEN_JOBS))
        everybody = [bare, durable, few, many]
        if beside is not None:
            other = await stack.enter_async_context(encore(folder, api, "the one beside", 0, beside))
            everybody.append(other)
        for number in range(rounds):
            first = number % len(everybody)
            for one in everybody[first:] + everybody[:first]:
                await one.turn()
        if beside is not None:
            print(f"Encore against the one beside: {few.against(other)}")
    print(f"{rounds} rounds, in turn, of {ONE_BY_ONE} commands one by one and {BURST} at once:")
    for one in everybody:
        print(one.figures())
    print(f"Encore: {few.beside(bare)} (goals: 3, 0.3); {few.beside(durable)} (goal: p50 1.5)")
    print(
        f"with 20,000 open jobs: p50 {many.p50 / few.p50 - 1:+.0%}, bursts {many.rate / few.rate - 1:+.0%} "
        "(goal: within 10 %)"
    )
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--beside", type=Path, help="another checkout")
    asked = parser.parse_args()
    asyncio.run(main(asked.rounds, asked.beside))
