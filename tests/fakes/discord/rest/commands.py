"""Registration of commands, for all guilds or for one."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.keys import BODY, guild_in, id_in, world_of
from tests.fakes.discord.rest.answers import json_answer, no_content


def _scope(request: web.Request) -> int | None:
    if id_in(request, "application_id") != world_of(request).bot.id:
        raise errors.missing_access()
    return guild_in(request).id if "guild_id" in request.match_info else None


async def _list(request: web.Request) -> web.Response:
    return json_answer(world_of(request).commands.listed(_scope(request)))


async def _replace_all(request: web.Request) -> web.Response:
    commands = world_of(request).commands
    return json_answer(commands.replace_all(_scope(request), request[BODY].objects))


async def _put(request: web.Request) -> web.Response:
    command, is_new = world_of(request).commands.put(_scope(request), request[BODY].object)
    return json_answer(command, 201 if is_new else 200)


async def _read(request: web.Request) -> web.Response:
    command_id = id_in(request, "command_id")
    return json_answer(world_of(request).commands.get(_scope(request), command_id))


async def _edit(request: web.Request) -> web.Response:
    command_id = id_in(request, "command_id")
    commands = world_of(request).commands
    return json_answer(commands.edit(_scope(request), command_id, changes=request[BODY].object))


async def _delete(request: web.Request) -> web.Response:
    world_of(request).commands.delete(_scope(request), id_in(request, "command_id"))
    return no_content()


ROUTES = [
    route
    for path in (
        "/applications/{application_id}/commands",
        "/applications/{application_id}/guilds/{guild_id}/commands",
    )
    for route in (
        web.get(path, _list),
        web.put(path, _replace_all),
        web.post(path, _put),
        web.get(f"{path}/{{command_id}}", _read),
        web.patch(f"{path}/{{command_id}}", _edit),
        web.delete(f"{path}/{{command_id}}", _delete),
    )
]
