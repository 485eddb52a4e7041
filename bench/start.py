"""What the bot weighs and how fast it is there: `python bench/start.py`.

Starts `python bot.py` as a child against a small Discord and a fake music API on loopback, and prints
the time to ready and the memory when idle; a bare discord.py bot in the same run gives the ratios.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import stage

from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Child, FakeDiscord, child_environment

IDLE_SECONDS = 3.0
RUNS = 3
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


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "bare.py").write_text(BARE)
        async with FaultyMusicApi(keys=["sk_bench"]) as api:
            settings = {
                "MUSIC_API_KEY": "sk_bench",
                "MUSIC_API_URL": api.url,
                "DATABASE_URL": f"sqlite:///{path / 'encore.db'}",
            }
            results = {}
            for name, script in (
                ("first start", "bot.py"),
                ("next start", "bot.py"),
                ("bare discord.py", ""),
            ):
                async with FakeDiscord() as discord_:
                    environment = child_environment(discord_) | settings
                    target = stage.ROOT / script if script else path / "bare.py"
                    child = Child(target, environment=environment, log=path / "log", cwd=stage.ROOT)
                    results[name] = await measure(discord_, child)
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
    asyncio.run(main())
