"""The heartbeat, the check that reads it, and the watchdog of the event loop."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.engine import loop
from startup import health
from tests import ROOT


def aged(folder: Path, seconds: float) -> None:
    """Let the last beat be so many seconds ago."""
    then = time.time() - seconds
    os.utime(folder / "heartbeat", (then, then))


def test_without_a_beat_there_is_no_health(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (tmp_path, tmp_path / "not there"):
        assert health.age(folder) is None
        assert health.report(folder) == 1
        assert capsys.readouterr().out == "unhealthy: last heartbeat never\n"


def test_after_a_beat_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    health.heartbeat(tmp_path)()
    assert health.report(tmp_path) == 0
    assert capsys.readouterr().out.startswith("healthy: last heartbeat ")


def test_beats_are_counted_from_the_last_one(tmp_path: Path) -> None:
    health.heartbeat(tmp_path)()
    aged(tmp_path, 30)
    assert health.age(tmp_path) == pytest.approx(30, abs=5)
    health.heartbeat(tmp_path)()
    assert health.age(tmp_path) == pytest.approx(0, abs=5)


@pytest.mark.parametrize(("seconds", "code"), [(0, 0), (40, 0), (70, 1), (10**6, 1)])
def test_a_bot_that_hangs_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seconds: float, code: int
) -> None:
    health.heartbeat(tmp_path)()
    aged(tmp_path, seconds)
    assert health.report(tmp_path) == code
    assert capsys.readouterr().out.startswith("unhealthy" if code else "healthy")


def test_an_engine_that_sleeps_as_long_as_it_may_is_healthy() -> None:
    assert health.STALE_SECONDS >= 3 * loop._LONGEST_SLEEP


def test_a_folder_that_cannot_be_written_ends_nothing_and_is_no_health(tmp_path: Path) -> None:
    health.heartbeat(tmp_path / "not there")()
    assert health.report(tmp_path / "not there") == 1


_CHECK = """
import sys
import bot
code = bot.main(["--health"])
heavy = {"discord", "aiohttp", "sqlalchemy", "musicapi", "cogs", "jobs.store", "sandbox"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else code)
"""


def test_the_check_finds_the_beat_beside_the_database_and_stays_light(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'e.db'}", "PYTHONPATH": str(ROOT)}

    def check() -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _CHECK],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert check() == (1, "unhealthy: last heartbeat never\n")
    health.heartbeat(tmp_path)()
    code, said = check()
    assert (code, said.partition(":")[0]) == (0, "healthy")


_HANGING = """
import asyncio, sys, time
from startup.health import watchdog

async def main():
    async with watchdog(2.0):
        await asyncio.sleep(2.5)
        print("alive", flush=True)
        if sys.argv[1] == "hang":
            hang()
    time.sleep(2.5)
    print("ended well", flush=True)

def hang():
    secret = "canary-in-a-variable"
    time.sleep(60)

asyncio.run(main())
"""


def run_or_hang(what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _HANGING, what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def test_a_loop_that_turns_is_left_alone_and_so_is_what_comes_after_it() -> None:
    done = run_or_hang("work")
    assert (done.returncode, done.stdout) == (0, "alive\nended well\n")


def test_a_loop_that_hangs_ends_the_process_and_says_where() -> None:
    done = run_or_hang("hang")
    assert (done.returncode, done.stdout) == (1, "alive\n")
    assert "in hang" in done.stderr
    assert "canary" not in done.stderr
