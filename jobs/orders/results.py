"""What the API found, as results of a job: kinds, titles, parts, lineage; and what can be made of them."""

from collections.abc import Sequence

import musicapi
from jobs.models import Clip, Job, Profile
from jobs.rules.resolve_source import fits
from jobs.store import Store
from jobs.store.queries import clips

_UNTITLED = "Untitled"
_MAX_TITLE = 80


def next_steps(clip: Clip, catalogue: Profile) -> list[str]:
    """The operations that can be done with a result, in the order of the profile."""
    return [
        operation
        for operation, terms in catalogue.operations.items()
        if terms.provider == clip.provider and not terms.retired and fits(clip, terms)
    ]


async def clips_of(
    store: Store, catalogue: Profile, job: Job, results: Sequence[musicapi.Clip], *, now: float
) -> list[Clip]:
    """The results of a job as they are kept, in the API's order."""
    kind = catalogue.terms(job.operation).makes
    source = await store.read(clips.by_id, job.guild_id, job.source_clip_id) if job.source_clip_id else None
    found = []
    for position, result in enumerate(results):
        model = catalogue.model_name(result.model)
        failed = result.state is not musicapi.ClipState.SUCCEEDED
        title, part = _name(kind, job, result, source, number=position + 1, count=len(results))
        found.append(
            Clip(
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
            )
        )
    return found


def _name(
    kind: str, job: Job, result: musicapi.Clip, source: Clip | None, *, number: int, count: int
) -> tuple[str, str]:
    """(song, part) of a result."""
    song = source.title if source else ""
    if kind == "wav":
        return song or result.title or _UNTITLED, source.part if source else ""
    if kind == "stem":
        named, part = result.stem
        return song or named or _UNTITLED, part or f"stem {number}"
    if kind == "persona":
        return str(job.params.get("name") or _UNTITLED), ""
    if kind == "upload":
        return result.title or job.summary or _UNTITLED, ""
    each = "version" if kind == "lyrics" else "take"
    # Nuro names nothing; what was asked for says more than "Untitled".
    title = result.title or song or _opening(str(job.params.get("title") or job.summary)) or _UNTITLED
    return title, f"{each} {number}" if count > 1 else ""


def _opening(words: str) -> str:
    """The first line of a text, of lyrics the first that is sung: `[Verse]` is no name."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    sung = (line for line in lines if not line.startswith("["))
    return next(sung, lines[0] if lines else "")[:_MAX_TITLE]
