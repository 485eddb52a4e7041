"""The stand-in: everything put together and served on loopback."""

import asyncio
import contextlib
import random
import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from sandbox.music_api.account import Account, Balance, Charge
from sandbox.music_api.behaviour import Behaviour
from sandbox.music_api.calls import Request
from sandbox.music_api.clock import Clock, SystemClock
from sandbox.music_api.control import Desk
from sandbox.music_api.faults import Faults
from sandbox.music_api.front import Front
from sandbox.music_api.library import Library
from sandbox.music_api.limits import PRICES, SECONDS
from sandbox.music_api.replies import Site
from sandbox.music_api.server import BASE, application
from sandbox.music_api.service import Service, Terms
from sandbox.music_api.shelf import Shelf
from sandbox.music_api.sounds import RealSound, Sound

HOST: Final = "127.0.0.1"
ACCEPTING_TURNS: Final = 3


@dataclass(kw_only=True, eq=False)
class MusicApiStandIn:
    """A server that answers like the AI Music API for as long as its `async with` block lasts.

    It can be entered again: between two blocks it is down, then it is back at its address with its tasks.

    Attributes:
        keys: The API keys it knows.
        credits: The plan's credits at the start.
        extra_credits: The extra credits at the start; they are spent first.
        prices: Credits by operation, in place of those in `limits.PRICES`.
        seconds: Durations by operation, in place of those in `limits.SECONDS`.
        time_scale: Factor on all durations.
        sound: Where the sound comes from.
        clock: What time it is.
        seed: Makes ids and the chance of faults repeatable; None draws new ones each time.
        port: Where it listens; 0 picks a free port, which it then keeps.
        control: Whether the control pages are served.
        behaviour: The other switches.
    """

    keys: Collection[str] = ("sk_test",)
    credits: int = 500
    extra_credits: int = 0
    prices: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    time_scale: float = 1.0
    sound: Sound = field(default_factory=RealSound)
    clock: Clock = field(default_factory=SystemClock)
    seed: int | None = None
    port: int = 0
    control: bool = False
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        """Build what stands behind the server.

        Raises:
            ValueError: A price or a duration is for an operation that does not exist.
        """
        unknown = {*self.prices, *self.seconds} - PRICES.keys()
        if unknown:
            raise ValueError(f"no such operation: {', '.join(sorted(unknown))}")
        shelf = Shelf(self.sound)
        self._service = Service(
            account=Account(self._opening_balance()),
            terms=self._terms(),
            behaviour=self.behaviour,
            library=Library(self.clock, shelf),
            site=Site("", streaming_link=False),
            ids=_chance(self.seed, "ids"),
        )
        self.faults = Faults(_chance(self.seed, "faults"))
        self._front = Front(service=self._service, faults=self.faults, keys=self.keys)
        self._runner: web.AppRunner | None = None
        self._socket: socket.socket | None = None
        self._origin = ""

    async def __aenter__(self) -> Self:
        desk = Desk(self._front, self.reset) if self.control else None
        self._socket = socket.create_server((HOST, self.port))
        self.port = self._socket.getsockname()[1]
        self._origin = f"http://{HOST}:{self.port}"
        shown = self.behaviour
        self._service.open(Site(self._origin, shown.streaming_link, shown.one_song_first))
        self._runner = web.AppRunner(application(self._front, desk), access_log=None, shutdown_timeout=5.0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None and self._socket is not None:
            # asyncio trips over a connection that it is still accepting while its server closes, so the door
            # is shut before, by the few turns of the loop that accepting takes. Windows cannot do that.
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_reader(self._socket)
            for _ in range(ACCEPTING_TURNS):
                await asyncio.sleep(0)
            await self._runner.cleanup()
            self._runner = self._socket = None
        await self._service.close()

    @property
    def origin(self) -> str:
        """For example `http://127.0.0.1:40123`; raises `RuntimeError` before the first start."""
        if not self._origin:
            raise RuntimeError("the stand-in has not been started")
        return self._origin

    @property
    def url(self) -> str:
        """What a client needs as its base URL."""
        return self.origin + BASE

    @property
    def balance(self) -> Balance:
        """The credits that are left."""
        return self._service.account.balance

    @property
    def charges(self) -> Sequence[Charge]:
        """Everything that was charged, oldest first."""
        return tuple(self._service.account.charges)

    @property
    def requests(self) -> Sequence[Request]:
        """Everything that arrived, oldest first; the last 100,000."""
        return tuple(self._front.requests)

    def reset(self) -> None:
        """Start over: the opening balance, no charges, tasks, requests or faults."""
        self._service.reset(self._opening_balance())
        self._front.requests.clear()
        self.faults.clear()

    def _opening_balance(self) -> Balance:
        return Balance(self.credits, self.extra_credits)

    def _terms(self) -> Terms:
        seconds = {name: each * self.time_scale for name, each in {**SECONDS, **self.seconds}.items()}
        return Terms({**PRICES, **self.prices}, seconds)


def _chance(seed: int | None, concern: str) -> random.Random:
    return random.Random() if seed is None else random.Random(f"{seed} {concern}")
