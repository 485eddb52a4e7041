"""Results as embeds: what a delivery brings, and one clip with all that is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import discord

from cogs.text import delivery_messages, job_messages, labels
from cogs.text.clean import (
    ELLIPSIS,
    clean,
    clean_label,
    clean_lines,
    clean_link,
    duration,
    jump,
    mention,
    timestamp,
)
from cogs.ui.embeds import (
    FIELD,
    GOOD,
    LINES,
    PLAIN,
    TEXT,
    TITLE,
    add_line,
    code,
    fitting,
    info,
    label,
)
from jobs.models import Clip, Family, Job, Place
from jobs.rules.names import full_title

# Longer lyrics come as a file beside the card of a clip.
LYRICS_SHOWN, LYRICS_ALONE = 1000, 4000
_SONG_LYRICS = 400
_STYLE = 300
_VERSIONS = 2

Places = Mapping[tuple[int, int], Place]


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
    good = [clip for clip in clips if not clip.error]
    about = _about(job, good[0]) if good and first else ""
    title = clean(labels.card_title(good[0]), TITLE) if good else labels.name(job)
    embed = discord.Embed(title=title, colour=GOOD if clips else PLAIN)
    lines = _lines(clips, attached, LINES - len(about) - len(note))
    embed.description = "\n".join(filter(None, (about, lines, note))) or None
    models = clean_label(", ".join(sorted({clip.model for clip in clips if clip.model})), 100)
    if first:
        _add_words(embed, good)
    linked = any(clip.audio_url and clip.position not in attached for clip in good)
    facts = " · ".join(filter(None, (models, job_messages.cost(job) if first else "")))
    embed.set_footer(
        text="\n".join(filter(None, (facts, delivery_messages.LINKED if linked else ""))) or None
    )
    if cover:
        embed.set_thumbnail(url=f"attachment://{cover}")
    return embed


def _about(job: Job, clip: Clip) -> str:
    """What was wished for, and who sings; on a persona's card what it is made from."""
    asked = (clip.tags, *(str(job.params.get(name) or "") for name in ("style", "sound", "description")))
    style = clean(next(filter(None, asked), ""), _STYLE)
    if clip.kind == "persona":
        return "\n".join(filter(None, (style, delivery_messages.made_from(clip.source))))
    lines = [f"*{style}*" if style and clip.kind in ("song", "lyrics") else ""]
    if clip.source is not None and clip.source.kind == "persona":
        lines.append(delivery_messages.sung_by(clip.source))
    return "\n".join(filter(None, lines))


def clip_card(clip: Clip, job: Job, family: Family, places: Places, link_field: str) -> discord.Embed:
    """Make the card of one clip; its id stands alone, where it can be copied."""
    facts = _facts(clip, job, places.get((clip.job_id, clip.position)), link_field)
    embed = info(clean(full_title(clip), TITLE), "\n".join(filter(None, facts)))
    above = [_relative(one, job.guild_id, places.get((one.job_id, one.position))) for one in family.ancestors]
    if clip.parent_clip_id and not above:
        above = [code(clip.parent_clip_id)]
    add_line(embed, "Made from", fitting(above, " ← "))
    add_line(embed, "Made from this", fitting(_children(family), "\n"))
    add_line(embed, "Lyrics", clean_lines(clip.lyrics, LYRICS_SHOWN))
    add_line(embed, "Clip id", code(clip.clip_id))
    return embed


def lyrics_card(clip: Clip) -> discord.Embed:
    return info(clean(full_title(clip), TITLE), clean_lines(clip.lyrics, LYRICS_ALONE))


def _facts(clip: Clip, job: Job, place: Place | None, link_field: str) -> list[str]:
    style = clean(clip.tags, TEXT)
    facts = (labels.sort_of(clip), duration(clip.duration), clean(clip.model, 100))
    link = f"[{labels.JUMP_TO_MESSAGE}]({jump(job.guild_id, place)})" if place else ""
    return [
        f"*{style}*" if style else "",
        f"Kind: {' · '.join(filter(None, facts))}",
        f"Asked by {mention(clip.user_id)} · {timestamp(clip.created_at)} · {job_messages.cost(job)}",
        " · ".join(filter(None, (link, link_field))),
    ]


def personas(found: Sequence[Clip]) -> discord.Embed:
    lines = [
        f"**{clean(one.title, 80)}** · {timestamp(one.created_at)}\n{clean(one.tags, 200)}" for one in found
    ]
    return info("Personas", fitting(lines, "\n", LINES) or job_messages.NO_PERSONAS)


def _lines(clips: Sequence[Clip], attached: frozenset[int], most: int) -> str:
    # The title of a WAV's card names all of it.
    named = [replace(clip, part="") if clip.kind == "wav" else clip for clip in clips]
    lines = [label(clip, attached) for clip in named if not clip.error and clip.kind != "lyrics"]
    link = f"[{delivery_messages.OPEN_INSTEAD}]"
    while sum(map(len, lines)) > most:  # better without its longest link than no message
        longest = max(range(len(lines)), key=lambda index: (link in lines[index], len(lines[index])))
        if link not in lines[longest]:
            break
        lines[longest] = lines[longest].partition(link)[0] + delivery_messages.LINK_TOO_LONG
    failed = [clip for clip in clips if clip.error]
    if failed:
        names = ", ".join(clip.part or clip.title for clip in failed)
        reasons = "; ".join(dict.fromkeys(clip.error for clip in failed))
        lines.append(delivery_messages.partly_failed(clean(names, 200), clean(reasons, 300)))
    return "\n".join(lines)


def _add_words(embed: discord.Embed, clips: Sequence[Clip]) -> None:
    """Show versions of lyrics one below the other; the words of a song, as far as they fit."""
    versions = [clip for clip in clips if clip.kind == "lyrics"]
    for version in versions[:_VERSIONS]:
        name = clean(full_title(version), TITLE)
        add_line(embed, name, clean_lines(version.lyrics, FIELD) or ELLIPSIS)
    sung = (clip for clip in clips if clip.kind == "song" and clip.lyrics and not clip.instrumental)
    song = next(sung, None)
    if song is not None:
        add_line(embed, "Lyrics", clean_lines(song.lyrics, _SONG_LYRICS))


def _relative(clip: Clip, guild_id: int, place: Place | None) -> str:
    name = full_title(clip)
    return f"[{clean_link(name, 80)}]({jump(guild_id, place)})" if place else f"**{clean(name, 80)}**"


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
