"""A run: the bot lives and dies, then is left in peace until nothing is open, then the books are opened."""

import asyncio
import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sandbox.music_api import Sound
from tests import ROOT
from tests.behaviour.chaos import fuse
from tests.behaviour.chaos.audit import CreditReports, audit
from tests.behaviour.chaos.crowd import Crowd
from tests.behaviour.chaos.fuse import Aim, Fuse
from tests.behaviour.chaos.jams.audit import audit as audit_jams
from tests.behaviour.chaos.jams.crowd import JamCrowd
from tests.behaviour.chaos.jams.reports import JamReports
from tests.behaviour.chaos.storm import SCALE, Storm, Struck
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.discord import Child, FakeDiscord, FakeDiscordSettings, WaitError
from tests.fakes.discord.child import HOOK

_PATCHES = "tests.behaviour.chaos.breaks"
_SONG_SCALE = 0.15  # a song takes 0.6 s
_OUTAGE_SHARE = 0.1  # of all lives, for each side
# Now and then the bot is away for longer than Discord remembers a nonce (180 s here), above all after a death
# in the middle of a post: then only the channel's history can tell.
_ABSENCE_SHARE, _ABSENCE_AFTER_POST, _ABSENCE_SECONDS = 0.02, 0.3, 200
_KILLED = -9
_PEACE_SECONDS = 60.0  # without any job coming to its end
_BROKEN_PEACE_SECONDS = 15.0, 30.0  # where members stay, a phase of what they do has its time
_HISTORY = "GET /channels/{channel_id}/messages"
_OPEN = (
    "SELECT (SELECT count(*) FROM job WHERE due_at IS NOT NULL)"
    " + (SELECT count(*) FROM call WHERE outcome IN ('open', 'lost') AND NOT closed)"
    " + (SELECT count(*) FROM jam WHERE state NOT IN ('done', 'cancelled'))"
    " + (SELECT count(*) FROM jam_post WHERE message_id IS NULL"
    "    OR (name = 'gallery' AND message_id > 0 AND edited_at IS NULL))"
)
_BOOKS = "SELECT COALESCE(SUM(charged - returned), 0), COALESCE(SUM(unresolved), 0) FROM job"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run consists of.

    Attributes:
        seed: Fixes what is asked for, when the bot dies and in what order calls are struck.
        kills: How often the bot is killed.
        jobs: How many cards, or panels of jams, each a promise, members have seen at the end.
        chances: How likely a call to the API, and one to Discord, is struck.
        life: The longest life in seconds, counted from the connection.
        broken: The promise that is taken out of the bot, by its name in `breaks`; none if empty.
        aim: The call at which every life ends; None for moments at random.
    """

    seed: int
    kills: int
    jobs: int
    chances: tuple[float, float] = (0.1, 0.1)
    life: float = 3.0
    broken: str = ""
    aim: Aim | None = None


class Reports(Protocol):
    """What an audit has found."""

    @property
    def broken(self) -> list[str]:
        """Every promise that was broken."""

    def rows(self) -> Iterator[tuple[str, object]]:
        """Tell the rest as rows of a table."""


class People(Protocol):
    """Members, who want this and that of the bot."""

    @property
    def cards(self) -> int:
        """How many of the promises that they want they have seen."""

    def gather(self) -> None:
        """Come together."""

    async def live(self, wishes: int, seconds: float) -> None:
        """Ask for so many things within the seconds, and do what there is to do, until cancelled."""

    async def spend(self, wishes: int, seconds: float) -> None:
        """The same for just these seconds."""


R = TypeVar("R", bound=Reports)


@dataclass(frozen=True, slots=True)
class Scene(Generic[R]):
    """Who wants what of the bot, and who compares.

    Attributes:
        wanted: What they want, by its name in `fuse.MOMENTS`.
        stay: Whether they go on until all is over.
    """

    wanted: str
    people: People
    audit: Callable[[Outside], R]
    stay: bool = False


@dataclass(slots=True)
class Figures(Generic[R]):
    """What a run has come to."""

    plan: Plan
    reports: R
    seconds: float = 0.0
    at_a_call: int = 0
    absences: int = 0
    searches: int = 0
    long_limits: int = 0
    outages: int = 0
    api: Struck = field(default_factory=lambda: Struck(0, 0))
    discord: Struck = field(default_factory=lambda: Struck(0, 0))
    errors: int = 0


class Run(Generic[R]):
    """One run of a plan in a world of its own."""

    def __init__(self, plan: Plan, outside: Outside, fuse_: Fuse, scene: Scene[R]) -> None:
        self._plan = plan
        self._outside = outside
        self._fuse = fuse_
        self._scene = scene
        self._people = scene.people
        # Each concern draws for itself, so that one draw more in one place does not change all others.
        self._deaths = random.Random(f"{plan.seed} deaths")  # noqa: S311 - repeatable, no secret
        self._weather = random.Random(f"{plan.seed} weather")  # noqa: S311
        self._ahead = self._absences = self._outages = 0
        self._struck = (Struck(0, 0), Struck(0, 0))

    async def play(self) -> Figures[R]:
        """Play it to its end."""
        started = time.monotonic()
        self._fuse.watch(self._outside.api)
        storm = Storm(self._outside.discord, self._outside.api, chances=self._plan.chances)
        self._people.gather()
        for number in range(self._plan.kills):
            await self._life(self._plan.kills - number)
        await self._last_life(storm)
        return Figures(
            self._plan,
            self._scene.audit(self._outside),
            time.monotonic() - started,
            self._fuse.burnt,
            self._absences,
            self._outside.discord.traffic.requests[_HISTORY],
            storm.long_limits,
            self._outages,
            *self._struck,
            self._outside.logs().count("an internal error"),
        )

    async def _life(self, lives_left: int) -> None:
        """One life of the bot, with its share of what members still want."""
        plan = self._plan
        wishes = -(-(plan.jobs - self._people.cards) // lives_left)
        moment = (
            fuse.aimed(plan.aim)
            if plan.aim
            else fuse.draw(self._deaths, plan.life, wishes, self._scene.wanted)
        )
        async with self._bot() as bot:
            died = asyncio.create_task(bot.process.wait())
            self._fuse.lay(moment, bot.process.kill)
            outage = asyncio.create_task(self._outage())
            if not moment.early:
                await self._connected(died)
            wanted = 0 if moment.early else wishes
            # Early enough that most of it is under way when the end comes.
            crowd = asyncio.create_task(self._people.live(wanted, min(moment.seconds, plan.life) / 2))
            await asyncio.wait({died}, timeout=moment.seconds)
            crowd.cancel()
            await bot.kill()
            await asyncio.gather(outage, died)
            if died.result() != _KILLED:
                raise AssertionError(f"the bot ended by itself with {died.result()}")
            with suppress(asyncio.CancelledError):
                await crowd
        if self._weather.random() < (_ABSENCE_AFTER_POST if moment.in_a_post else _ABSENCE_SHARE):
            self._outside.discord.own_clock.advance(_ABSENCE_SECONDS)
            self._ahead += _ABSENCE_SECONDS
            self._absences += 1

    async def _last_life(self, storm: Storm) -> None:
        """Members get the rest of what they want in the storm; then it ends, and all that is open with it."""
        async with self._bot() as bot:
            died = asyncio.create_task(bot.process.wait())
            await self._connected(died)
            wishes = self._plan.jobs - self._people.cards
            while wishes > 0:
                await self._people.spend(wishes, self._plan.life + wishes / 10)
                wishes = self._plan.jobs - self._people.cards
            self._struck = storm.end()
            staying = asyncio.create_task(self._people.live(0, 0.0)) if self._scene.stay else None
            await self._peace()
            if staying is not None:
                staying.cancel()
                with suppress(asyncio.CancelledError):
                    await staying
            if await bot.stop() != 0:
                raise AssertionError("the bot did not stop as it was told to")

    async def _peace(self) -> None:
        """Wait until nothing is open, no lost call either, for as long as it becomes less.

        A bot without one of its promises may leave something open: that is for the audit to find.
        """
        seconds = _BROKEN_PEACE_SECONDS[self._scene.stay] if self._plan.broken else _PEACE_SECONDS
        while left := self._open():
            try:
                await until(partial(self._fewer_open_than, left), seconds=seconds)
            except AssertionError:
                if not self._plan.broken:
                    raise
                return

    def _open(self) -> int:
        [(count,)] = self._outside.query(_OPEN)
        return int(str(count))

    def _fewer_open_than(self, before: int) -> bool:
        return self._open() < before

    async def _connected(self, died: asyncio.Task[int]) -> None:
        before = self._outside.discord.gateway.identifies
        connected = asyncio.create_task(self._outside.discord.gateway.connected(identifies=before + 1))
        await asyncio.wait({connected, died}, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        with suppress(asyncio.CancelledError, WaitError):  # a start in a storm may take its time
            await connected

    async def _outage(self) -> None:
        """Now and then one side cannot be reached at all for a moment: connections are refused."""
        whose, seconds = self._weather.random(), self._weather.uniform(0.05, 0.4)
        if whose >= 2 * _OUTAGE_SHARE:
            return
        self._outages += 1
        await asyncio.sleep(self._weather.uniform(0.0, self._plan.life))
        if whose < _OUTAGE_SHARE:
            await self._outside.discord.unplug()
            await asyncio.sleep(seconds)
            await self._outside.discord.plug()
        else:
            await self._outside.api.__aexit__(None, None, None)
            await asyncio.sleep(seconds)
            await self._outside.api.__aenter__()

    def _bot(self) -> Child:
        more = {"TIME_SCALE": str(SCALE), "LOG_LEVEL": "INFO"}
        if self._ahead or self._plan.broken:
            more |= {
                "PYTHONPATH": os.pathsep.join(map(str, (HOOK, ROOT))),
                "FAKE_DISCORD_PATCHES": _PATCHES,
                "CHAOS_AHEAD": str(self._ahead),
                "CHAOS_BREAK": self._plan.broken,
            }
        return self._outside.bot(**more)


def songs(plan: Plan, discord_: FakeDiscord) -> Scene[CreditReports]:
    """Members ask for songs, and for what can be made of them."""
    crowd = Crowd(discord_, random.Random(f"{plan.seed} crowd"), f"seed {plan.seed}")  # noqa: S311

    def compare(outside: Outside) -> CreditReports:
        ends = {number: state.value for number, state in outside.states().items()}
        [(spent, unresolved)] = outside.query(_BOOKS)
        books = {"spent": int(str(spent)), "unresolved": int(str(unresolved))}
        return audit(crowd, outside.api.charges, ends, **books)

    return Scene("songs", crowd, compare)


def jams(plan: Plan, discord_: FakeDiscord) -> Scene[JamReports]:
    """Members run relays and contests."""
    crowd = JamCrowd(discord_, random.Random(f"{plan.seed} crowd"), f"seed {plan.seed}")  # noqa: S311
    return Scene("jams", crowd, lambda outside: audit_jams(crowd.halls, outside), stay=True)


async def play(
    plan: Plan, sound: Sound, folder: Path, cast: Callable[[Plan, FakeDiscord], Scene[R]]
) -> Figures[R]:
    """Play a plan between a Discord and a music API, both watched by a fuse; `folder` is the bot's."""
    fuse_ = Fuse()
    async with (
        FakeDiscord(
            FakeDiscordSettings(seed=plan.seed),
            on_request=lambda method, path, _: fuse_.passes(f"discord {method} {path}", after=False),
            on_answer=lambda method, path, _status, _body: fuse_.passes(
                f"discord {method} {path}", after=True
            ),
        ) as discord_,
        FaultyMusicApi(keys=[KEY], credits=10**6, time_scale=_SONG_SCALE, sound=sound, seed=plan.seed) as api,
    ):
        outside = Outside(discord_, api, folder)
        figures = await Run(plan, outside, fuse_, cast(plan, discord_)).play()
        for secret in (KEY, discord_.settings.token):
            if secret in outside.logs():
                raise AssertionError("a secret is in the log")
        return figures


def machine() -> str:
    """Where a run was made."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
