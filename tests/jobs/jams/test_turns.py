"""A relay in time that passes in a moment: whose turn it is, once, whatever is pressed, lost or killed."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from jobs.models import Job, Origin, Reason
from jobs.models.jam import EntryState as E
from jobs.models.jam import JamState, Say
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.models.states import S
from jobs.store.queries import jobs
from jobs.store.queries.jams import jams, joins, members, turns
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.relays import HOUR, relay, relay_world
from tests.jobs.jams.world import Fuse, JamWorld, Killed, armed
from tests.jobs.jams_shelf import HOST, MIA, NOOR, RAVI, at_once

DAY = 24 * HOUR


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with relay_world(api, tmp_path) as world:
        yield world


async def test_a_relay_goes_round_and_becomes_one_song(ready: JamWorld) -> None:
    one = await relay(ready)
    one.prompt = False
    await one.until(JamState.DONE)
    said = [name for name in ready.board.names() if name != "panel"]
    assert said == ["turn", "part", "turn", "part", "turn", "part", "result"]
    assert [entry.user_id for entry in await one.turns()] == [MIA, RAVI, NOOR]
    assert [job.operation for job in await one.jobs()] == [
        *("suno.custom", "suno.extend", "suno.concat", "suno.extend", "suno.concat")
    ]
    assert await one.store.read(jams.used, one.jam.id) == 34
    extended = [job.source_clip_id for job in await one.jobs("suno.extend")]
    assert extended == ["clip-1-0", "clip-3-0"], "each goes on from the whole"
    files = [file for _, file, _ in ready.board.there if file]
    assert files[:3] == ["part 1 - take 1.mp3 part 1 - take 2.mp3", "the song so far.mp3", files[2]]


async def test_the_chosen_take_goes_on_and_the_first_where_nobody_chooses(ready: JamWorld) -> None:
    one = await relay(ready)
    one.prompt = False
    jam = await one.until(E.CHOOSING)
    entry = await one.turn()
    assert entry is not None
    with pytest.raises(Rejected):
        await one.service.turns.choose(jam, RAVI, entry, 1)
    await one.service.turns.choose(jam, MIA, entry, 1)
    await one.until(E.OFFERED, act=False)
    began = time.time()
    await one.until(E.CHOOSING)
    await one.until(E.OFFERED, E.JOINING, act=False)
    assert time.time() - began >= HOUR
    await one.until(JamState.DONE)
    assert [each.position for each in await one.turns()] == [1, 0, 0]
    first, *_ = await one.jobs("suno.extend")
    assert first.source_clip_id == "clip-1-1"


async def test_a_turn_that_expires_or_is_passed_goes_to_the_next_and_is_told_once(ready: JamWorld) -> None:
    one = await relay(ready)
    one.lazy = {MIA}
    offered = await one.until(E.OFFERED)
    await one.until(E.CHOOSING)
    first, second = await one.turns()
    assert (first.user_id, first.state, second.user_id) == (MIA, E.EXPIRED, RAVI)
    assert 0.0 <= first.state_at - offered.due_at < 3.0, "to the second"
    await one.until(E.OFFERED)
    await one.service.turns.pass_on(await one.now(), NOOR)
    await one.until(E.OFFERED)
    assert [each.user_id for each in await one.turns()][2:] == [NOOR, MIA]
    await one.until(JamState.DONE)
    assert [each.state for each in await one.turns() if each.user_id == MIA] == [E.EXPIRED, E.EXPIRED]
    assert (
        Counter(post.entry_id for post, _, _ in ready.board.there if post.name is Say.TURN).most_common(1)[0][
            1
        ]
        == 1
    )


@pytest.mark.parametrize("made", [0, 1])
async def test_where_nobody_goes_on_it_ends_with_what_there_is(ready: JamWorld, made: int) -> None:
    one = await relay(ready)
    if made:
        await one.until(E.CHOOSING)
    one.lazy = {MIA, RAVI, NOOR}
    done = await one.until(JamState.DONE, JamState.CANCELLED)
    assert done.state is (JamState.DONE if made else JamState.CANCELLED)
    [said] = [post for post, _, _ in ready.board.there if post.name in (Say.RESULT, Say.CANCELLED)]
    assert said.said["why"] == "nobody"


async def test_of_two_presses_at_once_one_wins(ready: JamWorld) -> None:
    one = await relay(ready)
    await one.until(E.OFFERED, act=False)
    found = await asyncio.gather(*(one.ask(who) for who in (MIA, MIA, RAVI, MIA)))
    assert sum(isinstance(each, Job) for each in found) == 1
    refused = [each for each in found if isinstance(each, JamRefused)]
    assert [each.problem for each in refused] == [JamProblem.TURN] * 3
    assert len(await one.jobs()) == 1


async def test_a_press_and_the_end_of_a_turn_cannot_both_win(ready: JamWorld) -> None:
    one = await relay(ready)
    jam = await one.until(E.OFFERED, act=False)
    entry = await one.turn()
    assert entry is not None
    assert isinstance(await one.ask(MIA), Job)
    assert not await one.store.write(turns.pass_on, jam, entry, E.EXPIRED, now=time.time())
    assert (await one.now()).due_at == jam.due_at, "what was too late has changed nothing"
    await one.until(E.CHOOSING)
    await one.until(E.OFFERED, act=False)
    await asyncio.sleep(HOUR + 1)
    late = await one.ask(RAVI)
    assert isinstance(late, JamRefused), "the keeper has not come to it yet"
    await one.until(E.OFFERED, act=False)
    assert isinstance(await one.ask(RAVI), JamRefused), "it moved on"


async def test_an_end_that_was_moved_holds_for_the_turn(ready: JamWorld) -> None:
    one = await relay(ready)
    jam = await one.until(E.OFFERED, act=False)
    await one.service.move_end(jam, jam.due_at + HOUR, HOST)
    one.lazy = {MIA}
    await asyncio.sleep(HOUR + 60)
    await one.until(Say.MOVED, act=False)
    assert [each.state for each in await one.turns()] == [E.OFFERED]


async def test_a_pot_that_runs_out_ends_it_before_a_turn_is_offered(ready: JamWorld) -> None:
    one = await relay(ready, pot=33)
    await one.until(JamState.DONE)
    assert len(await one.turns()) == 2
    assert await one.store.read(jams.used, one.jam.id) == 22
    [result] = [post for post, _, _ in ready.board.there if post.name is Say.RESULT]
    assert result.said["why"] == "pot"


async def test_a_failed_try_is_the_members_again_while_there_is_time(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.custom": [Reason.CONTENT]}
    await one.until(Say.AGAIN)
    [entry] = await one.turns()
    assert (entry.user_id, entry.state) == (MIA, E.OFFERED)
    one.lazy = {MIA}
    await one.until(E.CHOOSING)
    assert [each.user_id for each in await one.turns()] == [MIA, RAVI]
    await one.until(JamState.DONE)
    assert ready.board.names().count("again") == 1


async def test_one_that_fails_after_its_time_passes_on(ready: JamWorld) -> None:
    one = await relay(ready)
    await one.until(E.OFFERED, act=False)
    job = await one.ask(MIA)
    assert isinstance(job, Job)
    await asyncio.sleep(HOUR + 1)
    one.ends = {"suno.custom": [Reason.TASK]}
    await one.until(E.CHOOSING)
    assert [each.state for each in await one.turns()] == [E.FAILED, E.CHOOSING]
    assert "again" not in ready.board.names()


async def test_a_join_is_ordered_once_and_begun_at_once(ready: JamWorld) -> None:
    one = await relay(ready)
    woken: list[str] = []
    ready.keeper.ordered = lambda: woken.append("the engine")
    await one.until(E.JOINING, act=True)
    assert woken
    await one.until(E.CHOOSING)
    jam, entry = await one.now(), await one.turn()
    assert entry is not None
    noted: list[int] = []

    def accept(c: Connection) -> Job:
        job = jobs.existing(c, 1)
        noted.append(job.id)
        return job

    until = time.time() + DAY
    for expected in (True, False):
        done = await one.store.write(joins.order_join, jam, entry, accept, now=time.time(), until=until)
        assert done is expected
    assert noted == [1]


async def test_a_turn_is_taken_only_while_the_pot_holds_its_join_too(ready: JamWorld) -> None:
    one = await relay(ready)
    await one.until(E.CHOOSING)
    jam = await one.until(E.OFFERED)
    assert await one.store.write(jams.save, jam, replace(jam, pot=21))
    assert await one.ask(RAVI) == JamRefused(JamProblem.POT, jam.id, number=11)


async def test_clocks_that_go_cannot_be_set_going(ready: JamWorld) -> None:
    one = await relay(ready)
    jam = await one.until(E.OFFERED, act=False)
    with pytest.raises(Rejected):
        await one.service.turns.resume(jam)
    assert (await one.now()).due_at == jam.due_at


async def test_a_lost_join_is_never_repeated_and_the_host_decides(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.concat": [S.HELD]}
    jam = await one.until(Say.JOIN)
    [post] = [each for each, _, _ in ready.board.there if each.name is Say.JOIN]
    assert post.user_id == HOST
    await asyncio.sleep(DAY - HOUR)
    for _ in range(5):
        await ready.turn()
        ready.keeper.begin()
        await asyncio.sleep(60.0)
    assert len(await one.jobs("suno.concat")) == 1
    assert (await one.now()).due_at == jam.due_at
    await one.until(JamState.DONE)
    assert [(each.user_id, each.state, each.reason) for each in await one.turns()][:2] == [
        (MIA, E.ENTERED, ""), (RAVI, E.FAILED, "join"),
    ]  # fmt: skip
    assert ready.board.names().count("join") == 1


async def test_the_host_may_go_on_without_at_once(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.concat": [S.HELD]}
    jam = await one.until(Say.JOIN)
    entry = await one.turn()
    assert entry is not None
    await one.service.turns.give_up_join(jam, entry.id)
    await one.until(E.OFFERED, act=False)
    assert (await one.turns())[-1].turn == 2
    with pytest.raises(Rejected):
        await one.service.turns.give_up_join(jam, entry.id)


async def test_the_host_may_have_a_lost_join_made_again(ready: JamWorld) -> None:
    one = await relay(ready, pot=60)  # what was lost may have been paid
    one.ends = {"suno.concat": [S.HELD]}
    await one.until(Say.JOIN)
    [join] = await one.jobs("suno.concat")
    assert await ready.world.service.retry(join.id, Origin(11, 22, HOST, 10_000_000)) is not None
    await one.until(JamState.DONE)
    assert [each.state for each in await one.turns()] == [E.ENTERED] * 3
    assert len(await one.jobs("suno.concat")) == 2


async def test_a_turn_whose_call_was_lost_is_its_members_to_decide_until_it_ends(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.custom": [S.HELD]}
    jam = await one.until(Say.HELD)
    assert isinstance(await one.ask(MIA), JamRefused), "it is not paid twice"
    assert (await one.now()).due_at == jam.due_at
    await one.until(E.OFFERED)
    assert [(each.user_id, each.state) for each in await one.turns()] == [
        (MIA, E.FAILED), (RAVI, E.OFFERED),
    ]  # fmt: skip
    [job] = await one.jobs()
    with pytest.raises(Rejected):
        await ready.world.service.retry(job.id, Origin(11, 22, MIA, 10_000_000))


@pytest.mark.parametrize("times", [1, 2])
async def test_a_join_that_failed_for_nothing_is_ordered_once_more(ready: JamWorld, times: int) -> None:
    one = await relay(ready, pot=60)
    one.ends = {"suno.concat": [Reason.TASK] * times}
    await one.until(JamState.DONE)
    reasons = [each.reason for each in await one.turns()]
    assert reasons == (["", "", ""] if times == 1 else ["", "join", "", ""])


async def test_where_the_account_cannot_pay_clocks_stand_until_the_host_goes_on(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.custom": [Reason.CREDITS]}
    jam = await one.until(Say.STALLED)
    assert jam.stalled_left == pytest.approx(HOUR, abs=10.0)
    refused = await one.ask(MIA)
    assert isinstance(refused, JamRefused)
    assert refused.problem is JamProblem.STALLED
    await asyncio.sleep(2 * DAY)
    await one.until(Say.STALLED, act=False)
    assert [each.state for each in await one.turns()] == [E.OFFERED], "nothing is lost"
    await one.service.turns.resume(await one.now())
    jam = await one.until(Say.RESUMED, act=False)
    assert jam.due_at - time.time() == pytest.approx(HOUR, abs=20.0)
    await one.until(JamState.DONE)
    assert ready.board.names().count("stalled") == 1


async def test_who_leaves_while_clocks_stand_does_not_let_them_go_on(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.custom": [Reason.CREDITS]}
    await one.service.turns.leave(await one.until(Say.STALLED), MIA)
    await asyncio.sleep(2 * HOUR)
    await one.until(Say.STALLED, act=False)
    assert [each.state for each in await one.turns()] == [E.PASSED], "the next one's time has not begun"
    await one.service.turns.resume(await one.now())
    await one.until(E.OFFERED, act=False)
    offered = await one.turn()
    assert offered is not None
    assert offered.user_id == RAVI


async def test_of_those_who_take_a_free_turn_at_once_only_its_taker_takes_part(ready: JamWorld) -> None:
    one = await relay(ready, NOOR, brief={"order": "anyone"})
    jam, entry = await one.until(E.OFFERED, act=False), await one.turn()
    assert entry is not None
    took = await at_once(*(ready.store.write(turns.claim, jam, entry, who) for who in (MIA, RAVI)))
    assert sorted(took) == [False, True]
    there = [each.user_id for each in await ready.store.read(members.of_jam, jam.id)]
    assert there == [NOOR, (MIA, RAVI)[took.index(True)]]


async def test_a_join_that_nobody_can_pay_stalls_and_ends_with_what_there_is(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.concat": [Reason.CREDITS]}
    jam = await one.until(Say.STALLED)
    assert jam.due_at - time.time() == pytest.approx(3 * DAY, abs=60.0)
    await asyncio.sleep(3 * DAY - HOUR)
    done = await one.until(JamState.DONE)
    assert done.state_at - jam.state_at == pytest.approx(3 * DAY, abs=HOUR)
    [result] = [post for post, _, _ in ready.board.there if post.name is Say.RESULT]
    assert result.said["why"] == "stalled"


async def test_what_the_bot_was_away_for_is_given_back_to_a_turn(ready: JamWorld) -> None:
    one = await relay(ready)
    jam = await one.until(E.OFFERED, act=False)
    await asyncio.sleep(3 * HOUR)
    ready.restart(ready.board)
    await ready.turn()
    ready.keeper.begin()
    await one.until(Say.MOVED, act=False)
    current = await one.now()
    assert current.due_at - time.time() == pytest.approx(HOUR, abs=90.0)
    assert current.moved == pytest.approx(current.due_at - jam.due_at)
    assert [each.state for each in await one.turns()] == [E.OFFERED]


async def test_what_the_bot_or_the_host_is_waited_for_has_no_end_that_members_move(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends = {"suno.concat": [S.HELD]}
    jam = await one.until(Say.JOIN)
    with pytest.raises(Rejected):
        await one.service.move_end(jam, jam.due_at + HOUR, HOST)
    await asyncio.sleep(DAY / 2)
    ready.restart(ready.board)
    await ready.turn()
    assert (await one.now()).due_at == jam.due_at
    assert "moved" not in ready.board.names()


async def test_closed_it_ends_after_the_present_part(ready: JamWorld) -> None:
    one = await relay(ready)
    await one.until(E.CHOOSING)
    await one.until(E.OFFERED, act=False)
    assert isinstance(await one.ask(RAVI), Job)
    await one.service.close(await one.now())
    await one.until(JamState.DONE)
    assert [each.state for each in await one.turns()] == [E.ENTERED, E.ENTERED]
    with pytest.raises(Rejected):
        await one.service.close(await one.now())


async def test_a_turn_or_the_last_part_is_taken_out_and_no_other(ready: JamWorld) -> None:
    one = await relay(ready)
    while len(await one.turns()) < 3:
        await one.until(E.CHOOSING)
        await one.until(E.OFFERED)
    service = one.service
    with pytest.raises(Rejected):
        await service.remove(await one.now(), "1", HOST, "")
    await service.remove(await one.now(), "2", HOST, "rude")
    states = [(each.user_id, each.turn, each.state) for each in await one.turns()]
    assert states == [(MIA, 1, E.ENTERED), (RAVI, 2, E.REMOVED), (NOOR, 2, E.OFFERED)]
    await one.until(Say.REMOVED)
    await one.until(JamState.DONE)
    bases = [job.source_clip_id for job in await one.jobs("suno.extend")]
    assert bases[:2] == ["clip-1-1", "clip-1-1"], "the next one goes on from what was before"


async def test_nothing_is_taken_out_of_a_song_that_has_ended(ready: JamWorld) -> None:
    one = await relay(ready)
    await one.until(E.CHOOSING)
    await one.until(E.OFFERED, act=False)
    await one.service.close(await one.now())
    await one.until(JamState.SHOWING)
    with pytest.raises(Rejected):
        await one.service.remove(await one.now(), "1", HOST, "rude")
    await one.until(JamState.DONE)
    assert [each.state for each in await one.turns()] == [E.ENTERED, E.EXPIRED]


async def test_who_leaves_at_their_turn_is_passed_over(ready: JamWorld) -> None:
    one = await relay(ready)
    read_before = await one.now()
    await one.until(E.OFFERED, act=False)
    await one.service.turns.leave(read_before, MIA)
    await one.until(JamState.DONE)
    assert [each.user_id for each in await one.turns()] == [MIA, RAVI, NOOR, RAVI]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("after", "later"),
    [(False, 0.0), (True, HOUR / 2)],
    ids=["before a step", "after one, and back when nonces are forgotten"],
)
async def test_killed_at_any_step_each_thing_is_once(
    ready: JamWorld, monkeypatch: pytest.MonkeyPatch, *, after: bool, later: float
) -> None:
    fuse = Fuse()
    armed(monkeypatch, fuse)
    for at in range(1 + after, 400, 3):
        fuse.at = -1
        one = await relay(ready)
        one.fuse = fuse
        ready.restart()
        ready.board.fuse = fuse
        fuse.at, fuse.after, fuse.steps, fuse.burnt = at, after, 0, False
        with suppress(Killed):
            await one.until(JamState.DONE)
        burnt, fuse.burnt, fuse.at = fuse.burnt, False, -1
        await asyncio.sleep(later)
        ready.restart(ready.board)
        ready.keeper.begin()
        await one.until(JamState.DONE)
        said = Counter(key for key in ready.board.said.elements() if key[0] is not Say.MOVED)
        assert set(said.values()) == {1}, (at, said)
        assert Counter(name for name, _ in said) == {
            Say.PANEL: 1, Say.TURN: 3, Say.PART: 3, Say.RESULT: 1,
        }, at  # fmt: skip
        assert [job.operation for job in await one.jobs()] == [
            *("suno.custom", "suno.extend", "suno.concat", "suno.extend", "suno.concat")
        ], at
        assert [each.state for each in await one.turns()] == [E.ENTERED] * 3, at
        if not burnt:
            break
    assert at > 40, "the fuse was at every step"
