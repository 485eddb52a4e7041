"""What webhooks bring, and what their public port stands: `python bench/webhooks.py`.

The real bot as a child process, between a Discord and the sandbox's music API on loopback. Songs take two
minutes, give or take, at a tenth of that: with webhooks, with all of them lost, and without. Then everybody
knocks: forged, replayed, old and misdirected requests, over kept connections and over new ones. Ends by
itself after some five minutes.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
import stage
from aiohttp import web
from knocks import BATCH, batch, measured, request_of

from sandbox.music_api import FakeMusicApi
from sandbox.music_api.operations import Body
from sandbox.music_api.webhooks import call
from tests.fakes.discord import FakeDiscord, free_port
from tests.fakes.sound import FixedSound

SCALE, RATE = 0.1, 3.0  # the API takes one create in 3 s of its time
# The first songs of a round show how long they take, and that webhooks come.
WARM_UP = 50
_ROUNDS = 60
_BODY = b'{"code": 200, "event": "song.completed", "data": ["%s"]}' % (b"x" * 2000)


class Durations(dict[str, float]):
    """Each song takes its own time: half of them 107 to 135 s, one in fifty over 170 s."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(1)  # noqa: S311 - a bench's dice

    def get(self, key: str, default: float = 0.0) -> float:  # type: ignore[override] # one kind of value
        """Draw one; the operation makes no difference."""
        del key, default
        return self._chance.lognormvariate(4.787, 0.17) * SCALE


@dataclass
class Api(FakeMusicApi):
    """The music API, whose webhooks may get lost; it remembers the last one."""

    lost: bool = False
    last: tuple[Body, Body] = field(default_factory=lambda: ({}, {}))

    async def tell(self, sent: Body, event: Body, now: float) -> None:
        self.last = sent, event
        if not self.lost:
            await call(sent, event, now)


def told(database: Path, discord_: FakeDiscord, api: FakeMusicApi) -> list[tuple[float, int]]:
    """Of each song: seconds from its end to its message, and how often it was looked at."""
    with closing(sqlite3.connect(database)) as file:
        rows = file.execute(
            "SELECT task_id, MIN(message_id) FROM job JOIN post ON job.id = post.job_id "
            "WHERE message_id IS NOT NULL GROUP BY task_id ORDER BY job.id"
        ).fetchall()
    looks: dict[str, int] = {}
    for request in api.requests:
        if request.method == "GET" and "/task/" in request.path:
            task_id = request.path.rpartition("/")[2]
            looks[task_id] = looks.get(task_id, 0) + 1
    songs = []
    for task_id, message_id in rows:
        task = api.store.tasks[task_id]
        posted_at = discord_.channel.messages[message_id].created_at
        songs.append((posted_at - task.created_at - task.seconds, looks.get(task_id, 0)))
    return songs


async def round_(
    folder: Path, name: str, songs: int, *, url: bool, lost: bool = False, knocks: int = 0
) -> None:
    """One bot, one database; prints what its songs took."""
    api = Api(keys=["sk_bench"], credits=1_000_000, seconds=Durations(), sound=FixedSound(2.0), lost=lost)
    api.webhook = api.tell
    database, port = folder / f"{name}.db", free_port()
    public = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "PUBLIC_PORT": str(port)} if url else {}
    async with FakeDiscord() as discord_, aiohttp.ClientSession() as session, api:
        quick = stage.QuickApi(api.port, 0, session)
        async with stage.bot(discord_, quick, database, TIME_SCALE=str(SCALE), **public) as bot:
            await discord_.synced("suno")
            await discord_.gateway.connected()
            await stage.type_commands(discord_, rate=1 / (RATE * SCALE), seconds=songs * RATE * SCALE)
            for _ in range(_ROUNDS):
                await asyncio.sleep(1.0)
                if len(found := told(database, discord_, api)) == songs:
                    break
            found = found[WARM_UP:] or found
            after = [seconds for seconds, _ in found]
            p50, p95 = stage.quantile(after, 0.5), stage.quantile(after, 0.95)
            scaled = "" if url and not lost else f", at full scale {p50 / SCALE:.1f} and {p95 / SCALE:.1f} s"
            print(
                f"{name}: {len(found)} songs, finished to posted p50 {p50:.2f} s, p95 {p95:.2f} s{scaled}; "
                f"{sum(looks for _, looks in found) / len(found):.2f} looks a song"
            )
            if knocks:
                await knocked(bot, port, database, api, knocks)


async def genuine(api: Api) -> tuple[str, Mapping[str, str], bytes]:
    """(path, headers, body) of a call as the API makes it, of a job that is long over."""
    taken: list[tuple[str, Mapping[str, str], bytes]] = []
    sent, event = api.last
    path = str(sent["webhook_url"]).partition("/hook/")[2]

    async def take(request: web.BaseRequest) -> web.Response:
        taken.append((f"/hook/{path}", dict(request.headers), await request.read()))
        return web.Response()

    server = await asyncio.get_running_loop().create_server(web.Server(take), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await call({**sent, "webhook_url": f"http://127.0.0.1:{port}"}, event, time.time())
    named = {name: value for name, value in taken[0][1].items() if name.startswith("X-")}
    return f"/hook/{path}", named, taken[0][2]


async def knocked(bot: stage.Bot, port: int, database: Path, api: Api, count: int) -> None:
    """Print what requests that are worth nothing cost, each kind in batches."""
    path, headers, body = await genuine(api)
    await asyncio.to_thread(batch, port, request_of(port, path, headers, body, keep=False), 1)
    forged = {**headers, "X-Webhook-Signature": "sha256=" + "0" * 64}
    old = {**headers, "X-Webhook-Timestamp": "1750000000"}
    kinds = {
        "forged": (path, forged, _BODY),
        "replayed": (path, headers, body),
        "old": (path, old, _BODY),
        "elsewhere": ("/metrics", headers, b""),
    }
    with closing(sqlite3.connect(database)) as file:
        before = content(file)
        for keep in (True, False):
            for kind, (where, named, sent) in kinds.items():
                if keep and kind == "elsewhere":
                    continue  # what is none of the API's is sent away with its connection
                one = partial(request_of, port, where, named, sent, keep=keep)
                await measured(bot.pid, port, kind, one, max(count // BATCH // 7, 3))
        written = content(file) != before
    counts = {
        name.partition('outcome="')[2][:-2]: int(value)
        for name, value in (await bot.metrics()).items()
        if name.startswith("encore_webhooks_total")
    }
    print(f"  {'JOBS WERE' if written else 'no job was'} changed by them; the bot counted {counts}")


def content(file: sqlite3.Connection) -> list[tuple[object, ...]]:
    """How far each job is. The bot itself still edits cards and reads balances."""
    return file.execute("SELECT id, state, state_at, due_at, polls, tries FROM job ORDER BY id").fetchall()


async def main(songs: int, knocks: int) -> None:
    print(stage.machine())
    with tempfile.TemporaryDirectory() as name:
        await round_(Path(name), "without", songs, url=False)
        await round_(Path(name), "all lost", songs, url=True, lost=True)
        await round_(Path(name), "with webhooks", songs, url=True, knocks=knocks)
    print(stage.machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=150)
    parser.add_argument("--knocks", type=int, default=100_000)
    asked = parser.parse_args()
    asyncio.run(main(asked.songs, asked.knocks))
