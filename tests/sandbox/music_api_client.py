"""A plain client for the tests of the stand-in: real HTTP, a clock by hand, nothing of the bot's."""

import asyncio
import functools
import io
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import numpy as np
import soundfile
from aiohttp import ClientSession
from numpy.typing import NDArray

from sandbox.music_api import Behaviour, FixedSound, ManualClock, MusicApiStandIn, Sound

KEY = "sk_test"
DESCRIPTION: Mapping[str, object] = {
    "custom_mode": False,
    "mv": "chirp-v5",
    "gpt_description_prompt": "a ferry at dawn",
}
CUSTOM: Mapping[str, object] = {
    "custom_mode": True,
    "mv": "chirp-v4-5",
    "prompt": "[Verse]\nLanterns on the water",
    "title": "Paper Lanterns",
    "tags": "dream pop",
}

UPLOAD = "https://media.example.com/demo/hum.mp3?seconds=6"
AT_ONCE: Mapping[str, float] = dict.fromkeys(
    ("suno.upload", "suno.lyrics", "riffusion.upload", "riffusion.download"), 0.0
)
"""Durations for a clock that nobody advances while a request is open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `json` raises where the body is no JSON object."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.raw)
        return value

    @property
    def error(self) -> tuple[int, str, str]:
        return self.status, self.json["type"], self.json["error"]


@dataclass(frozen=True, slots=True)
class Client:
    """Talks to one stand-in."""

    api: MusicApiStandIn
    clock: ManualClock
    session: ClientSession

    async def ask(self, method: str, path: str, *, body: object = None, key: str | None = KEY) -> Answer:
        url = path if path.startswith("http") else self.api.url + path
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with self.session.request(
            method, url, json=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def post(self, path: str, body: object) -> Answer:
        return await self.ask("POST", path, body=body)

    async def start(self, path: str = "/suno/create", body: Mapping[str, object] = DESCRIPTION) -> str:
        """Start a task and return its id."""
        answer = await self.post(path, body)
        assert answer.status == 200, answer.raw
        return str(answer.json["task_id"])

    async def look(self, task_id: str, *, prefix: str = "suno") -> Answer:
        return await self.get(f"/{prefix}/task/{task_id}")

    async def clips(self, task_id: str, *, prefix: str = "suno") -> list[dict[str, Any]]:
        """The clips as a poll lists them now."""
        answer = await self.look(task_id, prefix=prefix)
        assert answer.status == 200, answer.raw
        return list(answer.json["data"])

    async def finished(self, task_id: str, *, prefix: str = "suno") -> list[dict[str, Any]]:
        """The clips after the task's time is over and its sound has been made."""
        self.clock.advance(10)
        return await self.until(task_id, lambda states: "running" not in states, prefix=prefix)

    async def until(
        self, task_id: str, wanted: Callable[[list[str]], bool], *, prefix: str = "suno"
    ) -> list[dict[str, Any]]:
        """The clips as soon as their states are as wanted; their sound is made in threads meanwhile."""
        async with asyncio.timeout(30):
            while True:
                clips = await self.clips(task_id, prefix=prefix)
                if wanted([clip["state"] for clip in clips]):
                    return clips
                await asyncio.sleep(0.01)

    async def song(self) -> dict[str, Any]:
        """A clip that has succeeded."""
        return (await self.finished(await self.start()))[0]

    async def made(self, path: str, body: Mapping[str, object]) -> list[dict[str, Any]]:
        """The finished clips of a task, from its submit on."""
        prefix = path.removeprefix("/").partition("/")[0]
        return await self.finished(await self.start(path, body), prefix=prefix)

    async def sound_of(self, clip: Mapping[str, Any]) -> NDArray[np.float32]:
        """The samples of the file that a clip lists."""
        answer = await self.get(str(clip["audio_url"]))
        assert answer.status == 200, answer.raw
        return decoded(answer.raw)

    async def upload(self, url: str, *, provider: str = "suno") -> str:
        """The id of an uploaded clip."""
        answer = await self.post(f"/{provider}/upload", {"url": url})
        assert answer.status == 200, answer.raw
        return str(answer.json["clip_id"])


@functools.cache
def short_sound() -> FixedSound:
    """The shortest song there is for everything, rendered once per process."""
    return FixedSound(2.0)


class Options(TypedDict, total=False):
    """What a test may set."""

    keys: Collection[str]
    credits: int
    extra_credits: int
    prices: Mapping[str, int]
    seconds: Mapping[str, float]
    time_scale: float
    sound: Sound
    seed: int | None
    control: bool
    behaviour: Behaviour


@asynccontextmanager
async def running(**options: Unpack[Options]) -> AsyncIterator[Client]:
    """A stand-in with a clock by hand, and a client that knows its key."""
    clock = ManualClock()
    options.setdefault("sound", short_sound())
    async with MusicApiStandIn(clock=clock, **options) as api, ClientSession() as session:
        yield Client(api, clock, session)


def decoded(data: bytes) -> NDArray[np.float32]:
    """The samples of an audio file, of shape (frames, 2) at 48 kHz."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert rate == 48_000
    return np.asarray(samples, dtype=np.float32)
