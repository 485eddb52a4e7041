"""The REST routes that a slash-command bot on discord.py calls."""

from aiohttp import web

from tests.fakes.discord.rest import (
    attachments,
    cdn,
    channels,
    commands,
    identity,
    interactions,
    messages,
    threads,
    webhooks,
)

API = "/api/v10"


def routes() -> list[web.RouteDef]:
    """Return all routes, those of the API with their prefix."""
    parts = (identity, attachments, channels, messages, threads, commands, interactions, webhooks)
    api = [route for part in parts for route in part.ROUTES]
    return [
        *(web.RouteDef(r.method, API + r.path, r.handler, r.kwargs) for r in api),
        *cdn.ROUTES,
    ]
