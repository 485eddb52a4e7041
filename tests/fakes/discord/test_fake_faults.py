"""Faults, rate limits and judges, as a bare client meets them."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord, FakeDiscordSettings, WaitError
from tests.fakes.discord import faults as fault
from tests.fakes.discord.conftest import Caller

SENDING = "POST /channels/{channel_id}/messages"


@pytest.mark.parametrize("code", [500, 502, 503])
async def test_a_status_comes_before_or_after_the_effect(
    wire: FakeDiscord, caller: Caller, code: int
) -> None:
    wire.faults.add(SENDING, fault.status(code))
    assert (await caller.send(content="lost"))[0] == code
    wire.faults.add(SENDING, fault.status(code).after_effect())
    assert (await caller.send(content="kept"))[0] == code
    assert (await caller.send(content="fine"))[0] == 200
    assert [message.content for message in wire.channel.visible] == ["kept", "fine"]


async def test_resets_cut_the_connection(wire: FakeDiscord, caller: Caller) -> None:
    rule = wire.faults.add("POST /channels/*", fault.reset(), times=2)
    for _ in range(2):
        with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            await caller.send(content="lost")
    assert rule.hits == 2
    assert wire.traffic.statuses[0] == 2
    assert (await caller.send(content="fine"))[0] == 200


async def test_a_reset_is_a_tcp_reset_and_no_mere_end(wire: FakeDiscord) -> None:
    wire.faults.add("GET /gateway", fault.reset())
    host, _, port = wire.base_url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v10/gateway HTTP/1.1\r\nHost: wire\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_hanging_request_never_ends(wire: FakeDiscord, caller: Caller) -> None:
    rule = wire.faults.add(SENDING, fault.hang().after_effect())
    sending = asyncio.create_task(caller.send(content="kept"))
    await rule.struck()
    assert [message.content for message in wire.channel.visible] == ["kept"]
    assert not sending.done()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_a_held_request_waits_for_its_release(wire: FakeDiscord, caller: Caller) -> None:
    waiting = fault.hold()
    rule = wire.faults.add(SENDING, waiting)
    sending = asyncio.create_task(caller.send(content="held"))
    await rule.struck()
    assert wire.channel.visible == []
    waiting.release()
    assert (await sending)[0] == 200


async def test_a_slow_request_lands_late(wire: FakeDiscord, caller: Caller) -> None:
    rule = wire.faults.add(SENDING, fault.slow(0.05))
    sending = asyncio.create_task(caller.send(content="late"))
    await rule.struck()
    assert wire.channel.visible == []
    assert (await sending)[0] == 200
    assert [message.content for message in wire.channel.visible] == ["late"]


async def test_429s_differ_by_their_origin(wire: FakeDiscord, caller: Caller) -> None:
    wire.faults.add(SENDING, fault.rate_limit(1.5, is_global=True))
    status, limited = await caller.send(content="x")
    assert (status, limited["retry_after"], limited["global"]) == (429, 1.5, True)
    assert caller.headers["Via"]
    wire.faults.add(SENDING, fault.rate_limit(1.5, via=False))
    assert await caller.send(content="x") == (429, "error code: 1015")
    assert "Via" not in caller.headers
    assert wire.traffic.invalid == 2


async def test_rules_choose_by_pattern_function_skip_and_seeded_chance(
    wire: FakeDiscord, caller: Caller
) -> None:
    other = wire.add_channel("other")
    wire.faults.add(f"POST /channels/{other.id}/*", fault.status(500), times=None)
    wire.faults.add(lambda e: bool(e.body and e.body.get("content") == "b"), fault.status(500), skip=1)
    statuses = [(await caller.send(content=text))[0] for text in "abb"]
    assert statuses == [200, 200, 500]
    assert (await caller.call("POST", f"/channels/{other.id}/messages", {"content": "a"}))[0] == 500
    wire.faults.clear()
    rule = wire.faults.add(SENDING, fault.status(500), times=None, probability=0.5)
    struck = [(await caller.send(content="x"))[0] for _ in range(20)]
    assert struck.count(500) == rule.hits
    async with FakeDiscord(FakeDiscordSettings(seed=wire.settings.seed)) as same:
        same.faults.add(SENDING, fault.status(500), times=None, probability=0.5)
        async with aiohttp.ClientSession() as session:
            again = [(await Caller(same, session).send(content="x"))[0] for _ in range(20)]
    assert again == struck
    assert 0 < rule.hits < 20


async def test_an_unplugged_wire_refuses_and_comes_back_on_its_port(
    wire: FakeDiscord, caller: Caller
) -> None:
    address = wire.base_url
    await caller.send(content="before")
    await wire.unplug()
    # The connection kept from before breaks, and no new one comes about.
    for error in (aiohttp.ClientConnectionError, aiohttp.ClientConnectorError):
        with pytest.raises(error):
            await caller.send(content="lost")
    await wire.plug()
    assert wire.base_url == address
    assert (await caller.send(content="after"))[0] == 200


async def test_rate_limits_count_messages_by_channel_and_all_together() -> None:
    now = [1_800_000_000.0]
    limiting = FakeDiscord(FakeDiscordSettings(rate_limits=True), clock=lambda: now[0])
    async with limiting as wire, aiohttp.ClientSession() as session:
        caller = Caller(wire, session)
        left = []
        for _ in range(5):
            assert (await caller.send(content="x"))[0] == 200
            left.append(caller.headers["X-RateLimit-Remaining"])
        assert left == ["4", "3", "2", "1", "0"]
        status, limited = await caller.send(content="x")
        assert (status, limited["global"], caller.headers["X-RateLimit-Scope"]) == (429, False, "user")
        assert limited["retry_after"] == 5
        now[0] += 5
        assert (await caller.send(content="x"))[0] == 200
        answers = [await caller.call("GET", "/users/@me") for _ in range(50)]
        assert [status for status, _ in answers] == [200] * 49 + [429]
        assert answers[-1][1]["global"] is True
        assert (await caller.call("POST", "/interactions/1/x/callback", {}))[0] == 404


async def test_judges_see_every_request_and_answer() -> None:
    requests: list[tuple[str, str, Any]] = []
    answers: list[tuple[str, str, int, Any]] = []
    async with (
        FakeDiscord(
            on_request=lambda *facts: requests.append(facts), on_answer=lambda *facts: answers.append(facts)
        ) as wire,
        aiohttp.ClientSession() as session,
    ):
        caller = Caller(wire, session)
        _, sent = await caller.send(content="x")
        path = f"/channels/{wire.channel.id}/messages"
        await caller.call("POST", path, {"content": "y"}, files={"a.mp3": b"a"})
        await caller.call("DELETE", f"{path}/{sent['id']}")
    assert requests == [
        ("POST", path, {"content": "x"}),
        ("POST", path, {"content": "y"}),
        ("DELETE", f"{path}/{sent['id']}", None),
    ]
    assert [(method, status) for method, _, status, _ in answers] == [
        ("POST", 200),
        ("POST", 200),
        ("DELETE", 204),
    ]
    assert json.loads(json.dumps(answers[0][3])) == sent


async def test_a_judges_verdict_and_the_wires_own_mistakes_fail_the_run() -> None:
    def judge(*_facts: object) -> None:
        raise ValueError("not in the specification")

    async def run() -> None:
        judged = FakeDiscord(on_request=judge, on_answer=judge)
        async with judged as wire, aiohttp.ClientSession() as session:
            caller = Caller(wire, session)
            assert (await caller.send(content="x"))[0] == 200
            # An embed that is no object is more than the stand-in checks for.
            assert (await caller.send(embeds=["x"]))[0] == 500

    with pytest.raises(ExceptionGroup) as caught:
        await run()
    failures = [type(error) for error in caught.value.exceptions]
    assert failures == [ValueError, ValueError, ValueError, AttributeError, ValueError]


async def test_a_wait_sees_what_happens_without_any_request(wire: FakeDiscord) -> None:
    waiting = asyncio.create_task(wire.channel.wait_for_messages(2))
    await asyncio.sleep(0)
    for text in ("one", "two"):
        assert not waiting.done()
        wire.member.write(wire.channel, text)
    assert [message.content for message in await waiting] == ["one", "two"]
    message = wire.channel.visible[0]
    assert await message.wait_until(lambda m: m.content == "one") is message


async def test_a_predicates_mistake_reaches_whoever_waits(wire: FakeDiscord) -> None:
    waiting = asyncio.create_task(wire.channel.wait_for_message(lambda message: message.content[99] == "x"))
    await asyncio.sleep(0)
    wire.member.write(wire.channel, "short")
    with pytest.raises(IndexError):
        await waiting


async def test_a_wait_that_fails_says_what_went_over_the_wire(wire: FakeDiscord, caller: Caller) -> None:
    await caller.send(content="something else")
    with pytest.raises(WaitError, match=r"(?s)something else.*POST /channels/\{channel_id\}/messages -> 200"):
        await wire.channel.wait_for_message(lambda message: message.content == "song", deadline=0.01)
