"""What Discord's client shows of commands and checks in options: prices, limits; and the checks once more.

A client that ignores them, or has an older version of the command, may send anything; a span of a billion
days would block the bot.
"""

from typing import Any

import discord
from discord import app_commands

from cogs.text import labels
from cogs.text.clean import replace_surrogates
from cogs.ui.interactions import Interaction
from jobs.models import Profile
from jobs.models.rejections import Rejected, WrongInput

# Options that have another name than what they fill.
_FIELDS = {"prompt": "description"}


def describe_commands(tree: app_commands.CommandTree[Any], catalogue: Profile) -> None:
    """Say in every command that orders something what it costs, and how long its texts may be."""
    for command in tree.walk_commands():
        operation = labels.operation_of(command.qualified_name)
        if isinstance(command, app_commands.Command) and operation in catalogue.operations:
            command.description = labels.priced(command.description, catalogue, operation)
            for name, option in command._params.items():  # noqa: SLF001 - no other way to set it later
                if option.type is discord.AppCommandOptionType.string:
                    option.max_value = _most(catalogue, operation, name)


def _most(catalogue: Profile, operation: str, option: str) -> int | None:
    """The characters that an option may have, where that depends on nothing else."""
    terms = catalogue.terms(operation)
    models = [model.model_id for model in catalogue.models.get(terms.provider, ())]
    field = _FIELDS.get(option, option)
    try:
        limits = {
            catalogue.limit(field, operation=operation, model=one) for one in ("", *models, *terms.versions)
        }
    except KeyError:
        return None
    return limits.pop() if len(limits) == 1 else None


def check_options(interaction: Interaction) -> None:
    """Reject an option that is not what the command asks for."""
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    for name, value in interaction.namespace:
        option = command.get_parameter(name)
        if option is not None:
            _check(option, value)


def _check(option: app_commands.Parameter, value: object) -> None:
    if isinstance(value, str) and replace_surrogates(value) != value:
        raise Rejected(WrongInput(option.display_name, labels.NO_CHARACTER))
    if option.choices and value not in [choice.value for choice in option.choices]:
        raise Rejected(WrongInput(option.display_name, labels.NOT_IN_THE_LIST))
    least, most = option.min_value, option.max_value
    if least is None or most is None or not isinstance(value, int | float):
        return
    if not least <= value <= most:
        raise Rejected(WrongInput(option.display_name, labels.out_of_range(least, most)))
