"""Check ranges, choices and broken characters again, which only Discord's client checks.

A client that ignores them, or has an older version of the command, may send anything; a span of a billion
days would block the bot.
"""

from discord import app_commands

from cogs.text import labels
from cogs.text.clean import replace_surrogates
from cogs.ui.interactions import Interaction
from jobs.models.rejections import Rejected, WrongInput


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
        raise Rejected(WrongInput(option.display_name, labels.HALF_A_CHARACTER))
    if option.choices and value not in [choice.value for choice in option.choices]:
        raise Rejected(WrongInput(option.display_name, labels.NOT_IN_THE_LIST))
    least, most = option.min_value, option.max_value
    if least is None or most is None or not isinstance(value, int | float):
        return
    if not least <= value <= most:
        raise Rejected(WrongInput(option.display_name, labels.out_of_range(least, most)))
