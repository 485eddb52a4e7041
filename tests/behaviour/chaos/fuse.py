"""The moment of a death: by the clock, or at a call, where the narrow gaps between effect and note are."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aiohttp import web

from sandbox.music_api import Call
from tests.fakes.api_faults import Fault, FaultyMusicApi, Phase

_POST = "discord POST /channels/*"
# By how often: the clock, then calls as `side what`, on their arrival or once their effect is done.
_MOMENTS = (
    (30, "", False),
    (10, "api suno.create", False),
    (10, "api suno.create", True),
    (10, "api *", True),
    (10, _POST, False),
    (10, _POST, True),
    (8, "discord POST /interactions/*", False),
    (8, "discord POST /interactions/*", True),
    (4, "discord *", False),
)
# The same where members jam: what the bot orders itself comes once a turn, and much is said.
_JAM_MOMENTS = (
    (25, "", False),
    (8, "api suno.*", False),
    (8, "api suno.*", True),
    (6, "api suno.concat", False),
    (6, "api suno.concat", True),
    (18, _POST, False),
    (18, _POST, True),
    (6, "discord POST /interactions/*", False),
    (8, "discord POST /interactions/*", True),
    (5, "discord PATCH /channels/*", True),
)
MOMENTS = {"songs": _MOMENTS, "jams": _JAM_MOMENTS}
"""By what members ask for."""

_EARLY = 0.15
_START_SECONDS = 1.2
_LONGEST_LAG = 0.03
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When the bot dies.

    Attributes:
        seconds: At the latest so long after it has connected, or with `early` after its start.
        call: A pattern of the call at which it dies before that; empty for the clock alone.
        after: Whether that call has had its effect by then. Its answer has not left.
        count: Which of these calls.
        lag: Seconds between the call and the death: the answer arrives, what follows it may not.
    """

    seconds: float
    early: bool
    call: str
    after: bool
    count: int
    lag: float

    @property
    def in_a_post(self) -> bool:
        """Whether a message is on its way when the bot dies."""
        return self.call == _POST


Aim = tuple[str, bool]
"""A call, as `side what`, and whether it has had its effect."""


def aimed(aim: Aim) -> Moment:
    """The first such call, as long as that takes."""
    call, after = aim
    return Moment(seconds=_PATIENCE, early=False, call=call, after=after, count=1, lag=0.0)


def draw(chance: random.Random, life: float, wishes: int, wanted: str = "songs") -> Moment:
    """A moment in a life of so many seconds, in which so many things are asked for."""
    moments = MOMENTS[wanted]
    [(_, call, after)] = chance.choices(moments, weights=[weight for weight, *_ in moments])
    early = chance.random() < _EARLY
    return Moment(
        seconds=chance.uniform(0.1, _START_SECONDS) if early else chance.uniform(0.1, life),
        early=early,
        call=call,
        after=after,
        # Such a call comes about once a job: on average half of what is asked for gets that far.
        count=chance.randint(1, max(wishes, 2)),
        lag=chance.choice((0.0, chance.uniform(0.0, _LONGEST_LAG))),
    )


class Fuse:
    """Watches the calls of both sides and kills at the chosen one."""

    def __init__(self) -> None:
        self._moment: Moment | None = None
        self._left = 0
        self._kill: Callable[[], None] = lambda: None
        self.burnt = 0

    def lay(self, moment: Moment, kill: Callable[[], None]) -> None:
        """From now on kill at this moment's call."""
        self._moment = moment if moment.call else None
        self._left = moment.count
        self._kill = kill

    def passes(self, call: str, *, after: bool) -> None:
        """A call has arrived, or has had its effect."""
        moment = self._moment
        if moment is None or moment.after is not after or not fnmatchcase(call, moment.call):
            return
        self._left -= 1
        if self._left == 0:
            self._moment = None
            self.burnt += 1
            asyncio.get_running_loop().call_later(moment.lag, self._strike) if moment.lag else self._strike()

    def _strike(self) -> None:
        with suppress(ProcessLookupError):
            self._kill()

    def watch(self, api: FaultyMusicApi) -> None:
        """See the calls of the API too; those of Discord are told by its judges."""
        api.faults.add(Arrival(self), times=None)
        api.faults.add(Departure(self), times=None)


@dataclass(frozen=True, slots=True)
class Arrival(Fault):
    """No fault: tells the fuse of a call that has been read."""

    fuse: Fuse

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Tell it."""
        del reply
        self.fuse.passes(f"api {call.operation}", after=False)


@dataclass(frozen=True, slots=True)
class Departure(Arrival):
    """No fault: tells the fuse of a call that has had its effect."""

    phase = Phase.AFTER

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Tell it."""
        del reply
        self.fuse.passes(f"api {call.operation}", after=True)
