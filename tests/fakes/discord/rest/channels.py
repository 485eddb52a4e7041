"""One channel."""

from aiohttp import web

from tests.fakes.discord.keys import channel_in, world_of
from tests.fakes.discord.messages import require
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.rest.answers import json_answer


async def _channel(request: web.Request) -> web.Response:
    channel = channel_in(request)
    require(channel, world_of(request).bot.id)
    return json_answer(channel_payload(channel))


ROUTES = [web.get("/channels/{channel_id}", _channel)]
