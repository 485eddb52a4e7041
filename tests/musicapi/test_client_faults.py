"""An API that says no, breaks or answers oddly: one of our errors, once, and without the key."""

import pytest

from musicapi import errors
from musicapi.client import MusicApiClient
from musicapi.models import ClipState
from tests.fakes.api_faults import Fault, FaultyMusicApi, bodies, connection, polls, refusals
from tests.fakes.manual_clock import ManualClock
from tests.musicapi.calls import SONG, Ours, client_of, failure, submit
from tests.musicapi.world import finished, label

# A fault, the error it becomes, and what the member was charged all the same.
SUBMITS: list[tuple[Fault, type[Ours], int]] = [
    (refusals.NoCredits(), errors.NoCredits, 0),
    (refusals.NoCredits402(), errors.NoCredits, 0),
    (refusals.NoSubscription(), errors.NoSubscription, 0),
    (refusals.BadLyricsFormat(), errors.ContentRefused, 0),
    (refusals.NeedsReview(), errors.ContentRefused, 0),
    (refusals.ArtistNames(), errors.ContentRefused, 0),
    (refusals.CopyrightedContent(), errors.ContentRefused, 0),
    (refusals.InappropriateContent(), errors.ContentRefused, 0),
    (refusals.ProducerTags(), errors.ContentRefused, 0),
    (refusals.Retired(), errors.Retired, 0),
    (refusals.RateLimited(), errors.RateLimited, 0),
    (refusals.RateLimited(retry_after=4), errors.RateLimited, 0),
    (refusals.ServerError(), errors.Unavailable, 0),
    (refusals.UpstreamError(), errors.Unavailable, 0),
    (refusals.GatewayTimeout(), errors.Unavailable, 0),
    (refusals.LateServerError(), errors.Unavailable, 1),
    (refusals.LateUpstreamError(), errors.Unavailable, 1),
    (refusals.LateGatewayTimeout(), errors.Unavailable, 1),
    (connection.CutBeforeReading(), errors.OutcomeUnknown, 0),
    (connection.CutAfterEffect(), errors.OutcomeUnknown, 1),
    (connection.CutInMidBody(), errors.OutcomeUnknown, 1),
    (bodies.InvalidJson(), errors.OutcomeUnknown, 1),
    (bodies.WebPage(), errors.OutcomeUnknown, 1),
    (bodies.NotAnObject(), errors.OutcomeUnknown, 1),
    (bodies.HugeBody(size=5 * 1024 * 1024), errors.OutcomeUnknown, 1),
]


@pytest.mark.parametrize(("fault", "kind", "charges"), SUBMITS, ids=label)
async def test_a_submit_that_goes_wrong_is_sent_once(
    api: FaultyMusicApi, client: MusicApiClient, fault: Fault, kind: type[Ours], charges: int
) -> None:
    api.faults.add(fault, "suno.create", times=None)
    error = await failure(submit, client)
    assert type(error) is kind
    assert isinstance(error, errors.OutcomeUnknown) or charges == 0
    assert len(api.requests) == 1
    assert len(api.charges) == charges
    assert api.balance.total == 500 - 10 * charges


@pytest.mark.parametrize(
    "fault", [bodies.WrongContentType(), bodies.ExtraFields(), bodies.NumbersAsStrings()]
)
async def test_a_submit_that_only_looks_odd(
    api: FaultyMusicApi, client: MusicApiClient, fault: Fault
) -> None:
    api.faults.add(fault, "suno.create")
    assert (await client.submit("suno.create", SONG)).task_id == api.charges[0].task_id


async def test_after_a_cut_the_next_submit_is_a_new_one(api: FaultyMusicApi, client: MusicApiClient) -> None:
    api.faults.add(connection.CutAfterEffect(), "suno.create", skip=1)
    await submit(client)
    assert isinstance(await failure(submit, client), errors.OutcomeUnknown)
    await submit(client)
    assert len(api.requests) == len(api.charges) == 3


LOOKS: list[tuple[Fault, type[Ours]]] = [
    (connection.CutBeforeReading(), errors.OutcomeUnknown),
    (connection.CutInMidBody(), errors.OutcomeUnknown),
    (bodies.InvalidJson(), errors.OutcomeUnknown),
    (bodies.HugeBody(size=5 * 1024 * 1024), errors.OutcomeUnknown),
    (refusals.ServerError(), errors.Unavailable),
    (refusals.RateLimited(retry_after=1), errors.RateLimited),
    (polls.TaskFails("error"), errors.TaskFailed),
    (polls.TaskFails("timeout"), errors.TaskFailed),
]


@pytest.mark.parametrize(("fault", "kind"), LOOKS, ids=label)
async def test_looks_that_go_wrong(
    api: FaultyMusicApi, clock: ManualClock, fault: Fault, kind: type[Ours]
) -> None:
    async with client_of(api.url) as client:
        task_id = (await client.submit("suno.create", SONG)).task_id
        clock.advance(1.0)
        api.faults.add(fault, "suno.task", times=None)
        assert type(await failure(lambda client: client.poll("suno", task_id), client)) is kind


async def test_a_task_that_failed_clip_by_clip(api: FaultyMusicApi, clock: ManualClock) -> None:
    async with client_of(api.url) as client:
        task_id = (await client.submit("suno.create", SONG)).task_id
        api.faults.add(polls.ClipsFail((1,), "Too loud."), "suno.task")
        await client.poll("suno", task_id)
        good, bad = (await finished(client, clock, task_id)).clips
        assert (good.state, bad.state) == (ClipState.SUCCEEDED, ClipState.FAILED)
        assert (good.error, bad.error) == ("", "Too loud.")


@pytest.mark.parametrize(
    ("fault", "states", "durations"),
    [
        (bodies.UnknownState(), {ClipState.SUCCEEDED}, True),
        (bodies.MissingFields(), {ClipState.RUNNING}, False),
        (bodies.WrongTypes(), {ClipState.RUNNING}, False),
        (bodies.ExtraFields(), {ClipState.SUCCEEDED}, True),
        (bodies.NumbersAsStrings(), {ClipState.SUCCEEDED}, True),
        (bodies.StringsAsNumbers(), {ClipState.SUCCEEDED}, True),
        (bodies.NotANumber(), {ClipState.SUCCEEDED}, False),
        (bodies.ChangingOrder(), {ClipState.SUCCEEDED}, True),
        (bodies.EmptyData(), set(), False),
        (bodies.NotAnObject(), set(), False),  # a list, but of no clips
        (bodies.WrongContentType(), {ClipState.SUCCEEDED}, True),
        (polls.NotReady(), set(), False),
    ],
    ids=label,
)
async def test_listings_that_only_look_odd(
    api: FaultyMusicApi, clock: ManualClock, fault: Fault, states: set[ClipState], *, durations: bool
) -> None:
    async with client_of(api.url) as client:
        task_id = (await client.submit("suno.create", SONG)).task_id
        before = await finished(client, clock, task_id)
        api.faults.add(fault, "suno.task")
        status = await client.poll("suno", task_id)
        assert {clip.state for clip in status.clips} == states
        assert {clip.duration for clip in status.clips if clip.duration} == (
            {before.clips[0].duration} if durations else set()
        )
        assert await client.poll("suno", task_id) == before
