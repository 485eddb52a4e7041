"""A network that breaks: one of our errors, once, and without the key."""

import asyncio
import gzip
import socket

import aiohttp
import pytest
from aiohttp import web

from musicapi import client as transport
from musicapi import errors
from tests.fakes.api_faults import Fault, FaultyMusicApi, connection
from tests.fakes.manual_clock import ManualClock
from tests.musicapi.calls import CALLS, Call, balance, client_of, failure, poll, submit
from tests.musicapi.world import Handler, closed_port, label, site


@pytest.mark.parametrize(
    ("fault", "charges"), [(connection.Slow(9e9), 0), (connection.SlowAnswer(9e9), 1)], ids=label
)
async def test_a_submit_that_is_never_answered(
    api: FaultyMusicApi, monkeypatch: pytest.MonkeyPatch, fault: Fault, charges: int
) -> None:
    monkeypatch.setattr(transport, "_SUBMIT_TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    api.faults.add(fault, "suno.create")
    async with client_of(api.url) as client:
        assert type(await failure(submit, client)) is errors.OutcomeUnknown
    assert len(api.requests) == 1
    assert len(api.charges) == charges


@pytest.mark.parametrize("call", [poll, balance])
async def test_a_read_that_is_never_answered(
    api: FaultyMusicApi, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.setattr(transport, "_READ_TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    api.faults.add(connection.Slow(9e9))
    async with client_of(api.url) as client:
        assert type(await failure(call, client)) is errors.OutcomeUnknown


def test_a_submit_is_waited_for_longer_than_the_slowest_answer_takes() -> None:
    assert transport._SUBMIT_TIMEOUT.total is not None
    assert transport._SUBMIT_TIMEOUT.total >= 60
    assert transport._READ_TIMEOUT.total is not None


@pytest.mark.parametrize("call", CALLS)
async def test_a_refused_connection_sends_nothing(call: Call) -> None:
    async with client_of(f"http://127.0.0.1:{closed_port()}/api/v1") as client:
        assert type(await failure(call, client)) is errors.NotSent


@pytest.mark.parametrize("call", CALLS)
async def test_a_connection_that_is_not_taken_sends_nothing(
    monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    short = aiohttp.ClientTimeout(total=60, sock_connect=0.3)
    monkeypatch.setattr(transport, "_SUBMIT_TIMEOUT", short)
    monkeypatch.setattr(transport, "_READ_TIMEOUT", short)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = []
        for _ in range(3):  # nobody accepts: once its queue is full, the system does not answer any more
            waiting.append(socket.socket())
            waiting[-1].settimeout(0)
            waiting[-1].connect_ex(address)
        try:
            async with client_of(f"http://127.0.0.1:{address[1]}") as client:
                assert type(await failure(call, client)) is errors.NotSent
        finally:
            for one in waiting:
                one.close()


@pytest.mark.parametrize("call", CALLS)
async def test_no_tls_at_the_other_end_sends_nothing(api: FaultyMusicApi, call: Call) -> None:
    async with client_of(api.url.replace("http:", "https:")) as client:
        assert type(await failure(call, client)) is errors.NotSent
    assert api.requests == ()


@pytest.mark.parametrize("url", ["http://", "http:///api/v1", "nonsense"])
async def test_an_address_that_is_none_sends_nothing(url: str) -> None:
    async with client_of(url) as client:
        assert type(await failure(submit, client)) is errors.NotSent


async def test_a_server_that_went_away_and_came_back(api: FaultyMusicApi) -> None:
    async with client_of(api.url) as client:
        await balance(client)
        await api.__aexit__(None, None, None)
        for call in CALLS:
            assert isinstance(await failure(call, client), errors.NotSent | errors.OutcomeUnknown)
        async with api:
            await submit(client)
            await balance(client)
        assert len(api.charges) == 1
        await api.__aenter__()


BOMB = gzip.compress(bytes(16 * 1024 * 1024), compresslevel=1)  # 70 kB


async def hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def garbled_gzip(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"})


async def gzip_bomb(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


@pytest.mark.parametrize("handler", [hang_up, garbled_gzip, gzip_bomb, endless])
@pytest.mark.parametrize("call", CALLS)
async def test_answers_that_cannot_be_read(call: Call, handler: Handler) -> None:
    async with site(handler) as place, client_of(place.origin) as client:
        assert type(await failure(call, client)) is errors.OutcomeUnknown
        if call is submit:
            assert len(place.requests) == 1


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nAuthorization\x00: x\r\n\r\n{}",
    ],
)
@pytest.mark.parametrize("call", CALLS)
async def test_what_is_no_http(call: Call, wire: bytes) -> None:
    arrived = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(wire)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server, client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        assert type(await failure(call, client)) is errors.OutcomeUnknown
    assert call is not submit or len(arrived) == 1


async def test_a_cancelled_call_is_cancelled(api: FaultyMusicApi, clock: ManualClock) -> None:
    api.faults.add(connection.Slow(9e9), "suno.create")
    async with client_of(api.url) as client:
        call = asyncio.ensure_future(submit(client))
        await clock.asleep()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
