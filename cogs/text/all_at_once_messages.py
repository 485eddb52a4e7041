"""Sentences about all results of a job at once: WAVs of its stems, and zips."""

from collections.abc import Sequence

from cogs.text.clean import clean, credits_text, jump
from cogs.text.delivery_messages import titled
from cogs.text.limit_messages import NOT_YET
from jobs.models import Clip, Job, Place, Post

ORDERING = "Ordering them …"
NO_STEMS = "That job has no stems that can be had as WAVs."
NOTHING_TO_ZIP = "That job has no sound that could go into a zip."
ZIP_COMES = "I put it together and post it here. It costs nothing."
NOT_IN_IT = "not in the zip: too large for this server"
# By how many forms of a part a zip holds, and whether its WAV is one.
_FORMS = {(1, False): "", (1, True): " · WAV", (2, True): " · and as WAV"}
_MANY, _NAMES = 3, 900


def price_question(count: int, price: int) -> str:
    return f"**{_wavs(count)}** for **{credits_text(price)}** together?\n{NOT_YET}"


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


def unposted(jobs: Sequence[Job]) -> str:
    if not jobs:
        return ""
    numbers = ", ".join(f"job #{job.id}" for job in jobs)
    return f"Made already, but not posted: {numbers}. `/jobs repost` posts each here, at no cost."


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


def zip_is_here(guild_id: int, place: Place) -> str:
    return f"That zip was posted a moment ago: {jump(guild_id, place)}"


def zip_heading(job: Job, post: Post, clips: Sequence[Clip]) -> str:
    first = next(iter(clips), None)
    if first is not None and first.kind == "stem":
        what = f"the stems of {titled(first.source)}"
    else:
        what = f"all takes of *{clean(job.summary, 80)}*"
    return f"<@{job.user_id}>, here are {what}{', zipped' if post.attached else '; no zip could hold them'}."


def zip_contents(clips: Sequence[Clip], post: Post) -> str:
    """Name what is in a zip, one line a part: the sound as it was posted, its WAV, or both."""
    parts: dict[str, set[bool]] = {}
    for clip in clips:
        if clip.position in post.attached:
            parts.setdefault(clip.part or clip.title, set()).add(clip.kind == "wav")
    return "\n".join(
        f"**{clean(part, 60)}**{_FORMS[len(both), True in both]}" for part, both in parts.items()
    )


def lost_for_zip(clips: Sequence[Clip]) -> str:
    names = ", ".join(named(clip) for clip in clips)
    return f"The provider does not give out: {names[:_NAMES]}." if clips else ""


def named(clip: Clip) -> str:
    name = clean(clip.part or clip.title, 60)
    return f"{name} (WAV)" if clip.kind == "wav" else name
