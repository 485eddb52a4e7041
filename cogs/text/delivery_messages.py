"""Sentences about a job whose results stay away from its channel. See `messages` for the rules."""

from jobs.models import Job


def undeliverable(job: Job) -> str:
    """Errors of ours kept the results from being posted; they are kept."""
    return (
        f"Job #{job.id} is finished, but an error of mine kept me from posting it whole. The results are "
        "kept: **Send again** posts them in the channel where it is pressed, at no cost."
    )


def elsewhere(job: Job) -> str:
    """Where a job was asked for, when it is cancelled in another channel."""
    return f"It was asked for in <#{job.channel_id}>."
