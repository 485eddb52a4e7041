"""Faults of polls: tasks that do not end, or end badly."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from sandbox.music_api.calls import Call
from sandbox.music_api.faults.rules import Fault
from sandbox.music_api.faults.wire import json_reply
from sandbox.music_api.replies import not_ready
from sandbox.music_api.tasks import FailureStyle, Task


class NotReady(Fault):
    """A stuck generator: with `times=None` the task is never ready."""

    async def act(self, call: Call, reply: web.Response | None) -> web.Response:
        """Ask to come back later."""
        del call, reply
        answer = not_ready()
        return json_reply(answer.body, status=answer.status)


@dataclass(frozen=True, slots=True)
class ClipsFail(Fault):
    """The generator gave up on some clips of a task: they are listed as failed, the others go on.

    Attributes:
        positions: Which ones, counted from 0. Nothing is given back, for there is something to hear.
        message: What their listing says.
    """

    positions: Sequence[int] = (0,)
    message: str = "Generation failed upstream."

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Let the clips fail, for good."""
        del reply
        task = polled(call)
        for position in self.positions:
            call.service.lose(task, task.clips[position], self.message)


@dataclass(frozen=True, slots=True)
class TaskFails(Fault):
    """The whole task failed, and every poll says so from then on.

    Attributes:
        style: How they say so; None leaves the choice to `Behaviour.failure`.
        refund: Whether the credits are given back.
    """

    style: FailureStyle | None = None
    refund: bool = True

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Let the task fail, for good."""
        del reply
        cause = "The task timed out" if self.style == "timeout" else "Generation failed upstream"
        back = "; credits were given back." if self.refund else "."
        call.service.fail(polled(call), cause + back, style=self.style, refund=self.refund)


def polled(call: Call) -> Task:
    """The task that a poll asks about; raises `ApiError` for an unknown one."""
    return call.service.library.task(call.request.match_info.get("task_id", ""))
