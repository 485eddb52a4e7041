"""`python -m tests.jobs.model [steps]`: run both machines for so many steps, other ones each time."""

import argparse
import logging
import sys
import time

from tests.jobs.model.jams.machine import JamsMachine
from tests.jobs.model.machine import JobsMachine
from tests.jobs.model.runs import Machine, run

_WORLDS = 50


def main() -> int:
    """Run; print how many steps were run and how long they took."""
    parser = argparse.ArgumentParser(prog="python -m tests.jobs.model", description=__doc__)
    parser.add_argument("steps", type=int, nargs="?", default=100_000)
    wanted = parser.parse_args().steps
    logging.disable(logging.CRITICAL)  # what goes wrong is on purpose
    for machine in (JobsMachine, JamsMachine):
        _run(machine, wanted)
    return 0


def _run(machine: type[Machine], wanted: int) -> None:
    begun, done = time.monotonic(), 0
    while done < wanted:
        done += run(_WORLDS, machine, anew=True)
        passed = time.monotonic() - begun
        sys.stdout.write(f"\r{machine.__name__}: {done} of {wanted} steps, {passed:.0f} s, nothing broken")
        sys.stdout.flush()
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
