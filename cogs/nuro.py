"""`/nuro`: a song or an instrumental by Nuro, as WAV."""

from discord import app_commands

from cogs.ordering.clip_refs import given
from cogs.ordering.forms import open_form
from cogs.ordering.place_order import place_order
from cogs.ui.autocomplete import option_value, options
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction
from jobs.models import Order

_SONG, _INSTRUMENTAL = "nuro.song", "nuro.instrumental"
_SEVERAL = "pick one, type a comma, and pick the next; up to five"


class Nuro(ServiceCog):
    group = app_commands.Group(name="nuro", description="Make a song with Nuro", guild_only=True)

    @group.command(name="custom")
    @app_commands.describe(
        gender="Who sings",
        genre="The genre",
        mood="The mood",
        timbre="The colour of the voice",
        duration="How long, in seconds",
    )
    @app_commands.autocomplete(
        gender=options(_SONG, "gender"),
        genre=options(_SONG, "genre"),
        mood=options(_SONG, "mood"),
        timbre=options(_SONG, "timbre"),
    )
    async def custom(
        self,
        interaction: Interaction,
        gender: str = "",
        genre: str = "",
        mood: str = "",
        timbre: str = "",
        duration: int | None = None,
    ) -> None:
        """Make a song from your own lyrics."""
        picked = {"gender": gender, "genre": genre, "mood": mood, "timbre": timbre}
        chosen = {name: option_value(self._service, _SONG, name, typed) for name, typed in picked.items()}
        await open_form(interaction, self._service, Order(_SONG, given(**chosen, duration=duration), ""))

    @group.command(name="instrumental")
    @app_commands.describe(
        description="What it should be like, in your own words",
        version="Which version of the model makes it",
        genre=f"Genres: {_SEVERAL}",
        mood=f"Moods: {_SEVERAL}",
        instrument=f"Instruments: {_SEVERAL}",
        theme=f"Themes: {_SEVERAL}",
        segments="The parts with their seconds, such as: intro 10, verse 30, chorus 30",
        duration="How long, in seconds",
    )
    @app_commands.autocomplete(
        version=options(_INSTRUMENTAL, "version"),
        genre=options(_INSTRUMENTAL, "genre", several=True),
        mood=options(_INSTRUMENTAL, "mood", several=True),
        instrument=options(_INSTRUMENTAL, "instrument", several=True),
        theme=options(_INSTRUMENTAL, "theme", several=True),
    )
    async def instrumental(
        self,
        interaction: Interaction,
        description: str,
        version: str = "",
        genre: str = "",
        mood: str = "",
        instrument: str = "",
        theme: str = "",
        segments: str = "",
        duration: int | None = None,
    ) -> None:
        """Make an instrumental from a description."""
        params = given(
            description=description,
            version=option_value(self._service, _INSTRUMENTAL, "version", version),
            genre=genre,
            mood=mood,
            instrument=instrument,
            theme=theme,
            segments=segments,
            duration=duration,
        )
        await place_order(interaction, self._service, Order(_INSTRUMENTAL, params, description))
