"""Sentences about results: what came back, what follows, what is missing, and what to do about it.

Titles are foreign text in the content of a message, so they pass `clean`; the requester alone can be pinged.
"""

from collections.abc import Mapping, Sequence

from cogs.text import labels
from cogs.text.clean import about, clean, credits_text, timestamp
from cogs.text.job_messages import can_look_again, charge
from jobs.models import Card, Clip, Job, Post
from jobs.models.states import JobState
from jobs.rules.names import in_halves, moments_of

LINKED = "What is linked did not fit here; the provider may remove it."
OPEN = "original file"
OPEN_INSTEAD = "not attached: open it"
ASKING = "original file: asking for it …"
NO_FILE = "original file: not to be had now"
LINK_TOO_LONG = "link too long; see /clip"
NO_LINK = "not attached, and its link cannot be shown"
NO_WORDS = "Nobody sings on this one, so it has no lyrics."
NOTHING_TO_SEND = "That job has no results to send. `/jobs mine` shows where each one stands."
NOTHING_MORE = "Nothing more is to be had of that job: all that was ordered is here, or it never began."
# What the footer of every card ends with, and of no other message.
READY_PING = "I'll ping you when it's ready."
_NUMBERED = {"song": "Take", "lyrics": "Version"}
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


def made_from(source: Clip | None) -> str:
    return f"Made from {titled(source)}" if source else ""


def sung_by(persona: Clip) -> str:
    return f"Sung by {titled(persona)}"


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


def looked_again(job: Job, link: str) -> str:
    """`job` is as it was before; `link` is the address of its results."""
    if job.state is JobState.FAILED:
        return sent_again(job)
    return (
        f"Job #{job.id}: I ask the music API again for some minutes, at no cost. What comes, or that nothing "
        f"does, is said below {f'[its results]({link})' if link else 'its results'}."
    )


def card_footer(job: Job) -> str:
    return f"{credits_text(job.price)} · {READY_PING}"


def card_model(card: Card) -> str:
    """The model that the order or a default of its member names; empty for none."""
    return f"Model: {clean(card.model, 60)}" if card.model else ""


def card_standing(job: Job, card: Card) -> str:
    """How a job is doing that is under way."""
    if job.state is not JobState.ACCEPTED or card.turn_in is None:
        # A card that is new says itself since when.
        begun = f", begun {timestamp(job.outcome_at)}" if job.outcome_at is not None else ""
        return f"**Being made**{begun}. Usually ready after about {about(card.usually)}."
    if card.struggling:
        name = labels.provider(job.provider)
        return f"**Waiting**: {name} is not answering. It begins by itself when {name} is back."
    if not card.ahead:
        return f"**Waiting**: it begins in about {about(card.turn_in)}."
    before = "1 job is" if card.ahead == 1 else f"{card.ahead:,} jobs are"
    return f"**Waiting**: {before} before it; it begins in about {about(card.turn_in)}."


def card_ended(job: Job, link: str) -> str:
    """How a job ended, in one line; `link` is the address of its results or news, or empty."""
    return f"**{labels.name(job)}** · job #{job.id} · {_end(job, link)}"


def _end(job: Job, link: str) -> str:
    if job.state is JobState.DONE:
        took = (job.finished_at or job.created_at) - job.created_at
        return f"done in {about(took)}{_linked('jump to it', link)}"
    if job.state is JobState.FAILED:
        return f"failed: {charge(job)}{_linked('why', link)}"
    if job.state is JobState.HELD:
        return f"the music API gave no answer: somebody must decide{_linked('what is known', link)}"
    if job.state is JobState.CANCELLED:
        return f"{'given up' if job.reason else 'cancelled'}: {charge(job)}"
    return "finished, but could not be posted where it should go"


def _linked(words: str, link: str) -> str:
    return f" · [{words}]({link})" if link else ""


def results_in(channel_id: int) -> str:
    return f"The result will be posted in <#{channel_id}>."


def ordered(job: Job) -> str:
    return f"Ordered: job #{job.id} ({credits_text(job.price)})."


def accepted_privately(job: Job, card: Card) -> str:
    """Nobody can change it a quarter of an hour later, so it says nothing that passes."""
    where = "this channel" if card.results_in is None else f"<#{card.results_in}>"
    return f"{ordered(job)} I'll ping you in {where} when it's ready."
