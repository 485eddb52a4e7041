"""Errors put into the real code of jams one at a time. The machine must find each of them."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from cogs.text.jams import posts as texts
from jobs.context import JobContext
from jobs.engine.hidden import delivery, shelf
from jobs.jams import keeper, telling
from jobs.models import NOBODY, Booking, Job, Order, Origin
from jobs.models.jam import EntryState, Jam, JamState, Say
from jobs.models.jams.figures import Standing
from jobs.models.rejections import JamRefused, Rejection
from jobs.rules import admission
from jobs.rules.admission import Facts, Quote
from jobs.store.jam_schema import jam_ballot, jam_entry
from jobs.store.queries import ledger
from jobs.store.queries.jams import ballots, entries, jams, life, posts
from jobs.store.schema import job as job_table

Patch = pytest.MonkeyPatch
Mutate = Callable[[Patch], None]
# The errors under their names, each with the rules of the machine that have to do with it.
MUTANTS: dict[str, tuple[Mutate, frozenset[str]]] = {}

_TO_A_VOTE = ("a_contest_comes_to_its_vote", "the_bot_is_started")
_VOTE = (*_TO_A_VOTE, "many_vote")


def mutant(*rules: str) -> Callable[[Mutate], Mutate]:
    def register(mutate: Mutate) -> Mutate:
        MUTANTS[mutate.__name__] = (mutate, frozenset(rules))
        return mutate

    return register


@mutant("a_contest_is_started", "several_hosts_act_at_once", "time_passes")
def a_change_does_not_check_the_end(patch: Patch) -> None:
    genuine = jams.save

    def save(c: Connection, before: Jam, after: Jam) -> bool:
        current = jams.by_id(c, before.id)
        return current is not None and genuine(c, replace(before, due_at=current.due_at), after)

    patch.setattr(jams, "save", save)


@mutant("a_contest_is_started", "several_enter_at_once", "time_passes")
def tries_are_counted_outside_the_transaction(patch: Patch) -> None:
    def tries(c: Connection, jam_id: int, user_id: int) -> int:
        mine = jam_entry.c.jam_id == jam_id, jam_entry.c.user_id == user_id
        before = jam_entry.c.state != EntryState.FAILED, jam_entry.c.state_at < time.time()
        return int(c.scalar(sa.select(sa.func.count()).where(*mine, *before)) or 0)

    patch.setattr(entries, "tries", tries)


@mutant("a_contest_is_started", "several_enter_at_once", "time_passes")
def the_pot_is_summed_outside_the_transaction(patch: Patch) -> None:
    def used(c: Connection, jam_id: int) -> int:
        mine = job_table.c.jam_id == jam_id, job_table.c.created_at < time.time()
        return int(c.scalar(sa.select(sa.func.sum(job_table.c.price)).where(*mine)) or 0)

    patch.setattr(jams, "used", used)


@mutant("somebody_fails_again_and_again")
def a_try_that_failed_is_not_given_back(patch: Patch) -> None:
    def tries(c: Connection, jam_id: int, user_id: int) -> int:
        return len(entries.of_member(c, jam_id, user_id))

    patch.setattr(entries, "tries", tries)


@mutant("a_contest_is_started", "somebody_enters")
def the_pot_is_booked_to_the_member(patch: Patch) -> None:
    genuine = ledger.book

    def book(c: Connection, one: Job, line: Booking, *, at: float, first: bool = False) -> None:
        genuine(c, replace(one, jam_id=None), line, at=at, first=first)

    patch.setattr(ledger, "book", book)


@mutant("a_contest_is_started", "it_is_the_end_of_a_phase", "somebody_enters")
def a_try_is_taken_after_the_end(patch: Patch) -> None:
    genuine = admission._check_jam

    def check(order: Order, origin: Origin, quote: Quote, facts: Facts) -> Rejection | None:
        if facts.jam is not None:
            still = replace(facts.jam.jam, state=JamState.OPEN, due_at=float("inf"))
            facts = replace(facts, jam=replace(facts.jam, jam=still))
        return genuine(order, origin, quote, facts)

    patch.setattr(admission, "_check_jam", check)


def _jams_for_ballots(patch: Patch, **changes: Any) -> None:  # noqa: ANN401 - columns
    """What a ballot sees of its jam."""

    def by_id(c: Connection, jam_id: int) -> Jam | None:
        found = jams.by_id(c, jam_id)
        return None if found is None else replace(found, **changes)

    patch.setattr(ballots, "jams", SimpleNamespace(by_id=by_id))


@mutant(*_VOTE, "it_is_the_end_of_a_phase")
def a_ballot_is_taken_late(patch: Patch) -> None:
    _jams_for_ballots(patch, state=JamState.VOTING, due_at=float("inf"))


@mutant("a_contest_is_played", "the_bot_is_started")
def a_ballot_may_have_any_number_of_picks(patch: Patch) -> None:
    _jams_for_ballots(patch, picks=26)


@mutant(*_VOTE)
def an_own_entry_is_only_left_out_of_the_list(patch: Patch) -> None:
    genuine = ballots.of_member

    def of_member(c: Connection, jam_id: int, user_id: int) -> ballots.Ballot:
        return replace(genuine(c, jam_id, user_id), choices=genuine(c, jam_id, NOBODY).choices)

    patch.setattr(ballots, "of_member", of_member)


def _cast(patch: Patch, change: Callable[..., Any]) -> None:
    genuine = ballots.cast
    patch.setattr(ballots, "cast", lambda *given, now, **_tells: change(genuine, *given, now=now))


@mutant(*_VOTE)
def a_ballot_is_added_to_the_earlier_one(patch: Patch) -> None:
    def cast(
        genuine: Callable[..., ballots.Ballot | JamRefused],
        c: Connection,
        jam_id: int,
        user_id: int,
        *rest: Collection[str],
        now: float,
    ) -> ballots.Ballot | JamRefused:
        before = ballots._picks(c, jam_id, user_id)
        found = genuine(c, jam_id, user_id, *rest, now=now)
        rows = [{"jam_id": jam_id, "user_id": user_id, "entry_id": one} for one in before]
        rows = [row for row in rows if row["entry_id"] not in ballots._picks(c, jam_id, user_id)]
        if rows and not isinstance(found, JamRefused):
            c.execute(sa.insert(jam_ballot), rows)
        return found

    _cast(patch, cast)


@mutant(*_TO_A_VOTE, "many_vote_page_by_page")
def what_is_on_another_page_is_lost(patch: Patch) -> None:
    everything = [chr(ord("A") + n) for n in range(26)]
    _cast(patch, lambda genuine, c, jam_id, user, picked, _shown, now: genuine(
        c, jam_id, user, picked, everything, now=now
    ))  # fmt: skip


@mutant(*_VOTE, "the_host_acts")
def votes_for_what_was_removed_stay(patch: Patch) -> None:
    patch.setattr(ballots, "free", Mock())


@mutant("a_contest_is_played", "the_bot_is_started")
def ballots_are_kept_after_the_end(patch: Patch) -> None:
    patch.setattr(ballots, "forget", Mock())


@mutant("a_contest_is_played", "the_bot_is_started")
def a_tie_is_broken_by_number(patch: Patch) -> None:
    def places(counted: Mapping[int, int]) -> dict[int, int]:
        ranked = sorted(counted, key=lambda entry: (-counted[entry], entry))
        return {entry: place for place, entry in enumerate(ranked, 1)}

    patch.setattr(life, "places", places)


@mutant(*_TO_A_VOTE)
def letters_are_given_in_the_order_of_entry(patch: Patch) -> None:
    patch.setattr(life, "drawn", lambda _seed, ids: sorted(ids))


@mutant(*_TO_A_VOTE)
def the_gallery_tells_titles(patch: Patch) -> None:
    genuine = texts.in_gallery

    def in_gallery(standing: Standing | None) -> str:
        return f"{genuine(standing)} {texts.song_of(standing) if standing else ''}"

    patch.setattr(texts, "in_gallery", in_gallery)


@mutant("a_try_is_made_and_decided_about", "the_bot_is_started")
def what_is_hidden_is_posted_when_that_is_asked_for(patch: Patch) -> None:
    genuine = delivery.is_hidden

    async def is_hidden(context: JobContext, job: Job) -> bool:
        return not job.round and await genuine(context, job)

    patch.setattr(delivery, "is_hidden", is_hidden)


@mutant("a_contest_comes_to_its_vote", "the_bot_is_killed", "the_bot_is_started")
def lost_time_is_not_given_back(patch: Patch) -> None:
    patch.setattr(life, "given_back", lambda _alive_at, _now, due_at, **_scale: due_at)


@mutant("a_contest_is_played", "the_bot_is_started")
def the_result_is_told_before_the_end_is_committed(patch: Patch) -> None:
    genuine = life.end_vote

    def end_vote(c: Connection, before: Jam, *, now: float) -> bool:
        posts.plan(c, before.id, Say.RESULT, now=now, said={"ballots": 0, "votes": 0})
        return not posts.unsent(c, before.id) and genuine(c, before, now=now)

    patch.setattr(life, "end_vote", end_vote)


@mutant("a_contest_comes_to_its_vote", "the_channel_answers_badly", "time_passes", "the_bot_is_started")
def the_vote_begins_before_the_last_of_the_gallery(patch: Patch) -> None:
    genuine = life.end_entries

    def end_entries(c: Connection, before: Jam, lost: Any, *, now: float) -> bool:  # noqa: ANN401 - passed through
        done = genuine(c, before, lost, now=now)
        current = jams.by_id(c, before.id)
        if current is not None and current.state is JamState.VOTING:
            life.begin_vote(c, current, now=now)
        return done

    patch.setattr(life, "end_entries", end_entries)


@mutant(*_TO_A_VOTE)
def a_try_to_say_something_is_not_noted(patch: Patch) -> None:
    patch.setattr(posts, "mark_trying", Mock())


@mutant(*_TO_A_VOTE)
def a_message_whose_answer_was_lost_is_given_up(patch: Patch) -> None:
    genuine = telling.put_off

    async def put_off(context: JobContext, post: Any, error: Any) -> float:  # noqa: ANN401 - passed through
        await context.store.write(posts.mark_sent, post.id, 0)
        return await genuine(context, post, error)

    patch.setattr(telling, "put_off", put_off)


@mutant("a_contest_is_played", "the_bot_is_started")
def the_gallery_plays_the_first_take(patch: Patch) -> None:
    genuine = shelf.kept

    def kept(context: JobContext, jam_id: int, job_id: int, _position: int) -> Path | None:
        return genuine(context, jam_id, job_id, 0)

    patch.setattr(shelf, "kept", kept)


@mutant(*_TO_A_VOTE)
def the_gallery_never_tells_whose_it_is(patch: Patch) -> None:
    async def reveal(*_given: object) -> float:
        return float("inf")

    patch.setattr(keeper, "reveal", reveal)


@mutant(*_TO_A_VOTE)
def sound_is_kept_for_ever(patch: Patch) -> None:
    async def clear(_keeper: keeper.JamKeeper, _now: float) -> None:
        return

    patch.setattr(keeper.JamKeeper, "_clear", clear)
