"""One channel: what it is, and that the bot is typing in it."""

from aiohttp import web

from tests.fakes.discord.keys import channel_in, world_of
from tests.fakes.discord.messages import require
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.rest.answers import json_answer, no_content


async def _channel(request: web.Request) -> web.Response:
    channel = channel_in(request)
    require(channel, world_of(request).bot.id)
    return json_answer(channel_payload(channel))


async def _typing(request: web.Request) -> web.Response:
    require(channel_in(request), world_of(request).bot.id, Permission.SEND_MESSAGES)
    return no_content()


ROUTES = [
    web.get("/channels/{channel_id}", _channel),
    web.post("/channels/{channel_id}/typing", _typing),
]
