"""What the bot weighs and how fast it is there: `python bench/start.py`.

Starts `python bot.py` as a child against a small Discord and a fake music API on loopback, and prints
the time to ready and the memory when idle; a bare discord.py bot in the same run gives the ratios.
With `--beside CHECKOUT` the bot of another checkout starts in turn with this one, some times over.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import stage

from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Child, FakeDiscord, child_environment

IDLE_SECONDS = 3.0
RUNS, PAIRS = 3, 15
BARE = """
import asyncio, os, discord
async def main():
    client = discord.Client(intents=discord.Intents(guilds=True))
    await client.start(os.environ["DISCORD_TOKEN"])
asyncio.run(main())
"""


async def measure(discord_: FakeDiscord, child: Child) -> tuple[float, float]:
    """(seconds from the start of the process to ready, MiB when idle)."""
    started = time.perf_counter()
    async with child:
        await discord_.gateway.connected()
        ready = time.perf_counter() - started
        await asyncio.sleep(IDLE_SECONDS)
        memory = stage.resident_mib(child.process.pid)
        await child.stop()
    return ready, memory


async def imports() -> float:
    """Seconds that the interpreter and all imports of the bot take: the best of some runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "import startup.run", cwd=stage.ROOT
        )
        await process.wait()
        times.append(time.perf_counter() - started)
    return min(times)


async def started(path: Path, api: FaultyMusicApi, target: Path, file: str) -> tuple[float, float]:
    """Start one; see `measure`."""
    settings = {
        "MUSIC_API_KEY": "sk_bench",
        "MUSIC_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{path / file}",
    }
    async with FakeDiscord() as discord_:
        environment = child_environment(discord_) | settings
        child = Child(target, environment=environment, log=path / "log", cwd=target.parent)
        return await measure(discord_, child)


async def compare(beside: Path) -> None:
    """Print what this bot needs of what another checkout's does: medians of starts in turn."""
    taken: dict[Path, list[tuple[float, float]]] = {stage.ROOT: [], beside: []}
    with tempfile.TemporaryDirectory() as folder:
        async with FaultyMusicApi(keys=["sk_bench"]) as api:
            for number in range(PAIRS + 1):
                for checkout, results in taken.items():
                    one = await started(Path(folder), api, checkout / "bot.py", checkout.name)
                    if number:  # the first one makes the file
                        results.append(one)
    (ready, memory), (ready_there, memory_there) = (
        (statistics.median(times), statistics.median(sizes))
        for times, sizes in (zip(*one, strict=True) for one in taken.values())
    )
    print(
        f"against {beside}, {PAIRS} starts each in turn: ready {ready / ready_there - 1:+.1%}, "
        f"idle {memory / memory_there - 1:+.1%}"
    )


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "bare.py").write_text(BARE)
        async with FaultyMusicApi(keys=["sk_bench"]) as api:
            bot, bare = stage.ROOT / "bot.py", path / "bare.py"
            runs = {"first start": bot, "next start": bot, "bare discord.py": bare}
            results = {name: await started(path, api, one, "encore.db") for name, one in runs.items()}
        importing = await imports()
    bare_ready, bare_memory = results["bare discord.py"]
    print(f"{os.cpu_count()} cores; imports of the bot alone: {importing:.2f} s")
    for name, (ready, memory) in results.items():
        print(
            f"{name:>16}: ready after {ready:.2f} s ({ready / bare_ready:.1f} x bare), "
            f"idle {memory:.0f} MiB ({memory / bare_memory:.1f} x bare)"
        )
    ready, memory = results["next start"]
    after = max(ready - importing, 0.0)
    print(f"ready {after:.2f} s after the imports (goal 3); idle {memory:.0f} MiB (goal 120)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, help="another checkout")
    beside = parser.parse_args().beside
    asyncio.run(main() if beside is None else compare(beside.resolve()))
