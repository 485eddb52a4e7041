"""Limits of command registrations (docs: interactions/application-commands)."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rules.modals import MOST_CHOICES, check_choice

SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10
SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
MOST_OF_TYPE = {SLASH: 100, ON_USER: 15, ON_MESSAGE: 15}
_MOST_TOGETHER = 8000
# What may stand inside what: sub-commands in a group or at the top, groups only at the top.
_NESTED = {None: (SUBCOMMAND, GROUP), GROUP: (SUBCOMMAND,), SUBCOMMAND: ()}
# Letters and digits of every script; the blocks are Devanagari and Thai, whose vowel signs are no letters.
_NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")


def check_commands(commands: list[JsonObject]) -> None:
    """Refuse a whole registration, by the index of the command that is wrong.

    Raises:
        DiscordError: 400 with code 50035.
    """
    problems = Problems()
    counts: Counter[tuple[int, str]] = Counter()
    for index, command in enumerate(commands):
        _check_command(command, str(index), problems)
        key = (command.get("type", SLASH), str(command.get("name")))
        counts[key] += 1
        if counts[key] > 1:
            problems.add(
                f"{index}.name",
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                message="Application command names must be unique",
            )
    problems.raise_if_any()


def _check_command(command: JsonObject, path: str, problems: Problems) -> None:
    kind = command.get("type", SLASH)
    if not problems.choice(f"{path}.type", kind, among=tuple(MOST_OF_TYPE)):
        return
    if kind != SLASH:
        problems.length(f"{path}.name", command.get("name") or "", least=1, most=32)
        problems.length(f"{path}.description", command.get("description"), most=0)
        return
    _check_name_and_description(command, path, problems)
    _check_options(command.get("options") or [], path, problems, inside=None)
    if sum(_texts(command)) > _MOST_TOGETHER:
        problems.add(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            message=f"Command exceeds maximum size ({_MOST_TOGETHER})",
        )


def _check_name_and_description(part: JsonObject, path: str, problems: Problems) -> None:
    name = str(part.get("name") or "")
    if not _NAME.fullmatch(name) or name != name.lower():
        problems.add(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", message="Command name is invalid")
    problems.length(f"{path}.description", part.get("description") or "", least=1, most=100)


def _check_options(options: list[JsonObject], path: str, problems: Problems, *, inside: int | None) -> None:
    where = f"{path}.options"
    problems.length(where, options, most=25)
    names = [option.get("name") for option in options]
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{where}.{index}"
        _check_name_and_description(option, here, problems)
        if names.index(option.get("name")) != index:
            problems.add(
                f"{here}.name",
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                message="Option name already exists",
            )
        if option.get("required") and optional_seen:
            problems.add(
                here,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                message="Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")
        _check_kind(option, here, problems, inside=inside)


def _check_kind(option: JsonObject, path: str, problems: Problems, *, inside: int | None) -> None:
    kind = option.get("type")
    if not problems.choice(f"{path}.type", kind, among=tuple(range(1, 12))):
        return
    if kind in (SUBCOMMAND, GROUP):
        if kind not in _NESTED[inside]:
            problems.add(
                f"{path}.type",
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                message="Sub-commands nest at most in one group",
            )
        _check_options(option.get("options") or [], path, problems, inside=kind)
        return
    _check_choices(option, path, problems)
    for least, most in (("min_length", "max_length"), ("min_value", "max_value")):
        if least in option and most in option and option[least] > option[most]:
            problems.add(f"{path}.{most}", "NUMBER_TYPE_MIN", message=f"{least} lies above {most}")


def _check_choices(option: JsonObject, path: str, problems: Problems) -> None:
    choices = option.get("choices") or []
    problems.length(f"{path}.choices", choices, most=MOST_CHOICES)
    if choices and option.get("autocomplete"):
        problems.add(
            f"{path}.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            message="Autocomplete cannot be used together with choices",
        )
    if (choices or option.get("autocomplete")) and option["type"] not in (STRING, INTEGER, NUMBER):
        problems.add(
            f"{path}.choices",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            message="Only texts and numbers have choices",
        )
    names = [choice.get("name") for choice in choices]
    for index, choice in enumerate(choices):
        check_choice(choice, f"{path}.choices.{index}", problems)
        if names.index(choice.get("name")) != index:
            problems.add(
                f"{path}.choices.{index}",
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                message="Option choice name already exists",
            )


def _texts(part: JsonObject) -> Iterator[int]:
    yield len(part.get("name") or "") + len(part.get("description") or "")
    for choice in part.get("choices") or []:
        yield len(str(choice.get("name"))) + len(str(choice.get("value")))
    for option in part.get("options") or []:
        yield from _texts(option)
