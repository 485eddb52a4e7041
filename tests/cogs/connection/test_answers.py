"""Answers to one interaction do not wait for one that was stopped."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter

import cogs.client  # noqa: F401 - which mends it

USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "5"}


async def test_an_answer_that_is_stopped_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({}, headers=USED_UP)

    app = web.Application()
    app.add_routes([web.patch("/webhooks/1/token/messages/2", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}")
    adapter = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]
    async with aiohttp.ClientSession() as session:

        async def edit() -> None:
            await adapter.edit_webhook_message(1, "token", 2, session=session, payload={})

        stopped = asyncio.create_task(edit())
        waiting = asyncio.create_task(edit())
        await asyncio.sleep(1.0)
        assert not stopped.done(), "it sits out the limit that its answer told of"
        stopped.cancel()
        async with asyncio.timeout(20.0):
            await waiting
    await runner.cleanup()
