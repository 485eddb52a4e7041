"""`make fuzz`: many mutated answers and hostile texts, with their number printed. Raises at a bad one."""

import argparse
import time

from tests.behaviour.fuzz import answers, texts


def main() -> None:
    """Run both, and print the figures."""
    parser = argparse.ArgumentParser(prog="tests.behaviour.fuzz")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for name, run, count in (
        ("mutated API answers", answers.run, chosen.answers),
        ("jobs with hostile texts", texts.run, chosen.texts),
    ):
        began = time.monotonic()
        done = run(count, chosen.seed)
        print(f"{done:,} {name}, none of them bad ({time.monotonic() - began:.0f} s)")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
