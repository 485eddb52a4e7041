"""Sentences about results: what is here, what follows, what is missing, and what to do about it."""

from collections.abc import Sequence

from cogs.text import labels
from cogs.text.clean import clean, timestamp
from cogs.text.job_messages import can_look_again
from jobs.models import Clip, Job, Post
from jobs.models.states import JobState

LINKED = "What is linked did not fit here; the provider may remove it."
OPEN = "open at the provider"
OPEN_INSTEAD = f"not attached: {OPEN}"
ASKING = "asking the provider …"
NO_FILE = "the provider gives out none now"
LINK_TOO_LONG = "link too long; see /clip"
NO_LINK = "not attached, and its link cannot be shown"
NOTHING_TO_SEND = "That job has no results to send. `/jobs mine` shows where each one stands."
NOTHING_MORE = "Nothing more is to be had of that job: all that was ordered is here, or it never began."
_NUMBERED = {"song": "Take", "lyrics": "Version"}


def heading(job: Job, post: Post, kind: str) -> str:
    """Head a delivery, or what follows one; only this and `job_messages.not_ready` ping the requester."""
    if post.said:
        return f"<@{job.user_id}> {_here(kind) if post.seq == 0 else _more(kind)}."
    if post.lost:
        return f"<@{job.user_id}> job #{job.id} was made, but not all of it can be had."
    return f"<@{job.user_id}> no more of job #{job.id} has come."


def _here(kind: str) -> str:
    return {
        "stem": "your stems are here; `/wav` gets one of them without loss",
        "wav": "your WAV is here",
        "upload": "your upload is here, and can be worked on",
        "persona": "your persona is ready to sing",
        "lyrics": "your lyrics are here",
    }.get(kind, "your song is here")


def _more(kind: str) -> str:
    return {"stem": "more of your stems are here", "song": "more of your song is here"}.get(kind, _here(kind))


def partly_failed(names: str, reasons: str) -> str:
    return f"The API could not make: {names}.\n> {reasons}"


def notes(job: Job, post: Post, clips: Sequence[Clip], kind: str, expected: int) -> str:
    """Name results whose files cannot be had, that are still to come, or that never came; empty for none."""
    waits = job.deadline_at is not None
    lines = [_lost(post, clips)] if post.lost else []
    if post.missing:
        what, many = _missing(post.missing, kind, expected), len(post.missing) > 1
        is_to = f"{'are' if many else 'is'} still to come, and will follow here."
        lines.append(f"{what} {is_to if waits else 'never came.'}")
    if post.lost or (post.missing and not waits):
        lines[-1] += " **Look again** asks once more, at no cost."
    return "\n".join(lines)


def _lost(post: Post, clips: Sequence[Clip]) -> str:
    names = [clean(clip.part, 60) for clip in clips if clip.position in post.lost and clip.part]
    of_it = f" of {', '.join(names)}" if names else ""
    return f"The provider does not give out the {'files' if len(post.lost) > 1 else 'file'}{of_it}."


def _missing(positions: Sequence[int], kind: str, expected: int) -> str:
    if kind not in _NUMBERED:
        return f"{len(positions)} of {labels.count(expected, kind)}"
    numbers = " and ".join(str(position + 1) for position in positions)
    return f"{_NUMBERED[kind]}{'s' if len(positions) > 1 else ''} {numbers} of {expected}"


def late(until: float) -> str:
    return (
        "It is made, but the provider does not give out its sound yet. I keep asking until "
        f"{timestamp(until, 't')} and post it here."
    )


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
