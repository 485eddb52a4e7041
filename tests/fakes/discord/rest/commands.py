"""Registration of commands, for all guilds."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.commands import CommandRegistry
from tests.fakes.discord.keys import BODY, id_in, world_of
from tests.fakes.discord.rest.answers import json_answer


def _registry(request: web.Request) -> CommandRegistry:
    if id_in(request, "application_id") != world_of(request).bot.id:
        raise errors.missing_access()
    return world_of(request).commands


async def _list(request: web.Request) -> web.Response:
    return json_answer(_registry(request).listed)


async def _replace_all(request: web.Request) -> web.Response:
    return json_answer(_registry(request).replace_all(request[BODY].objects))


_ALL = "/applications/{application_id}/commands"
ROUTES = [web.get(_ALL, _list), web.put(_ALL, _replace_all)]
