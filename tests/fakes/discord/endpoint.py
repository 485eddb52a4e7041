"""Interactions by HTTP: signed, and POSTed where the page of the application says."""

import asyncio
import json
from collections.abc import Mapping

import aiohttp
from nacl.signing import SigningKey

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.events import Event
from tests.fakes.discord.waiting import Changes

_PATIENCE = 5.0


class Endpoint:
    """Where interactions go in place of the gateway once `url` is set; `answers` are the statuses of that."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock, self._changes = clock, changes
        self._key = SigningKey.generate()
        self._posting: set[asyncio.Task[None]] = set()
        self.url = ""
        self.answers: list[int] = []

    @property
    def public_key(self) -> str:
        return self._key.verify_key.encode().hex()

    def signed(self, body: bytes, *, at: float | None = None) -> Mapping[str, str]:
        """Return the headers with which Discord sends a body."""
        said = str(int(self._clock() if at is None else at))
        return {
            "X-Signature-Timestamp": said,
            "X-Signature-Ed25519": self._key.sign(said.encode() + body).signature.hex(),
            "Content-Type": "application/json",
        }

    def send(self, event: Event) -> None:
        """POST an interaction, once."""
        task = asyncio.create_task(self._post(json.dumps(event.data).encode()))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _post(self, body: bytes) -> None:
        status, text = await self.post(body, self.signed(body))
        self.answers.append(status)
        self._changes.announce()
        assert text == b"", "what is answered here shows no card"

    async def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """POST whatever it is; the status, or 0 for none, and what came with it."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.url, data=body, headers=headers) as answer,
            ):
                return answer.status, await answer.read()
        except (OSError, TimeoutError, aiohttp.ClientError):
            return 0, b""

    async def ping(self) -> bool:
        """Return whether Discord would take the address: it answers a PING, and refuses a forged one."""
        body = b'{"type":1,"id":"1","application_id":"1"}'
        right = self.signed(body)
        wrong = {**right, "X-Signature-Ed25519": "0" * 128}
        status, text = await self.post(body, right)
        refused, _ = await self.post(body, wrong)
        return (status, refused) == (200, 401) and json.loads(text) == {"type": 1}
