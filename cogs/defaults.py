"""`/defaults`: what members choose once for all their orders."""

import logging

import discord
from discord import app_commands

from cogs.connection.direct import DirectMessagesClosed, send_direct
from cogs.connection.reasons import reason
from cogs.text import library_messages
from cogs.ui import embeds
from cogs.ui.autocomplete import model_id, models_of
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import TRANSPORT_ERRORS, Interaction, defer, edit, reply, respond
from jobs.models import Preferences
from jobs.store.queries.library import preferences

log = logging.getLogger(__name__)

_TITLE = "Your defaults"
_LONGEST_STYLE = 200


class Defaults(ServiceCog):
    group = app_commands.Group(
        name="defaults", description="Choose once what your orders leave out", guild_only=True
    )

    @group.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See your defaults."""
        wishes = await self._service.read(preferences.of_member, interaction.user.id)
        await respond(interaction, ephemeral=True, embed=self._card(wishes))

    @group.command(name="set")
    @app_commands.describe(
        suno_model="Makes your Suno songs where you name no model",
        riffusion_model="Makes your Riffusion songs where you name no model",
        style="Added to every new song, such as lo-fi, tape hiss",
        copies="Whether your results also come to you by direct message",
    )
    @app_commands.autocomplete(
        suno_model=models_of("suno.custom"), riffusion_model=models_of("riffusion.lyrics")
    )
    async def set_(
        self,
        interaction: Interaction,
        suno_model: str = "",
        riffusion_model: str = "",
        style: app_commands.Range[str, 1, _LONGEST_STYLE] = "",
        *,
        copies: bool | None = None,
    ) -> None:
        """Choose the model, style and copies of your orders."""
        values: dict[str, object] = {
            preferences.model_of(provider): model
            for provider, typed in (("suno", suno_model), ("riffusion", riffusion_model))
            if (model := model_id(self._service, provider, typed))
        }
        values |= {"style": " ".join(style.split())} if style.strip() else {}
        if not values and copies is None:
            await reply(interaction, library_messages.NOTHING_CHOSEN)
            return
        await defer(interaction)
        closed = bool(copies) and not await _takes_copies(interaction)
        if copies is not None:
            values["copies"] = copies and not closed
        wishes = await self._service.library.prefer(interaction.user.id, values)
        content = library_messages.COPIES_CLOSED if closed else None
        await edit(interaction, content=content, embed=self._card(wishes))

    @group.command(name="clear")
    async def clear(self, interaction: Interaction) -> None:
        """Forget your defaults."""
        await self._service.library.forget_preferences(interaction.user.id)
        await reply(interaction, library_messages.CLEARED)

    def _card(self, wishes: Preferences) -> discord.Embed:
        name = self._service.catalogue.model_name
        models = {
            provider: name(wishes.models.get(provider, "")) for provider in self._service.catalogue.models
        }
        card = embeds.info(_TITLE, library_messages.defaults(wishes, models))
        return card.set_footer(text=library_messages.DEFAULTS_EXPLAINED)


async def _takes_copies(interaction: Interaction) -> bool:
    """Tell a member directly that copies will come; False where they take no direct messages."""
    try:
        await send_direct(interaction.client, interaction.user.id, content=library_messages.COPIES_BEGIN)
    except DirectMessagesClosed:
        return False
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:  # the first copy will tell
        log.info("whether a member takes direct messages is not known (%s)", reason(error))
    return True
