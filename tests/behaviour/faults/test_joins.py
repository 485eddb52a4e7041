"""What the music API may answer where the bot itself has a part of a relay joined to the song."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobs.engine.loop import Engine
from jobs.jams.keeper import JamKeeper
from jobs.models import OWN_ACCOUNT
from jobs.models.jam import EntryState, Jam
from jobs.models.states import S
from jobs.store.queries.jams import entries
from musicapi import Params
from tests.behaviour.faults.api_outcomes import OUTCOMES, ApiRow
from tests.fakes.api_faults import FaultyMusicApi, bodies, connection, gateways, late, polls, refusals
from tests.jobs import jams_shelf
from tests.jobs.engine_world import EngineWorld, engine_world
from tests.jobs.jams.world import Board
from tests.jobs.jams_shelf import MIA, RAVI, now_of

_HOUR = 3600.0
_JOIN = "suno.concat"
_GLANCE_SECONDS, _GLANCES = 30.0, 600
# One of a kind of error, as telling them apart is the same for all jobs; so are other looks, and files.
_POOR, _NEVER = (refusals.NoCredits, refusals.NoSubscription), refusals.Retired
_KINDS = (
    *(*_POOR, _NEVER, refusals.CopyrightedContent, refusals.RateLimited),
    *(refusals.ServerError, late.LandsLate, connection.CutAfterEffect, bodies.InvalidJson),
    *(gateways.Deploying, bodies.WrongContentType, refusals.Failed, polls.TaskFails, polls.FlatFailure),
)
_ROWS = [
    row
    for row in OUTCOMES
    if isinstance(row.fault, _KINDS) and (row.on == "submit" or (row.on == "look" and row.state is S.FAILED))
]
_PLACES = {"submit": _JOIN, "look": "suno.task"}

pytestmark = pytest.mark.usefixtures("unmeasured")


async def _made(world: EngineWorld, operation: str, params: Params) -> str:
    """A clip that the API has made."""
    task = await world.context.api.submit(operation, params, OWN_ACCOUNT)
    for _ in range(_GLANCES):
        await asyncio.sleep(5.0)
        status = await world.context.api.poll("suno", task.task_id, OWN_ACCOUNT)
        if status.finished:
            return status.clips[0].clip_id
    raise AssertionError("it was never made")


async def _relay(world: EngineWorld) -> Jam:
    """A relay of two turns, whose second part was chosen a moment ago."""
    await world.context.accounts.balance(OWN_ACCOUNT)  # as with the first order of a member
    first = await _made(world, "suno.custom", {"lyrics": "the rope lets go", "title": "a ferry"})
    second = await _made(
        world, "suno.extend", {"clip_id": first, "continue_at": "0.5", "lyrics": "two gulls"}
    )
    jam = await jams_shelf.started(world.store, hidden=False)
    made = await jams_shelf.entered(world.store, jam, MIA, RAVI)
    now = time.time()
    run = world.file
    for number, (entry, clip_id) in enumerate(zip(made, (first, second), strict=True), 1):
        run("UPDATE clip SET clip_id = ? WHERE job_id = ? AND position = 0", (clip_id, entry.job_id))
        run("UPDATE jam_entry SET turn = ?, state_at = ? WHERE id = ?", (number, now, entry.id))
    run("UPDATE jam_entry SET state = 'choosing' WHERE turn = 2", ())
    run("UPDATE job SET operation = 'suno.extend' WHERE id = ?", (made[1].job_id,))
    run(
        "UPDATE jam SET kind = 'relay', turns = 2, turn_for = ?, pot = 1000, state_at = ?, due_at = ?",
        (_HOUR, now, now),
    )
    for place, member in enumerate((MIA, RAVI), 1):
        run("INSERT INTO jam_member (jam_id, user_id, place) VALUES (1, ?, ?)", (member, place))
    return jam


@asynccontextmanager
async def _keeping(world: EngineWorld, board: Board) -> AsyncIterator[None]:
    """Another process, with a keeper of jams."""
    keeper = JamKeeper(world.context, board)
    engine = Engine(world.context, beside=[keeper])
    keeper.ordered = engine.wake
    running = asyncio.create_task(engine.run())
    try:
        yield
    finally:
        await engine.stop(5.0)
        await running


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.name)
async def test_a_part_is_joined_once_or_the_song_goes_on_without_it(
    api: FaultyMusicApi, tmp_path: Path, row: ApiRow
) -> None:
    board = Board()
    async with engine_world(api, tmp_path) as world:
        await world.engine.stop(1.0)  # jobs are brought to where they stand by hand
        jam = await _relay(world)
        api.faults.add(row.fault, _PLACES[row.on], times=None if row.always else 1)
        async with _keeping(world, board):
            for _ in range(_GLANCES):
                current = await now_of(world.store, jam)
                [_, part, *_] = await world.store.read(entries.of_jam, jam.id)
                if part.state in (EntryState.ENTERED, EntryState.FAILED) or current.stalled_left is not None:
                    break
                await asyncio.sleep(_GLANCE_SECONDS)
    kept = [one for one in api.charges if one.operation == _JOIN and one.refunded_at is None]
    assert len(kept) <= 1, "never paid twice"
    assert board.names().count("join") <= 1
    if isinstance(row.fault, _POOR):
        assert (part.state, board.names()) == (EntryState.CHOOSING, ["stalled"]), (
            "clocks stand, the host is told"
        )
        return
    # What surely took nothing is ordered once more; what may have is not.
    free = row.state is S.DONE or (row.charges == 0 and not isinstance(row.fault, _NEVER))
    assert (part.state, part.reason) == ((EntryState.ENTERED, "") if free else (EntryState.FAILED, "join"))
    assert len(kept) == 1 or not free
