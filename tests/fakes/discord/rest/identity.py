"""Who the bot is, where it is, and where the gateway stands."""

from aiohttp import web

from tests.fakes.discord.keys import guild_in, world_of
from tests.fakes.discord.model import Guild, JsonObject
from tests.fakes.discord.payloads import guild_payload, user_payload
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


ROUTES = [
    web.get("/users/@me", _me),
    web.get("/users/@me/guilds", _guilds),
    web.get("/applications/@me", _application),
    web.get("/oauth2/applications/@me", _application),
    web.get("/guilds/{guild_id}", _guild),
]
