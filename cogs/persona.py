"""`/persona`: a voice and style, taken from a song and sung with again."""

from dataclasses import replace

from discord import app_commands

from cogs.ordering.clip_refs import find_clip, find_persona, given, order_on
from cogs.ordering.forms import open_form, summary_of
from cogs.ordering.place_order import place_order
from cogs.ui import clip_cards
from cogs.ui.autocomplete import clips_for, model_id, models_of
from cogs.ui.base_bot import ServiceCog
from cogs.ui.channels import viewer_of
from cogs.ui.interactions import Interaction, guild_of, respond
from jobs.store.queries import clips

_SING, _CREATE = "suno.sing", "suno.persona"


class Personas(ServiceCog):
    group = app_commands.Group(
        name="persona", description="Keep the voice of a song and sing with it again", guild_only=True
    )

    @group.command(name="create")
    @app_commands.describe(
        clip_id="The song: pick one, or paste a clip id, or a link to a clip or message",
        name="What to call the persona",
        description="What is special about it",
        style="The style it sings in",
    )
    @app_commands.autocomplete(clip_id=clips_for(_CREATE))
    async def create(
        self, interaction: Interaction, clip_id: str, name: str, description: str, style: str = ""
    ) -> None:
        """Make a persona from a song. The song should be less than a day old."""
        source = await find_clip(interaction, self._service, clip_id, _CREATE)
        order = order_on(source, _CREATE, name=name, description=description, style=style)
        await place_order(interaction, self._service, replace(order, summary=summary_of(order)))

    @group.command(name="sing")
    @app_commands.describe(persona="Who sings: pick one of this server's", model="Which model makes it")
    @app_commands.autocomplete(persona=clips_for(_SING), model=models_of(_SING))
    async def sing(self, interaction: Interaction, persona: str, model: str = "") -> None:
        """Make a song with a persona, from your own title, style and lyrics."""
        source = await find_persona(interaction, self._service, persona)
        chosen = given(model=model_id(self._service, "suno", model))
        await open_form(interaction, self._service, order_on(source, _SING, **chosen))

    @group.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See the personas of this server."""
        found = await self._service.read(
            clips.search, guild_of(interaction), "", kinds=("persona",), viewer=viewer_of(interaction)
        )
        await respond(interaction, ephemeral=True, embed=clip_cards.personas(found))
