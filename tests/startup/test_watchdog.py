"""A process whose event loop hangs ends by itself; one that works does not."""

import subprocess
import sys

from tests import ROOT

_PROGRAM = """
import asyncio, sys, time
from startup.watchdog import watchdog

async def main():
    async with watchdog(0.5):
        await asyncio.sleep(1.5)
        print("alive", flush=True)
        if sys.argv[1] == "hang":
            hang()
    time.sleep(1.0)
    print("ended well", flush=True)

def hang():
    secret = "canary-in-a-variable"
    time.sleep(60)

asyncio.run(main())
"""


def run(what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def test_a_loop_that_turns_is_left_alone_and_so_is_what_comes_after_it() -> None:
    done = run("work")
    assert (done.returncode, done.stdout) == (0, "alive\nended well\n")


def test_a_loop_that_hangs_ends_the_process_and_says_where() -> None:
    done = run("hang")
    assert (done.returncode, done.stdout) == (1, "alive\n")
    assert "in hang" in done.stderr
    assert "canary" not in done.stderr
