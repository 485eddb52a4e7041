"""Sentences about all stems of a job at once."""

from collections.abc import Sequence

from cogs.text.clean import clean, credits_text, jump
from jobs.models import Clip, Job, Place

ORDERING = "Ordering them …"
NO_STEMS = "That job has no stems that can be had as WAVs."
_MANY = 3


def price_question(count: int, price: int) -> str:
    return (
        f"**{_wavs(count)}** cost {credits_text(price)} together, and this server has me ask first. Nothing "
        "has been ordered yet: press the button, or dismiss this message."
    )


def ordered(jobs: Sequence[Job], results_in: int | None) -> str:
    if not jobs:
        return ""
    where = "here" if results_in is None else f"in <#{results_in}>"
    first, last = jobs[0].id, jobs[-1].id
    numbers = f"job #{first}" if len(jobs) == 1 else f"jobs #{first} to #{last}"
    verb = "is" if len(jobs) == 1 else "are"
    cost = credits_text(sum(job.price for job in jobs))
    return f"{_wavs(len(jobs))} {verb} ordered ({numbers}, {cost}). I post each {where} when it is ready."


def under_way(stems: Sequence[Clip]) -> str:
    return f"Already being made: {_names(stems)}." if stems else ""


def here(guild_id: int, found: Sequence[tuple[Clip, Place]]) -> str:
    if not found:
        return ""
    links = ", ".join(f"{jump(guild_id, place)}" for _, place in found[:_MANY])
    more = f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
    return f"Already here, and not ordered again: {_names([stem for stem, _ in found])} ({links}{more})."


def refused(count: int, why: str) -> str:
    return f"{_wavs(count)} could not be ordered: {why}"


def _wavs(count: int) -> str:
    return "1 WAV" if count == 1 else f"{count} WAVs"


def _names(stems: Sequence[Clip]) -> str:
    return ", ".join(clean(stem.part or stem.title, 40) for stem in stems)
