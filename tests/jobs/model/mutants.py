"""Errors put into the real code one at a time. The machine must find each of them: this tests the tests."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.credits.pace import Pace
from jobs.engine import deliver, endings, poll, submit
from jobs.models import NO_CARD, Balance, Booking, Job, Outcome, Params, Post, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost
from jobs.rules import completeness
from jobs.rules.completeness import Progress, Step
from jobs.rules.reconciliation import Kind
from jobs.rules.schedule import Schedule
from jobs.store.queries import accounts, calls, clips, jobs, ledger, posts, transitions
from jobs.store.schema import account as account_table
from jobs.store.schema import call as call_table
from jobs.store.schema import drift as drift_table
from jobs.store.schema import job as job_table
from musicapi import MusicApiError, NotSent
from tests.jobs.model import process

Patch = pytest.MonkeyPatch
Mutate = Callable[[Patch], None]


class Mutant(NamedTuple):
    """An error, and the steps that may bring it to light."""

    mutate: Mutate
    rules: frozenset[str]


MUTANTS: dict[str, Mutant] = {}


def mutant(*rules: str) -> Callable[[Mutate], Mutate]:
    """Register an error under its name, with the rules of the machine that have to do with it."""

    def register(mutate: Mutate) -> Mutate:
        MUTANTS[mutate.__name__] = Mutant(mutate, frozenset(rules))
        return mutate

    return register


def change_moves(patch: Patch, change: Callable[[Job, Job, dict[str, Any]], Job]) -> None:
    """Every move of a job, with what it leads to or what goes with it changed."""
    genuine = transitions.save

    def save(c: Connection, before: Job, after: Job, **options: Any) -> bool:  # noqa: ANN401 - as they come
        if after.state is not before.state:
            after = change(before, after, options)
        return genuine(c, before, after, **options)

    patch.setattr(transitions, "save", save)


@mutant("order_and_lose_the_answer", "time_passes", "the_bot_is_started")
def a_lost_call_is_made_again_after_two_unmoved_readings(patch: Patch) -> None:
    genuine = accounts._tell_held
    readings = Counter[int]()

    def tell_held(c: Connection, account_id: int, *rest: Any, now: float) -> None:  # noqa: ANN401 - passed through
        genuine(c, account_id, *rest, now=now)
        for job in jobs.in_state(c, JobState.HELD):
            readings[job.id] += job.reason is Reason.LOST_UNMOVED
            if readings[job.id] >= 2:
                transitions.save(c, job, job.entering(JobState.ACCEPTED, now=now, due_at=now))

    patch.setattr(accounts, "_tell_held", tell_held)


@mutant("order_and_lose_the_answer", "time_passes", "the_bot_is_started")
def a_call_that_may_still_be_carried_out_is_told_to_be_free(patch: Patch) -> None:
    patch.setattr(process, "Schedule", partial(Schedule, lands_within=30.0))


@mutant("effects_come_later_than_anybody_waits", "everything_ends", "the_bot_is_started")
def what_was_concluded_is_final(patch: Patch) -> None:
    patch.setattr(process, "Schedule", partial(Schedule, revised_for=0.0))


@mutant("order_and_lose_the_answer", "the_balance_moves_by_others", "time_passes", "the_bot_is_started")
def a_drift_is_final(patch: Patch) -> None:
    genuine = accounts._note

    def note(c: Connection, account_id: int, credits_: int, *rest: Any, now: float) -> None:  # noqa: ANN401 - passed through
        genuine(c, account_id, credits_, *rest, now=now)
        c.execute(sa.update(drift_table).values(final=True))
        c.execute(sa.update(account_table).values(expected=account_table.c.expected + credits_))

    patch.setattr(accounts, "_note", note)
    keep = accounts._keep

    def kept(c: Connection, account_id: int, read: Balance, *, expected: int) -> None:
        finals = c.scalar(sa.select(sa.func.sum(drift_table.c.credits))) or 0
        keep(c, account_id, read, expected=read.total if finals else expected)

    patch.setattr(accounts, "_keep", kept)


@mutant("several_at_once_fail", "order", "the_bot_is_started")
def the_word_that_credits_are_back_is_ignored(patch: Patch) -> None:
    genuine = calls.follow

    def follow(c: Connection, before: Job, after: Job, *, refunded: bool) -> None:
        del refunded
        genuine(c, before, after, refunded=False)

    patch.setattr(calls, "follow", follow)


@mutant("order_and_press_in_the_middle", "the_bot_is_started")
def what_was_given_up_is_no_longer_unresolved(patch: Patch) -> None:
    genuine = calls.follow

    def follow(c: Connection, before: Job, after: Job, *, refunded: bool) -> None:
        genuine(c, before, after, refunded=refunded)
        if (before.state, after.state) == (JobState.HELD, JobState.CANCELLED):
            ledger.book(c, after, "released", at=after.state_at)
            c.execute(
                sa.update(call_table).where(call_table.c.job_id == after.id).values(outcome="not_charged")
            )
            calls.sum_up(c, after.id)

    patch.setattr(calls, "follow", follow)


@mutant("order_and_lose_the_answer", "time_passes", "the_bot_is_started")
def a_charge_that_the_balance_showed_is_not_booked(patch: Patch) -> None:
    patch.setitem(accounts._CORRECTIONS, Kind.LOST, (Outcome.CHARGED, ()))


@mutant("order_and_lose_the_answer", "everything_ends", "the_bot_is_started")
def what_was_told_is_not_put_right(patch: Patch) -> None:
    patch.setattr(jobs, "due_now", Mock())


@mutant("several_at_once_fail", "everything_ends", "the_bot_is_started")
def refunds_are_not_looked_for(patch: Patch) -> None:
    genuine = calls.groups

    def groups(*arguments: Any, **options: Any) -> list[calls.Group]:  # noqa: ANN401 - passed through
        return [one for one in genuine(*arguments, **options) if one.part.kind is not Kind.KEPT]

    patch.setattr(calls, "groups", groups)


@mutant("order_and_lose_the_answer", "the_bot_is_started")
def a_lost_answer_counts_as_nothing_sent(patch: Patch) -> None:
    async def lost(context: JobContext, job: Job, error: MusicApiError) -> None:
        await submit._again(context, job, error)

    patch.setattr(submit, "_lost", lost)


@mutant("order", "the_bot_is_started")
def the_call_leaves_before_that_is_committed(patch: Patch) -> None:
    genuine = submit._intend

    async def intend(context: JobContext, job: Job, params: Params) -> Any:  # noqa: ANN401 - passed through
        await context.api.submit(job.operation, params, job.account)
        return await genuine(context, job, params)

    patch.setattr(submit, "_intend", intend)


@mutant("the_api_is_busy")
def a_time_to_come_back_is_ignored(patch: Patch) -> None:
    genuine = submit._again

    async def again(context: JobContext, job: Job, error: MusicApiError) -> None:
        await genuine(context, job, NotSent(error.reason))

    patch.setattr(submit, "_again", again)
    patch.setattr(Pace, "put_off", lambda *_: None)


@mutant("order", "the_bot_is_started")
def the_task_id_is_forgotten(patch: Patch) -> None:
    change_moves(patch, lambda before, after, _options: replace(after, task_id=before.task_id))


@mutant("the_disk_fails_when_the_answer_comes")
def an_answer_is_noted_only_once(patch: Patch) -> None:
    async def retry_until_written(
        _context: JobContext, _job: Job, write: Callable[[], Awaitable[bool]]
    ) -> None:
        await write()

    patch.setattr(submit, "retry_until_written", retry_until_written)


@mutant("order_and_lose_the_answer", "the_bot_is_started")
def what_was_under_way_is_not_recovered(patch: Patch) -> None:
    async def recover(_context: JobContext) -> None:
        return

    patch.setattr(submit, "recover", recover)


@mutant("order_and_send_badly", "the_bot_is_started")
def every_try_to_post_has_a_new_nonce(patch: Patch) -> None:
    genuine = posts.of_round
    tries = iter(range(10**6))

    def of_round(c: Connection, job: Job) -> list[Post]:
        return [replace(post, nonce=f"{next(tries):016}") for post in genuine(c, job)]

    patch.setattr(posts, "of_round", of_round)


@mutant("order_and_send_badly", "the_bot_is_started")
def history_is_not_searched(patch: Patch) -> None:
    patch.setattr(deliver, "NONCE_SECONDS", float("inf"))


@mutant("order_and_send_badly", "the_bot_is_started")
def a_try_to_post_is_not_noted(patch: Patch) -> None:
    patch.setattr(posts, "mark_trying", Mock())


@mutant("order_and_send_badly", "the_bot_is_started")
def a_post_counts_before_it_is_there(patch: Patch) -> None:
    genuine = deliver._send

    async def send(context: JobContext, job: Job, post: Post, *rest: Any) -> None:  # noqa: ANN401 - passed through
        await context.store.write(posts.mark_posted, post, 1, 1)
        await genuine(context, job, post, *rest)

    patch.setattr(deliver, "_send", send)


@mutant("order_and_send_badly", "the_bot_is_started")
def a_job_is_done_before_its_posts(patch: Patch) -> None:
    genuine = deliver._send

    async def send(context: JobContext, job: Job, post: Post, *rest: Any) -> None:  # noqa: ANN401 - passed through
        now = context.clock.now()
        if job.state is JobState.POSTING:
            done = replace(job.entering(JobState.DONE, now=now), notified_at=now)
            await context.store.write(transitions.save, job, done)
        await genuine(context, job, post, *rest)

    patch.setattr(deliver, "_send", send)


@mutant("order_and_send_badly", "the_bot_is_started")
def only_the_first_message_is_posted(patch: Patch) -> None:
    genuine = posts.of_round
    patch.setattr(posts, "of_round", lambda c, job: genuine(c, job)[:1])


@mutant("order_and_send_badly", "the_bot_is_started")
def a_post_whose_answer_was_lost_is_given_up(patch: Patch) -> None:
    genuine = deliver._put_off

    async def put_off(context: JobContext, job: Job, error: Exception) -> None:
        if isinstance(error, AnswerLost):
            await deliver._mark_undeliverable(context, job, error)
        else:
            await genuine(context, job, error)  # type: ignore[arg-type] # passed through

    patch.setattr(deliver, "_put_off", put_off)


@mutant("order", "the_bot_is_started")
def songs_are_not_kept(patch: Patch) -> None:
    patch.setattr(clips, "keep", Mock())


def _silent(patch: Patch, state: JobState) -> None:
    """Jobs that come into a state and of which nobody hears."""
    change_moves(
        patch, lambda _before, after, _: replace(after, due_at=None) if after.state is state else after
    )


@mutant("order", "the_bot_is_started")
def a_failure_is_not_told(patch: Patch) -> None:
    _silent(patch, JobState.FAILED)


@mutant("order_and_lose_the_answer", "the_bot_is_started")
def a_decision_is_not_asked_for(patch: Patch) -> None:
    _silent(patch, JobState.HELD)


def _without(patch: Patch, kind: str) -> None:
    """The ledger without one kind of line."""
    genuine = ledger.book

    def book(c: Connection, one: Job, line: Booking, *, at: float, first: bool = False) -> None:
        if line != kind:
            genuine(c, one, line, at=at, first=first)

    patch.setattr(ledger, "book", book)


@mutant("somebody_cancels_at_once", "order", "the_bot_is_started")
def a_reservation_is_not_released(patch: Patch) -> None:
    _without(patch, "released")


@mutant("order", "the_bot_is_started")
def what_was_paid_is_not_settled(patch: Patch) -> None:
    _without(patch, "settled")


def _guarded_by(patch: Patch, *names: str) -> None:
    """Changes of a job that check only these columns."""

    def setting(columns: Sequence[str]) -> sa.Update:
        guard: dict[str, sa.BindParameter[Any]] = {
            name: sa.bindparam(f"of_{name}") for name in ("id", "state", "round")
        }
        where: list[sa.ColumnElement[bool]] = [
            job_table.c[name] == read if name in names else read.is_not(None) for name, read in guard.items()
        ]
        return (
            sa.update(job_table).where(*where).values({name: sa.bindparam(f"to_{name}") for name in columns})
        )

    patch.setattr(transitions, "_setting", setting)


@mutant("somebody_cancels_at_once", "the_bot_is_started")
def a_change_does_not_check_the_state(patch: Patch) -> None:
    _guarded_by(patch, "id", "round")


@mutant("news_are_asked_for_while_they_are_told", "the_bot_is_started")
def a_change_does_not_check_the_round(patch: Patch) -> None:
    _guarded_by(patch, "id", "state")
    genuine = jobs.told

    def told(c: Connection, said: Job, *, now: float) -> None:
        genuine(c, replace(said, round=jobs.existing(c, said.id).round), now=now)

    patch.setattr(jobs, "told", told)


@mutant("order", "the_bot_is_started")
def a_task_has_no_deadline(patch: Patch) -> None:
    genuine = completeness.next_step

    def next_step(progress: Progress, *rest: Any) -> tuple[Step, float]:  # noqa: ANN401 - passed through
        step, _ = genuine(progress, *rest)
        return (step if progress.results else Step.WAIT), float("inf")

    patch.setattr(poll, "next_step", next_step)


@mutant("order", "the_bot_is_started")
def a_forgotten_task_is_looked_at_for_ever(patch: Patch) -> None:
    genuine = endings.fail

    async def fail(
        context: JobContext, job: Job, reason: Reason, text: str = "", *, refunded: bool = False
    ) -> None:
        if reason is Reason.FORGOTTEN:
            later = replace(job, due_at=context.clock.now() + 60.0)
            await context.store.write(transitions.save, job, later)
        else:
            await genuine(context, job, reason, text, refunded=refunded)

    patch.setattr(endings, "fail", fail)


@mutant("order", "the_api_answers_badly", "the_bot_is_started")
def a_failed_look_is_the_last(patch: Patch) -> None:
    async def later(context: JobContext, job: Job, _error: Exception, _at: float) -> None:
        await context.store.write(transitions.save, job, replace(job, due_at=None))

    patch.setattr(poll, "_later", later)


@mutant("order", "the_bot_is_started")
def a_command_that_failed_for_its_member_is_paid(patch: Patch) -> None:
    async def look_for_card(context: JobContext, job: Job) -> None:
        now = context.clock.now()
        await context.store.write(posts.card_shown, job.id, card_message_id=NO_CARD, shows="", now=now)

    patch.setattr(submit, "look_for_card", look_for_card)


@mutant("order", "the_bot_is_started")
def a_card_that_may_not_be_shown_is_waited_for(patch: Patch) -> None:
    genuine = jobs.accept

    def accept(*arguments: Any, **options: Any) -> Job | None:  # noqa: ANN401 - passed through
        return genuine(*arguments, **{**options, "due_at": None})

    patch.setattr(jobs, "accept", accept)
