"""Commands in the menu of a message: stems, extend, cover."""

from collections.abc import Callable, Coroutine
from typing import Any

from discord import Message, MessageReferenceType, app_commands

from cogs.ordering.clip_refs import ClipRef, clips_at, order_on, usable
from cogs.ordering.forms import begin
from cogs.text import job_messages, labels
from cogs.ui.buttons import choice_buttons
from cogs.ui.interactions import Interaction, guild_of, reply
from jobs.models import Profile
from jobs.models.rejections import Rejected, WrongProvider

# Each stands for this operation of the clip's provider.
_MENUS = {"Stems of this": "stems_basic", "Continue this": "extend", "Cover this": "cover"}


def context_menus(catalogue: Profile) -> list[app_commands.ContextMenu]:
    """Make the commands; the one that orders without a form names its price."""
    menus = [
        app_commands.ContextMenu(name=labels.menu(name, operation, catalogue), callback=_callback(name))
        for name, operation in _MENUS.items()
    ]
    for menu in menus:
        menu.guild_only = True
    return menus


def _callback(name: str) -> Callable[[Interaction, Message], Coroutine[Any, Any, None]]:
    async def callback(interaction: Interaction, message: Message) -> None:
        await _chosen(interaction, message, _MENUS[name])

    return callback


def _original(message: Message) -> int:
    """The id of a message, or of the one that it forwards."""
    forwarded = message.reference
    if forwarded is None or forwarded.type is not MessageReferenceType.forward:
        return message.id
    return forwarded.message_id or message.id


async def _chosen(interaction: Interaction, message: Message, name: str) -> None:
    service = interaction.client.service
    found = usable(service, await clips_at(service, guild_of(interaction), _original(message)))
    operation = f"{found[0].provider}.{name}"
    if operation not in service.catalogue.operations:
        offering = (one.partition(".") for one in service.catalogue.operations)
        able = tuple(provider for provider, _, its_name in offering if its_name == name)
        raise Rejected(WrongProvider(found[0].provider, able))
    fitting = usable(service, found, operation)
    if len(fitting) == 1:
        source = ClipRef(fitting[0].clip_id, fitting[0])
        await begin(interaction, service, order_on(source, operation))
        return
    await reply(interaction, job_messages.WHICH, view=choice_buttons(fitting, operation, service.catalogue))
