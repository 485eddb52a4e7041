"""What jams in turns refuse, so that nothing is paid in vain, lost, or heard by nobody."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.jams.turn_service import TurnsWish
from jobs.models import Job, Order, Origin, Reason
from jobs.models.jam import EntryState as E
from jobs.models.jam import JamState, Say
from jobs.models.rejections import (
    ForbiddenWord,
    JamProblem,
    JamRefused,
    MissingRole,
    Rejected,
    WrongChannel,
    WrongInput,
)
from jobs.models.states import S
from jobs.orders import decisions
from jobs.rules.quote import Enquiry, Payer
from jobs.store.queries import guilds, jobs, orders
from jobs.store.queries.jams import marks, parts
from jobs.store.queries.jams.marks import Mark
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.relays import Relay, origin, relay, relay_world
from tests.jobs.jams.world import JamWorld
from tests.jobs.jams_shelf import HOST, MIA, NOOR, RAVI
from tests.jobs.shelf import PROFILE


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with relay_world(api, tmp_path) as world:
        yield world


async def lines(ready: JamWorld, *words: str, pot: int = 10) -> Relay:
    """Lines that MIA and RAVI write by turns, of which these are written."""
    one = await relay(ready, MIA, RAVI, kind="lines", turns=2, pot=pot)
    for number, each in enumerate(words):
        await one.until(E.OFFERED, act=False)
        await one.service.turns.write_line(await one.now(), origin((MIA, RAVI)[number % 2]), each)
    return one


async def test_a_turn_that_is_over_is_not_paid_again(ready: JamWorld) -> None:
    one = await relay(ready, pot=60)
    one.ends = {"suno.custom": [S.HELD]}
    await one.until(E.WORKING)
    await one.act()
    ready.keeper.begin()
    jam = await one.until(E.OFFERED, act=False)
    second = await one.ask(RAVI)
    [lost] = [job for job in await one.jobs() if job.state is S.HELD]
    assert isinstance(second, Job)
    with pytest.raises(Rejected) as refused:
        await decisions.retry(ready.world.context, lost, origin(MIA))
    assert refused.value.rejection == JamRefused(JamProblem.TURN, jam.id, until=jam.due_at)
    assert (await ready.store.read(jobs.existing, lost.id)).state is S.HELD


async def test_who_is_next_in_a_blind_relay_hears_the_part_before_whoever_passed(ready: JamWorld) -> None:
    one = await relay(ready, hidden=True)
    await one.until(E.CHOOSING)
    await one.until(E.OFFERED, act=False)
    await one.service.turns.pass_on(await one.now(), RAVI)
    await one.until(E.OFFERED, act=False)
    heard = [(post.user_id, file) for post, file, _ in ready.board.there if post.name is Say.TURN]
    assert heard == [(MIA, ""), (RAVI, "part 1.mp3"), (NOOR, "part 1.mp3")]


async def test_what_is_being_made_is_not_given_up(ready: JamWorld) -> None:
    one = await relay(ready)
    for state in (E.CHOOSING, E.OFFERED, E.CHOOSING):
        await one.until(state)
    await one.act()
    jam = await one.until(E.JOINING, act=False)
    entry = await one.turn()
    assert entry is not None
    with pytest.raises(Rejected):
        await one.service.turns.give_up_join(jam, entry.id)
    assert await one.now() == jam


async def test_the_song_of_all_lines_is_not_taken_out_while_it_is_made(ready: JamWorld) -> None:
    one = await lines(ready, "the rope lets go", "two gulls follow", pot=60)
    await one.until(E.JOINING, act=False)
    with pytest.raises(Rejected):
        await one.service.remove(await one.now(), "3", HOST, "")
    await one.until(JamState.DONE)
    assert len(await one.jobs()) == 1, "it is paid once"


async def test_who_is_kept_out_adds_no_line_to_a_turn_of_theirs(ready: JamWorld) -> None:
    one = await lines(ready, "the rope lets go")
    await one.until(E.OFFERED, act=False)
    await ready.store.write(marks.give, one.jam.id, RAVI, Mark.KEPT_OUT)
    with pytest.raises(Rejected) as refused:
        await one.service.turns.write_line(await one.now(), origin(RAVI), "two gulls follow")
    assert isinstance(refused.value.rejection, JamRefused)
    assert refused.value.rejection.problem is JamProblem.KEPT_OUT


async def test_a_line_of_what_nobody_sees_is_none(ready: JamWorld) -> None:
    one = await lines(ready)
    jam = await one.until(E.OFFERED, act=False)
    with pytest.raises(Rejected) as refused:
        await one.service.turns.write_line(jam, origin(MIA), "\u200b \u2060")
    assert isinstance(refused.value.rejection, WrongInput)


async def test_a_form_on_an_older_end_of_the_song_is_refused_as_that(ready: JamWorld) -> None:
    one = await relay(ready, pot=60)
    for _ in range(2):
        await one.until(E.CHOOSING)
        await one.until(E.OFFERED)
    base = await ready.store.read(parts.base, one.jam)
    assert base is not None
    late = Order("suno.extend", {"clip_id": "clip-1-1"}, "x", "clip-1-1", jam_id=one.jam.id)
    now = time.time()
    refused = await ready.store.write(
        orders.accept, Enquiry(late, origin(NOOR), Payer(), now), PROFILE, due_at=now, deadline_at=now
    )
    assert base.clip_id != "clip-1-1"
    assert refused == JamRefused(JamProblem.SONG_WENT_ON, one.jam.id)


async def test_lines_whose_pot_is_used_by_a_lost_call_say_so_and_end(ready: JamWorld) -> None:
    one = await lines(ready, "the rope lets go", "two gulls follow")
    one.ends = {"suno.custom": [S.HELD]}
    jam = await one.until(Say.JOIN)
    entry = await one.turn()
    assert entry is not None
    await one.service.turns.give_up_join(jam, entry.id)
    await one.until(Say.STALLED)
    await one.service.turns.resume(await one.now())
    while ready.board.names().count("stalled") < 2:
        await ready.turn()
        await asyncio.sleep(1.0)
    await asyncio.sleep((await one.now()).due_at - time.time() + 1.0)
    await one.until(JamState.CANCELLED, act=False)
    said = [post.said["why"] for post, _, _ in ready.board.there if post.name is Say.STALLED]
    assert said == ["song", "pot"]
    assert len(await one.jobs()) == 1


async def test_parts_that_cannot_be_joined_end_it_before_the_pot_is_spent_on_them(ready: JamWorld) -> None:
    one = await relay(ready, pot=200)
    one.ends = {"suno.concat": [Reason.CONTENT] * 20}
    await one.until(JamState.DONE)
    assert [each.state for each in await one.turns()] == [E.ENTERED, E.FAILED, E.FAILED]
    [result] = [post for post, _, _ in ready.board.there if post.name is Say.RESULT]
    assert result.said["why"] == "join"


async def test_who_may_not_take_a_turn_does_not_join(ready: JamWorld) -> None:
    one = await relay(ready, MIA, RAVI)
    await ready.store.write(guilds.change, 11, lambda _: {"roles": {"jam": (5,)}}, by=HOST, now=1.0)
    with pytest.raises(Rejected) as refused:
        await one.service.turns.join(one.jam, origin(NOOR))
    assert refused.value.rejection == MissingRole((5,))
    assert await one.service.turns.join(one.jam, replace(origin(NOOR), role_ids=(5,))) == 3


@pytest.mark.parametrize(
    ("settings", "wish", "why"),
    [
        ({"jam_pot": 9}, {}, JamRefused(JamProblem.POT_TOO_SMALL, number=10)),
        ({}, {"kind": "relay", "pot": 9}, JamRefused(JamProblem.POT_TOO_SMALL, number=10)),
        ({"forbidden_words": ("gulls",)}, {"style": "GULLS"}, ForbiddenWord("style", "gulls", "suno.custom")),
        ({"forbidden_words": ("tide",)}, {}, ForbiddenWord("title", "tide", "suno.custom")),
        ({"channels": {"jam": (99,)}}, {}, WrongChannel((99,))),
    ],
)  # fmt: skip
async def test_what_would_come_to_nothing_is_not_begun(
    ready: JamWorld, settings: Mapping[str, Any], wish: Mapping[str, Any], why: object
) -> None:
    roles = {"jam_hosts": (5,)}
    await ready.store.write(guilds.change, 11, lambda _: {**roles, **settings}, by=HOST, now=1.0)
    service, there = (await relay(ready)).service, Origin(11, 22, HOST + 1, 10_000_000, role_ids=(5,))
    with pytest.raises(Rejected) as refused:
        await service.turns.start(
            TurnsWish(**{"kind": "lines", "theme": "low tide", "turns": 4, **wish}), there, moderator=False
        )
    assert refused.value.rejection == why
