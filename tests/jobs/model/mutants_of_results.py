"""Errors about results that come one after the other, like those of `mutants`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from jobs.engine import deliver, poll
from jobs.models import Clip, Job, Planned, Post
from jobs.models.states import JobState
from jobs.orders import results
from jobs.rules import completeness
from jobs.rules.completeness import Progress
from jobs.rules.schedule import Schedule
from jobs.store.queries import posts
from musicapi import RateLimited
from tests.jobs.model.mutants import Patch, change_moves, mutant

_IN_PIECES = ("order_what_comes_in_pieces", "the_bot_is_started")


@mutant(*_IN_PIECES)
def missing_results_are_not_missed(patch: Patch) -> None:
    for module in (poll, deliver):
        patch.setattr(module, "absent", lambda _results, _terms: ())


@mutant(*_IN_PIECES)
def a_listing_that_grows_does_not_start_the_wait_anew(patch: Patch) -> None:
    def end(progress: Progress, schedule: Schedule, now: float) -> float:
        del now
        since = min((result.created_at for result in progress.results), default=progress.deadline)
        return since + schedule.settle_for / 2

    patch.setattr(completeness, "_end", end)


@mutant(*_IN_PIECES)
def nobody_looks_for_the_rest(patch: Patch) -> None:
    change_moves(
        patch,
        lambda _before, after, _: replace(after, due_at=None) if after.state is JobState.DONE else after,
    )


@mutant(*_IN_PIECES)
def the_rest_is_forgotten_while_the_first_is_posted(patch: Patch) -> None:
    change_moves(
        patch,
        lambda _before, after, _: (
            replace(after, deadline_at=None) if after.state is JobState.POSTING else after
        ),
    )


@mutant(*_IN_PIECES)
def what_was_posted_follows_once_more(patch: Patch) -> None:
    def to_post(found: Sequence[Clip], _messages: Sequence[Post]) -> list[Clip]:
        return [clip for clip in found if not clip.error]

    patch.setattr(deliver, "_to_post", to_post)


@mutant(*_IN_PIECES)
def results_are_known_by_their_place_in_the_list(patch: Patch) -> None:
    patch.setattr(results, "_place", lambda _kept, _result, index: index)


@mutant(*_IN_PIECES)
def what_never_comes_is_not_named(patch: Patch) -> None:
    patch.setattr(poll, "_news", lambda _context, _job, progress: bool(_unsaid(progress)))


@mutant("order", "the_api_answers_badly", "the_bot_is_started")
def a_refused_poll_ends_the_task(patch: Patch) -> None:
    patch.setattr(RateLimited, "ends_task", True)


def _unsaid(progress: Progress) -> Any:  # noqa: ANN401 - a list of results
    return completeness.unsaid(progress.results, progress.said)


@mutant("order_what_has_no_file", "the_bot_is_started")
def a_file_that_cannot_be_had_is_passed_over(patch: Patch) -> None:
    def messages(*arguments: Any) -> list[Planned]:  # noqa: ANN401 - passed through
        return [message._replace(lost=()) for message in genuine(*arguments)]

    genuine = deliver._messages
    patch.setattr(deliver, "_messages", messages)


@mutant("order", "the_bot_is_stopped", "the_bot_is_started")
def a_card_that_was_stale_at_a_stop_stays_so(patch: Patch) -> None:
    genuine = posts.stale_cards

    def stale_cards(c: Connection, *, since: float, **options: Any) -> list[tuple[Job, str]]:  # noqa: ANN401 - as they come
        begun = since + 24 * 3600.0 - 1.0
        return genuine(c, since=begun, **options)

    patch.setattr(posts, "stale_cards", stale_cards)
