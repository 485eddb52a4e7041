"""New addresses for files whose signed ones run out; not documented, but what Discord's own clients call."""

from aiohttp import web

from tests.fakes.discord.keys import BODY, world_of
from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rest.answers import json_answer
from tests.fakes.discord.world import World

_MOST = 50


async def _refresh(request: web.Request) -> web.Response:
    urls = request[BODY].object.get("attachment_urls")
    problems = Problems()
    if not isinstance(urls, list) or not 1 <= len(urls) <= _MOST:
        problems.add("attachment_urls", "BASE_TYPE_BAD_LENGTH", message=f"Must be between 1 and {_MOST}.")
        problems.raise_if_any()
    found = [_refreshed(world_of(request), str(url)) for url in urls or ()]
    return json_answer({"refreshed_urls": found})


def _refreshed(world: World, url: str) -> JsonObject:
    attachment = world.attachments.get(world.links.attachment_id(url) or 0)
    return {
        "original": url,
        "refreshed": None if attachment is None else world.links.to_attachment(attachment),
    }


async def serve(request: web.Request) -> web.Response:
    """A file, as Discord's own host for files gives it to whoever has a good address."""
    world = world_of(request)
    attachment = world.attachments.get(world.links.attachment_id(str(request.url)) or 0)
    if attachment is None:
        raise web.HTTPNotFound
    return web.Response(body=attachment.data, content_type=attachment.content_type)


ROUTES = [web.post("/attachments/refresh-urls", _refresh)]
