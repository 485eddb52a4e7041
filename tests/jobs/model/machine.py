"""What may happen, one step after the other; hypothesis chooses."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from musicapi import DownloadFailed, FileGone, FileTooLarge
from tests.jobs.model.invariants import check
from tests.jobs.model.liveness import end_all
from tests.jobs.model.outcomes import LOSSES, Call, Course, Outcome, Send
from tests.jobs.model.outside import Outside
from tests.jobs.model.terms import TERMS
from tests.jobs.model.world import CHANNELS, World

_OPERATIONS = st.sampled_from(sorted(TERMS))
_COURSES = st.sampled_from(Course)
_LOSSES = st.sampled_from([call for call in Call if call in LOSSES])
_SOME_LOSSES = st.sampled_from((Call.LOST_AFTER, Call.KILLED_AFTER, Call.LOST_BEFORE))
_CHANNELS = st.sampled_from(CHANNELS)
_MOMENTS = st.sampled_from((0.0, 0.05, 1.0, 5.0, 31.0, 61.0))
_SPANS = st.sampled_from((0.0, 1.0, 20.0, 35.0, 100.0, 700.0, 4000.0))
_LANDINGS = st.sampled_from((5.0, 75.0, 300.0, 850.0))
_OUTCOMES = st.lists(
    st.builds(
        Outcome,
        st.sampled_from(Call),
        _COURSES,
        st.sampled_from((0.1, 1.0, 50.0)),
        st.sampled_from((5.0, 20.0, 60.0, 400.0, 2000.0)),
        _LANDINGS,
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
_DECISIONS = st.sampled_from(("cancel", "retry", "send again", "look again", "webhook"))
# What comes in pieces, or not all of it.
_IN_PIECES = st.sampled_from(
    (Course.ONE_BY_ONE, Course.STRAGGLER, Course.ALL_BUT_ONE, Course.FEWER, Course.PART)
)
_FILE_TROUBLES = st.sampled_from((FileGone, FileTooLarge, DownloadFailed))
# More than a sum of prices can explain: what another program spends may not look like a charge of ours.
_FOREIGN = 1000


class JobsMachine(Outside[World]):
    """The life of jobs in a world in which anything may go wrong. `steps` counts all that were made."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = World(seed)

    def _press(self, what: str, number: int, *, after: float, run: float, channel: int) -> None:
        """Somebody decides about one of the jobs, counted from the latest."""
        rows = self.here.file.jobs()
        if rows:
            row = rows[-1 - number % len(rows)]
            self.here.press(what, row, after=after, run=run, channel_id=channel)

    @precondition(lambda self: self.alive)
    @rule(operation=_OPERATIONS, outcomes=_OUTCOMES, shown=st.booleans(), channel=_CHANNELS, run=_SPANS)
    def order(
        self, operation: str, outcomes: list[Outcome], channel: int, run: float, *, shown: bool
    ) -> None:
        self.here.order(operation, outcomes, shown=shown, channel_id=channel)
        self.here.run(run)

    @precondition(lambda self: self.alive)
    @rule(
        operation=st.sampled_from(("suno.create", "suno.stems_full", "suno.lyrics")),
        loss=_LOSSES,
        course=_COURSES,
        lands_after=_LANDINGS,
        run=_SPANS,
    )
    def order_and_lose_the_answer(
        self, operation: str, loss: Call, course: Course, lands_after: float, run: float
    ) -> None:
        outcome = Outcome(loss, course, lands_after=lands_after)
        self.here.order(operation, [outcome], shown=True, channel_id=CHANNELS[0])
        self.here.run(run)
        if not self.alive:
            self.here.start()

    @precondition(lambda self: self.alive)
    @rule(
        operation=_OPERATIONS, sends=st.lists(st.sampled_from(Send), max_size=4), takes=_MOMENTS, run=_SPANS
    )
    def order_and_send_badly(self, operation: str, sends: list[Send], takes: float, run: float) -> None:
        self.here.channels.outcomes = list(sends)
        self.here.channels.takes = takes
        self.here.order(operation, [Outcome()], shown=True, channel_id=CHANNELS[0])
        self.here.run(run)

    @precondition(lambda self: self.alive)
    @rule(
        operation=st.sampled_from(("suno.create", "suno.stems_full")),
        course=_IN_PIECES,
        sends=st.lists(st.sampled_from(Send), max_size=3),
        runs=st.lists(_SPANS, min_size=1, max_size=4),
        what=st.sampled_from(("", "send again", "look again")),
    )
    def order_what_comes_in_pieces(
        self, operation: str, course: Course, sends: list[Send], runs: list[float], what: str
    ) -> None:
        """It may be killed at each of the steps, and is started again."""
        self.here.order(operation, [Outcome(course=course)], shown=True, channel_id=CHANNELS[0])
        for run in runs:
            self.here.run(run)
            self.here.channels.outcomes = list(sends)
            if self.alive and what:
                self._press(what, 0, after=0.0, run=1.0, channel=CHANNELS[0])
            if not self.alive:
                self.here.start()

    @precondition(lambda self: self.alive)
    @rule(
        call=st.sampled_from(
            (Call.FINE, Call.REFUSED, Call.LOST_AFTER, Call.LOST_BEFORE, Call.NO_CONNECTION)
        ),
        takes=st.sampled_from((1.0, 31.0)),
        wait=st.sampled_from((0.0, 5.0, 100.0)),
        what=_DECISIONS,
        after=_MOMENTS,
    )
    def order_and_press_in_the_middle(
        self, call: Call, takes: float, wait: float, what: str, after: float
    ) -> None:
        self.here.channels.takes = takes
        self.here.order("suno.create", [Outcome(call)], shown=True, channel_id=CHANNELS[0])
        self.here.run(wait)
        self._press(what, 0, after=after, run=100.0, channel=CHANNELS[0])

    @precondition(lambda self: self.alive)
    @rule(first=_SOME_LOSSES, second=_SOME_LOSSES, apart=st.sampled_from((0.0, 31.0, 61.0)))
    def two_answers_are_lost(self, first: Call, second: Call, apart: float) -> None:
        """The credits of the first may come back while those of the second are looked for."""
        for outcome, run in (
            (Outcome(first, Course.REFUNDED, ends_after=70.0), apart),
            (Outcome(second, Course.FINE), 100.0),
        ):
            if not self.alive:
                self.here.start()
            self.here.order("suno.create", [outcome], shown=True, channel_id=CHANNELS[0])
            self.here.run(run)

    @precondition(lambda self: self.alive)
    @rule(call=st.sampled_from((Call.LOST_LATE, Call.FINE)), shows_after=st.sampled_from((0.0, 50.0, 500.0)))
    def effects_come_later_than_anybody_waits(self, call: Call, shows_after: float) -> None:
        self.here.api.shows_after = shows_after
        self.here.api.lands_ever_so_late = True
        outcome = Outcome(call, Course.REFUNDED_LATE, lands_after=2000.0)
        self.here.order("suno.create", [outcome], shown=True, channel_id=CHANNELS[0])
        self.here.run(4000.0)

    @precondition(lambda self: self.alive)
    @rule(
        courses=st.lists(
            st.sampled_from((Course.FINE, Course.REFUNDED, Course.GONE, Course.KEPT, Course.REFUNDED_LATE)),
            min_size=2,
            max_size=4,
        ),
        says=st.booleans(),
        lost=st.booleans(),
    )
    def several_at_once_fail(self, courses: list[Course], *, says: bool, lost: bool) -> None:
        """And one of them is lost: what comes back may hide what it took."""
        for number, course in enumerate(courses):
            call = Call.LOST_LATE if lost and not number else Call.FINE
            self.here.order(
                "suno.create", [Outcome(call, course, says=says)], shown=True, channel_id=CHANNELS[0]
            )
        self.here.run(400.0)

    @precondition(lambda self: self.alive)
    @rule(after=_MOMENTS)
    def news_are_asked_for_while_they_are_told(self, after: float) -> None:
        self.here.channels.takes = 31.0
        self.here.order("suno.create", [Outcome(Call.REFUSED)], shown=True, channel_id=CHANNELS[0])
        self.here.run(5.0)
        self._press("send again", 0, after=after, run=100.0, channel=CHANNELS[0])

    @precondition(lambda self: self.alive)
    @rule(operation=_OPERATIONS, after=st.sampled_from((0.0, 0.05, 0.1, 0.5)))
    def somebody_cancels_at_once(self, operation: str, after: float) -> None:
        self.here.run(5.0)
        self.here.order(operation, [Outcome()], shown=True, channel_id=CHANNELS[0])
        self._press("cancel", 0, after=after, run=5.0, channel=CHANNELS[0])

    @precondition(lambda self: self.alive)
    @rule(operation=_OPERATIONS, run=_SPANS)
    def the_api_is_busy(self, operation: str, run: float) -> None:
        self.here.order(operation, [Outcome(Call.BUSY)], shown=True, channel_id=CHANNELS[0])
        self.here.run(run)

    @precondition(lambda self: self.alive)
    @rule(operation=_OPERATIONS, troubles=st.lists(st.booleans(), min_size=1, max_size=3))
    def the_disk_fails_when_the_answer_comes(self, operation: str, troubles: list[bool]) -> None:
        self.here.run(5.0)
        self.here.order(operation, [Outcome(takes=50.0)], shown=True, channel_id=CHANNELS[0])
        self.here.run(10.0)
        self.here.trouble_disk(troubles)
        self.here.run(100.0)

    @rule(seconds=_SPANS)
    def time_passes(self, seconds: float) -> None:
        self.here.run(seconds)

    @precondition(lambda self: self.alive)
    @rule(
        what=_DECISIONS,
        number=st.integers(0, 5),
        after=_MOMENTS,
        run=_SPANS,
        channel=_CHANNELS,
    )
    def somebody_presses(self, what: str, number: int, after: float, run: float, channel: int) -> None:
        self._press(what, number, after=after, run=run, channel=channel)

    @rule(up=st.booleans())
    def the_balance_moves_by_others(self, *, up: bool) -> None:
        api = self.here.api
        amount = _FOREIGN * 2 ** min(api.foreign, 40)
        api.move_balance(amount if up else -amount)

    @rule(seconds=st.sampled_from((0.0, 20.0, 75.0, 400.0)))
    def the_balance_is_slow(self, seconds: float) -> None:
        self.here.api.shows_after = seconds

    @rule(polls=st.integers(0, 4), balances=st.integers(0, 4))
    def the_api_answers_badly(self, polls: int, balances: int) -> None:
        self.here.api.poll_troubles = polls
        self.here.api.balance_troubles = balances

    @rule(
        kinds=st.lists(_FILE_TROUBLES, max_size=4),
        often=st.sampled_from((1, 100)),
    )
    def files_cannot_be_had(self, kinds: list[type[DownloadFailed]], often: int) -> None:
        """For a moment, or for longer than anybody waits."""
        self.here.api.file_troubles = [kind("no file") for kind in kinds * often]

    @precondition(lambda self: self.alive)
    @rule(operation=_OPERATIONS, kind=_FILE_TROUBLES, often=st.sampled_from((1, 100)), run=_SPANS)
    def order_what_has_no_file(
        self, operation: str, kind: type[DownloadFailed], often: int, run: float
    ) -> None:
        """For a moment, or for longer than anybody waits."""
        self.here.api.file_troubles = [kind("no file")] * often
        self.here.order(operation, [Outcome()], shown=True, channel_id=CHANNELS[0])
        self.here.run(run)

    @precondition(lambda self: self.alive)
    @rule(troubles=st.lists(st.booleans(), max_size=4), run=_SPANS)
    def the_disk_fails(self, troubles: list[bool], run: float) -> None:
        self.here.trouble_disk(troubles)
        self.here.run(run)

    @rule(sends=st.lists(st.sampled_from(Send), max_size=4), takes=_MOMENTS)
    def the_channel_answers_badly(self, sends: list[Send], takes: float) -> None:
        self.here.channels.outcomes = list(sends)
        self.here.channels.takes = takes

    @precondition(lambda self: self.alive)
    @rule(points=st.integers(0, 40), run=_SPANS)
    def the_bot_is_killed_at_a_step(self, points: int, run: float) -> None:
        assert self.here.process is not None
        self.here.process.life.fuse = points
        self.here.run(run)

    @precondition(lambda self: not self.alive)
    @rule(down=st.sampled_from((0.0, 10.0, 200.0, 4000.0, 30_000.0)), run=_SPANS)
    def the_bot_is_started(self, down: float, run: float) -> None:
        self.here.run(down)
        self.here.start()
        self.here.run(run)

    @rule()
    def everything_ends(self) -> None:
        end_all(self.here)

    def _check(self) -> None:
        check(self.here)

    def _end(self) -> None:
        end_all(self.here)
