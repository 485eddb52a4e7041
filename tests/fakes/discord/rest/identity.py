"""Who the bot is, where it is, and where the gateway stands."""

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.keys import BODY, guild_in, id_in, world_of
from tests.fakes.discord.model import Guild, JsonObject
from tests.fakes.discord.payloads import channel_payload, guild_payload, member_payload, user_payload
from tests.fakes.discord.permissions import in_guild
from tests.fakes.discord.rest.answers import json_answer
from tests.fakes.discord.world import SESSION_STARTS, World

SOCKET_PATH = "/socket"


async def _me(request: web.Request) -> web.Response:
    return json_answer(user_payload(world_of(request).bot) | {"verified": True, "mfa_enabled": False})


async def _user(request: web.Request) -> web.Response:
    user = world_of(request).users.get(id_in(request, "user_id"))
    if user is None:
        raise errors.unknown_user()
    return json_answer(user_payload(user))


async def _application(request: web.Request) -> web.Response:
    return json_answer(application_payload(world_of(request)))


def application_payload(world: World) -> JsonObject:
    """Return the application; its id is the bot user's, as it is for every application since 2016."""
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "hook": True,
        "bot_public": True,
        "bot_require_code_grant": False,
        "is_monetized": False,
        "is_verified": False,
        "verify_key": "0" * 64,
        "owner": user_payload(world.owner),
        "team": None,
        "bot": user_payload(world.bot),
        "flags": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "integration_types_config": {"0": {}},
    }


async def _gateway(request: web.Request) -> web.Response:
    return json_answer({"url": gateway_url(world_of(request))})


async def _gateway_for_bots(request: web.Request) -> web.Response:
    world = world_of(request)
    limit = {
        "total": SESSION_STARTS,
        "remaining": world.session_starts_left,
        "reset_after": 0,
        "max_concurrency": 1,
    }
    return json_answer({"url": gateway_url(world), "shards": 1, "session_start_limit": limit})


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
    channels = guild_in(request).channels.values()
    return json_answer([channel_payload(c) for c in channels if not c.is_thread and not c.deleted])


async def _member(request: web.Request) -> web.Response:
    member = guild_in(request).members.get(id_in(request, "user_id"))
    if member is None:
        raise errors.unknown_member()
    return json_answer(member_payload(member))


async def _open_direct_channel(request: web.Request) -> web.Response:
    world = world_of(request)
    recipient = str(request[BODY].object.get("recipient_id"))
    user = world.users.get(int(recipient)) if recipient.isdigit() else None
    if user is None or user is world.bot:
        raise errors.unknown_user()
    return json_answer(channel_payload(world.direct_channel(user)))


ROUTES = [
    web.get("/users/@me", _me),
    web.get("/users/@me/guilds", _guilds),
    web.post("/users/@me/channels", _open_direct_channel),
    web.get("/users/{user_id}", _user),
    web.get("/applications/@me", _application),
    web.get("/oauth2/applications/@me", _application),
    web.get("/gateway", _gateway),
    web.get("/gateway/bot", _gateway_for_bots),
    web.get("/guilds/{guild_id}", _guild),
    web.get("/guilds/{guild_id}/channels", _channels),
    web.get("/guilds/{guild_id}/members/{user_id}", _member),
]
