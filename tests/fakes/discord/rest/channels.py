"""One channel, and the direct one with a user."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.keys import BODY, channel_in, world_of
from tests.fakes.discord.messages import require
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.rest.answers import json_answer


async def _channel(request: web.Request) -> web.Response:
    channel = channel_in(request)
    require(channel, world_of(request).bot.id)
    return json_answer(channel_payload(channel))


async def _direct(request: web.Request) -> web.Response:
    world = world_of(request)
    user = world.users.get(int(request[BODY].object["recipient_id"]))
    if user is None:
        raise errors.not_found()
    return json_answer(channel_payload(world.direct_channel(user)))


ROUTES = [web.get("/channels/{channel_id}", _channel), web.post("/users/@me/channels", _direct)]
