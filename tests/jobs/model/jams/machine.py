"""What may happen around contests, one step after the other; hypothesis chooses."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.jobs.model.jams import people
from tests.jobs.model.jams.around import BITS, LAST, MOMENTS, OUTCOMES, SENDS, SPANS, WHO
from tests.jobs.model.jams.people import Act
from tests.jobs.model.jams.relays import Relays
from tests.jobs.model.outcomes import Call, Course, Outcome, Send
from tests.jobs.model.world import CHANNELS

_CHANNELS = st.sampled_from(CHANNELS)
_POTS = st.sampled_from((0, 10, 30, 60, 200))
_MEMBERS_DO = ("enter", "choose", "withdraw", "vote", "vote", "vote", "decide")
_ACTS = st.builds(Act, st.sampled_from((*_MEMBERS_DO, "host", "peek")), WHO, BITS, MOMENTS, OUTCOMES)
# Some pick all that there is.
_BALLOTS = st.lists(st.tuples(WHO, st.sampled_from([*range(64), *[1023] * 16])), min_size=3, max_size=12)
# Some of two pages, of which the first is shown.
_PAGES = st.lists(st.tuples(WHO, st.sampled_from([*range(64), *range(256, 320)])), min_size=3, max_size=12)
_RUNNING = precondition(lambda self: self.alive and self._jam())


class JamsMachine(Relays):
    """Contests and relays in a world in which anything may go wrong. `steps` counts all that happened."""

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
        running = [one for one in self.here.file.jams() if not one.has_ended and not one.in_turn]
        if len(running) < 2 and self.here.process:
            wish = people.wish(minutes, votes, pot, tries, picks)
            self.here.act(people.start(self.here, self.here.process, wish, channel), run=1.0)

    @precondition(lambda self: self.alive)
    @rule(entrants=st.sets(WHO, min_size=1, max_size=4), sends=SENDS, late=st.booleans())
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
    @rule(entrants=st.sets(WHO, min_size=3, max_size=5), bits=BITS, last=LAST, ballots=_BALLOTS)
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
    @rule(who=WHO, call=st.sampled_from((Call.REFUSED, Call.FINE)), times=st.integers(2, 4))
    def somebody_fails_again_and_again(self, who: int, call: Call, times: int) -> None:
        self.a_contest_is_started(10, 10, 200, 2, 2, CHANNELS[0])
        for bits in range(1, times):
            self._do([Act("enter", who, bits, 0.0, Outcome(call, Course.REFUNDED))], run=100.0)

    @_RUNNING
    @rule(who=WHO, bits=BITS, outcome=OUTCOMES, run=SPANS, number=BITS)
    def somebody_enters(self, who: int, bits: int, outcome: Outcome, run: float, number: int) -> None:
        self._do([Act("enter", who, bits, 0.0, outcome)], run=run, number=number)

    @_RUNNING
    @rule(what=st.sampled_from(("choose", "choose", "withdraw")), who=WHO, bits=BITS, number=BITS)
    def somebody_changes_an_entry(self, what: str, who: int, bits: int, number: int) -> None:
        self._do([Act(what, who, bits)], number=number)

    @_RUNNING
    @rule(who=WHO, bits=BITS, number=BITS)
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
    @rule(bits=BITS, run=SPANS)
    def somebody_decides_about_a_try(self, bits: int, run: float) -> None:
        self._do([Act("decide", 0, bits)], run=run)

    @precondition(lambda self: self.alive)
    @rule(who=WHO, outcome=OUTCOMES, bits=BITS)
    def a_try_is_made_and_decided_about(self, who: int, outcome: Outcome, bits: int) -> None:
        self.a_contest_is_started(10, 10, 60, 2, 2, CHANNELS[0])
        self._do([Act("enter", who, 1, 0.0, outcome)], run=100.0)
        self._do([Act("decide", who, bits)], run=5.0)

    @_RUNNING
    @rule(bits=BITS, run=SPANS, number=BITS)
    def the_host_acts(self, bits: int, run: float, number: int) -> None:
        self._do([Act("host", 0, bits)], run=run, number=number)

    @_RUNNING
    @rule(bits=st.sets(BITS, min_size=2, max_size=3))
    def several_hosts_act_at_once(self, bits: set[int]) -> None:
        self._do([Act("host", 0, each) for each in sorted(bits)])

    @_RUNNING
    @rule(bits=BITS)
    def a_moderator_looks_whose_it_is(self, bits: int) -> None:
        self._do([Act("peek", 0, bits)])

    @_RUNNING
    @rule(acts=st.lists(_ACTS, min_size=2, max_size=6), run=SPANS)
    def several_act_at_once(self, acts: list[Act], run: float) -> None:
        self._do(acts, run=run)

    @_RUNNING
    @rule(whom=st.sets(WHO, min_size=2), bits=BITS, outcome=OUTCOMES, run=SPANS)
    def several_enter_at_once(self, whom: set[int], bits: int, outcome: Outcome, run: float) -> None:
        twice = [(who, bits + n) for who in sorted(whom) for n in (0, 1)]
        self._do([Act("enter", who, each, 0.0, outcome) for who, each in twice], run=run)

    @_RUNNING
    @rule(
        acts=st.lists(_ACTS, min_size=1, max_size=4),
        offset=st.sampled_from((-0.1, 0.0, 0.1, 4.9, 5.0, 5.1)),
        run=SPANS,
    )
    def it_is_the_end_of_a_phase(self, acts: list[Act], offset: float, run: float) -> None:
        self._to_the_end(offset)
        if self.alive:
            self._do(acts, run=run)
