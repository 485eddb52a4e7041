"""`/suno`: songs from a description or from lyrics, and versions of them."""

import discord
from discord import app_commands

from cogs.ordering.clip_refs import find_clip, given, order_on
from cogs.ordering.forms import open_form
from cogs.ordering.place_order import place_order
from cogs.ordering.uploads import upload_order
from cogs.ui.autocomplete import clips_for, model_id, models_of, option_value, options
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction
from jobs.models import Order

_CLIP = "The song: pick one, or paste a clip id, or a link to a clip or message"
_MODEL = "Which model makes it (your default, or the first of the list)"
_INSTRUMENTAL = "Without vocals"
_TASTE = {
    "model": _MODEL,
    "negative_tags": "Styles to leave out",
    "vocal_gender": "Who sings",
    "style_weight": "How closely to follow the style, from 0 to 1",
    "weirdness": "How unusual it may be, from 0 to 1",
}


class Suno(ServiceCog):
    group = app_commands.Group(name="suno", description="Make a song with Suno", guild_only=True)

    @group.command(name="create")
    @app_commands.describe(
        prompt="What the song should be like, in your own words",
        instrumental=_INSTRUMENTAL,
        **_TASTE,
    )
    @app_commands.autocomplete(
        model=models_of("suno.create"), vocal_gender=options("suno.create", "vocal_gender")
    )
    async def create(
        self,
        interaction: Interaction,
        prompt: str,
        model: str = "",
        *,
        instrumental: bool = False,
        negative_tags: str = "",
        vocal_gender: str = "",
        style_weight: float | None = None,
        weirdness: float | None = None,
    ) -> None:
        """Make a song from a description."""
        taste = self._taste("suno.create", model, negative_tags, vocal_gender, style_weight, weirdness)
        params = {"description": prompt, "instrumental": instrumental, **taste}
        await place_order(interaction, self._service, Order("suno.create", params, prompt))

    @group.command(name="custom")
    @app_commands.describe(
        instrumental=_INSTRUMENTAL,
        **_TASTE,
        auto_lyrics="Let Suno write the lyrics; what you type into the lyrics field is their topic",
    )
    @app_commands.autocomplete(
        model=models_of("suno.custom"), vocal_gender=options("suno.custom", "vocal_gender")
    )
    async def custom(
        self,
        interaction: Interaction,
        model: str = "",
        *,
        instrumental: bool = False,
        negative_tags: str = "",
        vocal_gender: str = "",
        style_weight: float | None = None,
        weirdness: float | None = None,
        auto_lyrics: bool = False,
    ) -> None:
        """Make a song from your own title, style and lyrics."""
        taste = self._taste("suno.custom", model, negative_tags, vocal_gender, style_weight, weirdness)
        params = {"instrumental": instrumental, "auto_lyrics": auto_lyrics, **taste}
        await open_form(interaction, self._service, Order("suno.custom", params, ""))

    @group.command(name="extend")
    @app_commands.describe(
        clip_id=_CLIP,
        at="Where the new part begins, such as 1:23 or 83.5 (the end of the clip)",
        **_TASTE,
    )
    @app_commands.autocomplete(
        clip_id=clips_for("suno.extend"),
        model=models_of("suno.extend"),
        vocal_gender=options("suno.extend", "vocal_gender"),
    )
    async def extend(
        self,
        interaction: Interaction,
        clip_id: str,
        at: str = "",
        model: str = "",
        negative_tags: str = "",
        vocal_gender: str = "",
        style_weight: float | None = None,
        weirdness: float | None = None,
    ) -> None:
        """Continue a song. You get the new part; Whole song joins it to the song."""
        source = await find_clip(interaction, self._service, clip_id, "suno.extend")
        taste = self._taste("suno.extend", model, negative_tags, vocal_gender, style_weight, weirdness)
        order = order_on(source, "suno.extend", continue_at=at.strip(), **taste)
        await open_form(interaction, self._service, order)

    @group.command(name="concat")
    @app_commands.describe(clip_id="The extension: pick one, or paste its clip id or a link to it")
    @app_commands.autocomplete(clip_id=clips_for("suno.concat"))
    async def concat(self, interaction: Interaction, clip_id: str) -> None:
        """Join an extension with the song that it extends."""
        source = await find_clip(interaction, self._service, clip_id, "suno.concat")
        await place_order(interaction, self._service, order_on(source, "suno.concat"))

    @group.command(name="cover")
    @app_commands.describe(
        clip_id=_CLIP, model=_MODEL, audio_weight="How close to stay to the song, from 0 to 1"
    )
    @app_commands.autocomplete(clip_id=clips_for("suno.cover"), model=models_of("suno.cover"))
    async def cover(
        self, interaction: Interaction, clip_id: str, model: str = "", audio_weight: float | None = None
    ) -> None:
        """Cover a song in another style."""
        source = await find_clip(interaction, self._service, clip_id, "suno.cover")
        chosen = model_id(self._service, "suno", model)
        order = order_on(source, "suno.cover", model=chosen, audio_weight=audio_weight)
        await open_form(interaction, self._service, order)

    @group.command(name="upload")
    @app_commands.describe(file="Your own audio (you must hold the rights)", link="Or an https link to it")
    async def upload(
        self, interaction: Interaction, file: discord.Attachment | None = None, link: str | None = None
    ) -> None:
        """Bring audio of your own, to extend or cover it."""
        await place_order(
            interaction, self._service, await upload_order(interaction, "suno.upload", file, link)
        )

    def _taste(
        self,
        operation: str,
        model: str,
        negative_tags: str,
        vocal_gender: str,
        style_weight: float | None,
        weirdness: float | None,
    ) -> dict[str, object]:
        return given(
            model=model_id(self._service, "suno", model),
            negative_tags=negative_tags,
            vocal_gender=option_value(self._service, operation, "vocal_gender", vocal_gender),
            style_weight=style_weight,
            weirdness_constraint=weirdness,
        )
