"""The sound of what a jam posts, from where jams keep it or fetched once more."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jobs.context import JobContext
from jobs.engine.fetch import FilesLate, fetch_all, folder_of
from jobs.engine.hidden import shelf
from jobs.models import Attachment, Clip
from jobs.models.jam import Entry, EntryState, Jam, JamPost, Say
from jobs.models.jams.figures import JamFigures
from jobs.rules.attachments import file_names, track_name
from jobs.store.queries import clips, jobs
from jobs.store.queries.jams import entries, parts

# Of a jam whose entries are over.
_AT_ONCE = 4
# What a call can play: libsndfile knows nothing of m4a and mp4.
IN_CALLS = frozenset({".mp3", ".wav", ".ogg", ".flac"})


async def sound_of(context: JobContext, jam: Jam, entry: Entry) -> Path | None:
    """Find the take that counts; what is not kept is fetched once more. None where it is not to be had."""
    return await _file_of(context, jam, entry.job_id, entry.position)


async def lost_of(context: JobContext, jam: Jam) -> Mapping[Entry, tuple[int, int] | None]:
    """Find what counts of which no sound is to be had, and the entry and take of its member to count instead.

    Several at once: each may take its time, and the jam waits for all.
    """
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def checked(entry: Entry) -> tuple[bool, tuple[int, int] | None]:
        async with at_once:
            if await sound_of(context, jam, entry) is not None:
                return False, None
            return True, await _instead_of(context, jam, entry)

    entered = await context.store.read(entries.of_jam, jam.id, EntryState.ENTERED)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(checked(entry)) for entry in entered]
    found = zip(entered, (task.result() for task in tasks), strict=True)
    return {entry: instead for entry, (is_lost, instead) in found if is_lost}


async def _instead_of(context: JobContext, jam: Jam, entry: Entry) -> tuple[int, int] | None:
    """Find another take of the same member that can be heard: of the same try, else the newest spare one."""
    mine = await context.store.read(entries.of_member, jam.id, entry.user_id)
    spare = [one for one in reversed(mine) if one.state is EntryState.SPARE]
    for one in (entry, *spare):
        for take in await context.store.read(entries.songs, one.job_id):
            chosen = one == entry and take.position == entry.position
            if not chosen and await _file_of(context, jam, one.job_id, take.position) is not None:
                return one.id, take.position
    return None


async def _file_of(context: JobContext, jam: Jam, job_id: int, position: int) -> Path | None:
    kept = shelf.kept(context, jam.id, job_id, position)
    if kept is not None:
        return kept
    job = await context.store.read(jobs.by_id, job_id)
    results = await context.store.read(clips.of_job, job_id)
    wanted = [clip for clip in results if clip.position == position]
    if job is None or not wanted:
        return None
    try:
        fetched = await fetch_all(context, job, wanted, results, folder_of(context.spool, job))
        path = fetched.files[position].path
    except (FilesLate, KeyError):
        return None
    try:
        await asyncio.to_thread(shelf.keep, context, jam.id, job.id, position, path)
        return shelf.kept(context, jam.id, job_id, position)
    except OSError:  # there is no room, so it goes from where it was fetched to
        with suppress(OSError):
            return await asyncio.to_thread(shelf.cleaned, path)
    return None


async def sound_for(
    context: JobContext, jam: Jam, post: JamPost, figures: JamFigures
) -> Sequence[Attachment]:
    """The files of a message: an entry under its letter, the takes of a part, or the song so far."""
    if post.entry_id is None:
        return ()
    if post.name in (Say.GALLERY, Say.TRACK):
        return await _of_entry(context, jam, post)
    named = await _of_turn(context, jam, post, figures)
    found = [(name, await _file_of(context, jam, one.job_id, one.position)) for name, one in named]
    return [Attachment(f"{name}{path.suffix}", path) for name, path in found if path is not None]


async def _of_entry(context: JobContext, jam: Jam, post: JamPost) -> Sequence[Attachment]:
    """The file of an entry: called as its letter in the gallery, and as what it is at a party."""
    entry = await context.store.read(entries.by_id, post.entry_id or 0)
    path = await sound_of(context, jam, entry) if entry is not None else None
    if entry is None or path is None:
        return ()
    name = entry.letter
    if post.name is Say.TRACK:
        made = await context.store.read(clips.of_job, entry.job_id)
        taken = [clip for clip in made if clip.position == entry.position]
        name = track_name(taken[0], int(post.said["at"]) + 1, "") if taken else name
    return [Attachment(f"{name}{path.suffix}", path)]


async def _of_turn(
    context: JobContext, jam: Jam, post: JamPost, figures: JamFigures
) -> Sequence[tuple[str, Clip]]:
    """What is heard with a message about a turn, by the names of its files."""
    turn = figures.turn_of(post.entry_id)
    if post.name is Say.PART and turn is not None and not jam.hidden:
        return [(f"part {turn.entry.turn} - take {one.position + 1}", one) for one in turn.takes]
    if post.name in (Say.TURN, Say.AGAIN) and post.said.get("sound"):
        if jam.hidden and figures.parts:
            last = figures.parts[-1]
            return [(f"part {last.entry.turn}", last.chosen)] if last.chosen is not None else ()
        so_far = await context.store.read(parts.base, jam)
        return [("the song so far", so_far)] if so_far is not None else ()
    if post.name is Say.RESULT and jam.about.in_turn:
        whole = await context.store.read(parts.base, jam)
        return [(file_names([whole])[whole.position], whole)] if whole is not None else ()
    return ()
