"""The table of errors of the music API and their reasons for a job. Pure.

The errors themselves say whether the call may have had its effect (`may_have_happened`), whether the task is
over (`ends_task`) and when to come back (`retry_after`).
"""

from jobs.models import Reason
from musicapi import (
    ContentRefused,
    InvalidInput,
    InvalidRequest,
    ModelRetired,
    Moved,
    MusicApiError,
    NoCredits,
    NoLongerOffered,
    NoSubscription,
    NotSent,
    RateLimited,
    Refused,
    Retired,
    SourceUnknown,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    WrongAddress,
)


class NoKey(NotSent):
    """There is no key to make the call with, for now."""


class HeldUp(NotSent):
    """The call was held up for so long after its intent that others may have judged it: it must not leave."""


class KeyGone(Refused):
    """The key that the job began with was removed."""

    ends_task = True


# The most specific class counts; an error that is not listed is no answer, so the call may be repeated.
_REASONS: dict[type[MusicApiError], Reason | None] = {
    ContentRefused: Reason.CONTENT,
    NoCredits: Reason.CREDITS,
    NoSubscription: Reason.SUBSCRIPTION,
    WrongAddress: Reason.ADDRESS,
    Unauthorized: Reason.KEY,
    KeyGone: Reason.KEY_GONE,
    Retired: Reason.RETIRED,
    ModelRetired: Reason.MODEL,
    NoLongerOffered: Reason.RETIRED,
    SourceUnknown: Reason.SOURCE,
    InvalidRequest: Reason.INPUT,
    InvalidInput: Reason.INPUT,
    TaskFailed: Reason.TASK,
    TaskUnknown: Reason.FORGOTTEN,
    RateLimited: None,
    Refused: Reason.REFUSED,
}


def reason_of(error: MusicApiError) -> Reason | None:
    """Why the API clearly said no; None if it did not, or only for now."""
    return next((_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS), None)


def end_of(error: MusicApiError) -> Reason:
    """Why a task is given up whose polls end with this: the API's word about it, or why there was none."""
    if isinstance(error, TaskUnknown | Retired):  # 410 at a poll: the task is gone with its endpoint
        return Reason.FORGOTTEN
    told = error.ends_task or isinstance(error, Unauthorized | Moved)
    return (reason_of(error) if told else None) or Reason.SILENT
