"""Jobs and clips as embeds: what was asked, what came of it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import discord

from cogs import messages, messages_status
from cogs.text import ID, clean, duration, timestamp
from jobs.models import Clip, Job, Notice
from jobs.states import JobState

_GOOD, _PLAIN, _BAD, _ASKS = 0x3BA55C, 0x5865F2, 0xD83C3E, 0xF0B232
_TITLE, _TEXT, _FIELD, _LINES = 200, 900, 1000, 3500
_MAX_URL = 900


def asked(job: Job, usually_at: float) -> discord.Embed:
    """The card that answers a command: what was asked, its cost, when it is usually done."""
    embed = discord.Embed(
        title=f"{messages.name(job)} · job #{job.id}", description=clean(job.summary, _TEXT), colour=_PLAIN
    )
    embed.add_field(name="Cost", value=messages.credits_text(job.price))
    embed.add_field(name="Usually done", value=timestamp(usually_at))
    embed.set_footer(text="The result will be posted here as a reply.")
    return embed


def results(
    job: Job, clips: Sequence[Clip], attached: frozenset[int], *, cover: str = "", first: bool = True
) -> discord.Embed:
    """The card of a delivery: one line a result, with a link where the file is not attached."""
    embed = discord.Embed(title=_song(clips, job), description=_lines(clips, attached), colour=_GOOD)
    models = clean(", ".join(sorted({clip.model for clip in clips})), 100)
    if models:
        embed.add_field(name="Model", value=models)
    if first:
        embed.add_field(name="Cost", value=messages.credits_text(job.price))
    if any(clip.position not in attached and not clip.error for clip in clips):
        embed.set_footer(
            text="What is linked did not fit here or could not be fetched; the provider may remove it."
        )
    if cover:
        embed.set_thumbnail(url=f"attachment://{cover}")
    return embed


def bad_news(job: Job) -> discord.Embed:
    """A failed job, or one that a person must decide about."""
    text = messages.held(job) if job.state is JobState.HELD else messages.failure(job)
    colour = _ASKS if job.state is JobState.HELD else _BAD
    embed = discord.Embed(
        title=f"{messages.name(job)} · job #{job.id}", description=text, colour=colour
    )  # fmt: skip
    embed.add_field(name="You asked for", value=clean(job.summary, 300) or messages.name(job))
    return embed


def details(job: Job, clips: Sequence[Clip]) -> discord.Embed:
    """Everything that is known about a job."""
    embed = discord.Embed(
        title=f"{messages.name(job)} · job #{job.id}", description=clean(job.summary, _TEXT), colour=_PLAIN
    )
    embed.add_field(name="State", value=f"{messages.STATES[job.state]}, since {timestamp(job.state_at)}")
    embed.add_field(name="Asked by", value=f"<@{job.user_id}>, {timestamp(job.created_at, 'f')}")
    embed.add_field(name="Cost", value=_cost(job))
    if clips:
        value = "\n".join(f"{_label(clip)} {_code(clip.clip_id)}" for clip in clips[:12])
        embed.add_field(name="Clips", value=value[:_FIELD], inline=False)
    if job.state in (JobState.FAILED, JobState.HELD):
        text = messages.held(job) if job.state is JobState.HELD else messages.failure(job)
        embed.add_field(name="Why", value=text[:_FIELD], inline=False)
    return embed


def clip_card(clip: Clip, children: Sequence[Clip]) -> discord.Embed:
    """One clip: facts, link, family."""
    embed = discord.Embed(
        title=clean(full_title(clip), _TITLE), description=clean(clip.tags, _TEXT), colour=_PLAIN
    )  # fmt: skip
    facts = {
        "Length": duration(clip.duration),
        "Model": clean(clip.model, 100),
        "Made": timestamp(clip.created_at),
        "Link": link("open at the provider", clip.audio_url),
        "Made from": _code(clip.parent_clip_id),
        "Clip id": _code(clip.clip_id),
    }
    for field, value in facts.items():
        if value:
            embed.add_field(name=field, value=value)
    if children:
        names = ", ".join(clean(child.part or child.title, 40) for child in children[:24])
        embed.add_field(name="Made from this", value=names[:_FIELD], inline=False)
    return embed


def job_line(job: Job, *, with_member: bool = False) -> str:
    """A job in a list."""
    who = f" · <@{job.user_id}>" if with_member else ""
    what = clean(job.summary, 60)
    return (
        f"**#{job.id}** {messages.name(job)} · {messages.STATES[job.state]} · "
        f"{messages.credits_text(job.price)} · {timestamp(job.created_at)}{who}\n{what}"
    )


def job_list(title: str, jobs: Sequence[Job], *, with_member: bool = False) -> discord.Embed:
    """Jobs, the open ones first."""
    return plain(title, "\n".join(job_line(job, with_member=with_member) for job in jobs) or messages.NO_JOBS)


def weather(notice: Notice) -> discord.Embed:
    """A line to a channel: a provider is struggling, or back."""
    text = (
        messages_status.back(notice.provider) if notice.back else messages_status.struggling(notice.provider)
    )
    return discord.Embed(description=text, colour=_GOOD if notice.back else _ASKS)


def plain(title: str, text: str) -> discord.Embed:
    """A card with our own words."""
    return discord.Embed(title=title, description=text, colour=_PLAIN)


def full_title(clip: Clip) -> str:
    """`<song> - <part>`."""
    return f"{clip.title} - {clip.part}" if clip.part else clip.title


def link(label: str, url: str) -> str:
    """A masked link to a provider's file, or nothing where the address is not a plain web one."""
    parts = urlsplit(url) if len(url) <= _MAX_URL else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    unfit = len(safe) > _MAX_URL or any(c.isspace() or not c.isprintable() for c in safe)
    return "" if unfit else f"[{label}](<{safe}>)"


def _code(clip_id: str) -> str:
    """An id of the API to copy, if it is one."""
    return f"`{clip_id}`" if ID.fullmatch(clip_id) else ""


def _song(clips: Sequence[Clip], job: Job) -> str:
    good = next((clip for clip in clips if not clip.error), None)
    return (clean(good.title, _TITLE) if good else "") or messages.name(job)


def _lines(clips: Sequence[Clip], attached: frozenset[int]) -> str:
    lines = [_label(clip, attached) for clip in clips if not clip.error]
    while sum(map(len, lines)) > _LINES:  # rather without its longest link than no message
        longest = max(range(len(lines)), key=lambda place: len(lines[place]))
        lines[longest] = lines[longest].split("[", 1)[0] + "link too long; see /clip"
    failed = [clip for clip in clips if clip.error]
    if failed:
        lines.append(
            messages.partly_failed(clean(", ".join(clip.part or clip.title for clip in failed), 200))
        )
    return "\n".join(lines)


def _label(clip: Clip, attached: frozenset[int] | None = None) -> str:
    what = f"**{clean(clip.part, 60)}**" if clip.part else ""
    parts = [what, duration(clip.duration)]
    if attached is not None and clip.position not in attached:
        parts.append(link("not attached: open at the provider", clip.audio_url) or messages.NO_LINK)
    return " · ".join(part for part in parts if part) or clean(clip.title, 60)


def _cost(job: Job) -> str:
    text = messages.credits_text(job.price)
    if job.refunded:
        return f"{text}, given back"
    return text if job.submit_at is not None or not job.price else f"{text}, not spent yet"
