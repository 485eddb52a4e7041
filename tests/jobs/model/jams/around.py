"""What may happen around jams of any kind, one step after the other; hypothesis chooses."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from musicapi import DownloadFailed, FileGone, FileTooLarge
from tests.jobs.model.invariants import Broken
from tests.jobs.model.jams.ending import end_all, forget_all
from tests.jobs.model.jams.file import JamRow
from tests.jobs.model.jams.invariants import check
from tests.jobs.model.jams.people import Act, People
from tests.jobs.model.jams.takers import Takers
from tests.jobs.model.jams.world import MEMBERS, JamWorld
from tests.jobs.model.outcomes import LOSSES, Call, Course, Outcome, Send
from tests.jobs.model.outside import Outside

WHO = st.sampled_from(range(len(MEMBERS)))
BITS = st.sampled_from(range(1024))
MOMENTS = st.sampled_from((0.0, 0.05, 1.0, 5.0))
SPANS = st.sampled_from((0.0, 0.0, 1.0, 5.0, 40.0, 100.0))
_FINE = st.just(Outcome())
OUTCOMES = st.one_of(
    _FINE,
    _FINE,
    st.builds(
        Outcome,
        st.sampled_from([call for call in Call if call not in LOSSES]),
        st.sampled_from(Course),
        st.sampled_from((1.0, 50.0)),
        st.sampled_from((5.0, 60.0, 400.0, 2000.0)),
        says=st.booleans(),
    ),
    st.builds(Outcome, st.sampled_from(sorted(LOSSES, key=lambda call: call.name)), st.just(Course.FINE)),
)
LAST = st.one_of(_FINE, st.just(Outcome(ends_after=2000.0)), OUTCOMES)
SENDS = st.lists(st.sampled_from(Send), max_size=4)
_ACTORS: Mapping[str, type[People]] = {"contest": People, "relay": Takers}


class Around(Outside[JamWorld]):
    """A world with jams, and what befalls it. What several people do in one rule are as many steps."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = JamWorld(seed)

    def _jam(self, number: int = 1, kind: str = "contest") -> JamRow | None:
        """Mostly the latest."""
        there = [one for one in self.here.file.jams() if one.kind == kind]
        return there[-1 - (number % len(there) if number % 4 == 0 else 0)] if there else None

    def _do(self, acts: list[Act], *, run: float = 0.0, number: int = 1, kind: str = "contest") -> None:
        """People act at the same time, each once."""
        process, jam = self.here.process, self._jam(number, kind)
        if process is None or jam is None:
            return
        those = _ACTORS[kind](self.here, process, jam.id)
        # Of two ballots of one member in one moment nobody could say which should count.
        once = {(act.what, act.who, act.bits * (act.what != "vote")): act for act in acts}
        type(self).steps += len(once) - 1
        self.here.act(*(_later(getattr(those, act.what), act) for act in once.values()), run=run)

    def _to_the_end(self, offset: float, kind: str = "contest") -> None:
        jam = self._jam(kind=kind)
        if jam is not None and self.here.is_timed(jam):
            self.here.sleep_until(jam.due_at + offset)

    @rule(seconds=SPANS)
    def time_passes(self, seconds: float) -> None:
        self.here.run(seconds)

    @rule(polls=st.integers(0, 3))
    def the_api_answers_badly(self, polls: int) -> None:
        self.here.api.poll_troubles = polls

    @rule(
        kinds=st.lists(st.sampled_from((FileGone, FileTooLarge, DownloadFailed)), max_size=4),
        often=st.sampled_from((1, 50)),
    )
    def files_cannot_be_had(self, kinds: list[type[DownloadFailed]], often: int) -> None:
        self.here.api.file_troubles = [kind("no file") for kind in kinds * often]

    @rule(number=BITS)
    def the_sound_of_an_entry_is_lost(self, number: int) -> None:
        there = sorted(self.here.shelf.glob("*/*"))
        if there:
            there[number % len(there)].unlink()

    @precondition(lambda self: self.alive)
    @rule(troubles=st.lists(st.booleans(), max_size=4), run=SPANS)
    def the_disk_fails(self, troubles: list[bool], run: float) -> None:
        self.here.trouble_disk(troubles)
        self.here.run(run)

    @rule(sends=SENDS, takes=st.sampled_from((0.05, 1.0, 31.0)), changes=st.integers(0, 3))
    def the_channel_answers_badly(self, sends: list[Send], takes: float, changes: int) -> None:
        self.here.channels.outcomes = list(sends)
        self.here.channels.takes = takes
        self.here.board.troubles = changes

    @precondition(lambda self: self.alive)
    @rule(points=st.integers(0, 40), run=SPANS)
    def the_bot_is_killed_at_a_step(self, points: int, run: float) -> None:
        assert self.here.process is not None
        self.here.process.life.fuse = points
        self.here.run(run)

    @precondition(lambda self: not self.alive)
    @rule(down=st.sampled_from((0.0, 10.0, 200.0, 700.0, 30_000.0)), run=SPANS)
    def the_bot_is_started(self, down: float, run: float) -> None:
        owed = self.here.start_after(down)
        if owed:
            raise Broken(owed[0])
        self.here.run(run)

    @rule(now=st.sampled_from((True, *[False] * 7)))
    def everything_ends(self, *, now: bool) -> None:
        """Rarely: it takes long."""
        if now:
            end_all(self.here)

    def _check(self) -> None:
        check(self.here)

    def _end(self) -> None:
        end_all(self.here)
        forget_all(self.here)


async def _later(do: Callable[[Act], Awaitable[None]], act: Act) -> None:
    if act.after:
        await asyncio.sleep(act.after)
    await do(act)
