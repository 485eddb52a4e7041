"""Encore's entry: `python bot.py`. Start-up only: what it starts is in `startup` and, if asked, `sandbox`."""

# Imports stand where they are needed: a health check must stay light, and a wrong setting is told at once.
# ruff: noqa: PLC0415

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path

EXIT_OK, EXIT_FAILED = 0, 1
_OURS = frozenset({"cogs", "jobs", "musicapi", "sandbox", "startup"})


def main(arguments: list[str] | None = None) -> int:
    """Run what the arguments ask for; the exit code."""
    # A stop that comes before the bot is there to hear it: importing takes a second or two.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options(arguments)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return EXIT_OK
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _OURS:
            raise
        install = "`make run` installs it, or `python -m pip install --require-hashes -r requirements.txt`"
        return _report("Encore cannot start:", [f"the package {error.name} is missing: {install}"])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bot.py", description="Encore, a Discord bot that makes music")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--check", action="store_true", help="tell everything that is wrong with the set-up")
    modes.add_argument("--health", action="store_true", help="tell whether the running bot is alive")
    modes.add_argument("--backup", type=Path, metavar="FILE", help="copy the database while the bot runs")
    modes.add_argument("--restore", type=Path, metavar="FILE", help="put a backup in place of the database")
    modes.add_argument("--move", type=Path, metavar="FILE", help="copy an SQLite file into PostgreSQL")
    modes.add_argument(
        "--forget", type=_member, metavar="MEMBER_ID", help="delete what is kept about a member"
    )
    modes.add_argument("--sandbox", action="store_true", help="a local page instead of Discord")
    modes.add_argument("--or-sandbox", action="store_true", help="the sandbox where DISCORD_TOKEN is missing")
    modes.add_argument("--demo", action="store_true", help="play the sandbox's opening scene and end")
    modes.add_argument("--jam", action="store_true", help="the sandbox, and four members who jam in it")
    parser.add_argument("--role", help="all; or front or worker, of several processes at one PostgreSQL")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    from startup.environment import SettingsError, read_environment

    title = "unhealthy:" if options.health else "Encore cannot start:"
    try:
        environment = read_environment() | ({"ROLE": options.role} if options.role else {})
        if options.health:
            from startup import health, settings

            return health.report(settings.data_folder(environment))
        if options.check:
            return _check(environment)
        if options.backup or options.restore or options.move or options.forget:
            return _data(environment, options)
        scene = "demo" if options.demo else "jam" if options.jam else ""
        if scene or options.sandbox or (options.or_sandbox and "DISCORD_TOKEN" not in environment):
            return _sandbox(environment, scene)
        return _bot(environment)
    except SettingsError as error:
        return _report(title, error.problems)


def _bot(environment: dict[str, str]) -> int:
    # An eighth of the time of the imports went to looking for garbage among them; see `startup.run`.
    gc.disable()
    import musicapi
    from startup import log, settings

    chosen = settings.load(environment, profiles=musicapi.profile_names())
    log.set_up(chosen.log_level, chosen.secrets, chosen.log_format)
    from jobs.store import StoreError
    from startup import run

    try:
        asyncio.run(run.run(chosen))
    except (StoreError, run.StartFailed) as error:
        return _report("Encore cannot start:", [str(error)])
    return EXIT_OK


def _check(environment: dict[str, str]) -> int:
    from startup import check

    fine, wrong = asyncio.run(check.check(environment))
    for line in fine:
        print(f"  ok     {line}")  # noqa: T201 - its purpose
    return _report("Please fix:", wrong) if wrong else EXIT_OK


def _data(environment: dict[str, str], options: argparse.Namespace) -> int:
    from jobs.store import StoreError
    from startup import data

    try:
        if options.backup:
            done, left = data.back_up(environment, options.backup)
        elif options.restore:
            done, left = data.restore(environment, options.restore)
        elif options.move:
            done, left = data.move(environment, options.move)
        else:
            done, left = data.forget(environment, options.forget)
    except StoreError as error:
        return _report("Nothing was changed:", [str(error)])
    print(*done, sep="\n")  # noqa: T201 - its purpose
    return _report("Not everything could be done:", left) if left else EXIT_OK


def _member(text: str) -> int:
    """Read an id of Discord's: a whole number of at most 64 bits."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:20]) < 2**63:
        raise argparse.ArgumentTypeError("a member's id is a number such as 123456789012345678")
    return int(text)


def _sandbox(environment: dict[str, str], scene: str) -> int:
    """The only place that knows the sandbox."""
    from sandbox import play
    from startup import wiring

    return asyncio.run(play.play(wiring.sandbox_builder(environment), scene))


def _report(title: str, problems: list[str]) -> int:
    print(title, *(f"  - {problem}" for problem in problems), sep="\n", file=sys.stderr)  # noqa: T201 - its purpose
    return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
