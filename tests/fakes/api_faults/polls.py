"""Faults of polls: tasks that do not end, or end badly."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.music_api import Call, Task
from sandbox.music_api.errors import invalid
from sandbox.music_api.options import FailureStyle
from sandbox.music_api.replies import not_ready
from sandbox.music_api.tasks import Failure
from tests.fakes.api_faults.connection import json_of
from tests.fakes.api_faults.rules import Fault, Phase

Row = dict[str, Any]


class NotReady(Fault):
    """A stuck generator: with `times=None` the task is never ready."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del call, reply
        return not_ready()


class Unknown(Fault):
    """A part of the API that has not heard of the task yet, or has forgotten it."""

    async def act(self, call: Call, reply: web.Response | None) -> None:
        del call, reply
        raise invalid("task not found.")


@dataclass(frozen=True, slots=True)
class FlatFailure(Fault):
    """The failed task as an object of its own, in a 200 and without a clip."""

    reason: str = "Too loud."

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        del reply
        told = {"fail_reason": self.reason} if self.reason else {}
        return web.json_response({"task_id": polled(call).task_id, "status": "error", **told})


@dataclass(frozen=True, slots=True)
class ClipsFail(Fault):
    """The generator gave up on some clips, counted from 0: they are listed as failed, the others go on.

    Nothing is given back, for there is something to hear.
    """

    positions: Sequence[int] = (0,)
    message: str = "Generation failed upstream."

    async def act(self, call: Call, reply: web.Response | None) -> None:
        del reply
        task = polled(call)
        for position in self.positions:
            if not task.ended:
                task.lost[task.clips[position].clip_id] = self.message


class Listed(Fault):
    """Changes the list of a task's clips, by the time since the task was first asked about.

    Attributes:
        one_in: Which share of all tasks it concerns.
    """

    phase = Phase.AFTER

    def __init__(self, *, one_in: int = 1) -> None:
        self.one_in = one_in
        self._asked: dict[str, float] = {}

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        assert reply is not None, "it acts after the effect"
        body = json_of(reply)
        now = call.service.clock.now()
        task_id = call.request.match_info["task_id"]
        since = now - self._asked.setdefault(task_id, now)
        concerned = zlib.crc32(task_id.encode()) % self.one_in == 0
        if not (concerned and isinstance(body.get("data"), list)):
            return reply
        return web.json_response({**body, "data": self.listed(body["data"], since)}, status=reply.status)

    def listed(self, rows: list[Row], since: float) -> list[Row]:
        raise NotImplementedError


class Grows(Listed):
    """Clips are listed one after the other, another one each `every` seconds, and the first `most` in all."""

    def __init__(self, every: float, most: int | None = None, *, one_in: int = 1) -> None:
        super().__init__(one_in=one_in)
        self.every, self.most = every, most

    def listed(self, rows: list[Row], since: float) -> list[Row]:
        return rows[: 1 + int(since / self.every)][: self.most]


class Straggles(Listed):
    """One clip is listed as running for so many seconds; for ever if that is not said."""

    def __init__(self, position: int = 1, seconds: float = math.inf, *, one_in: int = 1) -> None:
        super().__init__(one_in=one_in)
        self.position, self.seconds = position, seconds

    def listed(self, rows: list[Row], since: float) -> list[Row]:
        if since < self.seconds and self.position < len(rows):
            rows[self.position] = {**rows[self.position], "state": "running", "audio_url": ""}
        return rows


class Sick(Fault):
    """Some tasks answer nothing but 500 for so long after they were first asked about; the others are well.

    Attributes:
        seconds: How long.
        one_in: Which share of all tasks it concerns.
    """

    def __init__(self, seconds: float = math.inf, *, one_in: int = 1) -> None:
        self.seconds, self.one_in = seconds, one_in
        self._asked: dict[str, float] = {}

    async def act(self, call: Call, reply: web.Response | None) -> web.Response | None:
        del reply
        task_id, now = polled(call).task_id, call.service.clock.now()
        since = now - self._asked.setdefault(task_id, now)
        if zlib.crc32(task_id.encode()) % self.one_in or since >= self.seconds:
            return None
        return web.json_response({"message": "internal error"}, status=500)


class Turned(Listed):
    """Every other list is in the opposite order."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def listed(self, rows: list[Row], since: float) -> list[Row]:
        del since
        self._count += 1
        return rows[::-1] if self._count % 2 else rows


class Nameless(Listed):
    """Clips that have lost their ids."""

    def listed(self, rows: list[Row], since: float) -> list[Row]:
        del since
        return [{**row, "clip_id": ""} for row in rows]


@dataclass(frozen=True, slots=True)
class TaskFails(Fault):
    """The whole task failed, and every poll says so from then on.

    Attributes:
        style: How they say so; None leaves the choice to `Options.failure`.
        refund: Whether the credits are given back.
    """

    style: FailureStyle | None = None
    refund: bool = True

    async def act(self, call: Call, reply: web.Response | None) -> None:
        del reply
        task = polled(call)
        cause = "The task timed out" if self.style == "timeout" else "Generation failed upstream"
        back = "; credits were given back." if self.refund else "."
        if task.failure is None and not task.ended:
            style = self.style or call.service.options.failure
            task.failure = Failure(style, cause + back, self.refund)
            if self.refund:
                call.service.account.refund(task.task_id, call.service.clock.now())


def polled(call: Call) -> Task:
    """The task that a poll asks about.

    Raises:
        ApiError: There is none.
    """
    task = call.service.store.tasks.get(call.request.match_info["task_id"])
    if task is None:
        raise invalid("task not found.")
    return task
