"""The album of a jam: its tracks from where jams keep their sound, its credits and its cover."""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jobs.context import JobContext
from jobs.engine.cover import draw_cover
from jobs.engine.fetch import Fetched, fetch_all, kept
from jobs.engine.hidden import shelf
from jobs.models import Attachment, Clip, Job, Post
from jobs.models.jams.album import Album, Track
from jobs.ports import NothingSent
from jobs.rules.attachments import track_name
from jobs.store.queries.jams import albums

# Tracks that are fetched anew: what jams keep needs no room of its own, and what is left is linked.
MOST_FETCHED = 40


async def fetch(
    context: JobContext, job: Job, wanted: Sequence[Clip], results: Sequence[Clip], own: Path
) -> Fetched:
    """Get the tracks of an album, under their names. Raises as `fetch_all` does."""
    album = await context.store.read(albums.album_of, job)
    if album is None:
        return await fetch_all(context, job, wanted, results, own)
    await asyncio.to_thread(_from_shelf, context, album, own)
    here = [clip for clip in wanted if kept(own, str(clip.position)) is not None]
    others = [clip for clip in wanted if clip not in here]
    fetched = await fetch_all(context, job, [*here, *others[:MOST_FETCHED]], results, own)
    members = await _names(context, album)
    names = {
        track.clip.position: track_name(track.clip, track.number, _by(track, members))
        for track in album.tracks
    }
    files = {
        position: replace(file, name=f"{names[position]}{file.path.suffix}")
        for position, file in fetched.files.items()
        if position in names
    }
    return replace(fetched, files=files)


async def papers(context: JobContext, job: Job, post: Post, fetched: Fetched, own: Path) -> list[Attachment]:
    """Write what goes into the first zip of an album beside its tracks. Raises NothingSent without a disk."""
    album = await context.store.read(albums.album_of, job) if post.seq == 0 else None
    if album is None:
        return []
    files = {position: file.name for position, file in fetched.files.items()}
    cover = await draw_cover(context, [track.clip for track in album.tracks], own)
    names = await _names(context, album)
    texts = context.outbox.papers(album, names, files, cover[0].name if cover else "")
    try:
        return [*cover, *await asyncio.to_thread(_write, texts, own)]
    except OSError as error:
        raise NothingSent(f"no credits could be written ({type(error).__name__})") from None


async def _names(context: JobContext, album: Album) -> Mapping[int, str]:
    ids = [user_id for track in album.tracks for user_id in track.members]
    ids += [clip.user_id for track in album.tracks for clip in track.ancestors]
    return await context.outbox.names(album.jam.guild_id, [album.jam.user_id, *ids])


def _by(track: Track, members: Mapping[int, str]) -> str:
    return ", ".join(filter(None, (members.get(user_id, "") for user_id in track.members)))


def _from_shelf(context: JobContext, album: Album, own: Path) -> None:
    """Bring what jams keep to where files are fetched to: the same bytes under another name."""
    for track in album.tracks:
        source = shelf.kept(context, album.jam.id, track.clip.job_id, track.take)
        if source is None or kept(own, str(track.clip.position)) is not None:
            continue
        with suppress(OSError):  # then it is fetched
            _linked(source, own / f"{track.clip.position}{source.suffix}")


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        partial = target.with_suffix("")
        shutil.copyfile(source, partial)
        partial.replace(target)


def _write(texts: Mapping[str, str], own: Path) -> list[Attachment]:
    files = []
    for name, text in texts.items():
        path = own / name
        path.write_text(text, encoding="utf-8")
        files.append(Attachment(name, path))
    return files
