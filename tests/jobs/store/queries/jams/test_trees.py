"""What can be gone on from, and the order of branches: each below the one that it was made from."""

from dataclasses import replace

import pytest

from jobs.models import Job, Order
from jobs.models.jam import Jam
from jobs.models.rejections import JamProblem, JamRefused
from jobs.models.states import S
from jobs.store import Store
from jobs.store.queries.jams import entries, life, trees
from jobs.store.queries.library import removals
from tests.jobs.jams_shelf import MIA, NOOR, RAVI, started
from tests.jobs.shelf import NOW, VISIT, ask, clip, moved

SONG = "00000000-0000-4000-8000-000000000000"
TREE = {"kind": "tree", "hidden": False, "brief": {"song": SONG}, "pot": 1000, "share": 5}


def clip_of(job: Job, position: int) -> str:
    """The API's id of a take."""
    return f"00000000-0000-4000-8000-{job.id:06}{position:06}"


def cover_of(jam: Jam, clip_id: str) -> Order:
    return Order("suno.cover", {"clip_id": clip_id, "style": "polka"}, "polka", clip_id, jam_id=jam.id)


async def grown(store: Store, jam: Jam, member: int, source: str = SONG) -> Job:
    """A branch of a member, with two takes."""
    job = await ask(store, cover_of(jam, source), replace(VISIT, user_id=member))
    assert isinstance(job, Job), job
    for state in (S.SUBMITTING, S.WAITING):
        job = await moved(store, job, state)
    takes = [
        clip(job, n, part=f"take {n + 1}", clip_id=clip_of(job, n), parent_clip_id=source) for n in range(2)
    ]
    job = await moved(store, job, S.READY, results=takes)
    job = await moved(store, await moved(store, job, S.POSTING), S.DONE)
    await store.write(life.settle, jam, now=NOW)
    return job


async def shape(store: Store, jam: Jam) -> list[tuple[int, int]]:
    return [(one.depth, one.entry.user_id) for one in await store.read(trees.branches, jam)]


async def test_each_branch_is_below_what_it_was_made_from_the_oldest_first(store: Store) -> None:
    jam = await started(store, **TREE)
    first = await grown(store, jam, MIA)
    second = await grown(store, jam, RAVI)
    await grown(store, jam, NOOR, clip_of(second, 0))
    below = await grown(store, jam, RAVI, clip_of(first, 1))
    await grown(store, jam, NOOR, clip_of(below, 0))
    assert await shape(store, jam) == [(1, MIA), (2, RAVI), (3, NOOR), (1, RAVI), (2, NOOR)]
    [_, taken, *_] = await store.read(trees.branches, jam)
    assert taken.source is not None
    assert (taken.source.job_id, taken.source.part) == (first.id, "take 2")


@pytest.mark.parametrize("way", ["withdrawn", "removed"])
async def test_what_has_left_is_no_ground_and_what_grew_from_it_stays(store: Store, way: str) -> None:
    jam = await started(store, **TREE)
    first = await grown(store, jam, MIA)
    await grown(store, jam, RAVI, clip_of(first, 0))
    if way == "withdrawn":
        await store.write(entries.withdraw, jam.id, MIA, now=NOW)
    else:
        await store.write(removals.remove, first, by=MIA, now=NOW)
    assert await shape(store, jam) == [(1, RAVI)]
    refused = await ask(store, cover_of(jam, clip_of(first, 0)), replace(VISIT, user_id=NOOR))
    assert isinstance(refused, JamRefused)
    assert refused.problem is JamProblem.WAY


@pytest.mark.parametrize(
    ("changes", "own"),
    [(TREE, False), (TREE | {"kind": "contest"}, True)],
    ids=["of another jam", "of a contest, where all make something of one song"],
)
async def test_only_from_branches_of_the_same_tree(
    store: Store, changes: dict[str, object], *, own: bool
) -> None:
    one, other = [await started(store, **changes) for _ in range(2)]
    job = await grown(store, one, MIA)
    refused = await ask(store, cover_of(one if own else other, clip_of(job, 0)), replace(VISIT, user_id=NOOR))
    assert isinstance(refused, JamRefused)
    assert refused.problem is JamProblem.WAY
