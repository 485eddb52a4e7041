"""What the API found, as clips of a job: titles, parts, lineage."""

import re
from collections.abc import Sequence

from jobs.models import Clip, Job, Result
from jobs.store import Store

# "<song> (Vocals)": how the API names the stems of a song.
_STEM_TITLE = re.compile(r"^(?P<song>.*\S)\s*\((?P<part>[^()]+)\)\s*$", re.DOTALL)
_UNTITLED = "Untitled"


def kind_of(operation: str) -> str:
    """What an operation makes: `stem`, `wav` or `song`."""
    if ".stems" in operation:
        return "stem"
    return "wav" if operation.endswith(".wav") else "song"


async def clips_of(store: Store, job: Job, results: Sequence[Result], *, now: float) -> list[Clip]:
    """The results of a job as clips, in the API's order."""
    source = await store.clip(job.guild_id, job.source_clip_id) if job.source_clip_id else None
    kind = kind_of(job.operation)
    clips = []
    for position, result in enumerate(results):
        title, part = _name(kind, result, source, place=position + 1, count=len(results))
        clips.append(
            Clip(
                job_id=job.id,
                position=position,
                clip_id=result.clip_id or job.source_clip_id,
                kind=kind,
                title=title,
                part=part,
                model=result.model or (source.model if source else ""),
                duration=result.duration or (source.duration if source and kind == "wav" else None),
                lyrics=result.lyrics,
                tags=result.tags,
                audio_url=result.audio_url,
                image_url=result.image_url or (source.image_url if source else ""),
                parent_clip_id=job.source_clip_id,
                error="" if result.state == "succeeded" else result.error or "no reason given",
                created_at=now,
            )
        )
    return clips


def _name(kind: str, result: Result, source: Clip | None, *, place: int, count: int) -> tuple[str, str]:
    """(song, part) of a result."""
    song = source.title if source else ""
    if kind == "wav":
        return song or result.title or _UNTITLED, source.part if source else ""
    if kind == "stem":
        named = _STEM_TITLE.match(result.title)
        if named:
            return song or named["song"], named["part"]
        return song or _UNTITLED, result.title or f"stem {place}"
    return result.title or _UNTITLED, f"take {place}" if count > 1 else ""
