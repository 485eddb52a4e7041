"""`python -m tests.jobs.model [steps]`: run the machine for so many steps, other ones each time."""

import argparse
import logging
import sys
import time

from tests.jobs.model.runs import run

_WORLDS = 50


def main() -> int:
    """Run; print how many steps were run and how long they took."""
    parser = argparse.ArgumentParser(prog="python -m tests.jobs.model", description=__doc__)
    parser.add_argument("steps", type=int, nargs="?", default=100_000)
    wanted = parser.parse_args().steps
    logging.disable(logging.CRITICAL)  # what goes wrong is on purpose
    begun, done = time.monotonic(), 0
    while done < wanted:
        done += run(_WORLDS, anew=True)
        sys.stdout.write(f"\r{done} of {wanted} steps, {time.monotonic() - begun:.0f} s, nothing broken")
        sys.stdout.flush()
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
