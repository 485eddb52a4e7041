"""The stand-in as a process of its own: `python -m sandbox.music_api --port 0 --keys sk_test`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from sandbox.music_api.sounds import FixedSound, RealSound
from sandbox.music_api.stand_in import MusicApiStandIn


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line's values."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.music_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--keys", nargs="+", default=["sk_test"], help="the API keys it knows")
    parser.add_argument("--credits", type=int, default=500)
    parser.add_argument("--extra-credits", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=1.0, help="factor on all durations")
    parser.add_argument("--sound", choices=("real", "fixed"), default="real")
    parser.add_argument("--seed", type=int, help="makes ids and faults repeatable")
    parser.add_argument("--control", action="store_true", help="serve the pages below /_control")
    parser.add_argument("--price", type=_setting, action="append", default=[], metavar="OPERATION=CREDITS")
    parser.add_argument("--seconds", type=_setting, action="append", default=[], metavar="OPERATION=SECONDS")
    return parser.parse_args(arguments)


async def serve(chosen: argparse.Namespace) -> None:
    """Say the address, then serve until the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with configured(chosen) as stand_in:
        sys.stdout.write(f"listening on {stand_in.url}\n")
        sys.stdout.flush()
        await stop.wait()


def configured(chosen: argparse.Namespace) -> MusicApiStandIn:
    """The stand-in that the command line asks for."""
    return MusicApiStandIn(
        keys=chosen.keys,
        credits=chosen.credits,
        extra_credits=chosen.extra_credits,
        prices={name: int(value) for name, value in chosen.price},
        seconds=dict(chosen.seconds),
        time_scale=chosen.time_scale,
        sound=FixedSound() if chosen.sound == "fixed" else RealSound(),
        seed=chosen.seed,
        port=chosen.port,
        control=chosen.control,
    )


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    return name, float(value)


if __name__ == "__main__":
    asyncio.run(serve(options()))
