"""The pot is never exceeded, a failed try is given back, and no member's own quota is used."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from jobs.models import Clip, Job, Shelf, Viewer
from jobs.models.jam import MOST_ENTRIES, JamState
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.rejections import JamProblem, JamRefused, QuotaUsedUp, WrongChannel
from jobs.models.states import S
from jobs.store import Store
from jobs.store.jam_schema import jam_entry
from jobs.store.queries import clips, guilds, jobs, ledger, reports
from jobs.store.queries.jams import entries, jams, life
from jobs.store.queries.library import history, songs
from tests.jobs.jams_shelf import MIA, at_once, made, now_of, started, tried
from tests.jobs.shelf import NOW, ORDER, VISIT, ask, moved

pytestmark = pytest.mark.on_both


def problem(verdict: object) -> JamProblem:
    assert isinstance(verdict, JamRefused), verdict
    return verdict.problem


async def test_of_forty_at_once_a_pot_of_five_tries_takes_five(store: Store) -> None:
    one = await started(store, pot=50)
    order = replace(ORDER, jam_id=one.id)
    verdicts = await at_once(*(ask(store, order, replace(VISIT, user_id=100 + n)) for n in range(40)))
    assert sum(isinstance(verdict, Job) for verdict in verdicts) == 5
    refused = [verdict for verdict in verdicts if not isinstance(verdict, Job)]
    assert {problem(verdict) for verdict in refused} == {JamProblem.POT}
    assert await store.read(jams.used, one.id) == 50


async def test_no_more_members_enter_than_a_gallery_has_room_for(store: Store) -> None:
    one = await started(store, pot=5000)
    rows = [
        {"jam_id": one.id, "user_id": 1000 + n, "job_id": 0, "state": "entered", "state_at": NOW}
        for n in range(MOST_ENTRIES)
    ]
    await store.write(lambda c: c.execute(sa.insert(jam_entry), rows))
    assert problem(await ask(store, replace(ORDER, jam_id=one.id))) is JamProblem.FULL
    inside = await ask(store, replace(ORDER, jam_id=one.id), replace(VISIT, user_id=1000))
    assert isinstance(inside, Job), "who is in it has another try"


async def test_of_ten_at_once_a_member_has_the_tries_that_all_have(store: Store) -> None:
    one = await started(store, pot=500, share=3)
    verdicts = await at_once(*(ask(store, replace(ORDER, jam_id=one.id)) for _ in range(10)))
    assert sum(isinstance(verdict, Job) for verdict in verdicts) == 3
    assert JamProblem.SHARE in {problem(verdict) for verdict in verdicts if not isinstance(verdict, Job)}


async def test_what_fails_before_it_is_paid_is_back_in_the_pot_and_costs_no_try(store: Store) -> None:
    one = await started(store, pot=10, share=1)
    job = await tried(store, one)
    assert problem(await ask(store, replace(ORDER, jam_id=one.id))) is JamProblem.SHARE
    await moved(store, job, S.FAILED)
    assert await store.write(life.settle, one, now=NOW)
    assert await store.read(jams.used, one.id) == 0
    assert await tried(store, one)


async def test_a_failed_task_that_was_paid_stays_in_the_pots_books(store: Store) -> None:
    one = await started(store, pot=15, share=1)
    job = await tried(store, one)
    job = await moved(store, await moved(store, job, S.SUBMITTING), S.WAITING)
    await moved(store, job, S.FAILED)
    await store.write(life.settle, one, now=NOW)
    assert await store.read(jams.used, one.id) == 10
    assert problem(await ask(store, replace(ORDER, jam_id=one.id))) is JamProblem.POT
    again = await started(store, pot=15, share=1)
    job = await moved(store, await moved(store, await tried(store, again), S.SUBMITTING), S.WAITING)
    await moved(store, job, S.FAILED, refunded=True)
    assert await store.read(jams.used, again.id) == 0


async def test_what_may_have_been_paid_is_in_the_pot_until_it_is_known(store: Store) -> None:
    one = await started(store, pot=15)
    await moved(store, await moved(store, await tried(store, one), S.SUBMITTING), S.HELD)
    assert await store.read(jams.used, one.id) == 10
    assert problem(await ask(store, replace(ORDER, jam_id=one.id))) is JamProblem.POT


async def test_the_pot_pays_and_not_the_member(store: Store) -> None:
    def edit(subject: Subject, amount: int) -> dict[str, object]:
        subject_id = VISIT.user_id if subject is Subject.MEMBER else 0
        return {"quotas": (Quota(subject, subject_id, Unit.CREDITS, Period.DAY, amount),)}

    await store.write(guilds.change, 11, lambda _: edit(Subject.MEMBER, 0), by=1, now=NOW)
    one = await started(store, pot=100)
    assert isinstance(await ask(store), QuotaUsedUp)
    await tried(store, one)
    used = await store.read(ledger.used, [(11, VISIT.user_id, 0.0), (11, 0, 0.0), (0, 0, 0.0)])
    assert [each.credits for each in used] == [0, 10, 10]
    await store.write(guilds.change, 11, lambda _: edit(Subject.SERVER, 15), by=1, now=NOW)
    assert isinstance(await ask(store, replace(ORDER, jam_id=one.id)), QuotaUsedUp), "the server's holds"


async def test_a_try_is_refused_when_and_where_it_does_not_belong(store: Store) -> None:
    one = await started(store)
    order = replace(ORDER, jam_id=one.id)
    assert problem(await ask(store, replace(order, jam_id=99))) is JamProblem.GONE
    assert problem(await ask(store, order, replace(VISIT, guild_id=12))) is JamProblem.GONE
    lyrics = replace(order, operation="suno.lyrics")
    assert problem(await ask(store, lyrics)) is JamProblem.WAY
    battle = await started(store, brief={"song": "c-1"})
    assert problem(await ask(store, replace(ORDER, jam_id=battle.id))) is JamProblem.WAY
    cover = replace(ORDER, operation="suno.cover", params={"clip_id": "c-2", "style": "ska"})
    other = replace(cover, jam_id=battle.id, source_clip_id="c-2")
    assert problem(await ask(store, other)) is JamProblem.WAY
    late = await started(store, due_at=NOW)
    assert problem(await ask(store, replace(ORDER, jam_id=late.id))) is JamProblem.OVER
    assert await store.write(life.stop_entries, one, now=NOW, until=NOW + 60)
    assert (await now_of(store, one)).state is JamState.CLOSING
    assert problem(await ask(store, order)) is JamProblem.OVER


async def test_a_server_can_allow_songs_in_jams_alone(store: Store) -> None:
    one = await started(store)
    channels = {"channels": {"any": (999,), "jam": (VISIT.channel_id,)}}
    await store.write(guilds.change, 11, lambda _: channels, by=1, now=NOW)
    assert isinstance(await ask(store), WrongChannel)
    await tried(store, one)


async def test_one_of_a_members_counts_and_can_be_another(store: Store) -> None:
    one = await started(store)
    tries = [await made(store, await tried(store, one)), await made(store, await tried(store, one))]
    await store.write(life.settle, one, now=NOW)
    first, second = await store.read(entries.of_jam, one.id)
    assert (first.state, second.state) == ("entered", "spare")
    assert [first.job_id, second.job_id] == [job.id for job in tries]
    assert await store.write(entries.choose, one.id, MIA, second.id, 1, now=NOW)
    first, second = await store.read(entries.of_jam, one.id)
    assert (first.state, second.state, second.position) == ("spare", "entered", 1)
    assert not await store.write(entries.choose, one.id, MIA, second.id, 7, now=NOW), "no such take"
    assert await store.write(entries.withdraw, one.id, MIA, now=NOW)
    assert not await store.write(entries.withdraw, one.id, MIA, now=NOW)
    assert not await store.write(entries.choose, one.id, MIA, first.id, 0, now=NOW)


async def test_what_a_jam_hides_is_in_no_list_and_answers_to_no_number(store: Store) -> None:
    one = await started(store)
    job = await made(store, await tried(store, one), title="Low Tide", parent_clip_id="song-1")
    [first, _] = await store.read(clips.of_job, job.id)
    song = Clip(99, 0, "song-1", "song", "x")

    async def seen() -> list[bool]:
        [row] = await store.read(reports.statements, 11, since=0, limit=9)
        return [
            bool(await store.read(clips.search, 11, "low", viewer=Viewer(MIA))),
            await store.read(clips.by_id, 11, first.clip_id) is not None,
            await store.read(jobs.in_guild, 11, job.id) is not None,
            bool((await store.read(history.page, 11, user_id=0, limit=9))[0]),
            bool((await store.read(songs.page, 11, Shelf(), offset=0, limit=9))[0]),
            await store.read(songs.one, 11, job.id, 0) is not None,
            bool((await store.read(clips.family, 11, song)).children),
            row.operation == "suno.create",
            row.title == "Low Tide",
        ]

    assert not any(await seen())
    await store.write(life.cancel, one, by=1, reason="", now=NOW)
    assert all(await seen())
