"""Many open jobs, watched by one process, while members type commands: `python bench/watch.py`.

The real bot, as a child process, between a Discord (this process) and a music API (another one) on loopback.
Prints how late looks are, what the process needs for it, how soon commands are answered meanwhile, and the
ratio to a bare discord.py bot in the same run. Ends by itself after some two minutes.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import aiohttp
import stage

from tests.fakes.discord import FakeDiscord

# The interval of an old job in this operation is 30 s; so it is 10 s here.
INTERVAL, TIME_SCALE = 10.0, 1 / 3
COMMANDS_A_SECOND = 100.0
# Whose jobs they are; who types commands meanwhile is somebody else.
MEMBERS = 1_000


def lateness(before: dict[str, float], after: dict[str, float], share: float) -> float:
    """A quantile of how late looks were, read off the bot's own histogram as Prometheus does it."""
    name = 'encore_look_lateness_seconds_bucket{le="'
    edges = sorted(
        (float(key[len(name) : -2]), after[key] - before[key]) for key in after if key.startswith(name)
    )
    wanted, low, below = share * edges[-1][1], 0.0, 0.0
    for edge, count in edges:
        if count >= wanted and count > below:
            return low + (edge - low) * (wanted - below) / (count - below)
        low, below = edge, count
    return float("nan")


async def watched(bot: stage.Bot, api: stage.QuickApi, seconds: float, jobs: int) -> None:
    """Print what watching takes."""
    before, seen, cpu, began = (
        await bot.metrics(),
        await api.seen(),
        stage.cpu_seconds(bot.pid),
        time.monotonic(),
    )
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    used = (stage.cpu_seconds(bot.pid) - cpu) / took
    after, then = await bot.metrics(), await api.seen()
    p50, p99 = (lateness(before, after, share) for share in (0.5, 0.99))
    gaps = [stage.quantile(then["gaps"], share) for share in (0.01, 0.5, 0.99)]
    rate, get = (then["looks"] - seen["looks"]) / took, await stage.get_cost(api)
    print(
        f"  looks: {rate:.0f} a second (asked for {jobs / INTERVAL:.0f}), "
        f"late p50 {p50:.3f} s, p99 {p99:.3f} s (goal 0.5)\n"
        f"  between two looks at one job: p1 {gaps[0]:.2f} s, p50 {gaps[1]:.2f} s, p99 {gaps[2]:.2f} s "
        f"(drawn between {INTERVAL * 0.8:g} and {INTERVAL * 1.2:g})\n"
        f"  processor: {used:.0%} of one core (goal 60 %), {used / rate * 1e6:.0f} µs a look, "
        f"{used / rate / get:.1f} x a bare GET with aiohttp ({get * 1e6:.0f} µs)\n"
        f"  memory: {stage.resident_mib(bot.pid):.0f} MiB (goal 200)"
    )


async def main(jobs: int, seconds: float) -> None:
    print(stage.machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            FakeDiscord() as discord_,
            aiohttp.ClientSession() as session,
            stage.quick_api(session) as api,
        ):
            crowd = [(discord_.guild.id, discord_.channel.id, 1_000 + number) for number in range(MEMBERS)]
            began = time.time() + 3.0
            due = [began + INTERVAL * number / jobs for number in range(jobs)]
            await stage.fill(folder / "encore.db", crowd, due, prefix="task", polls=20)
            async with stage.bot(discord_, api, folder / "encore.db", TIME_SCALE=str(TIME_SCALE)) as bot:
                await discord_.synced("suno")
                await discord_.gateway.connected()
                await asyncio.sleep(1.5 * INTERVAL)
                print(f"{jobs} open jobs, a look at each every {INTERVAL:g} s, for {seconds:g} s:")
                await watched(bot, api, seconds, jobs)
                async with asyncio.TaskGroup() as group:
                    typing = group.create_task(
                        stage.type_commands(discord_, rate=COMMANDS_A_SECOND, seconds=seconds / 2)
                    )
                    print(f"the same with {COMMANDS_A_SECOND:g} commands a second, for {seconds / 2:g} s:")
                    await watched(bot, api, seconds / 2, jobs)
        line, p99 = stage.answers_line(typing.result())
        print(f"  {line} (goal: p99 100 ms)")
        bare_p99 = await stage.bare_answers(folder, rate=COMMANDS_A_SECOND, seconds=seconds / 3)
        print(f"p99 is {p99 / bare_p99:.1f} x that of bare discord.py, which has nothing else to do")
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to measure")
    asked = parser.parse_args()
    asyncio.run(main(asked.jobs, asked.seconds))
