"""The bodies of successful answers, and of polls in every stage.

Source of the shapes: docs.sunoapi.com, "Get Suno music"; what is not on that page follows public client code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sandbox.music_api.errors import ApiError
from sandbox.music_api.library import Library
from sandbox.music_api.tasks import Clip, Failure, State, Task

NOT_READY_TEXT: Final = "Still being processed, poll again in a few seconds."


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it becomes bytes."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the files are, and what running clips show instead of one.

    Attributes:
        origin: Scheme, host and port of this server.
        streaming_link: Whether running clips show a link to a stream, which is no file to keep.
    """

    origin: str
    streaming_link: bool

    def file_url(self, name: str) -> str:
        """The address of a file."""
        return f"{self.origin}/files/{name}"

    def audio_url(self, clip: Clip, state: State) -> str:
        """What the listing shows as the clip's sound."""
        if state is State.SUCCEEDED:
            return self.file_url(f"{clip.clip_id}.mp3")
        if state is State.RUNNING and self.streaming_link:
            return f"{self.origin}/stream/?item_id={clip.clip_id}"
        return ""


def refused(error: ApiError) -> Reply:
    """An error as an answer."""
    return Reply(error.status, error.body, error.headers)


def accepted(task_id: str, *, with_code: bool) -> Reply:
    """The answer to a request that started a task."""
    code = {"code": 200} if with_code else {}
    return Reply(200, {**code, "message": "success", "task_id": task_id})


def not_ready() -> Reply:
    """The answer to a poll that came too early."""
    return Reply(202, {"code": 202, "type": "not_ready", "error": NOT_READY_TEXT})


def progress(task: Task, library: Library, site: Site) -> Reply:
    """The answer to a poll: not ready, then the listing, or the task's error object."""
    if task.not_ready(library.clock.now()):
        return not_ready()
    if task.failure and task.failure.style != "clips":
        return _failed(task.failure)
    data = [_listing(clip, task, library, site) for clip in task.clips]
    return Reply(200, {"code": 200, "data": data, "message": "success"})


def _failed(failure: Failure) -> Reply:
    detail = {"message": failure.message, "refund_processed": failure.refunded}
    if failure.style == "timeout":
        return Reply(504, {"code": 504, "type": "timeout", **detail})
    return Reply(500, {"type": "failed", **detail})


def _listing(clip: Clip, task: Task, library: Library, site: Site) -> dict[str, object]:
    state = library.state(clip)
    seconds = library.shelf.seconds(clip) if state is State.SUCCEEDED else None
    error = task.error_message(clip)
    image = "" if state is State.FAILED else site.file_url(f"image_{clip.clip_id}.jpeg")
    return {
        "clip_id": clip.clip_id,
        "state": state.value,
        "title": clip.title,
        "tags": clip.tags,
        "lyrics": clip.lyrics,
        "image_url": image,
        "audio_url": site.audio_url(clip, state),
        "video_url": None,
        "created_at": _timestamp(clip.created_at),
        "mv": clip.mv,
        "gpt_description_prompt": clip.description,
        "duration": None if seconds is None else f"{seconds:.2f}",
        **({} if error is None else {"error_message": error}),
    }


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
