"""The bodies of polls in every stage, each provider's in its own shape.

Sources of the shapes: docs.sunoapi.com, "Get Suno music" and "Get music (Nuro)"; docs.musicapi.ai, "Get
Riffusion music"; docs.aimusicapi.ai, "Producer: get music status". What is not on them follows public client
code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sandbox.music_api.library import Library
from sandbox.music_api.replies import Reply, Site, not_ready
from sandbox.music_api.tasks import Clip, Failure, State, Task

_RENAMED: Final = "producer"
_NURO_FACTS: Final = ("genre", "mood", "gender", "timbre")


def progress(task: Task, library: Library, site: Site, *, prefix: str) -> Reply:
    """The answer to a poll below a path prefix: not ready, then the listing, or the task's error object."""
    now = library.clock.now()
    if task.provider != "nuro" and task.not_ready(now):
        return not_ready()
    if task.failure and task.failure.style != "clips":
        return _failed(task.failure, task.provider)
    listing = Listing(task, library, site)
    if task.provider == "nuro":
        return Reply(200, listing.nuro(now))
    if task.provider == "suno":
        return listing.enveloped([listing.suno(clip) for clip in task.clips])
    clips = listing.shown()
    if prefix == _RENAMED:
        status = {"status": listing.status()}
        return listing.enveloped([listing.riffusion(clip) | {"sound": clip.tags} for clip in clips], status)
    return listing.enveloped([listing.riffusion(clip) for clip in clips])


def _failed(failure: Failure, provider: str) -> Reply:
    detail = {"message": failure.message, "refund_processed": failure.refunded}
    if failure.style == "timeout":
        return Reply(504, {"code": 504, "type": "timeout", **detail})
    return Reply(500, {"type": "api_error" if provider == "nuro" else "failed", **detail})


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists the clips of a task."""

    task: Task
    library: Library
    site: Site

    def enveloped(self, data: list[dict[str, object]], more: Mapping[str, object] | None = None) -> Reply:
        """The answer with these clips."""
        return Reply(200, {"code": 200, **(more or {}), "data": data, "message": "success"})

    def shown(self) -> tuple[Clip, ...]:
        """The clips to list: all of them, or with `one_song_first` the finished ones if there are any."""
        done = tuple(clip for clip in self.task.clips if self.library.state(clip) is not State.RUNNING)
        return done if done and self.site.one_song_first else self.task.clips

    def status(self) -> str:
        """The task's state in the words of Producer."""
        states = {self.library.state(clip) for clip in self.task.clips}
        if State.RUNNING in states:
            return "RUNNING"
        return "SUCCESS" if State.SUCCEEDED in states else "FAILED"

    def suno(self, clip: Clip) -> dict[str, object]:
        """A clip as Suno lists it."""
        state = self.library.state(clip)
        seconds = self._seconds(clip)
        return {
            "clip_id": clip.clip_id,
            "state": state.value,
            "title": clip.title,
            "tags": clip.tags,
            "lyrics": clip.lyrics,
            "image_url": "" if state is State.FAILED else self._image_url(clip),
            "audio_url": self.site.audio_url(clip, state),
            "video_url": None,
            "created_at": _timestamp(clip.created_at),
            "mv": clip.mv,
            "gpt_description_prompt": clip.description,
            "duration": None if seconds is None else f"{seconds:.2f}",
            **self._error(clip),
        }

    def riffusion(self, clip: Clip) -> dict[str, object]:
        """A clip as Riffusion lists it: no style, the duration a number, the picture with the sound."""
        state = self.library.state(clip)
        return {
            "clip_id": clip.clip_id,
            "title": clip.title,
            "lyrics": clip.lyrics,
            "image_url": self._image_url(clip) if state is State.SUCCEEDED else "",
            "audio_url": self.site.audio_url(clip, state),
            "video_url": None,
            "created_at": _timestamp(clip.created_at),
            "mv": clip.mv,
            "duration": round(self._seconds(clip) or 0.0, 2),
            "timestamp": {},
            "state": state.value,
            **self._error(clip),
        }

    def nuro(self, now: float) -> dict[str, object]:
        """The only song of a task as Nuro tells of it: flat, and empty until it is done."""
        [clip] = self.task.clips
        state = self.library.state(clip)
        done = state is State.SUCCEEDED
        facts = dict(clip.facts) if done else dict.fromkeys(_NURO_FACTS, "")
        waiting = state is State.RUNNING and self.task.not_ready(now)
        return {
            "task_id": self.task.task_id,
            "status": "pending" if waiting else state.value,
            "progress": 100 if done else 0 if waiting else min(99, int(100 * self.task.share(now))),
            "audio_url": self.site.file_url(f"{clip.clip_id}.{clip.kind}") if done else "",
            "lyrics": clip.lyrics if done else "",
            "duration": round(self._seconds(clip) or 0.0, 2),
            **facts,
        }

    def _seconds(self, clip: Clip) -> float | None:
        succeeded = self.library.state(clip) is State.SUCCEEDED
        return self.library.shelf.seconds(clip) if succeeded else None

    def _image_url(self, clip: Clip) -> str:
        return self.site.file_url(f"image_{clip.clip_id}.jpeg")

    def _error(self, clip: Clip) -> dict[str, object]:
        error = self.task.error_message(clip)
        return {} if error is None else {"error_message": error}


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
