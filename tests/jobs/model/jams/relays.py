"""What may happen around relays, one step after the other; hypothesis chooses."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jobs.jams.turn_service import TurnsWish
from tests.jobs.model.jams import takers
from tests.jobs.model.jams.around import BITS, MOMENTS, OUTCOMES, SPANS, WHO, Around
from tests.jobs.model.jams.people import Act
from tests.jobs.model.jams.world import MEMBERS
from tests.jobs.model.outcomes import LOSSES, Call, Course, Outcome
from tests.jobs.model.world import CHANNELS

_ORDERS = st.sampled_from(("joined", "drawn", "anyone"))
# Three turns need 34 credits, so some of these hold one or two.
_POTS = st.sampled_from((None, None, 12, 24, 60))
_SOME = st.sets(WHO, min_size=2, max_size=4)
# What becomes of what the bot orders itself.
_JOINS = st.lists(
    st.one_of(
        st.just(Outcome()),
        st.builds(
            Outcome, st.sampled_from((Call.FINE, Call.REFUSED, *sorted(LOSSES, key=lambda call: call.name)))
        ),
        st.builds(Outcome, st.just(Call.FINE), st.sampled_from((Course.REFUNDED, Course.KEPT, Course.GONE))),
    ),
    min_size=1,
    max_size=3,
)
# Taken and chosen, taken alone, passed, or let go.
_TURNS = st.sampled_from(("take", "take", "take", "make", "pass_on", "wait"))
_ACTS = st.builds(
    Act,
    st.sampled_from(("take", "take", "pass_on", "choose", "choose", "join", "leave", "decide", "host")),
    WHO,
    BITS,
    MOMENTS,
    OUTCOMES,
)
_EVERYBODY = range(len(MEMBERS))
_RUNNING = precondition(lambda self: self.alive and self._jam(kind="relay"))


class Relays(Around):
    """The rules of relays."""

    def _act(self, acts: list[Act], *, run: float = 0.0) -> None:
        self._do(acts, run=run, kind="relay")

    @precondition(lambda self: self.alive)
    @rule(turns=st.integers(2, 3), pot=_POTS, order=_ORDERS, blind=st.booleans(), who=_SOME)
    def a_relay_is_begun(
        self, turns: int, pot: int | None, order: str, who: set[int], *, blind: bool
    ) -> None:
        """By itself where there are enough members."""
        if all(one.has_ended for one in self.here.file.jams() if one.in_turn):
            wish = TurnsWish("relay", "lanterns", turns, "10m", pot, order=order, blind=blind)
            self.here.act(takers.start(self.here, wish, CHANNELS[0]), run=1.0)
        for member in sorted(who):
            self._act([Act("join", member)])
        self._act([Act("host", 0, 7)], run=5.0)

    def _take(self, bits: int, outcome: Outcome) -> None:
        """Whoever's turn it is takes it; others may try to."""
        self._act([Act("take", who, bits, 0.0, outcome) for who in _EVERYBODY], run=100.0)

    @precondition(lambda self: self.alive)
    @rule(
        order=_ORDERS,
        blind=st.booleans(),
        who=_SOME,
        turns=st.lists(st.tuples(_TURNS, BITS), min_size=3),
        joins=_JOINS,
    )
    def a_relay_is_played(
        self, order: str, who: set[int], turns: list[tuple[str, int]], joins: list[Outcome], *, blind: bool
    ) -> None:
        """To its end, if nothing keeps it from that."""
        self.a_relay_is_begun(3, None, order, who, blind=blind)
        self.here.api.own = list(joins)
        for what, bits in turns[:6]:
            if what in ("take", "make"):
                self._take(bits | 1, Outcome())
            if what == "take":
                self._act([Act("choose", 0, bits | 2)], run=100.0)
            elif what == "pass_on":
                self._act([Act("pass_on", member) for member in _EVERYBODY], run=5.0)
            elif what == "wait":
                self._to_the_end(5.0, "relay")

    @precondition(lambda self: self.alive)
    @rule(joins=_JOINS, first=BITS, second=BITS, run=SPANS)
    def a_second_turn_is_joined(self, joins: list[Outcome], first: int, second: int, run: float) -> None:
        """By what the bot orders; the host may decide about that."""
        self.a_relay_is_begun(3, None, "joined", {0, 1}, blind=False)
        for bits in (first, second):
            self._act([Act("take", who, 1) for who in (0, 1)], run=100.0)
            self.here.api.own = list(joins)
            self._act([Act("choose", 0, bits | 2)], run=40.0)
        self._act([Act("decide", 0, second)], run=run)

    @precondition(lambda self: self.alive)
    @rule(who=WHO, blind=st.booleans())
    def somebody_wants_every_turn_of_anyone(self, who: int, *, blind: bool) -> None:
        self.a_relay_is_begun(3, None, "anyone", {who}, blind=blind)
        for _ in range(2):
            self._act([Act("take", who, 1)], run=100.0)
            self._act([Act("choose", 0, 2)], run=100.0)

    @_RUNNING
    @rule(bits=BITS, outcome=OUTCOMES)
    def everybody_tries_to_take_the_turn(self, bits: int, outcome: Outcome) -> None:
        self._take(bits, outcome)

    @_RUNNING
    @rule(what=st.sampled_from(("take", "pass_on", "choose", "join", "leave")), who=WHO, bits=BITS, run=SPANS)
    def somebody_acts_in_a_relay(self, what: str, who: int, bits: int, run: float) -> None:
        self._act([Act(what, who, bits)], run=run)

    @_RUNNING
    @rule(bits=BITS, run=SPANS)
    def somebody_decides_about_a_turn(self, bits: int, run: float) -> None:
        self._act([Act("decide", 0, bits)], run=run)

    @_RUNNING
    @rule(bits=st.sets(BITS, min_size=1, max_size=3), run=SPANS)
    def a_relay_is_led(self, bits: set[int], run: float) -> None:
        """By several at once, where they do not know of each other."""
        self._act([Act("host", 0, each) for each in sorted(bits)], run=run)

    @_RUNNING
    @rule(acts=st.lists(_ACTS, min_size=2, max_size=6), run=SPANS)
    def several_act_in_a_relay_at_once(self, acts: list[Act], run: float) -> None:
        self._act(acts, run=run)

    @_RUNNING
    @rule(
        acts=st.lists(_ACTS, min_size=1, max_size=4), offset=st.sampled_from((-0.1, 0.0, 0.1, 5.0)), run=SPANS
    )
    def it_is_the_end_of_a_turn(self, acts: list[Act], offset: float, run: float) -> None:
        self._to_the_end(offset, "relay")
        if self.alive:
            self._act(acts, run=run)

    @rule(poor=st.booleans())
    def the_account_is_empty_or_filled(self, *, poor: bool) -> None:
        self.here.api.poor = poor

    @rule(joins=_JOINS)
    def what_the_bot_orders_may_go_badly(self, joins: list[Outcome]) -> None:
        self.here.api.own = list(joins)
