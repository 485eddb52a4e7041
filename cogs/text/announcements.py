"""What came back, in a sentence: from which song and take, by which change.

Titles are foreign text in the content of a message, so they pass `clean`; the requester alone can be pinged.
"""

from collections.abc import Mapping, Sequence

from cogs.text.clean import clean
from jobs.models import Clip, Job, Post
from jobs.rules.names import in_halves, moments_of

_TITLE, _REST, _STYLE = 80, 80, 100
_ELSEWHERE = "a song from elsewhere"
# By operation, then by kind; songs of their own are in neither.
_WHAT = {
    "suno.extend": "your extension of {source}{at}",
    "suno.concat": "the whole of {title}",
    "suno.cover": "your cover of {source}{in_style}",
    "riffusion.cover": "your cover of {source}{in_style}",
    "riffusion.extend": "your extension of {source}{at}",
    "riffusion.replace": "{source} with a new section{at}",
    "riffusion.sound": "{source} with a new sound{like}",
    "riffusion.vocals": "{source} with new vocals{like}",
    "nuro.instrumental": "your instrumental",
    "stem": "{stems} of {source}",
    "wav": "the WAV of {source}",
    "persona": "your persona {title}, made from {source},",
    "upload": "your upload {title}",
    "lyrics": "your lyrics",
}
_READY = {
    "suno.sing": "ready, sung by {source}",
    "persona": "ready to sing",
    "upload": "ready: extend it or cover it",
}
_ONLY_NEW = "It is only the new part: **Whole song** joins both."
_SEVERAL = frozenset({"stem", "lyrics"})


def heading(job: Job, post: Post, results: Sequence[Clip], kind: str) -> str:
    """Head a delivery, or what follows one; only this and `job_messages.not_ready` ping the requester.

    `results` are all that are known of the job, whichever the message holds.
    """
    good = [clip for clip in results if not clip.error]
    what, ready = _named(job, good, kind)
    many = kind in _SEVERAL and len(good) != 1
    are = "are" if many else "is"
    if not post.said:
        if post.lost:
            text = f"{what} (job #{job.id}) {'were' if many else 'was'} made, but not all of it can be had."
        else:
            text = f"no more of {what} (job #{job.id}) has come."
    elif post.seq:
        text = f"more of {what} {are} {ready}."
    elif job.round:
        text = f"here again: {what.rstrip(',')}."
    else:
        text = f"{what} {are} {ready}."
        if job.operation == "suno.extend":  # Riffusion joins nothing
            text += f" {_ONLY_NEW}"
    return f"<@{job.user_id}>, {text}"


def titled(clip: Clip | None) -> str:
    """Name a result in a sentence: "*Harbour Lights* (cover) take 1 (Vocals)"."""
    if clip is None:
        return _ELSEWHERE
    song, rest = in_halves(clip)
    change_and_take, of_it, part = rest.replace(" - ", " ", 1).partition(" - ")
    rest = clean(f"{change_and_take} ({part})" if of_it else change_and_take, _REST)
    return f"{_emphasised(song, _TITLE)} {rest}".rstrip()


def _named(job: Job, good: Sequence[Clip], kind: str) -> tuple[str, str]:
    """What came back, and what it is now."""
    if not good:
        return "your order", "ready"
    source = good[0].source
    own = "your instrumental" if job.params.get("instrumental") else "your song"
    what = _WHAT.get(job.operation) or _WHAT.get(kind) or own
    ready = _READY.get(job.operation) if source else None
    facts = _facts(job, good)
    return what.format_map(facts), (ready or _READY.get(kind, "ready")).format_map(facts)


def _facts(job: Job, good: Sequence[Clip]) -> Mapping[str, str]:
    at = moments_of(good[0])
    style = _emphasised(str(job.params.get("style") or job.params.get("sound") or ""), _STYLE)
    return {
        "source": titled(good[0].source),
        "title": _emphasised(good[0].title, _TITLE),
        "at": f", from {at}," if at else "",
        "in_style": f" in the style {style}" if style else "",
        "like": f", {style}," if style else "",
        "stems": {1: "a stem", 2: "the two stems"}.get(len(good), f"the {len(good)} stems"),
    }


def _emphasised(text: str, limit: int) -> str:
    shown = clean(text, limit)
    return f"*{shown}*" if shown else ""
