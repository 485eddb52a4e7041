"""Webhooks of the fake: what the API's own pages say that it sends."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

from tests.sandbox.client import DESCRIPTION, Body, Client, running

NURO: Body = {"type": "vocal", "lyrics": "[Verse]\nrivers"}
SECRET = "a secret of one job"


async def told(client: Client, path: str, body: Body, *events: str) -> list[dict[str, Any]]:
    """The bodies of the webhooks of a task, which must be signed and be about these events."""
    came: asyncio.Queue[tuple[web.BaseRequest, bytes]] = asyncio.Queue()

    async def take(request: web.BaseRequest) -> web.Response:
        came.put_nowait((request, await request.read()))
        return web.Response(status=204)

    server = await asyncio.get_running_loop().create_server(web.Server(take), "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook/1"
        task_id = await client.start(path, {**body, "webhook_url": url, "webhook_secret": SECRET})
        bodies = []
        for event in events:
            await client.clock.asleep()
            client.clock.advance(2.5)
            request, raw = await came.get()
            headers = request.headers
            signed = headers["X-Webhook-Timestamp"].encode() + b"." + raw
            signature = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
            assert headers["X-Webhook-Signature"] == f"sha256={signature}"
            assert abs(int(headers["X-Webhook-Timestamp"]) - client.clock.now()) < 1
            bodies.append(json.loads(raw))
            assert (bodies[-1]["task_id"], bodies[-1]["event"]) == (task_id, event)
            assert headers["X-Webhook-Event"] == event
        look = (await client.look(task_id, prefix=path.split("/")[1])).json
    assert {name: bodies[-1].get(name) for name in look} == look, (
        "the last one is the answer to a poll, and more"
    )
    return bodies


async def test_of_a_song_that_it_sounds_and_that_it_is_done() -> None:
    async with running() as client:
        first, last = await told(client, "/suno/create", DESCRIPTION, "song.streaming", "song.completed")
    assert [clip["state"] for clip in first["data"]] == ["running", "running"]
    assert [clip["state"] for clip in last["data"]] == ["succeeded", "succeeded"]
    assert (first["platform"], last["platform"]) == ("suno", "suno")


async def test_of_others_only_the_end() -> None:
    async with running() as client:
        [done] = await told(client, "/nuro/create", NURO, "song.completed")
    assert (done["platform"], done["status"]) == ("nuro", "succeeded")


async def test_without_an_address_nobody_is_called() -> None:
    async with running() as client:
        await client.start()
        assert client.api._telling == []
