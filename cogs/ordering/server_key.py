"""The form in which a moderator gives their server its own API key.

It is read from the raw interaction, so that a form opened before a restart still counts. The member must
still be a moderator when it is submitted.
"""

from typing import Any

from discord import ui

from cogs.ordering.forms import typed_texts
from cogs.ordering.permissions import is_moderator
from cogs.text import key_messages
from cogs.text.rejection_messages import rejection
from cogs.ui import embeds
from cogs.ui.interactions import Interaction, defer, edit, guild_of, open_modal, respond
from jobs.models.rejections import Denied, Rejected
from jobs.orders.service import JobService

_FORM, _FIELD = "encore:key", "key"
_LONGEST = 250


async def submitted(
    interaction: Interaction, service: JobService, _subject: str, components: list[dict[str, Any]]
) -> None:
    """Take the typed key; raise Rejected unless the member is still a moderator."""
    if not is_moderator(interaction):
        raise Rejected(Denied.NOT_A_MODERATOR)
    await defer(interaction)  # the API is asked whether it accepts the key
    typed = typed_texts(components).get(_FIELD, "")
    try:
        balance = await service.keys.give(guild_of(interaction), interaction.user.id, typed)
    except Rejected as error:
        await edit(interaction, content=rejection(error.rejection))
        return
    await edit(interaction, embed=embeds.info("API key", key_messages.given(balance)))


async def open_form(interaction: Interaction, service: JobService) -> None:
    """Show the form; raise Rejected where a key could not be kept anyway."""
    service.keys.check_open()
    # In clear text: Discord offers no password field.
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=_FIELD, placeholder=key_messages.HINT, max_length=_LONGEST
    )
    form = ui.Modal(title="API key of this server", custom_id=_FORM)
    form.add_item(ui.Label(text="Key", description=key_messages.FORM, component=field))
    await open_modal(interaction, form)


async def remove(interaction: Interaction, service: JobService) -> None:
    guild_id = guild_of(interaction)
    found = await service.keys.remove(guild_id, interaction.user.id)
    text = key_messages.removed(service.keys.paying(guild_id)) if found else key_messages.NONE
    await respond(interaction, ephemeral=True, embed=embeds.info("API key", text))
