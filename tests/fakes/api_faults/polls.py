"""Faults of polls: tasks that do not end, or end badly."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from sandbox.music_api import Call, Task
from sandbox.music_api.errors import invalid
from sandbox.music_api.options import FailureStyle
from sandbox.music_api.replies import not_ready
from sandbox.music_api.tasks import Failure
from tests.fakes.api_faults.rules import Fault


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
