"""Errors about turns, like those of `mutants`."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER
from jobs.jams import sounds, turn_service, turns
from jobs.models import Booking, Clip, Job, Order, Origin
from jobs.models.jam import ENTRY_MOVES, Entry, EntryState, Jam, JamMember, JamPost
from jobs.models.jams.figures import JamFigures
from jobs.models.rejections import Rejection
from jobs.models.states import S
from jobs.rules import admission
from jobs.rules.admission import JamFacts, Quote, TurnFacts
from jobs.rules.jams import turns as rules
from jobs.store.queries import ledger
from jobs.store.queries.jams import entries, joins, life, parts
from jobs.store.queries.jams import turns as moves
from tests.jobs.model.jams.mutants import Patch, mutant

_PLAYED = ("a_relay_is_played", "the_bot_is_started")
_JOINED = ("a_second_turn_is_joined", "the_bot_is_started")
_BEGUN = ("a_relay_is_begun", "it_is_the_end_of_a_turn", "everybody_tries_to_take_the_turn")


@mutant(*_PLAYED)
def who_let_a_turn_go_is_offered_it_again(patch: Patch) -> None:

    def next_member(order: str, members: Sequence[JamMember], past: Sequence[Entry]) -> int | None:
        made = [one for one in past if one.state is EntryState.ENTERED]
        return rules.next_member(order, members, past if order == rules.ANYONE else made)

    patch.setattr(moves, "next_member", next_member)


@mutant("somebody_wants_every_turn_of_anyone", "the_bot_is_started")
def a_turn_of_anyone_may_be_taken_twice_in_a_row(patch: Patch) -> None:
    patch.setattr(turn_service, "may_take", lambda _user_id, _past: True)


@mutant(*_BEGUN)
def the_end_of_a_turn_is_ignored(patch: Patch) -> None:
    async def offered(_context: JobContext, _jam: Jam, _entry: Entry, _now: float) -> float:
        return NEVER

    patch.setattr(turns, "_STEPS", {**turns._STEPS, EntryState.OFFERED: offered})


@mutant(*_BEGUN, "a_relay_is_played")
def a_turn_is_taken_by_somebody_else(patch: Patch) -> None:
    async def mine(self: turn_service.Turns, jam: Jam, _user_id: int) -> Entry:
        entry = await self._read(parts.at_turn, jam.id)
        return entry or await genuine(self, jam, _user_id)

    genuine = turn_service.Turns._mine
    patch.setattr(turn_service.Turns, "_mine", mine)
    check = admission._check_turn

    def check_turn(
        order: Order, origin: Origin, quote: Quote, facts: JamFacts, turn: TurnFacts, now: float
    ) -> Rejection | None:
        if turn.entry is not None:
            turn = replace(turn, entry=replace(turn.entry, user_id=origin.user_id))
        return check(order, origin, quote, facts, turn, now)

    patch.setattr(admission, "_check_turn", check_turn)


@mutant(*_PLAYED, "somebody_acts_in_a_relay")
def a_turn_is_passed_after_it_was_made(patch: Patch) -> None:
    async def mine(self: turn_service.Turns, jam: Jam, user_id: int) -> Entry:
        entry = await self._read(parts.at_turn, jam.id)
        return entry if entry and entry.state is EntryState.CHOOSING else await genuine(self, jam, user_id)

    genuine = turn_service.Turns._mine
    patch.setattr(turn_service.Turns, "_mine", mine)
    also = {EntryState.PASSED, *ENTRY_MOVES[EntryState.CHOOSING]}
    patch.setattr(entries, "ENTRY_MOVES", {**ENTRY_MOVES, EntryState.CHOOSING: also})


@mutant(*_PLAYED)
def the_first_take_goes_on_whatever_was_chosen(patch: Patch) -> None:
    genuine = moves.choose

    def choose(c: Connection, before: Jam, entry: Entry, position: int, *, now: float) -> bool:
        return genuine(c, before, entry, position, now=now) and entries.move(
            c, replace(entry, position=0), EntryState.CHOOSING, now=now, position=0
        )

    patch.setattr(moves, "choose", choose)


@mutant(*_JOINED)
def a_join_that_was_paid_and_failed_is_ordered_again(patch: Patch) -> None:
    patch.setattr(joins, "_is_free", lambda job: job.state is S.FAILED)


@mutant(*_JOINED)
def a_join_without_an_answer_is_ordered_again(patch: Patch) -> None:
    genuine = joins.settle

    def settle(c: Connection, before: Jam, entry: Entry, job: Job, *, now: float, until: float) -> bool:
        if job.state is S.HELD:
            return moves.moved(c, before, moves.over(before, now=now), entry, EntryState.CHOOSING, now=now)
        return genuine(c, before, entry, job, now=now, until=until)

    patch.setattr(joins, "settle", settle)


@mutant(*_PLAYED)
def a_part_is_entered_without_what_was_before(patch: Patch) -> None:
    async def enter(context: JobContext, jam: Jam, entry: Entry, now: float) -> None:
        await context.store.write(joins.enter, jam, entry, now=now)

    patch.setattr(turns, "_chosen", enter)


@mutant(*_PLAYED)
def a_blind_relay_is_heard_whole(patch: Patch) -> None:
    genuine = sounds._of_turn

    async def of_turn(
        context: JobContext, jam: Jam, post: JamPost, figures: JamFigures
    ) -> Sequence[tuple[str, Clip]]:
        return await genuine(context, replace(jam, hidden=False), post, figures)

    patch.setattr(sounds, "_of_turn", of_turn)


@mutant(*_JOINED)
def what_the_bot_orders_is_booked_to_the_member(patch: Patch) -> None:
    genuine = ledger.book

    def book(c: Connection, one: Job, line: Booking, *, at: float, first: bool = False) -> None:
        own = one.operation == "suno.concat"
        genuine(c, replace(one, jam_id=None) if own else one, line, at=at, first=first)

    patch.setattr(ledger, "book", book)


@mutant(*_PLAYED)
def a_part_is_given_up_before_it_is_ordered(patch: Patch) -> None:
    async def give_up(context: JobContext, jam: Jam, entry: Entry, *_rest: object) -> None:
        await context.store.write(joins.fail, jam, entry, now=context.clock.now())

    patch.setattr(turns, "_order", give_up)


@mutant("a_relay_is_begun", "the_bot_is_killed", "the_bot_is_started")
def time_that_a_turn_lost_is_not_given_back(patch: Patch) -> None:
    patch.setattr(life, "given_back", lambda _alive_at, _now, due_at, **_scale: due_at)
