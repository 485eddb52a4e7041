"""Tasks and clips: what was asked for, how far it is right now, and where the sound comes from."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from sandbox.music_api.errors import invalid
from sandbox.music_api.options import FailureStyle
from sandbox.sound import PARTS, AudioKind, Song, encode, render

# The share of a task's time in which polls are asked to come back later, and after which clips succeed.
_NOT_READY_SHARE: Final = 0.15
_FIRST_CLIP_SHARE: Final = 0.6
_KINDS: Final[Mapping[str, AudioKind]] = {"suno": "mp3", "riffusion": "ogg", "nuro": "wav"}


class Clock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class State(StrEnum):
    """A clip's state, as the wire spells it."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One audio result: which `parts` of a song are heard, and the facts that its listing shows.

    Other providers than its own do not know it. `parent` is the id of the clip that it was made from.
    """

    clip_id: str
    song: Song
    provider: str
    created_at: float
    title: str
    tags: str = ""
    lyrics: str = ""
    mv: str = ""
    description: str | None = None
    parts: tuple[str, ...] = PARTS
    uploaded: bool = False
    parent: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> AudioKind:
        return _KINDS[self.provider]


class Failure(NamedTuple):
    """Why a whole task failed, in the way the API answers its polls from then on."""

    style: FailureStyle
    message: str
    refunded: bool


@dataclass(slots=True)
class Task:
    """One accepted request that takes a while; some clips may be `lost` alone, with a message.

    It has `ended` once a poll has shown its end, which nothing changes any more.
    """

    task_id: str
    operation: str
    created_at: float
    seconds: float
    clips: tuple[Clip, ...]
    failure: Failure | None = None
    lost: dict[str, str] = field(default_factory=dict)
    ended: bool = False

    @property
    def provider(self) -> str:
        return self.operation.partition(".")[0]

    def share(self, now: float) -> float:
        """How much of the task's time is over: 0 at its start, 1 and above at its end."""
        return (now - self.created_at) / self.seconds if self.seconds > 0 else 1.0

    def not_ready(self, now: float) -> bool:
        return self.failure is None and not self.lost and self.share(now) < _NOT_READY_SHARE

    def state(self, clip: Clip, now: float) -> State:
        """A clip's state: they succeed one after the other, the last with the end of the task."""
        if self.error_message(clip) is not None:
            return State.FAILED
        turn = (self.clips.index(clip) + 1) / len(self.clips)
        due = self.share(now) >= _FIRST_CLIP_SHARE + (1 - _FIRST_CLIP_SHARE) * turn
        return State.SUCCEEDED if due else State.RUNNING

    def running(self, now: float) -> bool:
        return any(self.state(clip, now) is State.RUNNING for clip in self.clips)

    def error_message(self, clip: Clip) -> str | None:
        return self.failure.message if self.failure else self.lost.get(clip.clip_id)


@dataclass(slots=True, eq=False)
class TaskStore:
    """All tasks, clips and personas of the account. An unknown id raises `ApiError`."""

    clock: Clock
    tasks: dict[str, Task] = field(default_factory=dict)
    personas: dict[str, Song] = field(default_factory=dict)
    _owners: dict[str, tuple[Task, Clip]] = field(default_factory=dict)

    def add(self, task: Task) -> None:
        self.tasks[task.task_id] = task
        self._owners.update((clip.clip_id, (task, clip)) for clip in task.clips)

    def find(self, clip_id: str) -> tuple[Task, Clip]:
        """A clip, finished or not, and its task."""
        if clip_id not in self._owners:
            raise invalid("clip not found.")
        return self._owners[clip_id]

    def finished(self, clip_id: str, provider: str = "") -> Clip:
        """A clip that has succeeded; another provider's is unknown."""
        task, clip = self.find(clip_id)
        state = task.state(clip, self.clock.now())
        if clip.provider != (provider or clip.provider) or state is not State.SUCCEEDED:
            raise invalid("clip not found.")
        return clip


class Sound:
    """Every song is put together from loops when it is fetched; its stems add up to its mix."""

    def __init__(self, song_seconds: float = 20.0) -> None:
        self.song_seconds = song_seconds

    def seconds(self, clip: Clip) -> float:
        return clip.song.seconds

    async def file(self, clip: Clip, kind: AudioKind) -> bytes:
        """The file, made in a thread."""
        return await asyncio.to_thread(lambda: encode(render(clip.song, clip.parts), kind))
