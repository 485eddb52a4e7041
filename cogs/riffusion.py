"""`/riffusion`: songs by Riffusion, and versions of them."""

import discord
from discord import app_commands

from cogs.ordering.clip_refs import find_clip, given, order_on
from cogs.ordering.forms import open_form
from cogs.ordering.place_order import place_order
from cogs.ordering.uploads import upload_order
from cogs.ui.autocomplete import clips_for, model_id, models_of
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction
from jobs.models import Order

_CLIP = "The song: pick one, or paste a clip id, or a link to a clip or message"
_MODEL = "Which model makes it (your default, or the first of the list)"
_INSTRUMENTAL = "Without vocals"


class Riffusion(ServiceCog):
    group = app_commands.Group(name="riffusion", description="Make a song with Riffusion", guild_only=True)

    @group.command(name="custom")
    @app_commands.describe(model=_MODEL, instrumental=_INSTRUMENTAL)
    @app_commands.autocomplete(model=models_of("riffusion.lyrics"))
    async def custom(self, interaction: Interaction, model: str = "", *, instrumental: bool = False) -> None:
        """Make a song from your own title, sound and lyrics."""
        params = {"instrumental": instrumental, **self._model(model)}
        await open_form(interaction, self._service, Order("riffusion.lyrics", params, ""))

    @group.command(name="create")
    @app_commands.describe(
        prompt="What the song should be like, in your own words", model=_MODEL, instrumental=_INSTRUMENTAL
    )
    @app_commands.autocomplete(model=models_of("riffusion.describe"))
    async def create(
        self, interaction: Interaction, prompt: str, model: str = "", *, instrumental: bool = False
    ) -> None:
        """Make a song from a description."""
        params = {"description": prompt, "instrumental": instrumental, **self._model(model)}
        await place_order(interaction, self._service, Order("riffusion.describe", params, prompt))

    @group.command(name="cover")
    @app_commands.describe(clip_id=_CLIP, model=_MODEL)
    @app_commands.autocomplete(clip_id=clips_for("riffusion.cover"), model=models_of("riffusion.cover"))
    async def cover(self, interaction: Interaction, clip_id: str, model: str = "") -> None:
        """Cover a song in another style."""
        await self._on_clip(interaction, "riffusion.cover", clip_id, model)

    @group.command(name="extend")
    @app_commands.describe(
        clip_id=_CLIP, at="Where the new part begins, such as 1:23 (the end of the clip)", model=_MODEL
    )
    @app_commands.autocomplete(clip_id=clips_for("riffusion.extend"), model=models_of("riffusion.extend"))
    async def extend(self, interaction: Interaction, clip_id: str, at: str = "", model: str = "") -> None:
        """Continue a song. You get the new part."""
        await self._on_clip(interaction, "riffusion.extend", clip_id, model, continue_at=at.strip())

    @group.command(name="replace")
    @app_commands.describe(
        clip_id=_CLIP,
        starts="Where the section begins, such as 0:42 or 42.5",
        ends="Where the section ends, such as 1:05",
        model=_MODEL,
    )
    @app_commands.autocomplete(clip_id=clips_for("riffusion.replace"), model=models_of("riffusion.replace"))
    async def replace(
        self, interaction: Interaction, clip_id: str, starts: str = "", ends: str = "", model: str = ""
    ) -> None:
        """Replace a section of a song."""
        times = {"starts": starts.strip(), "ends": ends.strip()}
        await self._on_clip(interaction, "riffusion.replace", clip_id, model, **times)

    @group.command(name="sound")
    @app_commands.describe(clip_id=_CLIP, model=_MODEL)
    @app_commands.autocomplete(clip_id=clips_for("riffusion.sound"), model=models_of("riffusion.sound"))
    async def sound(self, interaction: Interaction, clip_id: str, model: str = "") -> None:
        """Change a song's sound, keep the rest."""
        await self._on_clip(interaction, "riffusion.sound", clip_id, model)

    @group.command(name="vocals")
    @app_commands.describe(clip_id=_CLIP, model=_MODEL)
    @app_commands.autocomplete(clip_id=clips_for("riffusion.vocals"), model=models_of("riffusion.vocals"))
    async def vocals(self, interaction: Interaction, clip_id: str, model: str = "") -> None:
        """Change a song's voice, keep the rest."""
        await self._on_clip(interaction, "riffusion.vocals", clip_id, model)

    @group.command(name="upload")
    @app_commands.describe(file="Your own audio (you must hold the rights)", link="Or an https link to it")
    async def upload(
        self, interaction: Interaction, file: discord.Attachment | None = None, link: str | None = None
    ) -> None:
        """Bring audio of your own, to work on it."""
        order = await upload_order(interaction, "riffusion.upload", file, link)
        await place_order(interaction, self._service, order)

    async def _on_clip(
        self, interaction: Interaction, operation: str, clip_id: str, model: str, **times: str
    ) -> None:
        source = await find_clip(interaction, self._service, clip_id, operation)
        order = order_on(source, operation, **self._model(model), **times)
        await open_form(interaction, self._service, order)

    def _model(self, typed: str) -> dict[str, object]:
        return given(model=model_id(self._service, "riffusion", typed))
