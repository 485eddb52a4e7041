"""Jobs and clips as embeds."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import discord

from cogs.text import delivery_messages, job_messages, labels, status_messages
from cogs.text.clean import ELLIPSIS, ID, clean, clean_lines, credits_text, duration, pages, timestamp
from jobs.models import Clip, Family, Job, OutageNotice
from jobs.models.states import JobState
from jobs.rules.names import full_title

_GOOD, _PLAIN, _BAD, _ASKS = 0x3BA55C, 0x5865F2, 0xD83C3E, 0xF0B232
_TITLE, _TEXT, _FIELD, _LINES = 200, 900, 1000, 3500
_MAX_URL = 900
# Longer lyrics come as a file beside the card of a clip.
LYRICS_SHOWN = 1000
_SONG_LYRICS = 400
_SIDE_BY_SIDE = 2


def job_card(job: Job, usually_at: float, results_in: int | None = None) -> discord.Embed:
    embed = _about(job)
    embed.add_field(name="Cost", value=credits_text(job.price))
    embed.add_field(name="Usually done", value=timestamp(usually_at))
    if results_in is None:
        embed.set_footer(text=job_messages.POSTED_HERE)
    else:  # a footer shows no link to a channel
        embed.add_field(name="Result", value=f"in <#{results_in}>")
    return embed


def _about(job: Job) -> discord.Embed:
    return info(labels.numbered(job), clean(job.summary, _TEXT))


def cancelled(job: Job, by: int) -> discord.Embed:
    return _about(job).add_field(name="Cancelled", value=job_messages.cancelled(job, by))


def results(
    job: Job,
    clips: Sequence[Clip],
    attached: frozenset[int],
    *,
    cover: str = "",
    first: bool = True,
    note: str = "",
) -> discord.Embed:
    """Make the card of a delivery: one line a result, with a link where the file is not attached."""
    text = "\n".join(filter(None, (_lines(clips, attached), note)))
    song = next((clean(clip.title, _TITLE) for clip in clips if not clip.error), "")
    title, colour = song or labels.name(job), _GOOD if clips else _PLAIN
    embed = discord.Embed(title=title, description=text, colour=colour)
    models = clean(", ".join(sorted({clip.model for clip in clips if clip.model})), 100)
    if models:
        embed.add_field(name="Model", value=models)
    if first:
        _add_words(embed, clips)
        embed.add_field(name="Cost", value=job_messages.cost(job))
    if any(clip.audio_url and clip.position not in attached and not clip.error for clip in clips):
        embed.set_footer(text=delivery_messages.LINKED)
    if cover:
        embed.set_thumbnail(url=f"attachment://{cover}")
    return embed


def bad_news(job: Job) -> discord.Embed:
    colour = _ASKS if job.state is JobState.HELD else _BAD
    embed = discord.Embed(title=labels.numbered(job), description=_why(job), colour=colour)
    embed.add_field(name="You asked for", value=clean(job.summary, 300) or labels.name(job))
    return embed


def details(job: Job, clips: Sequence[Clip]) -> discord.Embed:
    embed = _about(job)
    embed.add_field(name="State", value=f"{job_messages.standing(job)}, since {timestamp(job.state_at)}")
    embed.add_field(name="Asked by", value=f"<@{job.user_id}>, {timestamp(job.created_at, 'f')}")
    embed.add_field(name="Cost", value=job_messages.cost(job))
    if clips:
        value = "\n".join(f"{_label(clip)} {_code(clip.clip_id)}" for clip in clips[:12])
        embed.add_field(name="Clips", value=value.strip()[:_FIELD] or ELLIPSIS, inline=False)
    if job.state in (JobState.FAILED, JobState.HELD):
        embed.add_field(name="Why", value=_why(job)[:_FIELD], inline=False)
    return embed


def _why(job: Job) -> str:
    if job.state is JobState.UNDELIVERABLE:
        return job_messages.undeliverable(job)
    if job.state is JobState.CANCELLED:
        return job_messages.given_up(job)
    return job_messages.held(job) if job.state is JobState.HELD else job_messages.failure(job)


def clip_card(clip: Clip, family: Family, link_field: str = "") -> discord.Embed:
    embed = info(clean(full_title(clip), _TITLE), clean(clip.tags, _TEXT))
    facts = {
        "Length": duration(clip.duration),
        "Model": clean(clip.model, 100),
        "Made by": labels.name(clip),
        "Made": timestamp(clip.created_at),
        "Link": link_field,
        "Clip id": _code(clip.clip_id),
    }
    for field, value in facts.items():
        if value:
            embed.add_field(name=field, value=value)
    if family.ancestors or clip.parent_clip_id:
        above = [_relative(one) for one in family.ancestors] or [_code(clip.parent_clip_id)]
        _add_line(embed, "Made from", _fitting(above, " ← "))
    _add_line(embed, "Made from this", _fitting(_children(family), "\n"))
    _add_line(embed, "Lyrics", clean_lines(clip.lyrics, LYRICS_SHOWN))
    return embed


def personas(found: Sequence[Clip]) -> discord.Embed:
    lines = [
        f"**{clean(one.title, 80)}** · {timestamp(one.created_at)}\n{clean(one.tags, 200)}" for one in found
    ]
    return info("Personas", _fitting(lines, "\n", _LINES) or job_messages.NO_PERSONAS)


def job_line(job: Job, *, with_member: bool = False) -> str:
    who = f" · <@{job.user_id}>" if with_member else ""
    return (
        f"**#{job.id}** {labels.name(job)} · {job_messages.standing(job)} · "
        f"{credits_text(job.price)} · {timestamp(job.created_at)}{who}\n{clean(job.summary, 60)}"
    )


def job_list(title: str, jobs: Sequence[Job], *, with_member: bool = False) -> discord.Embed:
    lines = "\n".join(job_line(job, with_member=with_member) for job in jobs)
    return info(title, lines or job_messages.NO_JOBS)


def outage(notice: OutageNotice) -> discord.Embed:
    text, colour = (status_messages.back, _GOOD) if notice.back else (status_messages.struggling, _ASKS)
    return discord.Embed(description=text(notice.provider), colour=colour)


def sections(title: str, texts: Mapping[str, str]) -> discord.Embed:
    embed = discord.Embed(title=title, colour=_PLAIN)
    for heading, text in texts.items():
        embed.add_field(name=heading, value=text, inline=False)
    return embed


def in_pages(title: str, text: str) -> list[discord.Embed]:
    """As many cards as a text of ours needs."""
    first, *others = pages(text)
    return [info(title, first), *(info(f"{title}, continued", page) for page in others)]


def info(title: str, text: str) -> discord.Embed:
    return discord.Embed(title=title, description=text, colour=_PLAIN)


def link(label: str, url: str) -> str:
    """Make a masked link to a provider's file, or nothing where the address is not a plain web one."""
    parts = urlsplit(url) if len(url) <= _MAX_URL else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    unfit = len(safe) > _MAX_URL or any(c.isspace() or not c.isprintable() for c in safe)
    return "" if unfit else f"[{label}](<{safe}>)"


def _code(clip_id: str) -> str:
    return f"`{clip_id}`" if ID.fullmatch(clip_id) else ""


def _lines(clips: Sequence[Clip], attached: frozenset[int]) -> str:
    lines = [_label(clip, attached) for clip in clips if not clip.error and clip.kind != "lyrics"]
    while sum(map(len, lines)) > _LINES:  # better without its longest link than no message
        longest = max(range(len(lines)), key=lambda index: len(lines[index]))
        lines[longest] = lines[longest].split("[", 1)[0] + delivery_messages.LINK_TOO_LONG
    failed = [clip for clip in clips if clip.error]
    if failed:
        names = ", ".join(clip.part or clip.title for clip in failed)
        reasons = "; ".join(dict.fromkeys(clip.error for clip in failed))
        lines.append(delivery_messages.partly_failed(clean(names, 200), clean(reasons, 300)))
    return "\n".join(lines)


def _add_words(embed: discord.Embed, clips: Sequence[Clip]) -> None:
    """Show versions of lyrics side by side; the words of a song, as far as they fit."""
    versions = [clip for clip in clips if clip.kind == "lyrics" and not clip.error]
    for version in versions[:_SIDE_BY_SIDE]:
        embed.add_field(
            name=clean(full_title(version), _TITLE) or "Lyrics",
            value=clean_lines(version.lyrics, _FIELD) or ELLIPSIS,
        )
    song = next((clip for clip in clips if clip.kind == "song" and clip.lyrics), None)
    if song is not None:
        _add_line(embed, "Lyrics", clean_lines(song.lyrics, _SONG_LYRICS))


def _add_line(embed: discord.Embed, name: str, text: str) -> None:
    if text:  # Discord takes no empty field
        embed.add_field(name=name, value=text, inline=False)


def _relative(clip: Clip) -> str:
    return f"**{clean(full_title(clip), 60)}** ({labels.name(clip)}) {_code(clip.clip_id)}".rstrip()


def _children(family: Family) -> list[str]:
    """List a clip's children, one line a job: twelve stems need no twelve lines."""
    by_job: dict[int, list[Clip]] = {}
    for child in family.children:
        if not child.error:
            by_job.setdefault(child.job_id, []).append(child)
    return [
        f"{labels.name(clips[0])}: {labels.count(len(clips), clips[0].kind)} (job #{job_id}, "
        f"{timestamp(clips[0].created_at)})"
        for job_id, clips in by_job.items()
    ]


def _fitting(lines: Sequence[str], between: str, limit: int = _FIELD) -> str:
    text = between.join(lines)
    kept = list(lines)
    while len(text) > limit:
        kept.pop()
        text = between.join([*kept, ELLIPSIS])
    return text


def _label(clip: Clip, attached: frozenset[int] | None = None) -> str:
    what = f"**{clean(clip.part, 60)}**" if clip.part else ""
    parts = [what, duration(clip.duration)]
    if attached is not None and clip.audio_url and clip.position not in attached:
        parts.append(link(delivery_messages.OPEN_INSTEAD, clip.audio_url) or delivery_messages.NO_LINK)
    return " · ".join(part for part in parts if part) or clean(clip.title, 60)
