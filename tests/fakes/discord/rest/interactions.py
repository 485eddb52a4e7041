"""The first answer to an interaction."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.callbacks import acknowledge
from tests.fakes.discord.errors import DiscordError
from tests.fakes.discord.keys import BODY, id_in, world_of
from tests.fakes.discord.rest.answers import json_answer, no_content


async def _callback(request: web.Request) -> web.Response:
    world = world_of(request)
    interaction = world.interactions.get(request.match_info["token"])
    if interaction is None or interaction.id != id_in(request, "interaction_id"):
        raise errors.unknown_interaction()
    try:
        resource = acknowledge(world, interaction, request[BODY])
    except DiscordError as refusal:
        interaction.refusals.append(refusal.code)
        raise
    if request.query.get("with_response", "").lower() in ("1", "true"):
        return json_answer(resource)
    return no_content()


ROUTES = [web.post("/interactions/{interaction_id}/{token}/callback", _callback)]
