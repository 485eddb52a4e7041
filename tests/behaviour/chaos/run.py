"""A run: the bot lives and dies, then is left in peace until nothing is open, then the books are opened."""

import asyncio
import os
import platform
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sandbox.music_api import Sound
from tests import ROOT
from tests.behaviour.chaos import fuse
from tests.behaviour.chaos.audit import CreditReports, audit
from tests.behaviour.chaos.crowd import Crowd
from tests.behaviour.chaos.fuse import Aim, Fuse
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
_BROKEN_PEACE_SECONDS = 15.0
_HISTORY = "GET /channels/{channel_id}/messages"
_OPEN = (
    "SELECT (SELECT count(*) FROM job WHERE due_at IS NOT NULL)"
    " + (SELECT count(*) FROM call WHERE outcome IN ('open', 'lost') AND NOT closed)"
)
_BOOKS = "SELECT COALESCE(SUM(charged - returned), 0), COALESCE(SUM(unresolved), 0) FROM job"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run consists of.

    Attributes:
        seed: Fixes what is asked for, when the bot dies and in what order calls are struck.
        kills: How often the bot is killed.
        jobs: How many cards, each a promise, members have seen at the end.
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


@dataclass(slots=True)
class Figures:
    """What a run has come to."""

    plan: Plan
    seconds: float = 0.0
    at_a_call: int = 0
    absences: int = 0
    searches: int = 0
    long_limits: int = 0
    outages: int = 0
    api: Struck = field(default_factory=lambda: Struck(0, 0))
    discord: Struck = field(default_factory=lambda: Struck(0, 0))
    reports: CreditReports = field(default_factory=CreditReports)
    errors: int = 0


class Run:
    """One run of a plan in a world of its own."""

    def __init__(self, plan: Plan, outside: Outside, fuse_: Fuse) -> None:
        self._plan = plan
        self._outside = outside
        self._fuse = fuse_
        # Each concern draws for itself, so that one draw more in one place does not change all others.
        self._deaths = random.Random(f"{plan.seed} deaths")  # noqa: S311 - repeatable, no secret
        self._weather = random.Random(f"{plan.seed} weather")  # noqa: S311
        self._crowd = Crowd(
            outside.discord,
            random.Random(f"{plan.seed} crowd"),  # noqa: S311
            f"seed {plan.seed}",
        )
        self._ahead = 0
        self._figures = Figures(plan)

    async def play(self) -> Figures:
        """Play it to its end."""
        started = time.monotonic()
        self._fuse.watch(self._outside.api)
        storm = Storm(self._outside.discord, self._outside.api, chances=self._plan.chances)
        self._crowd.gather()
        for number in range(self._plan.kills):
            await self._life(self._plan.kills - number)
        await self._last_life(storm)
        self._figures.long_limits = storm.long_limits
        self._figures.at_a_call = self._fuse.burnt
        self._figures.searches = self._outside.discord.traffic.requests[_HISTORY]
        ends = {number: state.value for number, state in self._outside.states().items()}
        [books] = self._outside.query(_BOOKS)
        spent, unresolved = (int(str(credits_)) for credits_ in books)
        charges = self._outside.api.charges
        self._figures.reports = audit(self._crowd, charges, ends, spent=spent, unresolved=unresolved)
        self._figures.errors = self._outside.logs().count("an internal error")
        self._figures.seconds = time.monotonic() - started
        return self._figures

    async def _life(self, lives_left: int) -> None:
        """One life of the bot, with its share of what members still want."""
        plan = self._plan
        wishes = -(-(plan.jobs - self._crowd.cards) // lives_left)
        moment = fuse.aimed(plan.aim) if plan.aim else fuse.draw(self._deaths, plan.life, wishes)
        async with self._bot() as bot:
            died = asyncio.create_task(bot.process.wait())
            self._fuse.lay(moment, bot.process.kill)
            outage = asyncio.create_task(self._outage())
            if not moment.early:
                await self._connected(died)
            wanted = 0 if moment.early else wishes
            # Early enough that most of it is under way when the end comes.
            crowd = asyncio.create_task(self._crowd.live(wanted, min(moment.seconds, plan.life) / 2))
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
            self._figures.absences += 1

    async def _last_life(self, storm: Storm) -> None:
        """Members get the rest of what they want in the storm; then it ends, and all that is open with it."""
        async with self._bot() as bot:
            died = asyncio.create_task(bot.process.wait())
            await self._connected(died)
            wishes = self._plan.jobs - self._crowd.cards
            while wishes > 0:
                await self._crowd.spend(wishes, self._plan.life + wishes / 10)
                wishes = self._plan.jobs - self._crowd.cards
            self._figures.api, self._figures.discord = storm.end()
            await self._peace()
            if await bot.stop() != 0:
                raise AssertionError("the bot did not stop as it was told to")

    async def _peace(self) -> None:
        """Wait until nothing is open, no lost call either, for as long as it becomes less.

        A bot without one of its promises may leave something open: that is for the audit to find.
        """
        seconds = _BROKEN_PEACE_SECONDS if self._plan.broken else _PEACE_SECONDS
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
        self._figures.outages += 1
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


@asynccontextmanager
async def world(plan: Plan, sound: Sound, folder: Path) -> AsyncIterator[Run]:
    """A Discord and a music API, both watched by a fuse, and the run that is to be played in them."""
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
        yield Run(plan, outside, fuse_)
        for secret in (KEY, discord_.settings.token):
            if secret in outside.logs():
                raise AssertionError("a secret is in the log")


async def play(plan: Plan, sound: Sound, folder: Path) -> Figures:
    """Play a plan, with the bot's database and logs in a folder."""
    async with world(plan, sound, folder) as run:
        return await run.play()


def machine() -> str:
    """Where a run was made."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
