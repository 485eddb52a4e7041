import asyncio
import json
import math
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError

from sandbox.music_api import Balance, Options
from tests.fakes.api_faults import FAULTS, Fault, Phase, bodies, connection, polls, refusals
from tests.sandbox.client import DESCRIPTION, Client, running

REFUSALS = [kind() for kind in FAULTS.values() if issubclass(kind, refusals.Refusal)]


@pytest.mark.parametrize("fault", REFUSALS, ids=lambda fault: type(fault).__name__)
async def test_a_refusal_comes_before_the_effect_or_after_it(fault: refusals.Refusal) -> None:
    error = fault.error()
    async with running() as client:
        client.api.faults.add(fault, "suno.create")
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (error.status, error.kind, error.text)
        assert "Retry-After" not in answer.headers
        assert len(client.api.charges) == (fault.phase is Phase.AFTER)
        assert (await client.post("/suno/create", DESCRIPTION)).status == 200


async def test_a_rate_limit_may_say_when_to_come_back() -> None:
    async with running() as client:
        client.api.faults.add(refusals.RateLimited(retry_after=2.5))
        assert (await client.get("/get-credits")).headers["Retry-After"] == "3"


async def test_a_slow_server_does_nothing_meanwhile_and_a_slow_answer_has_done_it() -> None:
    for fault, charged in ((connection.Slow(30), 0), (connection.SlowAnswer(30), 1)):
        async with running() as client:
            client.api.faults.add(fault, "suno.create")
            answer = asyncio.create_task(client.post("/suno/create", DESCRIPTION))
            await client.clock.asleep()
            assert not answer.done()
            assert len(client.api.charges) == charged
            client.clock.advance(30)
            assert (await answer).status == 200
            assert len(client.api.charges) == 1


async def test_a_cut_connection_has_charged_or_not() -> None:
    for fault, charged, seen in (
        (connection.CutBeforeReading(), 0, None),
        (connection.CutAfterEffect(), 1, DESCRIPTION),
    ):
        async with running() as client:
            client.api.faults.add(fault, "suno.create")
            with pytest.raises(ClientConnectionError):
                await client.post("/suno/create", DESCRIPTION)
            assert len(client.api.charges) == charged
            assert [request.body for request in client.api.requests] == [seen]


async def test_a_body_is_cut_in_the_middle() -> None:
    async with running() as client:
        client.api.faults.add(connection.CutInMidBody(), "suno.create")
        with pytest.raises(ClientPayloadError):
            await client.post("/suno/create", DESCRIPTION)
        assert len(client.api.charges) == 1


async def test_a_task_is_never_ready() -> None:
    async with running() as client:
        task_id = await client.start()
        client.api.faults.add(polls.NotReady(), "suno.task", times=None)
        client.clock.advance(1e6)
        for _ in range(3):
            assert (await client.look(task_id)).error[:2] == (202, "not_ready")


async def test_one_clip_fails_and_the_other_succeeds() -> None:
    async with running() as client:
        task_id = await client.start()
        client.api.faults.add(polls.ClipsFail(positions=(1,), message="Too loud."), "suno.task")
        assert [clip["state"] for clip in await client.clips(task_id)] == ["running", "failed"]
        good, bad = await client.finished(task_id)
        assert (good["state"], bad["state"]) == ("succeeded", "failed")
        assert "error_message" not in good
        assert bad["error_message"] == "Too loud."
        assert (await client.get(f"{client.api.origin}/files/{bad['clip_id']}.mp3")).status == 404
        assert client.api.balance == Balance(490, 0)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (polls.TaskFails(style="error"), 500, "failed"),
        (polls.TaskFails(style="timeout"), 504, "timeout"),
        (polls.TaskFails(style="error", refund=False), 500, "failed"),
    ],
)
async def test_a_failed_task_answers_with_an_error_object_for_good(
    fault: polls.TaskFails, status: int, kind: str
) -> None:
    async with running() as client:
        task_id = await client.start()
        client.api.faults.add(fault, "suno.task")
        for _ in range(2):
            answer = await client.look(task_id)
            assert (answer.status, answer.json["type"]) == (status, kind)
            assert answer.json["refund_processed"] is fault.refund
            assert "data" not in answer.json
        assert client.api.balance == Balance(500 if fault.refund else 490, 0)


async def test_a_failed_task_lists_failed_clips_unless_told_otherwise() -> None:
    async with running() as client:
        task_id = await client.start()
        client.api.faults.add(polls.TaskFails(), "suno.task")
        assert [clip["state"] for clip in await client.clips(task_id)] == ["failed"] * 2
        assert client.api.balance == Balance(500, 0)
    async with running(options=Options(failure="error")) as client:
        task_id = await client.start()
        client.api.faults.add(polls.TaskFails(), "suno.task")
        assert (await client.look(task_id)).status == 500


async def test_what_has_succeeded_does_not_fail_any_more() -> None:
    async with running() as client:
        task_id = await client.start()
        await client.finished(task_id)
        client.api.faults.add(polls.TaskFails(style="error"), "suno.task")
        client.api.faults.add(polls.ClipsFail(), "suno.task")
        assert [clip["state"] for clip in await client.clips(task_id)] == ["succeeded"] * 2
        assert client.api.balance == Balance(490, 0)


async def _spoilt(client: Client, fault: Fault) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same listing as it is and as the fault leaves it."""
    task_id = await client.start()
    await client.finished(task_id)
    right = (await client.look(task_id)).json
    client.api.faults.add(fault, "suno.task")
    return right, (await client.look(task_id)).json


async def test_listings_change_as_the_fault_says() -> None:
    async with running() as client:
        right, wrong = await _spoilt(client, bodies.UnknownState("archived"))
        assert [clip.pop("state") for clip in wrong["data"]] == ["archived"] * 2
        right, wrong = await _spoilt(client, bodies.MissingFields(("title", "audio_url")))
        assert right["data"][0].keys() - wrong["data"][0].keys() == {"title", "audio_url"}
        right, wrong = await _spoilt(client, bodies.WrongTypes(("title", "duration")))
        assert wrong["data"][1]["title"] == {"value": right["data"][1]["title"]}
        assert wrong["data"][1]["duration"] == {"value": "2.00"}
        right, wrong = await _spoilt(client, bodies.ExtraFields())
        assert wrong.keys() > right.keys()
        assert wrong["data"][0].keys() > right["data"][0].keys()
        right, wrong = await _spoilt(client, bodies.NumbersAsStrings())
        assert (right["code"], wrong["code"]) == (200, "200")
        right, wrong = await _spoilt(client, bodies.StringsAsNumbers())
        assert (right["data"][0]["duration"], wrong["data"][0]["duration"]) == ("2.00", 2.0)
        right, wrong = await _spoilt(client, bodies.NotANumber())
        assert math.isnan(wrong["data"][0]["duration"])
        right, wrong = await _spoilt(client, bodies.EmptyData())
        assert wrong == {**right, "data": []}
        right, wrong = await _spoilt(client, bodies.HugeBody(size=100_000))
        assert len(wrong["padding"]) == 100_000


async def test_the_order_of_clips_changes_each_time() -> None:
    async with running() as client:
        task_id = await client.start()
        right = await client.finished(task_id)
        client.api.faults.add(bodies.ChangingOrder(), "suno.task", times=None)
        assert [await client.clips(task_id) for _ in range(2)] == [right[::-1], right]


async def test_answers_that_are_not_what_they_say() -> None:
    async with running() as client:
        client.api.faults.add(bodies.NotAnObject())
        assert json.loads((await client.get("/get-credits")).raw) == [{"credits": 500, "extra_credits": 0}]

        client.api.faults.add(bodies.InvalidJson())
        answer = await client.get("/get-credits")
        assert answer.headers["Content-Type"].startswith("application/json")
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.raw)

        client.api.faults.add(bodies.WrongContentType())
        answer = await client.get("/get-credits")
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.json["credits"] == 500

        client.api.faults.add(bodies.WebPage())
        answer = await client.get("/get-credits")
        assert (answer.status, answer.raw[:15]) == (200, b"<!doctype html>")


async def test_a_fault_leaves_alone_what_another_one_has_spoilt() -> None:
    async with running() as client:
        client.api.faults.add(bodies.InvalidJson())
        client.api.faults.add(bodies.UnknownState(), times=None)
        answer = await client.get("/get-credits")
        assert answer.status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.raw)


async def test_a_fault_on_listings_waits_for_a_listing_in_the_right_state() -> None:
    async with running() as client:
        task_id = await client.start()
        client.api.faults.add(bodies.EmptyData(state="succeeded"), "suno.task")
        assert (await client.look(task_id)).status == 202
        client.clock.advance(1)
        assert len(await client.clips(task_id)) == 2
        assert await client.finished(task_id) == []
        assert len(await client.finished(task_id)) == 2


async def test_a_fault_strikes_where_when_and_as_often_as_told() -> None:
    async with running() as client:
        first, second = await client.start(), await client.start()
        rule = client.api.faults.add(refusals.ServerError(), f"*/task/{second}", times=2, skip=1)
        assert [(await client.look(task_id)).status for task_id in (first, second) * 4] == [
            *(202, 202, 202, 500),
            *(202, 500, 202, 202),
        ]
        assert rule.hits == 2
        client.api.faults.add(refusals.ServerError(), "*", times=None)
        assert (await client.get("/get-credits")).status == 500
        client.api.faults.clear()
        assert (await client.get("/get-credits")).status == 200


async def test_chance_repeats_with_its_seed() -> None:
    async def statuses(seed: int) -> list[int]:
        async with running(seed=seed) as client:
            client.api.faults.add(refusals.ServerError(), times=None, chance=0.5)
            return [(await client.get("/get-credits")).status for _ in range(32)]

    assert await statuses(1) == await statuses(1)
    assert await statuses(1) != await statuses(2)
    assert {*await statuses(1)} == {200, 500}


def test_every_fault_has_its_case_written_down() -> None:
    assert all(kind.__doc__ for kind in FAULTS.values())
