"""Requests end by themselves: nothing that is stopped, limited or stuck keeps the others from being made."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route

from cogs.connection import rest
from cogs.connection.rest import Limited, RestClient
from tests.fakes.discord import FakeDiscord, faults

ME = "GET /users/@me"


@pytest.fixture
async def fake_discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        monkeypatch.setattr(discord.http.Route, "BASE", fake.api_url)
        yield fake


@pytest.fixture
async def client(fake_discord: FakeDiscord) -> AsyncIterator[RestClient]:
    """A client that is logged in."""
    client = RestClient()
    client.loop = asyncio.get_running_loop()
    await client.static_login(fake_discord.settings.token)
    yield client
    await client.close()


def me(client: RestClient) -> Awaitable[Any]:
    return client.request(Route("GET", "/users/@me"))


def channel(client: RestClient, fake_discord: FakeDiscord) -> Awaitable[Any]:
    return client.request(Route("GET", "/channels/{channel_id}", channel_id=fake_discord.channel.id))


async def by_a_time_limit(client: RestClient) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await me(client)


async def by_waiting_for_it(client: RestClient) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(me(client), 1.0)


async def by_cancelling_its_task(client: RestClient) -> None:
    task = asyncio.ensure_future(me(client))
    await asyncio.sleep(1.0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("stopped", [by_a_time_limit, by_waiting_for_it, by_cancelling_its_task])
@pytest.mark.parametrize("seconds", [15.0, 29.0])
async def test_whoever_stops_waiting_for_a_request_leaves_the_others_as_they_are(
    client: RestClient,
    fake_discord: FakeDiscord,
    stopped: Callable[[RestClient], Awaitable[None]],
    seconds: float,
) -> None:
    fake_discord.faults.add(ME, faults.rate_limit(seconds, is_global=True))
    began = time.monotonic()
    await stopped(client)
    async with asyncio.timeout(60.0):
        await channel(client, fake_discord)
    assert seconds <= time.monotonic() - began < seconds + 2


async def test_a_long_global_limit_is_kept_and_fails_requests_at_once(
    client: RestClient, fake_discord: FakeDiscord
) -> None:
    fake_discord.faults.add(ME, faults.rate_limit(600.0, is_global=True))
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(Limited) as caught:
            await me(client)
    assert 590 < caught.value.retry_after <= 600
    assert time.monotonic() - began < 5
    assert client.limited_for > 590
    requests = len(fake_discord.traffic.of(ME))
    assert requests == 2, "the login, and the one that was limited: 10,000 in ten minutes cost the address"
    await asyncio.sleep(580.0)
    await me(client)
    assert time.monotonic() - began >= 600, "what is left of it is waited for"
    assert client.limited_for == 0


async def test_a_long_limit_of_one_route_holds_no_other(
    client: RestClient, fake_discord: FakeDiscord
) -> None:
    fake_discord.faults.add(ME, faults.rate_limit(600.0))
    began = time.monotonic()
    with pytest.raises(Limited) as caught:
        await me(client)
    assert caught.value.retry_after == 600
    await channel(client, fake_discord)
    assert time.monotonic() - began < 5


async def test_an_attempt_without_an_answer_ends(client: RestClient, fake_discord: FakeDiscord) -> None:
    fake_discord.faults.add(ME, faults.hang())
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await me(client)
    assert time.monotonic() - began < rest.ATTEMPT_SECONDS + 2


async def test_requests_that_stand_still_are_noticed_and_set_free(
    client: RestClient, fake_discord: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    watch = asyncio.create_task(client.watch())
    client._global_over.clear()  # whatever shut it
    stuck = asyncio.ensure_future(me(client))
    await asyncio.sleep(170.0)
    assert client.still_for == 0
    with pytest.raises(TimeoutError):
        await stuck
    assert 180 <= client.still_for < 200
    assert "has answered no request for 1" in caplog.text
    await channel(client, fake_discord)
    assert client.still_for == 0
    assert "Discord answers again" in caplog.text
    watch.cancel()


async def test_a_discord_that_answers_nothing_is_noticed_and_its_return_too(
    client: RestClient, fake_discord: FakeDiscord
) -> None:
    await fake_discord.unplug()
    for _ in range(10):
        with pytest.raises(aiohttp.ClientConnectionError):
            await me(client)
        await asyncio.sleep(20.0)
    assert client.still_for >= 180
    await fake_discord.plug()
    await me(client)
    assert client.still_for == 0


async def test_a_quiet_hour_is_no_standstill(client: RestClient) -> None:
    await me(client)
    await asyncio.sleep(3600.0)
    assert client.still_for == 0
