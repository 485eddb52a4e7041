"""A plain client for the tests of the fake API: real HTTP, a clock by hand, nothing of the bot's."""

import functools
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import soundfile
from aiohttp import ClientSession
from numpy.typing import NDArray

from sandbox.sound import RATE
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.manual_clock import ManualClock
from tests.fakes.sound import FixedSound

Body = Mapping[str, object]
KEY = "sk_test"
WORDS = "[Verse]\nOut beyond the pier"
DESCRIPTION: Body = {"custom_mode": False, "mv": "chirp-v5", "gpt_description_prompt": "a ferry at dawn"}
CUSTOM: Body = {
    "custom_mode": True, "mv": "chirp-v4-5", "prompt": "[Verse]\nLanterns on the water",
    "title": "Paper Lanterns", "tags": "dream pop",
}  # fmt: skip
UPLOAD = "https://media.example.com/demo/hum.mp3?seconds=6"
# Durations for a clock that nobody advances while a request is open.
AT_ONCE: Mapping[str, float] = dict.fromkeys(("suno.upload", "suno.lyrics", "riffusion.upload"), 0.0)


def extend(clip_id: str, **changes: object) -> dict[str, object]:
    body = {"task_type": "extend_music", "custom_mode": True, "mv": "chirp-v4-5", "prompt": WORDS}
    return {**body, "continue_clip_id": clip_id, "continue_at": 1.2, **changes}


def cover(clip_id: str, **changes: object) -> dict[str, object]:
    body = {"task_type": "cover_music", "custom_mode": True, "mv": "chirp-v5", "prompt": WORDS}
    return {**body, "continue_clip_id": clip_id, "tags": "loud rock", **changes}


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
    """Talks to one fake API."""

    api: FaultyMusicApi
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

    async def start(self, path: str = "/suno/create", body: Body = DESCRIPTION) -> str:
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
        """The clips after the task's time is over."""
        self.clock.advance(10)
        return await self.clips(task_id, prefix=prefix)

    async def song(self) -> dict[str, Any]:
        """A clip that has succeeded."""
        return (await self.finished(await self.start()))[0]

    async def made(self, path: str, body: Body) -> list[dict[str, Any]]:
        """The finished clips of a task, from its submit on."""
        return await self.finished(await self.start(path, body), prefix=path.split("/")[1])

    async def sound_of(self, clip: Mapping[str, Any]) -> NDArray[np.float32]:
        """The samples of the file that a clip lists."""
        answer = await self.get(str(clip["audio_url"]))
        assert answer.status == 200, answer.raw
        return decoded(answer.raw)

    async def wav_of(self, clip: Mapping[str, Any]) -> NDArray[np.float32]:
        """The samples of a clip of Suno's without loss."""
        answer = await self.post("/suno/wav", {"clip_id": clip["clip_id"]})
        return decoded((await self.get(answer.json["data"]["wav_url"])).raw)

    async def upload(self, url: str, *, provider: str = "suno") -> str:
        """The id of an uploaded clip."""
        answer = await self.post(f"/{provider}/upload", {"url": url})
        assert answer.status == 200, answer.raw
        return str(answer.json["clip_id"])

    async def persona(self, clip_id: str) -> str:
        body = {"name": "Harbor Voice", "description": "warm alto", "continue_clip_id": clip_id}
        answer = await self.post("/suno/persona", body)
        assert answer.json.keys() == {"code", "persona_id", "message"}
        return str(answer.json["persona_id"])


short_sound: Callable[[], FixedSound] = functools.cache(FixedSound)


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Client]:  # noqa: ANN401 - the fake's own
    """A fake API with a clock by hand, and a client that knows its key."""
    clock = ManualClock()
    settings.setdefault("sound", short_sound())
    async with FaultyMusicApi(clock=clock, **settings) as api, ClientSession() as session:
        yield Client(api, clock, session)


def decoded(data: bytes) -> NDArray[np.float32]:
    """The samples of an audio file, of shape (frames, 2)."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert rate == RATE
    return np.asarray(samples, dtype=np.float32)
