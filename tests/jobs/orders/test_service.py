"""What members can do, each once and only where it is still possible."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

import musicapi
from jobs.context import JobContext
from jobs.engine.submit import _lost, submit
from jobs.models import NO_CARD, Balance, Block, Drift, GuildSettings, Order, Reason, Usage
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.rejections import (
    Blocked,
    KeyProblem,
    MissingPermissions,
    NotEnoughCredits,
    QuotaUsedUp,
    Rejected,
    Rejection,
    Retired,
    WrongInput,
)
from jobs.models.states import JobState, S
from jobs.orders.operation_history import remember_retired
from jobs.orders.service import Accepted, JobService
from jobs.ports import Clock
from jobs.rules.admission import NeedsConfirmation, Quote
from jobs.rules.quote import Enquiry, Payer
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts, admission_facts, clips, guilds, jobs, keys, orders, reports
from jobs.store.queries.library import history
from musicapi import OutcomeUnknown
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from tests.jobs.engine_world import Channel
from tests.jobs.shelf import (
    NOW,
    ORDER,
    PROFILE,
    VISIT,
    accepted,
    brought_to,
    clip,
    move,
    moved,
    ordered,
    reload,
    rows,
    touch,
    writing,
)
from tests.musicapi.world import KEY, closed_port

ELSEWHERE = replace(VISIT, guild_id=99)
NEXT_DOOR = replace(VISIT, channel_id=23, upload_limit=5)


@pytest.fixture
async def service(store: Store, tmp_path: Path) -> AsyncIterator[JobService]:
    """With an API that is out of reach, and no engine."""
    profile = musicapi.load_profile("classic")
    url = f"http://127.0.0.1:{closed_port()}"
    async with (
        MusicApiClient(KEY, profile, base_url=url) as client,
        Downloader("127.0.0.1") as downloader,
    ):
        context = JobContext(
            store,
            client,
            downloader,
            Channel(),
            profile,
            Schedule(),
            Clock(),
            tmp_path,
        )
        yield JobService(context, lambda *_states: None)


async def test_what_the_api_retired_for_one_key_another_may_still_ask_for(
    service: JobService, store: Store
) -> None:
    job = await accepted(store)
    await remember_retired(service._context, replace(job, account=1))
    assert (await ordered(service, ORDER)).job.account == 0
    await remember_retired(service._context, job)
    with pytest.raises(Rejected) as caught:
        await service.accept(ORDER, VISIT)
    assert isinstance(caught.value.rejection, Retired)


def lines(file: Path) -> list[str]:
    return [kind for (kind,) in rows(file, "SELECT kind FROM ledger ORDER BY id")]


async def test_an_order_is_noted_with_its_price_and_begins_when_its_card_was_shown(
    service: JobService, store: Store
) -> None:
    taken = await ordered(service, ORDER)
    assert (taken.job.price, taken.job.provider) == (10, "suno")
    assert taken.job.due_at == pytest.approx(taken.job.created_at + 15.0)
    assert taken.card.usually == 120.0
    await service.card_shown(taken.job, 77)
    job = await reload(store, taken.job)
    assert job.card_message_id == 77
    assert job.due_at is not None
    assert job.due_at < taken.job.created_at + 15.0


@pytest.mark.sqlite
async def test_an_order_takes_one_trip_to_the_threads_of_the_store(
    service: JobService, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await brought_to(store, S.WAITING)
    source = clip(made, 0, clip_id="Song_7")
    await move(store, made, S.READY, results=[source])
    found = await service.read(clips.by_id, VISIT.guild_id, "Song_7")
    stems = Order("suno.stems_basic", {"clip_id": "Song_7"}, "Song", source_clip_id="Song_7", source=found)
    await store.write(guilds.change, VISIT.guild_id, lambda _: {"in_flight": 9}, by=1, now=NOW)
    await ordered(service, stems)  # the first of its kind reads how long such jobs take

    trips: list[str] = []
    genuine = store.write

    async def write(change: Callable[..., Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        trips.append(change.__name__)
        return await genuine(change, *arguments, **options)

    async def read(query: Callable[..., Any], *_arguments: Any, **_options: Any) -> None:  # noqa: ANN401 - likewise
        raise AssertionError(f"{query.__name__} was read apart")

    monkeypatch.setattr(store, "write", write)
    monkeypatch.setattr(store, "read", read)
    statements = await sent_by(store, ordered(service, stems))
    assert trips == ["accept"]
    assert not any("FROM clip" in statement for statement in statements), "its source had been read"
    assert [statement.split()[0] for statement in statements] == ["SELECT", "INSERT", "INSERT", "INSERT"]


async def test_an_interaction_orders_once_and_is_known_by_what_it_has_ordered(
    service: JobService, store: Store, file: Path
) -> None:
    pressed, other = replace(VISIT, interaction="77"), replace(VISIT, interaction="78")
    draft_id = await service.keep_draft(ORDER, VISIT)
    first = await service.accept(ORDER, pressed, draft_id=draft_id)
    await store.write(guilds.change, VISIT.guild_id, lambda _: {"in_flight": 1}, by=1, now=NOW)
    for again in (
        await service.accept(ORDER, pressed, draft_id=draft_id),  # although the draft is used up,
        await service.accept(replace(ORDER, summary="x"), replace(pressed, missing_permissions=("Speak",))),
        await service.ordered_by("77"),
    ):
        assert isinstance(again, Accepted)
        assert isinstance(first, Accepted)
        assert (again.job, again.repeated, first.repeated) == (first.job, True, False)
    with pytest.raises(Rejected):  # the next one is another, and one too many
        await service.accept(ORDER, other)
    await store.write(guilds.change, VISIT.guild_id, lambda _: {"in_flight": 3}, by=1, now=NOW)
    assert not (await ordered(service, ORDER, other)).repeated
    assert not (await ordered(service, ORDER)).repeated  # what nobody pressed is no interaction
    assert lines(file) == ["reserved"] * 3
    assert await service.ordered_by("") is None


async def test_two_processes_that_ask_at_once_note_one_order(store: Store, file: Path) -> None:
    origin, quote = replace(VISIT, interaction="77"), Quote("suno", 10)
    at = {"now": NOW, "due_at": NOW, "deadline_at": NOW}
    # As both may have looked before either wrote.
    assert await store.write(jobs.accept, ORDER, origin, quote, **at) is not None
    assert await store.write(jobs.accept, ORDER, origin, quote, **at) is None
    assert lines(file) == ["reserved"]


async def test_a_card_that_is_known_is_not_noted_over(service: JobService, store: Store) -> None:
    taken = await ordered(service, ORDER)
    assert await service.card_shown(taken.job, None)
    assert not await service.card_shown(taken.job, None)
    assert await service.card_shown(taken.job, 77), "the card that follows"
    assert not await service.card_shown(taken.job, 78)
    assert (await reload(store, taken.job)).card_message_id == 77


async def sent_by(store: Store, act: Awaitable[object]) -> list[str]:
    """The statements that something sends to the writing connection, but for those of the transaction."""
    [connection] = writing(store).connections
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement.strip())

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        await act
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    return [statement for statement in sent if not statement.startswith("BEGIN")]


async def test_a_refused_order_leaves_nothing(service: JobService, file: Path) -> None:
    for order, origin in (
        (Order("suno.create", {}, ""), VISIT),
        (ORDER, replace(VISIT, missing_permissions=("Send Messages",))),
    ):
        with pytest.raises(Rejected):
            await service.accept(order, origin)
    assert rows(file, "SELECT * FROM job") == rows(file, "SELECT * FROM ledger") == []


@pytest.mark.parametrize(
    ("state", "booked"), [(S.ACCEPTED, ["reserved", "released"]), (S.HELD, ["reserved"])]
)
async def test_what_may_be_cancelled(
    service: JobService, store: Store, file: Path, *, state: JobState, booked: list[str]
) -> None:
    job = await brought_to(store, state)
    cancelled = await service.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is S.CANCELLED
    assert (await reload(store, job)).state is S.CANCELLED
    assert await service.cancel(job.id) is None
    assert lines(file) == booked


@pytest.mark.parametrize("state", [state for state in JobState if state not in (S.ACCEPTED, S.HELD)])
async def test_what_may_not_be_cancelled_any_more(
    service: JobService, store: Store, file: Path, state: JobState
) -> None:
    job = await brought_to(store, state)
    before = lines(file)
    assert await service.cancel(job.id) is None
    assert await reload(store, job) == job
    assert lines(file) == before


async def test_a_held_job_is_ordered_again_once_and_forgets_the_first_time(
    service: JobService, store: Store, file: Path
) -> None:
    job = await brought_to(store, S.SUBMITTING)
    job = await moved(store, job, S.HELD, reason=Reason.LOST_ANSWER, notified_at=3.0)
    assert await service.retry(job.id, VISIT) is not None
    again = await reload(store, job)
    assert (again.state, again.round, again.reason) == (S.ACCEPTED, 1, Reason.NONE)
    assert (again.outcome_at, again.notified_at, again.unresolved) == (None, None, 10)
    assert await service.retry(job.id, VISIT) is None
    assert lines(file) == ["reserved", "reserved"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"blocked": (Block(33),)}, Blocked),
        ({"quotas": (Quota(Subject.MEMBER, 33, Unit.CREDITS, Period.MONTH, 0),)}, QuotaUsedUp),
    ],
)
async def test_a_held_job_that_the_gate_refuses_stays_held_and_can_be_tried_later(
    service: JobService, store: Store, file: Path, *, changes: dict[str, Any], expected: type[Rejection]
) -> None:
    job = await brought_to(store, S.HELD)
    moderator = replace(VISIT, user_id=99)
    await store.write(guilds.change, VISIT.guild_id, lambda _: changes, by=1, now=NOW)
    with pytest.raises(Rejected) as rejected:
        await service.retry(job.id, moderator)
    assert isinstance(rejected.value.rejection, expected)
    assert await reload(store, job) == job
    assert lines(file) == ["reserved"]
    await store.write(guilds.change, VISIT.guild_id, lambda _: dict.fromkeys(changes, ()), by=1, now=NOW)
    assert await service.retry(job.id, moderator) is not None


async def test_what_a_lost_call_may_still_take_does_not_pay_for_the_next_try(store: Store) -> None:
    job = await brought_to(store, S.HELD)
    short = Enquiry(
        job.order, VISIT, Payer(), NOW + 100, again=10, reread=True, balance=Balance(19, 0, NOW + 99)
    )
    again = job.entering(S.ACCEPTED, now=NOW + 100)
    rejection = await store.write(orders.retry, job, again, short, PROFILE)
    assert rejection == NotEnoughCredits(10, 9, 10, shown=True)
    enough = replace(short, balance=Balance(20, 0, NOW + 99))
    assert await store.write(orders.retry, job, again, enough, PROFILE) is True


async def test_a_job_held_under_another_key_is_not_paid_with_this_one(
    service: JobService, store: Store
) -> None:
    job = await brought_to(store, S.HELD)
    await touch(store, job, account=4)
    with pytest.raises(Rejected) as rejected:
        await service.retry(job.id, VISIT)
    assert rejected.value.rejection is KeyProblem.CHANGED


@pytest.mark.parametrize("state", [state for state in JobState if state is not S.HELD])
async def test_only_held_jobs_are_ordered_again(service: JobService, store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    assert await service.retry(job.id, VISIT) is None
    assert await reload(store, job) == job


@pytest.mark.parametrize("state", [S.DONE, S.UNDELIVERABLE])
async def test_results_are_sent_again_and_here(service: JobService, store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    await touch(store, job, card_message_id=77, notified_at=1.0, reason=Reason.CHANNEL)
    assert await service.send_again(job.id, NEXT_DOOR) is not None
    again = await reload(store, job)
    assert (again.state, again.round, again.channel_id, again.upload_limit) == (S.READY, 1, 23, 5)
    assert (again.card_message_id, again.notified_at, again.reason) == (NO_CARD, None, Reason.NONE)
    assert await service.send_again(job.id, NEXT_DOOR) is None


async def test_in_the_same_channel_the_card_is_kept(service: JobService, store: Store) -> None:
    job = await brought_to(store, S.DONE)
    await touch(store, job, card_message_id=77)
    await service.send_again(job.id, VISIT)
    assert (await reload(store, job)).card_message_id == 77


LOOK_AGAIN = (
    Reason.DEADLINE, Reason.SILENT, Reason.FORGOTTEN, Reason.KEY, Reason.ADDRESS, Reason.INTERNAL,
)  # fmt: skip


@pytest.mark.parametrize("reason", Reason)
async def test_a_task_that_may_still_end_is_looked_at_again(
    service: JobService, store: Store, reason: Reason
) -> None:
    job = await brought_to(store, S.WAITING)
    job = await moved(store, job, S.FAILED, task_id="t", reason=reason, notified_at=NOW)
    again = await service.send_again(job.id, VISIT)
    if reason in LOOK_AGAIN:
        assert again is not None
        job = await reload(store, job)
        assert (job.state, job.round, job.polls) == (S.WAITING, 1, 0)
        assert job.deadline_at == pytest.approx((job.due_at or 0.0) + 1800.0)
    else:
        assert again is None
        assert await reload(store, job) == job


async def test_a_clip_whose_id_is_no_uuid_leads_on_where_the_server_made_it(
    service: JobService, store: Store
) -> None:
    made = await brought_to(store, S.WAITING)
    song = clip(made, 0, clip_id="Song_7", provider="suno", operation="suno.create")
    await move(store, made, S.READY, now=NOW, results=[song])
    stems = Order("suno.stems_basic", {"clip_id": "Song_7"}, "Song", source_clip_id="Song_7")
    assert (await ordered(service, stems)).job.source_clip_id == "Song_7"
    with pytest.raises(Rejected) as rejected:
        await service.accept(stems, ELSEWHERE)
    assert isinstance(rejected.value.rejection, WrongInput)
    assert rejected.value.rejection.field == "clip_id"


async def test_without_a_task_there_is_nothing_to_look_at(service: JobService, store: Store) -> None:
    job = await brought_to(store, S.SUBMITTING)
    job = await moved(store, job, S.FAILED, reason=Reason.INTERNAL, notified_at=NOW)
    assert await service.send_again(job.id, VISIT) is None


@pytest.mark.parametrize("state", [S.FAILED, S.HELD])
async def test_news_that_could_not_be_told_are_told_where_they_are_asked_for(
    service: JobService, store: Store, state: JobState
) -> None:
    job = await brought_to(store, state)
    assert await service.send_again(job.id, replace(VISIT, channel_id=77)) is not None
    job = await reload(store, job)
    assert (job.state, job.round, job.channel_id) == (state, 1, 77)
    assert job.due_at is not None


@pytest.mark.parametrize("state", [state for state in JobState if state not in (S.DONE, S.UNDELIVERABLE)])
async def test_other_jobs_have_nothing_to_send(service: JobService, store: Store, state: JobState) -> None:
    job = await brought_to(store, state)
    await touch(store, job, notified_at=NOW)
    job = await reload(store, job)
    assert await service.send_again(job.id, VISIT) is None
    assert await reload(store, job) == job


async def test_another_server_sees_nothing_of_a_job(service: JobService, store: Store) -> None:
    job = await brought_to(store, S.DONE)
    assert await service.read(jobs.in_guild, ELSEWHERE.guild_id, job.id) is None
    assert await service.read(jobs.in_guild, VISIT.guild_id, job.id) == job
    assert await service.send_again(job.id, ELSEWHERE) is None
    assert await service.read(history.page, ELSEWHERE.guild_id, limit=9) == ([], False)


async def test_nothing_is_sent_to_where_we_may_not_post(service: JobService, store: Store) -> None:
    job = await brought_to(store, S.DONE)
    with pytest.raises(Rejected) as caught:
        await service.send_again(job.id, replace(VISIT, missing_permissions=("Attach Files",)))
    assert caught.value.rejection == MissingPermissions(("Attach Files",))
    assert await reload(store, job) == job


async def test_jobs_that_do_not_exist(service: JobService) -> None:
    assert await service.cancel(5) is None
    assert await service.retry(5, VISIT) is None
    assert await service.send_again(5, VISIT) is None
    assert await service.read(jobs.in_guild, VISIT.guild_id, 5) is None


async def test_the_balance_of_an_api_out_of_reach(service: JobService) -> None:
    report = await service.reports.of_member(VISIT, GuildSettings())
    assert (report.balance, report.reserved) == (None, 0)


async def test_prices_and_models_are_those_of_the_profile(service: JobService) -> None:
    assert service.catalogue.price(ORDER.operation, ORDER.params) == 10
    assert service.catalogue.price("suno.stems_full", {}) == 50
    assert service.catalogue.default_model("suno") == "chirp-v4-5"


async def test_a_server_that_removes_the_bot_keeps_nothing_reserved(
    service: JobService, store: Store
) -> None:
    unsent = await accepted(store)
    held = await brought_to(store, S.HELD)
    elsewhere = await accepted(store, origin=replace(VISIT, guild_id=12))
    await service.left(VISIT.guild_id)
    states = [(await reload(store, job)).state for job in (unsent, held, elsewhere)]
    assert states == [S.CANCELLED, S.CANCELLED, S.ACCEPTED]
    assert await store.read(reports.usage, VISIT.guild_id) == Usage(2, 0, 0, held.price)
    assert await store.read(admission_facts.reserved, 0) == elsewhere.price + held.price


async def test_what_was_in_the_middle_of_a_call_ends_when_the_bot_is_gone(
    service: JobService, store: Store
) -> None:
    """The answer to its paid call was lost, and nobody is left there to decide."""
    lost, unpaid = await brought_to(store, S.SUBMITTING), await brought_to(store, S.SUBMITTING)
    await service.left(VISIT.guild_id)
    await _lost(service._context, lost, OutcomeUnknown("it broke off"))
    back = await moved(store, unpaid, S.ACCEPTED)
    await submit(service._context, back)
    assert [(await reload(store, job)).state for job in (lost, unpaid)] == [S.CANCELLED, S.CANCELLED]
    usage = await store.read(reports.usage, VISIT.guild_id)
    assert usage == Usage(2, 0, 0, lost.price), "it may have been charged"


async def test_servers_that_may_have_removed_the_bot_are_those_with_something_to_lose(
    service: JobService, store: Store
) -> None:
    here = await accepted(store)
    there = await brought_to(store, S.HELD, await accepted(store, origin=replace(VISIT, guild_id=12)))
    await store.write(keys.give, 13, lambda _: None, sealed="sealed", by=5, now=NOW)
    assert list(await service.absent({VISIT.guild_id})) == [12, 13]
    for guild_id in (12, 13):
        await service.left(guild_id)
    assert [(await reload(store, job)).state for job in (here, there)] == [S.ACCEPTED, S.CANCELLED]
    assert await store.read(keys.all_keys) == ({}, [])
    assert service._context.gone == {12, 13}
    assert list(await service.absent({VISIT.guild_id})) == []
    service.joined(12, 13)
    assert service._context.gone == set()


async def test_what_is_read_through_the_service_cannot_write(service: JobService) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await service.read(orders.drop_draft, 1)


async def test_a_price_that_has_risen_is_agreed_to_anew(service: JobService, store: Store) -> None:
    await store.write(guilds.change, VISIT.guild_id, lambda _: {"confirm_from": 10}, by=1, now=NOW)
    assert await service.accept(ORDER, VISIT, agreed=9) == NeedsConfirmation(10)
    assert (await ordered(service, ORDER, agreed=10)).job.price == 10


async def test_servers_that_share_a_key_do_not_see_each_others_jobs_in_its_drift(
    service: JobService, store: Store
) -> None:
    later = NOW + 3000
    await store.write(accounts.reconcile, 0, Balance(500, 0, NOW), now=NOW, schedule=Schedule())
    job = await moved(store, await accepted(store), S.SUBMITTING)
    await moved(store, job, S.READY, now=NOW + 1)
    await store.write(accounts.reconcile, 0, Balance(488, 0, later), now=later, schedule=Schedule())
    mine, theirs = [
        (await service.reports.of_server(guild_id, [(0.0, later)])).drifts
        for guild_id in (VISIT.guild_id, ELSEWHERE.guild_id)
    ]
    assert mine == (Drift(-2, later, job.id, "suno.create", 10),)
    assert theirs == (Drift(-2, later),)
