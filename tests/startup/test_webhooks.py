"""The public door, over sockets: what the API says comes at once, and nobody else's word counts."""

import asyncio
import hashlib
import hmac
import json
import logging
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from jobs.credits.instrumented import Metrics
from jobs.models import Job, Order
from jobs.models.states import JobState
from jobs.rules.schedule import Schedule
from jobs.secret import Secret
from jobs.webhooks import Webhooks
from sandbox.music_api.webhooks import call
from startup import webhooks
from startup.run import StartFailed, run
from startup.wiring import assemble
from tests.conftest import settings_for
from tests.fakes.api_faults import FaultyMusicApi, connection, polls
from tests.fakes.clock import until
from tests.fakes.discord import free_port
from tests.jobs.engine_world import EngineWorld, engine_world

Body = Mapping[str, object]
Send = Callable[[Body, Body, float], Awaitable[None]]
SONG = Order("suno.create", {"description": "rivers"}, "rivers")
SOUND = Order("riffusion.describe", {"description": "rivers"}, "rivers")
NURO = Order("nuro.song", {"lyrics": "[Verse]\nrivers"}, "rivers")
ENDS = (JobState.DONE, JobState.FAILED)
BODY = b'{"event": "song.completed", "data": []}'
ROOT = Secret("a root that nobody knows")


@dataclass
class Door(Metrics):
    """An engine, the port that its webhooks come in by, and what became of them."""

    world: EngineWorld
    port: int
    seen: list[str] = field(default_factory=list)

    def called_back(self, verdict: str) -> None:
        self.seen.append(verdict)

    async def post(
        self, path: str, headers: Mapping[str, str], body: bytes = BODY, method: str = "POST"
    ) -> int:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=body, headers=headers) as answer,
        ):
            assert await answer.read() == b""
            assert "/" not in answer.headers.get("Server", ""), "it tells no version"
            return answer.status

    async def waiting(self, order: Order = SONG) -> Job:
        """A job whose task runs."""
        return await self.world.until(await self.world.ask(order), JobState.WAITING)

    async def ended(self, order: Order) -> Job:
        return await self.world.until(await self.world.ask(order), *ENDS, told=True)

    def looks(self, job: Job) -> int:
        return sum(request.path.endswith(f"/{job.task_id}") for request in self.world.api.requests)


@asynccontextmanager
async def opened(api: FaultyMusicApi, folder: Path) -> AsyncIterator[Door]:
    port = free_port()
    async with engine_world(api, folder, webhooks=Webhooks(f"http://127.0.0.1:{port}", ROOT)) as world:
        door = Door(world, port)
        world.context.metrics = door
        async with webhooks.serve(world.service, world.context, host="127.0.0.1", port=port):
            yield door


@pytest.fixture
async def door(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[Door]:
    async with opened(api, tmp_path) as ready:
        yield ready


@pytest.fixture
def song_scale() -> float:
    """Songs of two minutes, which is what they take."""
    return 30.0


def folder_for(tmp_path: Path) -> Path:
    """A folder for a bot that takes no webhooks."""
    (tmp_path / "without").mkdir()
    return tmp_path / "without"


async def lost(_sent: Body, _event: Body, _now: float) -> None:
    """A webhook that never arrives."""


def signed(sent: Body, body: bytes = BODY, *, at: float = 0.0) -> dict[str, str]:
    """What the API's pages say that it sends with a body."""
    said = str(int(time.time() + at))
    secret = str(sent["webhook_secret"]).encode()
    signature = hmac.new(secret, said.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "X-Webhook-Event": "song.completed",
        "X-Webhook-Timestamp": said,
        "X-Webhook-Signature": f"sha256={signature}",
    }


def sent_for(api: FaultyMusicApi) -> dict[str, Any]:
    """The body of the latest submit."""
    *_, request = (request for request in api.requests if request.method == "POST")
    assert isinstance(request.body, dict)
    return request.body


async def test_once_they_are_known_to_come_a_song_takes_one_look_and_is_there_at_once(door: Door) -> None:
    for _ in range(7):  # the first six show that they come, and how long songs take
        latest = await door.ended(SONG)
    assert latest.outcome_at is not None
    assert latest.finished_at is not None
    assert latest.finished_at - latest.outcome_at - 120 < 0.5
    assert door.looks(latest) == 1
    assert set(door.seen) == {"taken", "under_way"}


async def test_only_bodies_that_take_one_name_a_webhook_and_each_job_has_a_secret(
    api: FaultyMusicApi, door: Door
) -> None:
    api.webhook = lost
    sent = []
    for order in (SONG, SONG, SOUND):
        job = await door.waiting(order)
        sent.append(sent_for(api))
        assert sent[-1].get("webhook_url", "").endswith(f"/hook/{job.id}") is (order is SONG)
    assert "webhook_secret" not in sent[2]
    assert sent[0]["webhook_secret"] != sent[1]["webhook_secret"]
    assert ROOT.reveal() not in json.dumps(sent)


async def test_a_genuine_call_makes_the_job_due_and_its_repeat_does_nothing(
    api: FaultyMusicApi, door: Door
) -> None:
    api.webhook = lost
    job, headers = await door.waiting(), signed(sent_for(api))
    assert await door.post(f"/hook/{job.id}", headers) == 204
    await until(lambda: door.looks(job) == 1)
    await door.world.rest()
    before = await door.world.job(job.id)
    assert 0 < (before.due_at or 0.0) - time.time() <= 2, "it may be over a moment later"
    for _ in range(3):  # with another id, which is not signed
        assert await door.post(f"/hook/{job.id}", {**headers, "X-Webhook-Id": "another"}) == 204
    assert door.seen == ["taken", *["repeated"] * 3]
    assert await door.world.job(job.id) == before
    assert before.state is JobState.WAITING, "what a call says of itself is not believed"


REFUSED: Sequence[tuple[str, Callable[[dict[str, str]], Mapping[str, str]], int, str]] = [
    ("/hook/1", lambda good: {**good, "X-Webhook-Signature": "sha256=" + "0" * 64}, 401, "forged"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Signature": "sha256=0"}, 401, "forged"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Signature": "sha256=" + "\u00e9" * 64}, 401, "forged"),
    ("/hook/1", lambda _: {}, 401, "forged"),
    ("/hook/2", lambda good: good, 401, "forged"),
    ("/hook/999999", lambda good: good, 401, "forged"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Timestamp": str(int(time.time()) + 1)}, 401, "forged"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Timestamp": str(int(time.time()) - 301)}, 401, "stale"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Timestamp": "\u0663" * 10}, 401, "stale"),
    ("/hook/1", lambda good: {**good, "X-Webhook-Timestamp": "9" * 4000}, 401, "stale"),
    ("/hook/0", lambda good: good, 404, "elsewhere"),
    ("/hook/01", lambda good: good, 404, "elsewhere"),
    ("/hook/" + "1" * 19, lambda good: good, 404, "elsewhere"),
    ("/hook/1/", lambda good: good, 404, "elsewhere"),
    ("/metrics", lambda good: good, 404, "elsewhere"),
    ("/healthz", lambda good: good, 404, "elsewhere"),
    ("/", lambda good: good, 404, "elsewhere"),
    ("/hook/1", lambda good: {**good, "X-Long": "x" * 5000}, 400, "malformed"),
    ("/hook/1", lambda good: {**good, **{f"X-{number}": "" for number in range(80)}}, 400, "malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "change", "status", "why"), REFUSED)
async def test_what_is_not_genuine_changes_nothing(
    api: FaultyMusicApi,
    door: Door,
    path: str,
    change: Callable[[dict[str, str]], Mapping[str, str]],
    status: int,
    why: str,
) -> None:
    api.webhook = lost
    job = await door.waiting()
    assert await door.post(path, change(signed(sent_for(api)))) == status
    assert door.seen == [why]
    assert await door.world.job(job.id) == job
    for method in ("GET", "PUT", "HEAD"):
        assert await door.post(f"/hook/{job.id}", signed(sent_for(api)), method=method) == 404


async def test_what_is_large_or_slow_is_cut_and_holds_up_nobody(
    api: FaultyMusicApi, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    api.webhook = lost
    job = await door.waiting()
    good = signed(sent_for(api), large := b"x" * (256 * 1024 + 1))
    assert await door.post(f"/hook/{job.id}", good, large) == 413
    head = f"POST /hook/{job.id} HTTP/1.1\r\nHost: door\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in good.items()
    )
    chunk = f"{len(large):x}\r\n{'x' * len(large)}\r\n"
    for begun, answer in (
        ("POST /ho", b""),
        (head, b""),
        (f"{head}Content-Length: 99\r\n\r\n{{", b"HTTP/1.1 408 "),
        (f"{head}Content-Length: 9999999\r\n\r\n", b"HTTP/1.1 413 "),
        (f"{head}Transfer-Encoding: chunked\r\n\r\n{chunk}", b"HTTP/1.1 413 "),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(begun.encode())
        assert (await reader.read(13)) == answer
        writer.close()
    crowd = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(70)]
    assert sum(await asyncio.gather(*(_is_cut(reader) for reader, _ in crowd))) == 6
    for _, writer in crowd:
        writer.close()
    assert await door.world.job(job.id) == job
    assert {"large", "slow", "crowded"} <= set(door.seen)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("startup.webhooks")]
    assert told
    assert len(told) < len(door.seen)
    assert not any("hook" in line or "xxx" in line or "127" in line for line in told)


async def _is_cut(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.5):
            return await reader.read(1) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


async def test_a_call_before_the_answer_to_the_submit_counts_once_that_is_there(
    api: FaultyMusicApi, door: Door
) -> None:
    api.webhook = lost
    api.faults.add(connection.SlowAnswer(10.0), "suno.create")
    job_id = await door.world.ask()
    await until(lambda: api.charges)
    assert await door.post(f"/hook/{job_id}", signed(sent_for(api))) == 204
    job = await door.world.until(job_id, JobState.WAITING)
    await until(lambda: door.looks(job) == 1)
    assert time.time() - (job.outcome_at or 0.0) < 1.0


async def test_a_call_while_the_api_answers_a_look_is_not_lost(api: FaultyMusicApi, door: Door) -> None:
    api.webhook = lost
    slow = api.faults.add(connection.SlowAnswer(10.0), "suno.task")
    job = await door.waiting()
    await until(lambda: slow.hits)
    assert await door.post(f"/hook/{job.id}", signed(sent_for(api))) == 204
    await until(lambda: (door.looks(job)) == 2)
    assert time.time() - (job.outcome_at or 0.0) < 36 + 10 + 3


async def test_a_call_after_the_end_does_nothing(api: FaultyMusicApi, door: Door) -> None:
    api.webhook = lost
    job = await door.ended(SONG)
    await door.world.rest()
    before = await door.world.job(job.id), door.looks(job)
    assert await door.post(f"/hook/{job.id}", signed(sent_for(api))) == 204
    await asyncio.sleep(60.0)
    assert (await door.world.job(job.id), door.looks(job)) == before


async def doubled(sent: Body, event: Body, now: float) -> None:
    await call(sent, event, now)
    await call(sent, event, now)


async def forged(sent: Body, event: Body, now: float) -> None:
    await call({**sent, "webhook_secret": "0" * 32}, event, now)


async def early(sent: Body, event: Body, now: float) -> None:
    """Everything is said to be over as soon as it sounds."""
    await call(sent, {**event, "event": "song.completed"}, now)


async def late(sent: Body, event: Body, now: float) -> None:
    await asyncio.sleep(200.0)
    await call(sent, event, now)


async def old(sent: Body, event: Body, now: float) -> None:
    await call(sent, event, now - 1000.0)


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("send", [lost, doubled, forged, early, late, old])
async def test_whatever_comes_of_the_calls_jobs_end_the_same(
    api: FaultyMusicApi, door: Door, tmp_path: Path, send: Send
) -> None:
    ends = [await _lives(door, call), await _lives(door, send)]
    async with engine_world(api, folder_for(tmp_path)) as world:
        ends.append(await _lives(Door(world, 0), lost))
    assert ends[0] == ends[1] == ends[2]
    assert "forged" in door.seen or send is not forged


async def _lives(door: Door, send: Send) -> list[tuple[object, ...]]:
    """How a song, a sound, a song whose task fails and one more song end."""
    api = door.world.api
    api.account.balance = type(api.balance)(500, 0)
    api.webhook = send
    fails = api.faults.add(polls.TaskFails("error"), "nuro.task", times=None)
    jobs = [await door.ended(order) for order in (SONG, SOUND, NURO, SONG)]
    api.faults.rules.remove(fails)
    return [(job.state, job.reason, job.charged, job.returned, job.round) for job in jobs]


@pytest.mark.usefixtures("unmeasured")
async def test_when_they_stop_coming_looks_are_soon_those_of_a_bot_without_webhooks(
    api: FaultyMusicApi, door: Door, tmp_path: Path
) -> None:
    door.world.context.schedule = Schedule(rng=Steady())
    for _ in range(6):
        await door.ended(SONG)
    api.webhook = lost
    missed = await door.ended(SONG)
    assert door.looks(missed) == 1, "the first look is at a time when nearly all are over"
    after = [door.looks(await door.ended(SONG)) for _ in range(2)]
    async with engine_world(api, folder_for(tmp_path)) as world:
        world.context.schedule = Schedule(rng=Steady())
        bare = Door(world, 0)
        looks = [bare.looks(await bare.ended(SONG)) for _ in range(9)]
        assert looks[7:] == after
        assert "webhook_url" not in sent_for(api)


class Steady(random.Random):
    """No jitter."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


async def test_a_call_for_a_job_of_the_process_before_counts(api: FaultyMusicApi, tmp_path: Path) -> None:
    api.webhook = lost
    async with opened(api, tmp_path) as before:
        job = await before.waiting()
    async with opened(api, tmp_path) as door:
        assert await door.post(f"/hook/{job.id}", signed(sent_for(api))) == 204
        await until(lambda: door.looks(job) == 1)
        assert door.seen == ["taken"]


async def test_secrets_outlive_a_restart_and_are_of_this_database(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    secrets = []
    for folder in ("one", "one", "other"):
        (tmp_path / folder).mkdir(exist_ok=True)
        settings = settings_for(api, tmp_path / folder, PUBLIC_URL="https://bot.example.org/encore/")
        async with assemble(settings) as parts:
            webhook = parts.context.webhooks.of(7)
            assert webhook is not None
            assert webhook.url == "https://bot.example.org/encore/hook/7"
            assert webhook.secret not in repr(webhook)
            secrets.append(webhook.secret)
    assert secrets[0] == secrets[1] != secrets[2]
    logging.getLogger("startup").warning("%s", parts)  # the canaries of all tests watch what is logged


async def test_a_port_that_is_taken_is_told(api: FaultyMusicApi, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = settings_for(api, tmp_path, PUBLIC_URL="https://bot.example.org", PUBLIC_PORT=port)
        with pytest.raises(StartFailed, match="PUBLIC_PORT cannot be opened"):
            await run(settings)
