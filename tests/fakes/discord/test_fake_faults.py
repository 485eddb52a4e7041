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
    fake_discord: FakeDiscord, caller: Caller, code: int
) -> None:
    fake_discord.faults.add(SENDING, fault.status(code))
    assert (await caller.send(content="lost"))[0] == code
    fake_discord.faults.add(SENDING, fault.status(code).after_effect())
    assert (await caller.send(content="kept"))[0] == code
    assert (await caller.send(content="fine"))[0] == 200
    assert [message.content for message in fake_discord.channel.visible] == ["kept", "fine"]


async def test_resets_cut_the_connection(fake_discord: FakeDiscord, caller: Caller) -> None:
    rule = fake_discord.faults.add("POST /channels/*", fault.reset(), times=2)
    for _ in range(2):
        with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            await caller.send(content="lost")
    assert (rule.hits, fake_discord.traffic.statuses[0]) == (2, 2)
    assert (await caller.send(content="fine"))[0] == 200


async def test_a_reset_is_a_tcp_reset_and_no_mere_end(fake_discord: FakeDiscord) -> None:
    fake_discord.faults.add("GET /users/@me", fault.reset())
    host, _, port = fake_discord.base_url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v10/users/@me HTTP/1.1\r\nHost: fake\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_hanging_request_never_ends(fake_discord: FakeDiscord, caller: Caller) -> None:
    rule = fake_discord.faults.add(SENDING, fault.hang().after_effect())
    sending = asyncio.create_task(caller.send(content="kept"))
    await rule.struck()
    assert [message.content for message in fake_discord.channel.visible] == ["kept"]
    assert not sending.done()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


@pytest.mark.parametrize("waiting", [fault.hold(), fault.slow(0.05)])
async def test_a_held_or_slow_request_lands_late(
    fake_discord: FakeDiscord, caller: Caller, waiting: fault.Fault
) -> None:
    rule = fake_discord.faults.add(SENDING, waiting)
    sending = asyncio.create_task(caller.send(content="late"))
    await rule.struck()
    assert fake_discord.channel.visible == []
    waiting.release()
    assert (await sending)[0] == 200
    assert [message.content for message in fake_discord.channel.visible] == ["late"]


async def test_429s_differ_by_their_origin(fake_discord: FakeDiscord, caller: Caller) -> None:
    fake_discord.faults.add(SENDING, fault.rate_limit(1.5, is_global=True))
    status, limited = await caller.send(content="x")
    assert (status, limited["retry_after"], limited["global"]) == (429, 1.5, True)
    assert caller.headers["Via"]
    fake_discord.faults.add(SENDING, fault.rate_limit(1.5, via=False))
    assert await caller.send(content="x") == (429, "error code: 1015")
    assert "Via" not in caller.headers
    assert fake_discord.traffic.invalid == 2


async def test_rules_choose_by_pattern_function_skip_and_seeded_chance(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    other = fake_discord.add_channel("other")
    fake_discord.faults.add(f"POST /channels/{other.id}/*", fault.status(500), times=None)
    fake_discord.faults.add(
        lambda e: bool(e.body and e.body.get("content") == "b"), fault.status(500), skip=1
    )
    statuses = [(await caller.send(content=text))[0] for text in "abb"]
    assert statuses == [200, 200, 500]
    assert (await caller.call("POST", f"/channels/{other.id}/messages", {"content": "a"}))[0] == 500
    fake_discord.faults.clear()
    rule = fake_discord.faults.add(SENDING, fault.status(500), times=None, probability=0.5)
    struck = [(await caller.send(content="x"))[0] for _ in range(20)]
    assert struck.count(500) == rule.hits
    async with FakeDiscord(FakeDiscordSettings(seed=fake_discord.settings.seed)) as same:
        same.faults.add(SENDING, fault.status(500), times=None, probability=0.5)
        async with aiohttp.ClientSession() as session:
            again = [(await Caller(same, session).send(content="x"))[0] for _ in range(20)]
    assert again == struck
    assert 0 < rule.hits < 20


async def test_an_unplugged_discord_refuses_and_comes_back_on_its_port(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    address = fake_discord.base_url
    await caller.send(content="before")
    await fake_discord.unplug()
    # The connection kept from before breaks, and no new one comes about.
    for error in (aiohttp.ClientConnectionError, aiohttp.ClientConnectorError):
        with pytest.raises(error):
            await caller.send(content="lost")
    await fake_discord.plug()
    assert fake_discord.base_url == address
    assert (await caller.send(content="after"))[0] == 200


async def test_rate_limits_count_messages_by_channel_and_all_together() -> None:
    now = [1_800_000_000.0]
    limiting = FakeDiscord(FakeDiscordSettings(rate_limits=True), clock=lambda: now[0])
    async with limiting as fake_discord, aiohttp.ClientSession() as session:
        caller = Caller(fake_discord, session)
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
        ) as fake_discord,
        aiohttp.ClientSession() as session,
    ):
        caller = Caller(fake_discord, session)
        _, sent = await caller.send(content="x")
        path = f"/channels/{fake_discord.channel.id}/messages"
        await caller.call("POST", path, {"content": "y"}, files={"a.mp3": b"a"})
        await caller.call("GET", f"{path}/{sent['id']}")
    assert requests == [
        ("POST", path, {"content": "x"}),
        ("POST", path, {"content": "y"}),
        ("GET", f"{path}/{sent['id']}", None),
    ]
    assert [(method, status) for method, _, status, _ in answers] == [("POST", 200)] * 2 + [("GET", 200)]
    assert json.loads(json.dumps(answers[0][3])) == sent


async def test_a_judges_verdict_and_its_own_mistakes_fail_the_run() -> None:
    def judge(*_facts: object) -> None:
        raise ValueError("not in the specification")

    async def run() -> None:
        judged = FakeDiscord(on_request=judge, on_answer=judge)
        async with judged as fake_discord, aiohttp.ClientSession() as session:
            caller = Caller(fake_discord, session)
            assert (await caller.send(content="x"))[0] == 200
            # An embed that is no object is more than the fake checks for.
            assert (await caller.send(embeds=["x"]))[0] == 500

    with pytest.raises(ExceptionGroup) as caught:
        await run()
    failures = [type(error) for error in caught.value.exceptions]
    assert failures == [ValueError, ValueError, ValueError, AttributeError, ValueError]


async def test_a_wait_sees_what_happens_without_any_request(fake_discord: FakeDiscord) -> None:
    waiting = asyncio.create_task(fake_discord.channel.wait_for_message(lambda m: m.content == "two"))
    await asyncio.sleep(0)
    for text in ("one", "two"):
        assert not waiting.done()
        fake_discord.member.write(fake_discord.channel, text)
    assert await waiting is fake_discord.channel.visible[1]


async def test_a_predicates_mistake_reaches_whoever_waits(fake_discord: FakeDiscord) -> None:
    waiting = asyncio.create_task(
        fake_discord.channel.wait_for_message(lambda message: message.content[99] == "x")
    )
    await asyncio.sleep(0)
    fake_discord.member.write(fake_discord.channel, "short")
    with pytest.raises(IndexError):
        await waiting


async def test_a_wait_that_fails_says_what_was_requested(fake_discord: FakeDiscord, caller: Caller) -> None:
    await caller.send(content="something else")
    with pytest.raises(WaitError, match=r"(?s)something else.*POST /channels/\{channel_id\}/messages -> 200"):
        await fake_discord.channel.wait_for_message(lambda message: message.content == "song", deadline=0.01)
