"""Answers before they become bytes: the plain ones, and the refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.music_api.errors import ApiError
from sandbox.music_api.tasks import Clip, State

_NURO_TYPES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    500: "api_error",
}
"""Source: docs.musicapi.ai, "Nuro error handling"."""

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
        one_song_first: Whether Riffusion lists a finished song alone while the other one is still running.
    """

    origin: str
    streaming_link: bool
    one_song_first: bool = False

    def file_url(self, name: str) -> str:
        """The address of a file."""
        return f"{self.origin}/files/{name}"

    def audio_url(self, clip: Clip, state: State) -> str:
        """What the listing shows as the clip's sound."""
        if state is State.SUCCEEDED:
            return self.file_url(f"{clip.clip_id}.{clip.kind}")
        if state is State.RUNNING and self.streaming_link:
            return f"{self.origin}/stream/?item_id={clip.clip_id}"
        return ""


def refused(error: ApiError, operation: str) -> Reply:
    """An error as an answer to an operation; Nuro has envelopes and words of its own."""
    if operation.startswith("nuro.") and error.status in _NURO_TYPES:
        kind, text = _NURO_TYPES[error.status], error.body["error"]
        return Reply(error.status, {"type": kind, "message": text, "refund_processed": False}, error.headers)
    return Reply(error.status, error.body, error.headers)


def accepted(task_id: str, *, with_code: bool) -> Reply:
    """The answer to a request that started a task."""
    code = {"code": 200} if with_code else {}
    return Reply(200, {**code, "message": "success", "task_id": task_id})


def not_ready() -> Reply:
    """The answer to a poll that came too early."""
    return Reply(202, {"code": 202, "type": "not_ready", "error": NOT_READY_TEXT})
