"""The time of jams: each thing once whatever is killed, ends to the second, absences given back."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.engine.hidden import shelf
from jobs.models.jam import Jam, JamState, Say
from jobs.ports import AnswerLost, NothingSent, Undeliverable
from jobs.rules.jams.clock import DAY, HOUR, MINUTE, ON_ITS_WAY
from jobs.store.queries.jams import ballots, entries, jams, life, marks, posts
from jobs.store.queries.jams.marks import Mark
from jobs.store.schema import job as table
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.world import Fuse, JamWorld, armed, jam_world, killed_at
from tests.jobs.jams_shelf import MIA, NOOR, RAVI, made, now_of, tried

EVERYTHING = {
    (Say.PANEL, 0), (Say.CLOSED, 0), (Say.GALLERY, 0), (Say.GALLERY, 1), (Say.VOTE, 0), (Say.RESULT, 0),
}  # fmt: skip


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with jam_world(api, tmp_path) as world:
        yield world


async def over(ready: JamWorld, jam: Jam) -> Jam:
    return await ready.until(jam, JamState.DONE)


async def test_a_jam_goes_from_its_panel_to_its_result(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI, NOOR)
    done = await over(ready, jam)
    assert done.state is JamState.DONE
    names = [name for name in ready.board.names() if name != "news"]
    assert names == ["panel", "closed", "gallery", "gallery", "gallery", "vote", "result"]
    files = [file for _, file, _ in ready.board.there if file]
    assert files == ["A.mp3", "B.mp3", "C.mp3"]
    assert ready.board.names().count("news") == 3
    [result] = ready.board.results
    assert [standing.entry.points for standing in result.standings] == [1, 0, 0]


async def test_phases_end_to_the_second(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI)
    closing = await ready.until(jam, JamState.CLOSING, JamState.VOTING)
    assert 0.0 <= closing.state_at - jam.due_at < 2.0
    voting = await ready.until(jam, JamState.VOTING)
    while not ready.board.said[Say.VOTE, 0]:
        voting = await ready.until(jam, JamState.VOTING)
        await asyncio.sleep(0.5)
    voting = await now_of(ready.store, jam)
    done = await over(ready, jam)
    assert 0.0 <= done.state_at - voting.due_at - ON_ITS_WAY < 3.0


@pytest.mark.parametrize(
    ("after", "later"),
    [(False, 0.0), (True, HOUR)],
    ids=["before a step", "after one, and back when nonces are forgotten"],
)
@pytest.mark.usefixtures("unmeasured")
async def test_killed_at_any_step_everything_is_said_once(
    ready: JamWorld, monkeypatch: pytest.MonkeyPatch, *, after: bool, later: float
) -> None:
    fuse = Fuse()
    armed(monkeypatch, fuse)
    for at in range(1 + after, 400, 13):  # between them many of the steps
        jam = await ready.contest(MIA, RAVI)
        ready.restart()
        fuse.at, fuse.after, fuse.steps = at, after, 0
        went_on = await killed_at(ready, jam, fuse)
        await asyncio.sleep(later)
        ready.board.fuse = Fuse()
        ready.restart(ready.board)
        await over(ready, jam)
        said = ready.board.said
        assert set(said.values()) == {1}, (at, said)
        assert set(said) >= EVERYTHING, (at, said)
        [result] = ready.board.results
        assert [one.entry.points for one in result.standings] == [1, 0], at
        if not went_on:
            break
    assert at > 25, "the fuse was at every step"


@pytest.mark.parametrize(
    ("left", "away", "given"),
    [
        (HOUR, MINUTE, 0.0),
        (HOUR, 3 * HOUR, HOUR),  # what was left is left again
        (2 * DAY, 3 * DAY, DAY),
        (4 * HOUR, 2 * HOUR, 4 * HOUR),
    ],
)
async def test_what_the_bot_was_away_for_is_given_back_and_told(
    ready: JamWorld, left: float, away: float, given: float
) -> None:
    jam = await ready.contest(MIA, RAVI, due_at=time.time() + left)
    await ready.turn()
    assert ready.board.names() == ["panel", "news", "news"]
    await asyncio.sleep(away)
    ready.restart(ready.board)
    await ready.turn()
    current = await now_of(ready.store, jam)
    if not given:
        assert current.due_at == jam.due_at
        return
    assert current.state is JamState.OPEN
    assert current.due_at == pytest.approx(time.time() + given, abs=2.0)
    assert current.moved == pytest.approx(current.due_at - jam.due_at)
    assert ready.board.names()[-1] == "moved"
    ready.restart(ready.board)
    await ready.turn()
    assert (await now_of(ready.store, jam)).due_at == current.due_at, "given back once"


async def test_a_moved_end_is_the_one_that_holds(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI)
    await ready.turn()
    later = jam.due_at + HOUR
    assert await ready.store.write(life.move_end, jam, due_at=later, now=time.time(), by=1)
    ready.keeper.begin()
    closing = await ready.until(jam, JamState.CLOSING, JamState.VOTING)
    assert closing.state_at >= later
    assert ready.board.said[Say.MOVED, 0] == 1


async def test_what_is_under_way_at_the_end_is_awaited_for_half_an_hour(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI)
    job = await tried(ready.store, jam, NOOR)
    await ready.store.write(
        lambda c: c.execute(sa.update(table).where(table.c.id == job.id).values(due_at=None))
    )
    closing = await ready.until(jam, JamState.CLOSING)
    voting = await ready.until(jam, JamState.VOTING)
    assert voting.state_at - closing.state_at == pytest.approx(30 * MINUTE, abs=2.0)
    [late] = [one for one in await ready.store.read(entries.of_jam, jam.id) if one.user_id == NOOR]
    assert (late.state, late.reason) == ("failed", "late")


@pytest.mark.parametrize("left", ["another take", "a spare try", "nothing"])
async def test_what_is_lost_is_told_and_another_take_of_its_member_counts_instead(
    ready: JamWorld, left: str
) -> None:
    jam = await ready.contest(MIA, RAVI, NOOR)
    spare = await made(ready.store, await tried(ready.store, jam, MIA))
    await ready.store.write(life.settle, jam, now=time.time())
    await ready.turn()
    assert ready.board.names().count("news") == 4
    [first, *_] = await ready.store.read(entries.of_jam, jam.id)
    folder = shelf.folder_of(ready.world.context, jam.id)
    (folder / f"{first.job_id}-0.mp3").unlink()
    kept = {"another take": f"{first.job_id}-1.mp3", "a spare try": f"{spare.id}-1.mp3"}.get(left)
    if kept:
        (folder / kept).write_bytes(b"sound")
    await ready.until(jam, JamState.VOTING)
    mine = await ready.store.read(entries.of_member, jam.id, MIA)
    assert [(one.state, one.position, one.reason) for one in mine] == {
        "another take": [("entered", 1, "instead"), ("spare", 0, "")],
        "a spare try": [("failed", 0, "file"), ("entered", 1, "instead")],
        "nothing": [("failed", 0, "file"), ("spare", 0, "")],
    }[left]
    files = [file for post, file, _ in ready.board.there if post.name is Say.GALLERY]
    assert files == ["A.mp3", "B.mp3", "C.mp3"][: 2 if left == "nothing" else 3]
    told = [post.user_id for post, _, _ in ready.board.there if post.name is Say.NEWS]
    assert told[4:] == [MIA], "once more, in the words of all news"


@pytest.mark.parametrize("how", ["its file is refused", "it is gone", "its message never lands"])
async def test_a_letter_that_nobody_can_hear_is_in_no_vote(ready: JamWorld, how: str) -> None:
    jam = await ready.contest(MIA, RAVI, NOOR)
    closing = await ready.until(jam, JamState.CLOSING)
    assert await ready.store.write(life.end_entries, closing, {}, now=time.time())
    ready.board.refuses = {"A.mp3"} if how == "its file is refused" else set()
    [first] = [one for one in await ready.store.read(entries.of_jam, jam.id) if one.letter == "A"]
    if how == "it is gone":
        path = shelf.kept(ready.world.context, jam.id, first.job_id, 0)
        assert path is not None
        path.unlink()
    elif how == "its message never lands":
        [post, *_] = await ready.store.read(posts.of_name, jam.id, Say.GALLERY)
        await ready.store.write(posts.mark_sent, post.id, 0)
    done = await ready.until(jam, JamState.DONE)  # somebody picks A all the while
    [result] = ready.board.results
    shown = [(one.entry.letter, one.entry.is_unheard, one.entry.points) for one in result.standings]
    assert shown == [("A", True, 0), ("B", False, 0), ("C", False, 0)]
    assert done.picks == 1
    choices = (await ready.store.read(ballots.of_member, jam.id, 99)).choices
    assert [one.letter for one in choices] == ["B", "C"]


async def test_a_channel_that_answers_late_or_never_ends_no_jam(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI)
    ready.board.troubles = [NothingSent("busy", retry_after=5.0), AnswerLost("reset"), NothingSent("busy")]
    await over(ready, jam)
    assert set(ready.board.said.values()) == {1}
    closed = await ready.contest(MIA, RAVI)
    ready.board.troubles = [Undeliverable("gone")] * 9
    await over(ready, closed)
    assert await ready.store.read(posts.unsent, closed.id) == []


async def test_nothing_is_done_while_a_gallery_waits_for_its_channel(ready: JamWorld) -> None:
    """The end of a vote that has not begun may have passed by then: it is none to come back for."""
    jam = await ready.until(await ready.contest(MIA, RAVI), JamState.OPEN)
    ready.board.troubles = [NothingSent("busy", retry_after=2 * HOUR)]
    await asyncio.sleep(jam.due_at - time.time())
    for wait in (0.4, 0.4, 0.4, jam.votes_for + MINUTE, 0.4):
        await ready.turn()
        await asyncio.sleep(wait)
    assert (await now_of(ready.store, jam)).state is JamState.VOTING
    await ready.turn()
    assert ready.keeper.next_at > time.time() + MINUTE / 2
    await over(ready, jam)


async def test_the_panel_is_edited_at_most_twice_a_minute(ready: JamWorld) -> None:
    jam = await ready.contest(MIA)
    begun = time.time()
    for turn in range(30):
        if turn % 6 == 0:
            await tried(ready.store, jam, 200 + turn)
        ready.keeper.begin()
        await ready.turn()
        await asyncio.sleep(4.0)
    edits = [one for one in ready.board.edits if one[0] is Say.PANEL]
    assert 1 <= len(edits) <= (time.time() - begun) / 30.0 + 1


async def test_a_server_that_removes_the_bot_ends_its_jams(ready: JamWorld) -> None:
    jam = await ready.contest(MIA)
    ready.world.context.gone.add(jam.guild_id)
    await ready.until(jam, JamState.CANCELLED)


async def test_without_a_jam_the_keeper_asks_nothing(ready: JamWorld) -> None:
    await ready.turn()
    assert ready.keeper.poke(time.time()) == float("inf")
    ready.keeper.wake()
    assert ready.keeper.poke(time.time()) == float("inf"), "a job that ends is nothing to it"


async def test_once_told_the_gallery_says_whose_it_is_and_sound_is_forgotten(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI)
    await over(ready, jam)
    while await ready.store.read(posts.masked, jam.id):
        await asyncio.sleep(0.5)
        await ready.turn()
    revealed = [one for one in ready.board.edits if one[0] is Say.GALLERY]
    assert revealed == [(Say.GALLERY, JamState.DONE, 2)] * 2
    await asyncio.sleep(8 * DAY)
    ready.restart(ready.board)
    await ready.turn()
    assert shelf.jams_kept(ready.world.context) == []
    assert await ready.store.read(jams.running) == []


async def test_who_asked_for_it_is_reminded_once_in_a_phase(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, RAVI, due_at=time.time() + 2.5 * HOUR, votes_for=2.5 * HOUR)
    for member in range(1000, 1095):
        await ready.store.write(marks.turn, jam.id, member, Mark.REMINDED)
    await ready.store.write(marks.turn, jam.id, 1001, Mark.REMINDED)  # and no more
    await ready.store.write(marks.give, jam.id, 1002, Mark.KEPT_OUT)
    await over(ready, jam)
    reminded = [(post, at) for post, _, at in ready.board.there if post.name is Say.REMINDER]
    assert [len(post.said["users"]) for post, _ in reminded] == [90, 3, 90, 3]
    told = {member for post, _ in reminded for member in post.said["users"]}
    assert told == set(range(1000, 1095)) - {1001, 1002}
    assert reminded[0][1] - jam.due_at == pytest.approx(-15 * MINUTE, abs=2.0)
    vote = next(at for post, _, at in ready.board.there if post.name is Say.VOTE)
    assert reminded[2][1] - vote == pytest.approx(2.25 * HOUR, abs=2.0)


async def test_a_reminder_that_comes_too_late_is_not_said(ready: JamWorld) -> None:
    jam = await ready.contest(MIA, due_at=time.time() + 2.5 * HOUR)
    await ready.store.write(marks.turn, jam.id, MIA, Mark.REMINDED)
    await ready.turn()
    await asyncio.sleep(2.25 * HOUR + 1.0)
    ready.board.troubles = [NothingSent("busy", retry_after=2 * HOUR)]
    await over(ready, jam)
    assert "reminder" not in ready.board.names()
