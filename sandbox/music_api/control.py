"""The control pages, for tests that run the stand-in as a process of its own: off unless switched on."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

from sandbox.music_api.faults import FAULTS, Faults, Rule
from sandbox.music_api.front import Front

PREFIX: Final = "/_control"


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """Shows the state, switches faults, and starts over."""

    front: Front
    reset: Callable[[], None]

    def add_to(self, app: web.Application) -> None:
        """Serve the pages."""
        app.router.add_get(f"{PREFIX}/state", self._state)
        app.router.add_post(f"{PREFIX}/faults", self._add_fault)
        app.router.add_post(f"{PREFIX}/reset", self._reset)

    async def _state(self, request: web.Request) -> web.Response:
        del request
        service = self.front.service
        return web.json_response(
            {
                "balance": dataclasses.asdict(service.account.balance),
                "charges": [dataclasses.asdict(charge) for charge in service.account.charges],
                "requests": [dataclasses.asdict(seen) for seen in self.front.requests],
                "tasks": [
                    {
                        "task_id": task.task_id,
                        "operation": task.operation,
                        "clips": {clip.clip_id: service.library.state(clip) for clip in task.clips},
                    }
                    for task in service.library.tasks.values()
                ],
                "faults": [described(rule) for rule in self.front.faults.rules],
            }
        )

    async def _add_fault(self, request: web.Request) -> web.Response:
        """Body: `fault` (a name), `args` (its fields), and the other arguments of `Faults.add`."""
        try:
            rule = added(self.front.faults, json.loads(await request.read()))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": repr(error)}, status=400)
        return web.json_response(described(rule))

    async def _reset(self, request: web.Request) -> web.Response:
        del request
        self.reset()
        return web.json_response({})


def added(faults: Faults, wish: Mapping[str, Any]) -> Rule:
    """Switch on the fault that a JSON object describes.

    Raises:
        KeyError: There is no fault of that name, or no name.
        TypeError: An argument is unknown or missing.
    """
    options = dict(wish)
    fault = FAULTS[options.pop("fault")](**options.pop("args", {}))
    return faults.add(fault, **options)


def described(rule: Rule) -> dict[str, object]:
    """A rule as a JSON object."""
    return {
        "fault": type(rule.fault).__name__,
        "on": rule.on,
        "times": rule.times,
        "chance": rule.chance,
        "skip": rule.skip,
        "hits": rule.hits,
    }
