"""A fake for each test, and a bare HTTP client in place of a bot."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord


class Caller:
    """Calls the REST API as a bot does; `call` returns status and JSON (None without any)."""

    def __init__(self, fake_discord: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self._fake_discord = fake_discord
        self._session = session
        self.headers: Mapping[str, str] = {}

    async def call(
        self,
        method: str,
        path: str,
        payload: object = None,
        *,
        files: Mapping[str, bytes] | None = None,
        token: str | None = None,
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {token or self._fake_discord.settings.token}"}
        body: aiohttp.FormData | bytes | None = None
        if files is not None:
            body = aiohttp.FormData(quote_fields=False)
            body.add_field("payload_json", json.dumps(payload or {}))
            for index, (name, data) in enumerate(files.items()):
                body.add_field(f"files[{index}]", io.BytesIO(data), filename=name)
        elif payload is not None:
            body = json.dumps(payload).encode()
            headers["Content-Type"] = "application/json"
        url = self._fake_discord.api_url + path
        async with self._session.request(method, url, data=body, headers=headers) as response:
            self.headers = response.headers
            text = await response.text()
            if response.headers.get("Content-Type") == "application/json":
                return response.status, json.loads(text)
            return response.status, text or None

    async def send(self, **payload: object) -> tuple[int, Any]:
        return await self.call("POST", f"/channels/{self._fake_discord.channel.id}/messages", payload)


@pytest.fixture
async def fake_discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord_:
        yield discord_


@pytest.fixture
async def caller(fake_discord: FakeDiscord) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake_discord, session)
