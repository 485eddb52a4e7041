"""`/stems`, `/wav`, `/clip`: commands on a clip."""

from discord import app_commands

from cogs.ordering.clip_refs import find_clip, order_on
from cogs.ordering.clip_view import is_hidden, show_clip
from cogs.ordering.place_order import place_order
from cogs.text import job_messages, labels
from cogs.ui.autocomplete import clips_for
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction, reply
from jobs.orders.service import JobService

TRACKS = [app_commands.Choice(name=name, value=value) for value, name in labels.TRACKS.items()]
_REF = "pick one, or paste a clip id, or a link to a clip or message"


class Clips(ServiceCog):
    def __init__(self, service: JobService) -> None:
        super().__init__(service)
        for choice in TRACKS:
            price = labels.prices(service.catalogue, f"suno.stems_{choice.value}")
            choice.name = f"{labels.TRACKS[choice.value]} ({price})"

    @app_commands.command(name="stems")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song: {_REF}", tracks="How many parts (basic)")
    @app_commands.choices(tracks=TRACKS)
    @app_commands.autocomplete(clip_id=clips_for("suno.stems_basic"))
    async def stems(self, interaction: Interaction, clip_id: str, tracks: str = "basic") -> None:
        """Split a song into stems: vocals and instrumental, or every instrument."""
        operation = f"suno.stems_{tracks}"
        source = await find_clip(interaction, self._service, clip_id, operation)
        await place_order(interaction, self._service, order_on(source, operation))

    @app_commands.command(name="wav")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song or stem: {_REF}")
    @app_commands.autocomplete(clip_id=clips_for("suno.wav"))
    async def wav(self, interaction: Interaction, clip_id: str) -> None:
        """Get a song or stem as a lossless WAV."""
        source = await find_clip(interaction, self._service, clip_id, "suno.wav")
        await place_order(interaction, self._service, order_on(source, "suno.wav"))

    @app_commands.command(name="clip")
    @app_commands.guild_only()
    @app_commands.describe(clip_id=f"The song, stem, upload or persona: {_REF}")
    @app_commands.autocomplete(clip_id=clips_for(""))
    async def clip(self, interaction: Interaction, clip_id: str) -> None:
        """Show one clip: facts, a fresh link, its family, and all that can be done with it."""
        clip = (await find_clip(interaction, self._service, clip_id)).clip
        if clip is None or await is_hidden(self._service, clip, interaction.user.id):
            await reply(interaction, job_messages.UNKNOWN_CLIP)
            return
        await show_clip(interaction, self._service, clip)
