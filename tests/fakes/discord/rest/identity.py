"""Who the bot is, where it is, and where the gateway stands."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.keys import guild_in, id_in, world_of
from tests.fakes.discord.model import Guild, JsonObject
from tests.fakes.discord.payloads import channel_payload, guild_payload, member_payload, user_payload
from tests.fakes.discord.permissions import in_guild
from tests.fakes.discord.rest.answers import json_answer
from tests.fakes.discord.world import World

SOCKET_PATH = "/socket"


async def _me(request: web.Request) -> web.Response:
    return json_answer(user_payload(world_of(request).bot) | {"verified": True, "mfa_enabled": False})


async def _application(request: web.Request) -> web.Response:
    return json_answer(application_payload(world_of(request)))


def application_payload(world: World) -> JsonObject:
    """Return the application; its id is the bot user's, as it is for every application since 2016."""
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "description": "",
        "summary": "",
        **dict.fromkeys(("icon", "type", "team")),
        "interactions_endpoint_url": world.endpoint.url or None,
        **dict.fromkeys(("role_connections_verification_url", "event_webhooks_url")),
        **dict.fromkeys(("hook", "bot_public"), True),
        **dict.fromkeys(("bot_require_code_grant", "is_monetized", "is_verified"), False),
        **dict.fromkeys(("approximate_user_install_count", "approximate_user_authorization_count"), 0),
        **dict.fromkeys(("flags", "explicit_content_filter"), 0),
        "verify_key": world.endpoint.public_key,
        "owner": user_payload(world.owner),
        "bot": user_payload(world.bot),
        "redirect_uris": [],
        "event_webhooks_status": 1,
        "approximate_guild_count": len(world.guilds),
        "integration_types_config": {"0": {}},
    }


def gateway_url(world: World) -> str:
    """Return the address of the gateway's WebSocket."""
    return world.links.base_url.replace("http", "ws", 1) + SOCKET_PATH


async def _guilds(request: web.Request) -> web.Response:
    world = world_of(request)
    mine = [guild for guild in world.guilds.values() if world.bot.id in guild.members]
    return json_answer([_partial(guild, world) for guild in mine])


def _partial(guild: Guild, world: World) -> JsonObject:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == world.bot.id,
        "permissions": str(int(in_guild(guild, world.bot.id))),
        "features": [],
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": len(guild.members),
    }


async def _guild(request: web.Request) -> web.Response:
    guild = guild_in(request)
    counts = {
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": len(guild.members),
    }
    return json_answer(guild_payload(guild) | counts)


async def _channels(request: web.Request) -> web.Response:
    channels = [one for one in guild_in(request).channels.values() if not one.deleted and not one.is_thread]
    return json_answer([channel_payload(one) for one in channels])


async def _threads(request: web.Request) -> web.Response:
    there = [one for one in guild_in(request).channels.values() if not one.deleted and one.is_thread]
    return json_answer(
        {"threads": [channel_payload(one) for one in there if not one.archived], "members": []}
    )


async def _member(request: web.Request) -> web.Response:
    member = guild_in(request).members.get(id_in(request, "user_id"))
    if member is None:
        raise errors.not_found()
    return json_answer(member_payload(member))


async def _gateway(request: web.Request) -> web.Response:
    world = world_of(request)
    limit = {
        "total": 1000,
        "remaining": world.settings.sessions_left,
        "reset_after": int(world.settings.sessions_reset_after * 1000),
        "max_concurrency": world.settings.max_concurrency,
    }
    shards = -(-len(world.guilds) // world.settings.servers_a_shard)
    return json_answer({"url": gateway_url(world), "shards": max(shards, 1), "session_start_limit": limit})


ROUTES = [
    web.get("/gateway/bot", _gateway),
    web.get("/users/@me", _me),
    web.get("/users/@me/guilds", _guilds),
    web.get("/applications/@me", _application),
    web.get("/oauth2/applications/@me", _application),
    web.get("/guilds/{guild_id}", _guild),
    web.get("/guilds/{guild_id}/channels", _channels),
    web.get("/guilds/{guild_id}/threads/active", _threads),
    web.get("/guilds/{guild_id}/members/{user_id}", _member),
]
