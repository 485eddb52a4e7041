"""How soon a bot that starts over many open jobs looks at the first: `python bench/restart.py`.

All are overdue, as after a pause. Prints the time from the start of the process to the first look that the
music API sees, and to the moment when every job was looked at once; the best and the worst of some starts.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import aiohttp
import stage

from tests.fakes.discord import FakeDiscord

RUNS, _PATIENCE = 3, 20.0


async def start(folder: Path, jobs: int) -> tuple[float, float]:
    """(seconds to the first look, seconds to a look at every job)."""
    async with (
        FakeDiscord() as discord_,
        aiohttp.ClientSession() as session,
        stage.quick_api(session) as api,
    ):
        place = (discord_.guild.id, discord_.channel.id, discord_.member.id)
        await stage.fill(folder / "encore.db", [place], [time.time()] * jobs, prefix="task", polls=20)
        began = time.monotonic()
        async with stage.bot(discord_, api, folder / "encore.db"):
            seen = await api.seen()
            while seen["looks"] < jobs and time.monotonic() - began < _PATIENCE:
                await asyncio.sleep(0.2)
                seen = await api.seen()
            return seen["first_look_at"] - began, jobs / seen["looks"] * (time.monotonic() - began)


async def main(jobs: int) -> None:
    print(stage.machine())
    results = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as name:
            results.append(await start(Path(name), jobs))
    firsts, alls = zip(*results, strict=True)
    print(f"{jobs} open jobs, {RUNS} starts, from the start of the process:")
    print(f"  first look: best {min(firsts):.2f} s, worst {max(firsts):.2f} s (goal 3)")
    print(f"  a look at every job, at the rate of the first 20 s: {min(alls):.1f} to {max(alls):.1f} s")
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=20_000)
    asyncio.run(main(parser.parse_args().jobs))
