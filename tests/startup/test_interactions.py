"""Discord's POSTs at the public door, over sockets: what it signed counts once, nobody else's word does."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.credits.instrumented import Metrics
from startup import webhooks
from startup.interactions import Interactions
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.traffic import Traffic
from tests.fakes.discord.waiting import Changes
from tests.jobs.engine_world import engine_world

Headers = Mapping[str, str]
SIGNATURE, TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
BODY = b'{"type": 2, "id": "77", "data": {}}'


@dataclass
class Place(Metrics):
    """The door, a Discord that knows its address, and what came of each request."""

    discord: Endpoint
    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def interacted(self, transport: str, outcome: str) -> None:
        self.seen.append(f"{transport} {outcome}")

    def called_back(self, verdict: str) -> None:
        self.seen.append(verdict)

    async def post(self, body: bytes = BODY, headers: Headers | None = None) -> int:
        status, text = await self.discord.post(
            body, self.discord.signed(body) if headers is None else headers
        )
        assert text == b""
        return status


@pytest.fixture
async def place(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[Place]:
    async with engine_world(api, tmp_path) as world:
        here = Place(Endpoint(time.time, Changes(Traffic().tail)))
        world.context.metrics = here
        async with webhooks.serve(world.service, world.context, host="127.0.0.1", port=0) as door:
            door.interactions = Interactions(here.discord.public_key, here.taken.append)
            here.port = door.port
            here.discord.url = f"http://127.0.0.1:{door.port}/interactions"
            yield here


async def test_a_ping_is_answered_and_a_forged_one_refused_as_discord_tries_it(place: Place) -> None:
    assert await place.discord.ping()
    assert place.taken == []


async def test_what_discord_signed_is_taken_once_and_answered_without_a_word(place: Place) -> None:
    headers = place.discord.signed(BODY)
    assert await place.post(BODY, headers) == 202
    assert await place.post(BODY, headers) == 202, "the very same again"
    assert await place.post(BODY, place.discord.signed(BODY, at=time.time() + 2)) == 202, "sent again"
    assert place.taken == [json.loads(BODY)]
    assert place.seen == ["http taken", "http repeated", "http repeated"]
    assert await place.post(BODY.replace(b"77", b"78")) == 202
    assert len(place.taken) == 2


def of_another(_: Endpoint) -> Headers:
    return Endpoint(time.time, Changes(Traffic().tail)).signed(BODY)


def altered(**changes: str) -> Callable[[Endpoint], Headers]:
    names = {"signature": SIGNATURE, "at": TIMESTAMP}
    return lambda discord: {**discord.signed(BODY), **{names[name]: to for name, to in changes.items()}}


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (of_another, "forged"),
        (lambda _: {}, "forged"),
        (altered(signature="0" * 128), "forged"),
        (altered(signature="1" + "0" * 127), "forged"),
        (altered(signature="f" * 128), "forged"),
        (altered(signature="\u00bd" * 128), "forged"),
        (altered(signature="ab"), "forged"),
        (lambda discord: {**discord.signed(BODY), TIMESTAMP: str(int(time.time()) - 7)}, "forged"),
        (altered(at="x"), "forged"),
        (altered(at="\u0661\u0662"), "forged"),
        (altered(at="9" * 40), "forged"),
        (altered(at=""), "forged"),
        (lambda discord: discord.signed(BODY + b" "), "forged"),
        (lambda discord: discord.signed(BODY, at=time.time() - 301), "stale"),
        (lambda discord: discord.signed(BODY, at=time.time() + 310), "stale"),
    ],
)
async def test_what_is_not_signed_as_it_is_and_now_reaches_nothing(
    place: Place, headers: Callable[[Endpoint], Headers], why: str
) -> None:
    assert await place.post(BODY, headers(place.discord)) == 401
    assert place.taken == []
    assert place.seen == [f"http {why}"]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"7", b'{"type": 2}', b'{"type": 9, "id": "1"}', b'{"type": 2, "id": 1}',
     b'{"type": [], "id": "1"}', b"[" * 90_000],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_although_it_is_signed(place: Place, body: bytes) -> None:
    assert await place.post(body) == 400
    assert place.taken == []


@pytest.mark.parametrize(
    ("request_", "status", "why"),
    [
        (b"GET /interactions HTTP/1.1\r\nHost: x\r\n\r\n", b"404", "elsewhere"),
        (b"POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"404", "elsewhere"),
        (b"POST /interactions HTTP/1.1\r\nHost: x\r\n%bContent-Length: 999999\r\n\r\n", b"413", "large"),
        (b"POST /interactions HTTP/1.1\r\nHost: x\r\n%bContent-Length: 9\r\n\r\nx", b"408", "slow"),
    ],
)
async def test_what_is_huge_slow_or_elsewhere_is_cut_off(
    place: Place, request_: bytes, status: bytes, why: str
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in place.discord.signed(BODY).items()).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    writer.write(request_.replace(b"%b", head))
    answer = await reader.read()
    writer.close()
    assert answer.split()[1] == status
    assert place.seen == [why]
    assert place.taken == []


async def test_what_was_seen_is_forgotten_when_it_is_too_old_to_come_again() -> None:
    discord = Endpoint(time.time, Changes(Traffic().tail))
    taken: list[dict[str, Any]] = []
    judge = Interactions(discord.public_key, taken.append)
    for number in range(100):
        now = 1_800_000_000.0 + 100 * number
        body = b'{"type": 3, "id": "%d"}' % number
        assert judge.judge(discord.signed(body, at=now), body, now) == "taken"
    assert len(taken) == 100
    assert len(judge._ids) == len(judge._signatures) == 7
