"""Every error of the API client says what the engine does next."""

from collections.abc import Iterator

import pytest

import musicapi
from jobs.models import Reason
from jobs.rules.api_errors import HeldUp, KeyGone, NoKey, end_of, reason_of

Kind = type[musicapi.MusicApiError]
# (may the call have had its effect, is it the answer about a polled task, the clear no that it is)
MEANINGS: dict[Kind, tuple[bool, bool, Reason | None]] = {
    musicapi.MusicApiError: (True, False, None),
    musicapi.NotSent: (False, False, None),
    NoKey: (False, False, None),
    HeldUp: (False, False, None),
    musicapi.OutcomeUnknown: (True, False, None),
    musicapi.Unavailable: (True, False, None),
    musicapi.InvalidInput: (False, False, Reason.INPUT),
    musicapi.Refused: (False, False, Reason.REFUSED),
    musicapi.InvalidRequest: (False, False, Reason.INPUT),
    musicapi.SourceUnknown: (False, False, Reason.SOURCE),
    musicapi.Unauthorized: (False, False, Reason.KEY),
    KeyGone: (False, True, Reason.KEY_GONE),
    musicapi.NoCredits: (False, False, Reason.CREDITS),
    musicapi.NoSubscription: (False, False, Reason.SUBSCRIPTION),
    musicapi.WrongAddress: (False, False, Reason.ADDRESS),
    musicapi.Moved: (False, False, Reason.ADDRESS),
    musicapi.ContentRefused: (False, False, Reason.CONTENT),
    musicapi.Retired: (False, False, Reason.RETIRED),
    musicapi.ModelRetired: (False, False, Reason.MODEL),
    musicapi.NoLongerOffered: (False, False, Reason.RETIRED),
    musicapi.RateLimited: (False, False, None),
    musicapi.TaskFailed: (False, True, Reason.TASK),
    musicapi.TaskUnknown: (False, False, Reason.FORGOTTEN),
}


def all_kinds(kind: Kind) -> Iterator[Kind]:
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)


@pytest.mark.parametrize("kind", list(all_kinds(musicapi.MusicApiError)))
def test_every_error_has_a_meaning(kind: Kind) -> None:
    error = kind("description", "why") if kind is musicapi.InvalidInput else kind("why")
    assert (error.may_have_happened, error.ends_task, reason_of(error)) == MEANINGS[kind]
    assert error.reason == "why"
    assert error.retry_after is None


def test_what_may_have_happened_is_never_a_clear_no() -> None:
    assert not any(happened and (ends or reason) for happened, ends, reason in MEANINGS.values())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (musicapi.TaskFailed("it broke"), Reason.TASK),
        (KeyGone("removed"), Reason.KEY_GONE),
        (musicapi.TaskUnknown("task not found"), Reason.FORGOTTEN),
        (musicapi.Retired("gone"), Reason.FORGOTTEN),
        (musicapi.Unauthorized("no"), Reason.KEY),
        (musicapi.Moved("elsewhere"), Reason.ADDRESS),
        (musicapi.WrongAddress("Not Found"), Reason.SILENT),
        (musicapi.NoSubscription("no"), Reason.SILENT),
        (musicapi.ContentRefused("no"), Reason.SILENT),
        (musicapi.Refused("no"), Reason.SILENT),
        (musicapi.RateLimited("slow down"), Reason.SILENT),
        (musicapi.Unavailable("HTTP 504"), Reason.SILENT),
        (musicapi.NotSent("no connection"), Reason.SILENT),
    ],
)
def test_why_a_task_is_given_up_at_its_deadline(error: musicapi.MusicApiError, reason: Reason) -> None:
    assert end_of(error) is reason


def test_a_wait_that_the_api_asks_for_is_passed_on() -> None:
    assert musicapi.RateLimited("slow down", 7.5).retry_after == 7.5
