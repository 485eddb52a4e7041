"""One long run: its figures as a table, exit code 1 for a broken promise."""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from tests.behaviour.chaos.breaks import BREAKS
from tests.behaviour.chaos.report import report
from tests.behaviour.chaos.run import Figures, Plan, R, jams, play, songs
from tests.fakes.sound import FixedSound


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.behaviour.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--jams", type=int, default=0, help="so many relays and contests, and no jobs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--life", type=float, default=3.0, help="the longest life in seconds")
    parser.add_argument("--faults", type=float, default=0.1, help="the share of calls that are struck")
    parser.add_argument("--break", dest="broken", choices=sorted(BREAKS), default="")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs")
    chosen = parser.parse_args()
    # A killed bot leaves the fake APIs with half a request, of which they tell at length.
    for name in ("aiohttp.server", "sandbox"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    plan = Plan(
        chosen.seed,
        chosen.kills,
        chosen.jams or chosen.jobs,
        (chosen.faults,) * 2,
        chosen.life,
        chosen.broken,
    )
    with tempfile.TemporaryDirectory(prefix="encore-chaos-") as name:
        folder = chosen.keep or Path(name)
        if chosen.jams:
            return _told(asyncio.run(play(plan, FixedSound(1.0), folder, jams)), "jams")
        return _told(asyncio.run(play(plan, FixedSound(1.0), folder, songs)), "jobs")


def _told(figures: Figures[R], wanted: str) -> int:
    sys.stdout.write(report(figures, wanted))
    return 1 if figures.reports.broken or figures.errors else 0


if __name__ == "__main__":
    sys.exit(main())
