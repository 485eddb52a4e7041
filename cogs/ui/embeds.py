"""Jobs as embeds, and the parts that embeds are made of."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import discord

from cogs.text import delivery_messages, job_messages, labels, status_messages
from cogs.text.clean import ELLIPSIS, ID, clean, duration, mention, pages, timestamp
from jobs.models import Clip, Job, OutageNotice
from jobs.models.states import JobState

GOOD, PLAIN, BAD, ASKS = 0x3BA55C, 0x5865F2, 0xD83C3E, 0xF0B232
TITLE, TEXT, FIELD, LINES = 200, 900, 1000, 3500
_MAX_URL = 900


def _about(job: Job) -> discord.Embed:
    return info(labels.numbered(job), clean(job.summary, TEXT))


def bad_news(job: Job) -> discord.Embed:
    colour = ASKS if job.state is JobState.HELD else BAD
    embed = discord.Embed(title=labels.numbered(job), description=_why(job), colour=colour)
    embed.add_field(name="You asked for", value=clean(job.summary, 300) or labels.name(job))
    return embed


def details(job: Job, clips: Sequence[Clip], results: str = "") -> discord.Embed:
    """`results` is the address of the message with the first of them."""
    embed = _about(job)
    way = f"\n[{labels.JUMP_TO_RESULTS}]({results})" if results else ""
    state = f"{job_messages.standing(job)}, since {timestamp(job.state_at)}{way}"
    embed.add_field(name="State", value=state)
    embed.add_field(name="Asked by", value=f"{mention(job.user_id)}, {timestamp(job.created_at, 'f')}")
    embed.add_field(name="Cost", value=job_messages.cost(job))
    if clips:
        value = "\n".join(
            f"{label(clip) or clean(clip.title, 60)} {code(clip.clip_id)}" for clip in clips[:12]
        )
        embed.add_field(name="Clips", value=value.strip()[:FIELD] or ELLIPSIS, inline=False)
    if job.state in (JobState.FAILED, JobState.HELD):
        embed.add_field(name="Why", value=_why(job)[:FIELD], inline=False)
    return embed


def _why(job: Job) -> str:
    if job.state is JobState.UNDELIVERABLE:
        return job_messages.undeliverable(job)
    if job.state is JobState.CANCELLED:
        return job_messages.given_up(job)
    return job_messages.held(job) if job.state is JobState.HELD else job_messages.failure(job)


def outage(notice: OutageNotice) -> discord.Embed:
    text, colour = (status_messages.back, GOOD) if notice.back else (status_messages.struggling, ASKS)
    return discord.Embed(description=text(notice.provider), colour=colour)


def sections(title: str, texts: Mapping[str, str]) -> discord.Embed:
    embed = discord.Embed(title=title, colour=PLAIN)
    for heading, text in texts.items():
        embed.add_field(name=heading, value=text, inline=False)
    return embed


def in_pages(title: str, text: str) -> list[discord.Embed]:
    """As many cards as a text of ours needs."""
    first, *others = pages(text)
    return [info(title, first), *(info(f"{title}, continued", page) for page in others)]


def info(title: str, text: str) -> discord.Embed:
    return discord.Embed(title=title, description=text, colour=PLAIN)


def link(label: str, url: str) -> str:
    """Make a masked link to a provider's file, or nothing where the address is not a plain web one."""
    parts = urlsplit(url) if len(url) <= _MAX_URL else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    unfit = len(safe) > _MAX_URL or any(c.isspace() or not c.isprintable() for c in safe)
    return "" if unfit else f"[{label}](<{safe}>)"


def code(clip_id: str) -> str:
    return f"`{clip_id}`" if ID.fullmatch(clip_id) else ""


def add_line(embed: discord.Embed, name: str, text: str) -> None:
    if text:  # Discord takes no empty field
        embed.add_field(name=name, value=text, inline=False)


def fitting(lines: Sequence[str], between: str, limit: int = FIELD) -> str:
    text = between.join(lines)
    kept = list(lines)
    while len(text) > limit:
        kept.pop()
        text = between.join([*kept, ELLIPSIS])
    return text


def label(clip: Clip, attached: frozenset[int] | None = None) -> str:
    what = f"**{clean(clip.part, 60)}**" if clip.part else ""
    parts = [what, duration(clip.duration)]
    if attached is not None and clip.audio_url and clip.position not in attached:
        parts.append(link(delivery_messages.OPEN_INSTEAD, clip.audio_url) or delivery_messages.NO_LINK)
    return " · ".join(part for part in parts if part)
