"""Encore's entry: `python bot.py`. Start-up only: what it starts is in `startup` and, if asked, `sandbox`."""

import argparse
import asyncio
import signal
import sys

EXIT_OK, EXIT_FAILED = 0, 1


def main(arguments: list[str] | None = None) -> int:
    """Run what the arguments ask for; the exit code."""
    # A stop that comes before the bot is there to hear it: importing takes a second or two.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options(arguments)
    if options.health:
        from startup import health, settings  # noqa: PLC0415 - a health check must stay light

        try:
            return health.report(settings.data_folder(settings.read_environment()))
        except settings.SettingsError as error:
            return _report("unhealthy:", error.problems)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return EXIT_OK


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bot.py", description="Encore, a Discord bot that makes music")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--check", action="store_true", help="tell everything that is wrong with the set-up")
    modes.add_argument("--health", action="store_true", help="tell whether the running bot is alive")
    modes.add_argument("--sandbox", action="store_true", help="a local page instead of Discord")
    modes.add_argument("--or-sandbox", action="store_true", help="the sandbox where DISCORD_TOKEN is missing")
    modes.add_argument("--demo", action="store_true", help="play the sandbox's opening scene and end")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    import musicapi  # noqa: PLC0415 - after the health check, which must not wait for it
    from startup import log, settings  # noqa: PLC0415 - as above

    try:
        environment = settings.read_environment()
    except settings.SettingsError as error:
        return _report("Encore cannot start:", error.problems)
    if options.check:
        return _check(environment)
    if options.sandbox or options.demo or (options.or_sandbox and "DISCORD_TOKEN" not in environment):
        return _sandbox(environment, demo=options.demo)
    try:
        chosen = settings.load(environment, profiles=musicapi.profile_names())
    except settings.SettingsError as error:
        return _report("Encore cannot start:", error.problems)
    secrets = (chosen.discord_token, chosen.music_api_key, chosen.secret_key)
    log.set_up(chosen.log_level, secrets, chosen.log_format)
    from jobs.store import StoreError  # noqa: PLC0415 - a wrong setting is told without them
    from startup import run  # noqa: PLC0415 - as above

    try:
        asyncio.run(run.run(chosen))
    except (StoreError, run.StartFailed) as error:
        return _report("Encore cannot start:", [str(error)])
    return EXIT_OK


def _check(environment: dict[str, str]) -> int:
    from startup import check  # noqa: PLC0415 - only who asks for it pays for it

    fine, wrong = asyncio.run(check.check(environment))
    for line in fine:
        print(f"  ok     {line}")  # noqa: T201 - its purpose
    return _report("To mend:", wrong) if wrong else EXIT_OK


def _sandbox(environment: dict[str, str], *, demo: bool) -> int:
    """The only place that knows the sandbox."""
    from sandbox import play  # noqa: PLC0415 - it needs more than production does
    from startup import settings, wiring  # noqa: PLC0415 - as above

    try:
        return asyncio.run(play.play(wiring.sandbox_builder(environment), demo=demo))
    except settings.SettingsError as error:
        return _report("The sandbox cannot open:", error.problems)


def _report(title: str, problems: list[str]) -> int:
    print(title, *(f"  - {problem}" for problem in problems), sep="\n", file=sys.stderr)  # noqa: T201 - its purpose
    return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
