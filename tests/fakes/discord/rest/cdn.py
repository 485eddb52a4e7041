"""The files themselves, under signed addresses that expire."""

from aiohttp import web

from tests.fakes.discord.keys import id_in, world_of


async def _attachment(request: web.Request) -> web.Response:
    world = world_of(request)
    attachment = world.attachments.get(id_in(request, "attachment_id"))
    if attachment is None or not world.links.is_good(request.path, request.query):
        return web.Response(status=404, text="This content is no longer available.")
    return web.Response(body=attachment.data, headers={"Content-Type": attachment.content_type})


ROUTES = [web.get("/attachments/{channel_id}/{attachment_id}/{filename}", _attachment)]
