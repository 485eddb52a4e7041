"""The bodies of polls in every stage, each provider's in its own shape."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from sandbox.music_api.options import Options
from sandbox.music_api.tasks import Clip, Failure, Sound, State, Task

_NURO_FACTS: Final = ("genre", "mood", "gender", "timbre")


@dataclass(frozen=True, slots=True)
class Listing:
    """A task as it is right now."""

    task: Task
    now: float
    sound: Sound
    options: Options
    origin: str

    def reply(self, prefix: str) -> web.Response:
        """The answer to a poll below a path prefix: not ready, the listing, or the task's error object."""
        task, nuro = self.task, self.task.provider == "nuro"
        if not nuro and task.not_ready(self.now):
            return not_ready()
        if task.failure and task.failure.style != "clips":
            return _failed(task.failure, "api_error" if nuro else "failed")
        if nuro:
            return web.json_response(self._nuro())
        rows = [self._row(clip) for clip in task.clips]
        body: dict[str, object] = {"code": 200, "message": "success", "data": rows}
        if prefix == "producer":
            states = {self.task.state(clip, self.now) for clip in task.clips}
            ended = "SUCCESS" if State.SUCCEEDED in states else "FAILED"
            body["status"] = "RUNNING" if State.RUNNING in states else ended
            for row, clip in zip(rows, task.clips, strict=True):
                row["sound"] = clip.tags
        return web.json_response(body)

    def _row(self, clip: Clip) -> dict[str, object]:
        """A clip as Suno lists it; Riffusion knows no style, and its duration is a number."""
        state, error = self.task.state(clip, self.now), self.task.error_message(clip)
        done, suno = state is State.SUCCEEDED, clip.provider == "suno"
        shown = state is not State.FAILED if suno else done
        created = datetime.fromtimestamp(clip.created_at, UTC).isoformat(timespec="milliseconds")
        row: dict[str, object] = {
            "clip_id": clip.clip_id,
            "state": state.value,
            "title": clip.title,
            "lyrics": clip.lyrics,
            "audio_url": self._audio(clip),
            "image_url": f"{self.origin}/files/image_{clip.clip_id}.jpeg" if shown else "",
            "video_url": None,
            "created_at": created.replace("+00:00", "Z"),
            "mv": clip.mv,
            **({} if error is None else {"error_message": error}),
        }
        if not suno:
            return {**row, "duration": self._seconds(clip), "timestamp": {}}
        duration = f"{self._seconds(clip):.2f}" if done else None
        return {**row, "tags": clip.tags, "gpt_description_prompt": clip.description, "duration": duration}

    def _nuro(self) -> dict[str, object]:
        """The only song of a task: flat, and empty until it is done."""
        [clip] = self.task.clips
        state = self.task.state(clip, self.now)
        done = state is State.SUCCEEDED
        waiting = state is State.RUNNING and self.task.not_ready(self.now)
        return {
            "task_id": self.task.task_id,
            "status": "pending" if waiting else state.value,
            "progress": 100 if done else 0 if waiting else min(99, int(100 * self.task.share(self.now))),
            "audio_url": self._audio(clip),
            "lyrics": clip.lyrics if done else "",
            "duration": self._seconds(clip),
            **(clip.facts if done else dict.fromkeys(_NURO_FACTS, "")),
        }

    def _seconds(self, clip: Clip) -> float:
        done = self.task.state(clip, self.now) is State.SUCCEEDED
        return round(self.sound.seconds(clip), 2) if done else 0.0

    def _audio(self, clip: Clip) -> str:
        done = self.task.state(clip, self.now) is State.SUCCEEDED
        return f"{self.origin}/files/{clip.clip_id}.{clip.kind}" if done else ""


def not_ready() -> web.Response:
    """The answer to a poll that came too early."""
    text = "Still being processed, poll again in a few seconds."
    return web.json_response({"code": 202, "type": "not_ready", "error": text}, status=202)


def _failed(failure: Failure, kind: str) -> web.Response:
    detail = {"message": failure.message, "refund_processed": failure.refunded}
    if failure.style == "timeout":
        return web.json_response({"code": 504, "type": "timeout", **detail}, status=504)
    return web.json_response({"type": kind, **detail}, status=500)
