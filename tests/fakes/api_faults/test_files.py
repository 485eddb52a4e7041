import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientPayloadError, ClientResponse

from tests.fakes.api_faults import FAULTS, Fault, bodies, connection, files
from tests.sandbox.client import Client, running

GONE = [kind() for kind in FAULTS.values() if issubclass(kind, files.FileFault) and hasattr(kind, "row")]


@pytest.mark.parametrize("fault", GONE, ids=lambda fault: type(fault).__name__)
async def test_something_else_in_place_of_the_file(fault: files.FileFault) -> None:
    status, text, kind = fault.row
    async with running() as client:
        url = (await client.song())["audio_url"]
        client.api.faults.add(fault, "file.mp3")
        answer = await client.get(url)
        assert (answer.status, answer.raw) == (status, text.encode())
        assert answer.headers["Content-Type"].startswith(kind or "audio/mpeg")
        assert answer.headers["Content-Length"] == str(len(text))
        assert (await client.get(url)).headers["Content-Type"] == "audio/mpeg"


async def test_a_truncated_file_looks_whole_and_a_cut_one_does_not() -> None:
    async with running() as client:
        url = (await client.song())["audio_url"]
        whole = (await client.get(url)).raw
        client.api.faults.add(files.TruncatedFile(), "file.mp3")
        assert (await client.get(url)).raw == whole[: len(whole) // 2]
        client.api.faults.add(connection.CutInMidBody(), "file.mp3")
        with pytest.raises(ClientPayloadError):
            await client.get(url)


@asynccontextmanager
async def _opened(client: Client, fault: Fault) -> AsyncIterator[ClientResponse]:
    url = (await client.song())["audio_url"]
    client.api.faults.add(fault, "file.mp3")
    async with client.session.get(url, allow_redirects=False, auto_decompress=False) as response:
        yield response


async def test_an_endless_file_has_no_length_and_no_end() -> None:
    async with running() as client:
        async with _opened(client, files.EndlessFile()) as response:
            assert response.content_length is None
            assert len(await response.content.readexactly(2_000_000)) == 2_000_000
        assert (await client.get("/get-credits")).status == 200


async def test_a_slow_drip_sends_a_byte_at_a_time() -> None:
    async with running() as client, _opened(client, files.SlowDrip(every=5)) as response:
        for _ in range(3):
            assert len(await response.content.readany()) == 1
            await client.clock.asleep()
            client.clock.advance(5)


async def test_a_wrong_length_is_announced() -> None:
    async with running() as client:
        async with _opened(client, files.WrongLength()) as response:
            assert response.content_length == 10 * 1024**3
            with pytest.raises(ClientPayloadError):
                await response.read()
        async with _opened(client, files.WrongLength(length=10)) as response:
            assert response.content_length == 10
            assert len(await response.read()) == 10


async def test_a_gzip_bomb_unpacks_to_far_more_than_was_sent() -> None:
    async with running() as client, _opened(client, files.GzipBomb(size=20_000_001)) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        packed = await response.read()
        assert len(packed) < 25_000
        assert gzip.decompress(packed) == bytes(20_000_001)


async def test_a_redirect_leads_elsewhere() -> None:
    async with running() as client:
        async with _opened(client, files.Redirect()) as response:
            assert (response.status, response.headers["Location"][:23]) == (302, "http://169.254.169.254/")
        async with _opened(client, files.Redirect(to="/files/other.mp3")) as response:
            assert response.headers["Location"] == "/files/other.mp3"


async def test_file_faults_leave_json_alone_and_json_faults_leave_files_alone() -> None:
    async with running() as client:
        url = (await client.song())["audio_url"]
        client.api.faults.add(files.FileGone())
        client.api.faults.add(bodies.WebPage(), times=2)
        assert (await client.get("/get-credits")).headers["Content-Type"].startswith("text/html")
        assert (await client.get(url)).status == 404
        assert (await client.get(url)).status == 200
        assert (await client.get("/get-credits")).headers["Content-Type"].startswith("text/html")


async def test_requests_that_a_fault_holds_do_not_hold_up_the_end() -> None:
    async with running() as client:
        url = (await client.song())["audio_url"]
        client.api.faults.add(files.SlowDrip(every=1e9), "file.mp3")
        client.api.faults.add(connection.Slow(1e9), "credits")
        drip = await client.session.get(url)
        slow = asyncio.create_task(client.get("/get-credits"))
        await client.clock.asleep()
        async with asyncio.timeout(4):  # aiohttp by itself would wait for more than five seconds
            await client.api.__aexit__(None, None, None)
        drip.close()
        await asyncio.gather(slow, return_exceptions=True)


async def test_a_late_file_is_there_in_the_end() -> None:
    async with running() as client:
        url = (await client.song())["audio_url"]
        client.api.faults.add(files.LateFile(60.0, 403), "file.mp3", times=None)
        assert (await client.get(url)).status == 403
        client.clock.advance(59)
        assert (await client.get(url)).status == 403
        client.clock.advance(1)
        assert (await client.get(url)).headers["Content-Type"] == "audio/mpeg"


def test_every_fault_of_files_is_tried() -> None:
    tried = {type(fault).__name__ for fault in GONE}
    tried |= {"LateFile", "TruncatedFile", "EndlessFile", "SlowDrip", "WrongLength", "GzipBomb", "Redirect"}
    assert tried == {name for name, kind in FAULTS.items() if kind.__module__ == files.__name__}
