"""Threads that grow from a message; no more of them than a bot needs to post into one."""

from aiohttp import web

from tests.fakes.discord import errors, messages
from tests.fakes.discord.keys import BODY, channel_in, id_in, world_of
from tests.fakes.discord.messages import require
from tests.fakes.discord.model import ChannelType, MessageFlag
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.permissions import Permission
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rest.answers import json_answer


def _name_in(request: web.Request) -> str:
    name = request[BODY].object.get("name") or ""
    problems = Problems()
    problems.length("name", name, least=1, most=100)
    problems.raise_if_any()
    return str(name)


async def _from_message(request: web.Request) -> web.Response:
    world, channel = world_of(request), channel_in(request)
    require(channel, world.bot.id, Permission.CREATE_PUBLIC_THREADS)
    if channel.is_thread:
        raise errors.wrong_channel_type()
    message = messages.find(channel, id_in(request, "message_id"))
    if message.thread is not None:
        raise errors.thread_exists()
    name, kind = _name_in(request), ChannelType.PUBLIC_THREAD
    message.thread = world.add_thread(channel, name, thread_id=message.id, kind=kind)
    message.flags |= MessageFlag.HAS_THREAD
    return json_answer(channel_payload(message.thread), 201)


ROUTES = [web.post("/channels/{channel_id}/messages/{message_id}/threads", _from_message)]
