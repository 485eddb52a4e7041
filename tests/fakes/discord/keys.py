"""Where the routes find the world and a request's body."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.model import Channel, Guild
from tests.fakes.discord.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)
BODY: web.RequestKey[Body] = web.RequestKey("body", Body)


def world_of(request: web.Request) -> World:
    """Return the world that a request is about."""
    return request.app[WORLD]


def id_in(request: web.Request, name: str) -> int:
    """Return an id from the path.

    Raises:
        DiscordError: 404 for what is no number.
    """
    text = request.match_info[name]
    if not text.isdigit():
        raise errors.not_found()
    return int(text)


def guild_in(request: web.Request) -> Guild:
    """Return the guild in the path, if the bot is in it.

    Raises:
        DiscordError: 404 with code 10004, or 403 with code 50001.
    """
    world = world_of(request)
    guild = world.guilds.get(id_in(request, "guild_id"))
    if guild is None:
        raise errors.unknown_guild()
    if world.bot.id not in guild.members:
        raise errors.missing_access()
    return guild


def channel_in(request: web.Request) -> Channel:
    """Return the channel in the path; what the bot may do there is not looked at yet.

    Raises:
        DiscordError: 404 with code 10003.
    """
    channel = world_of(request).channels.get(id_in(request, "channel_id"))
    if channel is None or channel.deleted:
        raise errors.unknown_channel()
    return channel
