"""`/suno`: songs from a description, or from one's own lyrics."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from cogs import messages
from cogs.answers import Interaction, explain, say
from cogs.choices import model_choices, model_id
from cogs.placing import place
from jobs.desk import Desk
from jobs.models import Order

_FORM = "encore:custom"
# Discord's own limit for a text field; models that take 5,000 characters of lyrics get 4,000 here.
_FIELD_LIMIT = 4000
_FIELDS = ("title", "style", "lyrics")


class Suno(commands.Cog):
    """Songs by Suno."""

    group = app_commands.Group(name="suno", description="Make a song with Suno", guild_only=True)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @group.command(name="create")
    @app_commands.describe(
        prompt="What the song should be like, in your own words",
        model="Which model makes it",
        instrumental="Without vocals",
    )
    async def create(
        self, interaction: Interaction, prompt: str, model: str = "", *, instrumental: bool = False
    ) -> None:
        """Make a song from a description."""
        params = {"description": prompt, "instrumental": instrumental, "model": self._model(model)}
        await place(interaction, self._desk, Order("suno.create", params, prompt))

    @group.command(name="custom")
    @app_commands.describe(model="Which model makes it", instrumental="Without vocals")
    async def custom(self, interaction: Interaction, model: str = "", *, instrumental: bool = False) -> None:
        """Make a song from your own title, style and lyrics."""
        chosen = self._model(model)
        form = f"{_FORM}:{int(instrumental)}:{chosen}:{interaction.id}"
        limits = {
            field: min(self._desk.limit(field, "suno.custom", chosen), _FIELD_LIMIT) for field in _FIELDS
        }
        await interaction.response.send_modal(_SongForm(form, limits, instrumental=instrumental))

    @create.autocomplete("model")
    @custom.autocomplete("model")
    async def _models(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return model_choices(self._desk, "suno", typed)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A submitted form. Read here, not in the form, so that one opened before a restart still counts."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if not custom_id.startswith(_FORM):
            return
        try:
            await self._submitted(interaction, custom_id, _fields(data.get("components", [])))
        except Exception as error:  # noqa: BLE001 - the edge: everything becomes a sentence here
            await explain(interaction, error)

    async def _submitted(self, interaction: Interaction, custom_id: str, fields: dict[str, str]) -> None:
        try:
            instrumental, model, _ = custom_id.removeprefix(f"{_FORM}:").split(":")
        except ValueError:
            await say(interaction, messages.FORM_AGAIN)
            return
        if not any(fields.values()):
            await say(interaction, messages.EMPTY_FORM)
            return
        params = {**fields, "instrumental": instrumental == "1", "model": model}
        summary = " · ".join(text for text in (fields["title"], fields["style"]) if text) or fields["lyrics"]
        await place(interaction, self._desk, Order("suno.custom", params, summary))

    def _model(self, typed: str) -> str:
        return model_id(self._desk, "suno", typed)


class _SongForm(ui.Modal, title="A song of your own"):
    """The form of `/suno custom`. What is submitted is read by the cog."""

    def __init__(self, custom_id: str, limits: dict[str, int], *, instrumental: bool) -> None:
        super().__init__(custom_id=custom_id, timeout=1800)
        lyrics = "Leave this empty for an instrumental" if instrumental else "[Verse]\n…\n[Chorus]\n…"
        for label, field, style, hint in (
            ("Title", "title", discord.TextStyle.short, "Paper Lanterns"),
            ("Style", "style", discord.TextStyle.short, "dream pop, soft drums"),
            ("Lyrics", "lyrics", discord.TextStyle.paragraph, lyrics),
        ):
            text: ui.TextInput[ui.Modal] = ui.TextInput(
                custom_id=field, style=style, placeholder=hint, required=False, max_length=limits[field]
            )
            self.add_item(ui.Label(text=label, component=text))

    async def on_submit(self, interaction: Interaction) -> None:
        """Nothing to do here: `Suno.on_interaction` reads every submitted form."""


def _fields(components: list[dict[str, Any]]) -> dict[str, str]:
    """The texts of a submitted form, whether its fields lie in labels or in rows."""
    found = dict.fromkeys(_FIELDS, "")
    for outer in components:
        for field in (*outer.get("components", ()), outer.get("component") or {}):
            if field.get("custom_id") in found:
                found[field["custom_id"]] = str(field.get("value") or "").strip()
    return found
