"""Jams in a real database file: as started, and with entries that are made."""

import asyncio
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from jobs.models import Job, Order
from jobs.models.jam import Entry, Jam, JamState
from jobs.models.states import S
from jobs.store import Store
from jobs.store.queries.jams import entries, jams, life
from tests.jobs.shelf import NOW, ORDER, VISIT, ask, clip, moved

HOST = 70
MIA, RAVI, NOOR = 33, 44, 55
BRIEF: dict[str, Any] = {
    "guild_id": 11, "channel_id": 22, "user_id": HOST, "kind": "contest", "theme": "paper lanterns",
    "brief": {}, "state": JamState.OPEN, "state_at": NOW, "created_at": NOW, "due_at": NOW + 3600.0,
    "votes_for": 1800.0, "pot": 100, "share": 2, "picks": 3, "hidden": True,
    "seed": "s33d",
}  # fmt: skip


async def started(store: Store, **changes: object) -> Jam:
    return await store.write(jams.create, BRIEF | changes)


async def tried(store: Store, one: Jam, member: int = MIA) -> Job:
    """A try that admission takes."""
    cover = Order("suno.cover", {"clip_id": one.song, "style": "polka"}, "polka", one.song)
    order = cover if one.song else ORDER
    origin = replace(VISIT, guild_id=one.guild_id, channel_id=one.channel_id, user_id=member)
    job = await ask(store, replace(order, jam_id=one.id), origin)
    assert isinstance(job, Job), job
    return job


async def made(store: Store, job: Job, **changes: object) -> Job:
    """A job whose two takes are kept."""
    for state in (S.SUBMITTING, S.WAITING):
        job = await moved(store, job, state)
    takes = [clip(job, 0, part="take 1", **changes), clip(job, 1, part="take 2", **changes)]
    job = await moved(store, job, S.READY, results=takes)
    return await moved(store, await moved(store, job, S.POSTING), S.DONE)


async def entered(store: Store, one: Jam, *members: int) -> list[Entry]:
    """Entries that count, one a member."""
    for member in members:
        await made(store, await tried(store, one, member))
    await store.write(life.settle, one, now=NOW)
    return await store.read(entries.of_jam, one.id)


async def now_of(store: Store, one: Jam) -> Jam:
    found = await store.read(jams.by_id, one.id)
    assert found is not None
    return found


async def voting(store: Store, one: Jam) -> Jam:
    """The jam with its vote open."""
    assert await store.write(life.stop_entries, one, now=NOW, until=NOW + 60)
    assert await store.write(life.end_entries, await now_of(store, one), {}, now=NOW)
    assert await store.write(life.begin_vote, await now_of(store, one), now=NOW)
    return await now_of(store, one)


async def at_once(*acts: Any) -> list[Any]:  # noqa: ANN401 - whatever they give
    return await asyncio.gather(*acts)


def letters_of(c: Connection, jam_id: int) -> dict[int, str]:
    """The letter of each member's entry."""
    return {one.user_id: one.letter for one in entries.of_jam(c, jam_id) if one.letter}
