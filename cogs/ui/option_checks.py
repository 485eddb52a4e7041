"""What Discord's client sees to while a member types, seen to once more: ranges, choices, whole characters.

discord.py only tells Discord of them. A client that does not keep to them, or one that still has an older
version of the command, sends anything; a span of a billion days would keep the bot from everything else.
"""

from discord import app_commands

from cogs.text.clean import whole
from cogs.ui.interactions import Interaction
from jobs.models.rejections import Rejected, WrongInput


def check_options(interaction: Interaction) -> None:
    """Pass, or say which option is not what the command asks for.

    Raises:
        Rejected: A number is out of its range, a value is none of the choices, a text holds half a character.
    """
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    for name, value in interaction.namespace:
        option = command.get_parameter(name)
        if option is not None:
            _check(option, value)


def _check(option: app_commands.Parameter, value: object) -> None:
    if isinstance(value, str) and whole(value) != value:
        raise Rejected(WrongInput(option.display_name, "holds half a character; type it anew"))
    if option.choices and value not in [choice.value for choice in option.choices]:
        raise Rejected(WrongInput(option.display_name, "is none of those in the list"))
    least, most = option.min_value, option.max_value
    if least is None or most is None or not isinstance(value, int | float):
        return
    if not least <= value <= most:
        raise Rejected(WrongInput(option.display_name, f"must be from {least:,} to {most:,}"))
