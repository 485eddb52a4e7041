"""Sentences about results: what is here, what follows, what is missing, and what to do about it."""

from cogs.text import labels
from cogs.text.job_messages import can_look_again
from jobs.models import Job, Post
from jobs.models.states import JobState

LINKED = "What is linked did not fit here or could not be fetched; the provider may remove it."
OPEN = "open at the provider"
OPEN_INSTEAD = f"not attached: {OPEN}"
LINK_TOO_LONG = "link too long; see /clip"
NO_LINK = "not attached, and its link cannot be shown"
NOTHING_TO_SEND = "That job has no results to send. `/jobs mine` shows where each one stands."
NOTHING_MORE = "Nothing more is to be had of that job: all that was ordered is here, or it never began."
_NUMBERED = {"song": "take", "lyrics": "version"}
_LOOK_AGAIN = "**Look again** asks the music API once more, at no cost."


def follow_up(job: Job, kind: str, *, found: bool) -> str:
    """Head a message that follows a delivery."""
    if not found:
        return f"<@{job.user_id}> no more of job #{job.id} has come."
    what = "more of your stems are here" if kind == "stem" else "another take of your song is here"
    return f"<@{job.user_id}> {what}."


def ready(job: Job, kind: str) -> str:
    """Head a delivery; only this, `follow_up` and `job_messages.not_ready` ping the requester."""
    what = {
        "stem": "your stems are here; `/wav` gets one of them without loss",
        "wav": "your WAV is here",
        "upload": "your upload is here, and can be worked on",
        "persona": "your persona is ready to sing",
        "lyrics": "your lyrics are here",
    }
    return f"<@{job.user_id}> {what.get(kind, 'your song is here')}."


def partly_failed(names: str) -> str:
    return f"The API could not make: {names}."


def missing(job: Job, post: Post, kind: str, expected: int) -> str:
    """Name results that are still to come, or that did not; empty where none are missing."""
    if not post.missing:
        return ""
    many = len(post.missing) > 1
    if kind in _NUMBERED:
        numbers = " and ".join(str(position + 1) for position in post.missing)
        what = f"{_NUMBERED[kind].capitalize()}{'s' if many else ''} {numbers} of {expected}"
    else:
        what = f"{len(post.missing)} of {labels.count(expected, kind)}"
    if job.deadline_at is None:
        return f"{what} never came. {_LOOK_AGAIN}"
    return f"{what} {'are' if many else 'is'} still being made, and will follow here."


def sent_again(job: Job) -> str:  # as it was before
    if job.state is JobState.FAILED and can_look_again(job):
        return f"Job #{job.id}: I ask the music API once more how it is doing. It costs nothing."
    return f"Job #{job.id}: on its way to this channel. It costs nothing."


def looked_again(job: Job) -> str:  # as it was before
    if job.state is JobState.FAILED:
        return sent_again(job)
    return (
        f"Job #{job.id}: I ask the music API again for some minutes, at no cost. What comes, or that nothing "
        "does, is said below its results."
    )
