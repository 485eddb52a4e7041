"""The REST routes that a slash-command bot on discord.py calls."""

from aiohttp import web

from tests.fakes.discord.rest import (
    attachments,
    channels,
    commands,
    identity,
    interactions,
    messages,
    scheduled_events,
    threads,
    webhooks,
)

API = "/api/v10"


def routes() -> list[web.RouteDef]:
    """Return all routes, with their prefix."""
    parts = (
        *(identity, attachments, channels, messages, threads, commands, interactions, webhooks),
        scheduled_events,
    )
    found = [route for part in parts for route in part.ROUTES]
    return [web.RouteDef(route.method, API + route.path, route.handler, route.kwargs) for route in found]
