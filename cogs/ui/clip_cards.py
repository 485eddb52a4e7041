"""Results as embeds: what a delivery brings, and one clip with all that is known of it."""

from collections.abc import Sequence

import discord

from cogs.text import delivery_messages, job_messages, labels
from cogs.text.clean import ELLIPSIS, clean, clean_lines, duration, timestamp
from cogs.ui.embeds import FIELD, GOOD, LINES, PLAIN, TEXT, TITLE, add_line, code, fitting, info, label
from jobs.models import Clip, Family, Job
from jobs.rules.names import full_title

# Longer lyrics come as a file beside the card of a clip.
LYRICS_SHOWN = 1000
_SONG_LYRICS = 400
_SIDE_BY_SIDE = 2


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
    song = next((clean(clip.title, TITLE) for clip in clips if not clip.error), "")
    title, colour = song or labels.name(job), GOOD if clips else PLAIN
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


def clip_card(clip: Clip, family: Family, link_field: str = "") -> discord.Embed:
    embed = info(clean(full_title(clip), TITLE), clean(clip.tags, TEXT))
    facts = {
        "Length": duration(clip.duration),
        "Model": clean(clip.model, 100),
        "Made by": labels.name(clip),
        "Made": timestamp(clip.created_at),
        "Link": link_field,
        "Clip id": code(clip.clip_id),
    }
    for field, value in facts.items():
        if value:
            embed.add_field(name=field, value=value)
    if family.ancestors or clip.parent_clip_id:
        above = [_relative(one) for one in family.ancestors] or [code(clip.parent_clip_id)]
        add_line(embed, "Made from", fitting(above, " ← "))
    add_line(embed, "Made from this", fitting(_children(family), "\n"))
    add_line(embed, "Lyrics", clean_lines(clip.lyrics, LYRICS_SHOWN))
    return embed


def personas(found: Sequence[Clip]) -> discord.Embed:
    lines = [
        f"**{clean(one.title, 80)}** · {timestamp(one.created_at)}\n{clean(one.tags, 200)}" for one in found
    ]
    return info("Personas", fitting(lines, "\n", LINES) or job_messages.NO_PERSONAS)


def _lines(clips: Sequence[Clip], attached: frozenset[int]) -> str:
    lines = [label(clip, attached) for clip in clips if not clip.error and clip.kind != "lyrics"]
    while sum(map(len, lines)) > LINES:  # better without its longest link than no message
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
            name=clean(full_title(version), TITLE) or "Lyrics",
            value=clean_lines(version.lyrics, FIELD) or ELLIPSIS,
        )
    song = next((clip for clip in clips if clip.kind == "song" and clip.lyrics), None)
    if song is not None:
        add_line(embed, "Lyrics", clean_lines(song.lyrics, _SONG_LYRICS))


def _relative(clip: Clip) -> str:
    return f"**{clean(full_title(clip), 60)}** ({labels.name(clip)}) {code(clip.clip_id)}".rstrip()


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
