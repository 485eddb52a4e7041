"""What may happen around jams, one step after the other; hypothesis chooses."""

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from musicapi import DownloadFailed, FileGone, FileTooLarge
from tests.jobs.model.invariants import Broken
from tests.jobs.model.jams import people
from tests.jobs.model.jams.ending import end_all, forget_all
from tests.jobs.model.jams.file import JamRow
from tests.jobs.model.jams.invariants import check
from tests.jobs.model.jams.people import Act, People
from tests.jobs.model.jams.world import MEMBERS, JamWorld
from tests.jobs.model.outcomes import LOSSES, Call, Course, Outcome, Send
from tests.jobs.model.outside import Outside
from tests.jobs.model.world import CHANNELS

_WHO = st.sampled_from(range(len(MEMBERS)))
_BITS = st.sampled_from(range(1024))
_MOMENTS = st.sampled_from((0.0, 0.05, 1.0, 5.0))
_SPANS = st.sampled_from((0.0, 0.0, 1.0, 5.0, 40.0, 100.0))
_CHANNELS = st.sampled_from(CHANNELS)
_POTS = st.sampled_from((0, 10, 30, 60, 200))
_FINE = st.just(Outcome())
_OUTCOMES = st.one_of(
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
_LAST = st.one_of(_FINE, st.just(Outcome(ends_after=2000.0)), _OUTCOMES)
_MEMBERS_DO = ("enter", "choose", "withdraw", "vote", "vote", "vote", "decide")
_ACTS = st.builds(Act, st.sampled_from((*_MEMBERS_DO, "host", "peek")), _WHO, _BITS, _MOMENTS, _OUTCOMES)
_SENDS = st.lists(st.sampled_from(Send), max_size=4)
# Some pick all that there is.
_BALLOTS = st.lists(st.tuples(_WHO, st.sampled_from([*range(64), *[1023] * 16])), min_size=3, max_size=12)
# Some of two pages, of which the first is shown.
_PAGES = st.lists(st.tuples(_WHO, st.sampled_from([*range(64), *range(256, 320)])), min_size=3, max_size=12)
_RUNNING = precondition(lambda self: self.alive and self.here.file.jams())


class JamsMachine(Outside[JamWorld]):
    """Contests in a world in which anything may go wrong. `steps` counts all that happened.

    What several people do in one rule are as many steps.
    """

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = JamWorld(seed)

    def _jam(self, number: int = 1) -> JamRow | None:
        """Mostly the latest."""
        there = self.here.file.jams()
        return there[-1 - (number % len(there) if number % 4 == 0 else 0)] if there else None

    def _do(self, acts: list[Act], *, run: float = 0.0, number: int = 1) -> None:
        """People act at the same time, each once."""
        process, jam = self.here.process, self._jam(number)
        if process is None or jam is None:
            return
        those = People(self.here, process, jam.id)
        # Of two ballots of one member in one moment nobody could say which should count.
        once = {(act.what, act.who, act.bits * (act.what != "vote")): act for act in acts}
        type(self).steps += len(once) - 1
        self.here.act(*(_later(getattr(those, act.what), act) for act in once.values()), run=run)

    @precondition(lambda self: self.alive)
    @rule(
        minutes=st.sampled_from((10, 10, 20)),
        votes=st.sampled_from((10, 10, 10, 0)),
        pot=_POTS,
        tries=st.integers(1, 3),
        picks=st.integers(1, 3),
        channel=_CHANNELS,
    )
    def a_contest_is_started(
        self, minutes: int, votes: int, pot: int, tries: int, picks: int, channel: int
    ) -> None:
        if sum(not one.has_ended for one in self.here.file.jams()) < 2 and self.here.process:
            wish = people.wish(minutes, votes, pot, tries, picks)
            self.here.act(people.start(self.here, self.here.process, wish, channel), run=1.0)

    @precondition(lambda self: self.alive)
    @rule(entrants=st.sets(_WHO, min_size=1, max_size=4), sends=_SENDS, late=st.booleans())
    def a_contest_comes_to_its_vote(self, entrants: set[int], sends: list[Send], *, late: bool) -> None:
        """If nothing keeps it from that."""
        self.a_contest_is_started(10, 10, 60, 2, 2, CHANNELS[0])
        self._do([Act("enter", who, 1) for who in sorted(entrants)], run=150.0)
        self._to_the_end(-1.0)
        self.here.channels.outcomes = list(sends)
        if late:
            self._do([Act("enter", who, 1) for who in sorted(entrants)])
        self.here.run(30.0)

    @precondition(lambda self: self.alive)
    @rule(entrants=st.sets(_WHO, min_size=3, max_size=5), bits=_BITS, last=_LAST, ballots=_BALLOTS)
    def a_contest_is_played(
        self, entrants: set[int], bits: int, last: Outcome, ballots: list[tuple[int, int]]
    ) -> None:
        """To its end, if nothing keeps it from that; one more try is made in the last moment."""
        self.a_contest_is_started(10, 10, 60, 2, 2, CHANNELS[0])
        self._do([Act("enter", who, 1) for who in sorted(entrants)], run=100.0)
        self._do([Act("choose", who, bits >> who) for who in sorted(entrants)])
        self._to_the_end(-1.0)
        self._do([Act("enter", min(entrants), 1, 0.0, last)], run=60.0)
        self._to_the_end(20.0)
        self.many_vote(ballots)
        self._to_the_end(20.0)

    @precondition(lambda self: self.alive)
    @rule(who=_WHO, call=st.sampled_from((Call.REFUSED, Call.FINE)), times=st.integers(2, 4))
    def somebody_fails_again_and_again(self, who: int, call: Call, times: int) -> None:
        self.a_contest_is_started(10, 10, 200, 2, 2, CHANNELS[0])
        for bits in range(1, times):
            self._do([Act("enter", who, bits, 0.0, Outcome(call, Course.REFUNDED))], run=100.0)

    def _to_the_end(self, offset: float) -> None:
        jam = self._jam()
        if jam is not None and self.here.is_timed(jam):
            self.here.sleep_until(jam.due_at + offset)

    @_RUNNING
    @rule(who=_WHO, bits=_BITS, outcome=_OUTCOMES, run=_SPANS, number=_BITS)
    def somebody_enters(self, who: int, bits: int, outcome: Outcome, run: float, number: int) -> None:
        self._do([Act("enter", who, bits, 0.0, outcome)], run=run, number=number)

    @_RUNNING
    @rule(what=st.sampled_from(("choose", "choose", "withdraw")), who=_WHO, bits=_BITS, number=_BITS)
    def somebody_changes_an_entry(self, what: str, who: int, bits: int, number: int) -> None:
        self._do([Act(what, who, bits)], number=number)

    @_RUNNING
    @rule(who=_WHO, bits=_BITS, number=_BITS)
    def somebody_votes(self, who: int, bits: int, number: int) -> None:
        self._do([Act("vote", who, bits)], number=number)

    @_RUNNING
    @rule(ballots=_BALLOTS)
    def many_vote(self, ballots: list[tuple[int, int]]) -> None:
        """Some of them again."""
        for who, bits in ballots:
            self._do([Act("vote", who, bits)])
        type(self).steps += len(ballots) - 1

    @_RUNNING
    @rule(ballots=_PAGES)
    def many_vote_page_by_page(self, ballots: list[tuple[int, int]]) -> None:
        self.many_vote(ballots)

    @_RUNNING
    @rule(bits=_BITS, run=_SPANS)
    def somebody_decides_about_a_try(self, bits: int, run: float) -> None:
        self._do([Act("decide", 0, bits)], run=run)

    @precondition(lambda self: self.alive)
    @rule(who=_WHO, outcome=_OUTCOMES, bits=_BITS)
    def a_try_is_made_and_decided_about(self, who: int, outcome: Outcome, bits: int) -> None:
        self.a_contest_is_started(10, 10, 60, 2, 2, CHANNELS[0])
        self._do([Act("enter", who, 1, 0.0, outcome)], run=100.0)
        self._do([Act("decide", who, bits)], run=5.0)

    @_RUNNING
    @rule(bits=_BITS, run=_SPANS, number=_BITS)
    def the_host_acts(self, bits: int, run: float, number: int) -> None:
        self._do([Act("host", 0, bits)], run=run, number=number)

    @_RUNNING
    @rule(bits=st.sets(_BITS, min_size=2, max_size=3))
    def several_hosts_act_at_once(self, bits: set[int]) -> None:
        self._do([Act("host", 0, each) for each in sorted(bits)])

    @_RUNNING
    @rule(bits=_BITS)
    def a_moderator_looks_whose_it_is(self, bits: int) -> None:
        self._do([Act("peek", 0, bits)])

    @_RUNNING
    @rule(acts=st.lists(_ACTS, min_size=2, max_size=6), run=_SPANS)
    def several_act_at_once(self, acts: list[Act], run: float) -> None:
        self._do(acts, run=run)

    @_RUNNING
    @rule(whom=st.sets(_WHO, min_size=2), bits=_BITS, outcome=_OUTCOMES, run=_SPANS)
    def several_enter_at_once(self, whom: set[int], bits: int, outcome: Outcome, run: float) -> None:
        twice = [(who, bits + n) for who in sorted(whom) for n in (0, 1)]
        self._do([Act("enter", who, each, 0.0, outcome) for who, each in twice], run=run)

    @_RUNNING
    @rule(
        acts=st.lists(_ACTS, min_size=1, max_size=4),
        offset=st.sampled_from((-0.1, 0.0, 0.1, 4.9, 5.0, 5.1)),
        run=_SPANS,
    )
    def it_is_the_end_of_a_phase(self, acts: list[Act], offset: float, run: float) -> None:
        self._to_the_end(offset)
        if self.alive:
            self._do(acts, run=run)

    @rule(seconds=_SPANS)
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

    @rule(number=_BITS)
    def the_sound_of_an_entry_is_lost(self, number: int) -> None:
        there = sorted(self.here.shelf.glob("*/*"))
        if there:
            there[number % len(there)].unlink()

    @precondition(lambda self: self.alive)
    @rule(troubles=st.lists(st.booleans(), max_size=4), run=_SPANS)
    def the_disk_fails(self, troubles: list[bool], run: float) -> None:
        self.here.trouble_disk(troubles)
        self.here.run(run)

    @rule(sends=_SENDS, takes=st.sampled_from((0.05, 1.0, 31.0)), changes=st.integers(0, 3))
    def the_channel_answers_badly(self, sends: list[Send], takes: float, changes: int) -> None:
        self.here.channels.outcomes = list(sends)
        self.here.channels.takes = takes
        self.here.board.troubles = changes

    @precondition(lambda self: self.alive)
    @rule(points=st.integers(0, 40), run=_SPANS)
    def the_bot_is_killed_at_a_step(self, points: int, run: float) -> None:
        assert self.here.process is not None
        self.here.process.life.fuse = points
        self.here.run(run)

    @precondition(lambda self: not self.alive)
    @rule(down=st.sampled_from((0.0, 10.0, 200.0, 700.0, 30_000.0)), run=_SPANS)
    def the_bot_is_started(self, down: float, run: float) -> None:
        owed = self.here.start_after(down)
        if owed:
            raise Broken(owed[0])
        self.here.run(run)

    @rule(now=st.sampled_from((True, False, False)))
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
