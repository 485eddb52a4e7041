"""Make results of what the API found: kinds, titles, parts, lineage; and say what can be made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, count

import musicapi
from jobs.models import Clip, Job, Profile
from jobs.rules.names import UNTITLED, free_name
from jobs.rules.resolve_source import fits
from jobs.store import Store
from jobs.store.queries import clips

_MAX_TITLE = 80


def next_steps(clip: Clip, catalogue: Profile) -> list[str]:
    """List the operations that can be done with a result, in the order of the profile."""
    return [
        operation
        for operation, terms in catalogue.operations.items()
        if terms.provider == clip.provider and not terms.retired and fits(clip, terms)
    ]


def wav_of(clip: Clip, catalogue: Profile) -> str:
    """The operation that makes a WAV of a stem; empty where there is none, or it is no stem."""
    steps = next_steps(clip, catalogue) if clip.kind == "stem" else []
    return next((step for step in steps if catalogue.terms(step).makes == "wav"), "")


def without_source(found: musicapi.TaskStatus, catalogue: Profile, job: Job) -> musicapi.TaskStatus:
    """Leave out what the task was made from; a WAV has the id of its source, and stays."""
    return found if catalogue.terms(job.operation).makes == "wav" else found.without(job.source_clip_id)


async def clips_of(
    store: Store,
    catalogue: Profile,
    job: Job,
    results: Sequence[musicapi.Clip],
    *,
    now: float,
    known: Sequence[Clip] = (),
) -> list[Clip]:
    """The results of a job that have ended, in the API's order.

    One that is known keeps its place and name, however the API lists it now, and gets fresh links. One that
    had failed and is there now is new.
    """
    terms = catalogue.terms(job.operation)
    source = await store.read(clips.by_id, job.guild_id, job.source_clip_id) if job.source_clip_id else None
    # A task that is still looked at may list the others later.
    expected = max(len(results), terms.clips if job.task_id else 0)
    kept = {clip.position: clip for clip in known}
    for index, result in enumerate(results):
        if result.state is musicapi.ClipState.RUNNING:
            continue
        position = _place(kept, result, index)
        before = kept.get(position)
        if before is None or (before.error and result.state is musicapi.ClipState.SUCCEEDED):
            title, part = _name(terms.makes, job, result, source, number=position + 1, count=expected)
            others = {clip.part.casefold() for clip in kept.values() if clip.position != position}
            named = title, free_name(part, others)
            kept[position] = _kept(catalogue, job, result, source, named, position=position, now=now)
        else:
            audio, image = result.audio_url or before.audio_url, result.image_url or before.image_url
            kept[position] = replace(before, audio_url=audio, image_url=image)
    return [kept[position] for position in sorted(kept)]


def _place(kept: Mapping[int, Clip], result: musicapi.Clip, index: int) -> int:
    """Find where a result is known already; else its place in the list, or the first that is free."""
    same = [clip.position for clip in kept.values() if clip.clip_id and clip.clip_id == result.clip_id]
    if same:
        return same[0]
    if index in kept and not (result.clip_id and kept[index].clip_id):  # it has lost its id, or just got it
        return index
    return next(position for position in chain([index], count()) if position not in kept)


def _kept(
    catalogue: Profile,
    job: Job,
    result: musicapi.Clip,
    source: Clip | None,
    named: tuple[str, str],
    *,
    position: int,
    now: float,
) -> Clip:
    kind = catalogue.terms(job.operation).makes
    failed = result.state is not musicapi.ClipState.SUCCEEDED
    model = catalogue.model_name(result.model)
    title, part = named
    return Clip(
        job_id=job.id,
        position=position,
        # The API gives a WAV no id of its own.
        clip_id=result.clip_id or (job.source_clip_id if kind == "wav" else ""),
        kind=kind,
        title=title,
        part=part,
        model=model or (source.model if source and kind in ("stem", "wav") else ""),
        duration=result.duration or (source.duration if source and kind == "wav" else None),
        lyrics=result.lyrics,
        tags=result.tags or str(job.params.get("description", "") if kind == "persona" else ""),
        audio_url=result.audio_url,
        image_url=result.image_url or (source.image_url if source else ""),
        parent_clip_id=job.source_clip_id,
        error=(result.error or "no reason given") if failed else "",
        created_at=now,
        provider=job.provider,
        operation=job.operation,
        user_id=job.user_id,
        params=job.params,
        source=source,
    )


def _name(
    kind: str, job: Job, result: musicapi.Clip, source: Clip | None, *, number: int, count: int
) -> tuple[str, str]:
    """Name a result as (song, part)."""
    song = source.title if source else ""
    if kind == "wav":
        return song or result.title or UNTITLED, source.part if source else ""
    if kind == "stem":
        named, part = result.stem
        return song or named or UNTITLED, part or f"stem {number}"
    if kind == "persona":
        return str(job.params.get("name") or UNTITLED), ""
    if kind == "upload":
        return result.title or job.summary or UNTITLED, ""
    each = "version" if kind == "lyrics" else "take"
    # Nuro names nothing; what was asked for says more than "Untitled".
    title = result.title or song or _opening(str(job.params.get("title") or job.summary)) or UNTITLED
    return title, f"{each} {number}" if count > 1 else ""


def _opening(words: str) -> str:
    """Take the first line of a text, of lyrics the first that is sung: `[Verse]` is no name."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    sung = (line for line in lines if not line.startswith("["))
    return next(sung, lines[0] if lines else "")[:_MAX_TITLE]
