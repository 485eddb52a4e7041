"""Interactions of the imagined Discord that come as its signed POSTs, over a socket, to the real door."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from startup import webhooks
from startup.interactions import Interactions
from startup.wiring import Assembly
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.traffic import Traffic
from tests.fakes.discord.waiting import Changes


@asynccontextmanager
async def posted(parts: Assembly) -> AsyncIterator[Endpoint]:
    """While the context is open, whatever a member does goes through the door, and nothing by a gateway."""
    bot = parts.bot
    assert bot.front is not None
    endpoint = Endpoint(parts.context.clock.now, Changes(Traffic().tail))
    parsers = bot._connection.parsers
    read, taken = parsers["INTERACTION_CREATE"], asyncio.Queue[dict[str, Any]]()

    async def go_through(event: dict[str, Any]) -> None:
        body = json.dumps(event).encode()
        assert await endpoint.post(body, endpoint.signed(body)) == (202, b"")
        # What the bot does is waited for by whoever acts, which is known by the task that it grows from.
        assert bot.front is not None
        parsers["INTERACTION_CREATE"] = read
        await bot.front._take(await taken.get())
        parsers["INTERACTION_CREATE"] = begin

    def begin(event: dict[str, Any]) -> None:
        bot.loop.create_task(go_through(event))

    async with webhooks.serve(parts.service, parts.context, host="127.0.0.1", port=0) as door:
        door.interactions = Interactions(endpoint.public_key, taken.put_nowait)
        endpoint.url = f"http://127.0.0.1:{door.port}/interactions"
        parsers["INTERACTION_CREATE"] = begin
        try:
            yield endpoint
        finally:
            parsers["INTERACTION_CREATE"] = read
