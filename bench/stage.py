"""What the benchmarks under load share: the machine, the processes, a database full of jobs, commands."""

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))

from jobs.store import open_store
from jobs.store.schema import job
from tests.fakes.discord import Child, FakeDiscord, Interaction, child_environment, free_port

ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_HOUR = 3600.0


def machine() -> str:
    """What the figures were taken on."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load average {load}, Python {sys.version.split()[0]}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, with the system's on its behalf."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mib(pid: int, name: str = "VmRSS") -> float:
    """Resident memory of a process now, or with `VmHWM` at its highest."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


@dataclass(frozen=True, slots=True)
class QuickApi:
    """The music API in its own process."""

    port: int
    pid: int
    session: aiohttp.ClientSession

    async def seen(self) -> dict[str, Any]:
        """What it was asked; see `bench/quick_api.py`."""
        async with self.session.get(f"http://127.0.0.1:{self.port}/seen") as response:
            told: dict[str, Any] = await response.json()
            return told


@asynccontextmanager
async def quick_api(session: aiohttp.ClientSession) -> AsyncIterator[QuickApi]:
    """Start it; it ends with this context."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bench" / "quick_api.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    try:
        yield QuickApi(int(await process.stdout.readline()), process.pid, session)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def get_cost(api: QuickApi) -> float:
    """Processor seconds of a bare `GET` with aiohttp, 40 at once: the unit that ratios are told in."""

    async def get() -> None:
        async with api.session.get(f"http://127.0.0.1:{api.port}/riffusion/task/bare") as response:
            await response.read()

    rounds, at_once = 50, 40
    began = time.process_time()
    for _ in range(rounds):
        await asyncio.gather(*(get() for _ in range(at_once)))
    return (time.process_time() - began) / (rounds * at_once)


@dataclass(frozen=True, slots=True)
class Bot:
    """The real bot as a child process, and what it says of itself."""

    child: Child
    metrics_port: int
    session: aiohttp.ClientSession

    @property
    def pid(self) -> int:
        """Its process."""
        return self.child.process.pid

    async def metrics(self) -> dict[str, float]:
        """Its own metrics, by name and labels as they are written."""
        async with self.session.get(f"http://127.0.0.1:{self.metrics_port}/metrics") as response:
            lines = (await response.text()).splitlines()
        return {
            name: float(value)
            for name, _, value in (line.rpartition(" ") for line in lines)
            if name[0] != "#"
        }


@asynccontextmanager
async def bot(
    discord_: FakeDiscord, api: QuickApi, database: Path, checkout: Path = ROOT, /, **settings: str
) -> AsyncIterator[Bot]:
    """Run `python bot.py` of a checkout as it is, until this context ends."""
    port = free_port()
    environment = child_environment(discord_) | {
        "MUSIC_API_KEY": "sk_bench",
        "MUSIC_API_URL": f"http://127.0.0.1:{api.port}",
        "DATABASE_URL": f"sqlite:///{database}",
        "METRICS_PORT": str(port),
        **settings,
    }
    child = Child(
        checkout / "bot.py", environment=environment, log=database.with_suffix(".log"), cwd=database.parent
    )
    async with child:
        yield Bot(child, port, api.session)
        await child.stop()


async def fill(
    database: Path, places: Sequence[tuple[int, int, int]], due: Sequence[float], *, prefix: str, polls: int
) -> None:
    """Put a waiting job into the database for every due time, spread over the places.

    Args:
        database: The file, which may be new.
        places: (server, channel, member).
        due: When each job is to be looked at, in seconds since the epoch.
        prefix: What its task id begins with.
        polls: How often each was looked at: from 9 on the interval between looks no longer grows.
    """
    now = time.time()
    always = {
        "operation": "riffusion.describe", "provider": "riffusion", "source_clip_id": "", "price": 10,
        "state": "waiting", "state_at": now, "created_at": now, "outcome_at": now,
        "deadline_at": now + _HOUR, "upload_limit": 10_000_000, "polls": polls,
    }  # fmt: skip
    rows = []
    for number, due_at in enumerate(due):
        guild_id, channel_id, user_id = places[number % len(places)]
        ids = {"guild_id": guild_id, "channel_id": channel_id, "user_id": user_id}
        prompt = f"a song about river {number}"
        what = {"params": {"prompt": prompt}, "summary": prompt, "task_id": f"{prefix}-{number}"}
        rows.append({**always, **ids, **what, "due_at": due_at})
    async with open_store(f"sqlite:///{database}") as opened:
        await opened.write(lambda c: c.execute(sa.insert(job), rows))


async def type_commands(discord_: FakeDiscord, *, rate: float, seconds: float) -> list[Interaction]:
    """Let a member type `/suno create` at a steady rate; gives all, a little after the last."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    typed: list[Interaction] = []
    while (at := len(typed) / rate) < seconds:
        await asyncio.sleep(max(began + at - loop.time(), 0.0))
        typed.append(discord_.member.slash(discord_.channel, "suno create", prompt="a song about rivers"))
    await asyncio.sleep(3.0)
    return typed


def answers_line(typed: Sequence[Interaction]) -> tuple[str, float]:
    """How quickly they were answered, in words, and the 99th percentile in seconds."""
    after = [one.answer.after for one in typed if one.answer is not None]
    p50, p99 = quantile(after, 0.5), quantile(after, 0.99)
    return (
        f"{len(typed)} commands, {len(after)} answered: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, "
        f"most {max(after, default=float('nan')) * 1000:.1f} ms"
    ), p99


async def bare_answers(folder: Path, *, rate: float, seconds: float) -> float:
    """Print how quickly discord.py alone answers; gives the 99th percentile in seconds."""
    async with FakeDiscord() as discord_:
        child = Child(
            ROOT / "bench" / "bare_bot.py",
            environment=child_environment(discord_), log=folder / "bare.log", cwd=folder,
        )  # fmt: skip
        async with child:
            await discord_.synced("suno")
            await discord_.gateway.connected()
            typed = await type_commands(discord_, rate=rate, seconds=seconds)
    line, p99 = answers_line(typed)
    print(f"bare discord.py: {line}")
    return p99
