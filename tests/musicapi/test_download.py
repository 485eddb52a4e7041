"""Fetching files from the trusted host: by content, within the cap, and no half file left behind."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from musicapi import download as module
from musicapi.download import Downloader
from musicapi.errors import DownloadFailed, FileGone, FileNotKept, FileRefused, FileTooLarge
from tests.musicapi.world import Handler, closed_port, names_in, site

CAP = 4096
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + (b"\xff\xfb\x90\x64" + bytes(413)) * 4


@pytest.fixture
async def downloader() -> AsyncIterator[Downloader]:
    async with Downloader("127.0.0.1") as ready:
        yield ready


def serving(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return handler


def in_pieces(*pieces: bytes) -> Handler:
    """Without a length."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            for _ in range(20):  # the reader, in the same loop, takes it before the next one comes
                await asyncio.sleep(0)
        return response

    return handler


async def stuck(request: web.Request) -> web.StreamResponse:
    """It begins, and never ends."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(MP3)
    await asyncio.Event().wait()
    return response


async def failing(
    downloader: Downloader, url: str, folder: Path, *, max_bytes: int = CAP, image: bool = False
) -> DownloadFailed:
    """The error of a fetch, which leaves nothing behind."""
    with pytest.raises(DownloadFailed) as caught:
        await downloader.fetch(url, folder / "file", max_bytes=max_bytes, image=image)
    assert names_in(folder) == []
    assert caught.value.__cause__ is None
    assert url not in str(caught.value)
    return caught.value


AUDIO = [
    (MP3, ".mp3"),
    (b"\xff\xfb\x90\x64" + bytes(30), ".mp3"),
    (b"\xff\xf3\x44\xc4", ".mp3"),
    (b"\xff\xe3\x18\xc4", ".mp3"),
    (b"OggS\x00\x02", ".ogg"),
    (b"fLaC\x00\x00", ".flac"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", ".wav"),
    (b"\x00\x00\x00\x20ftypM4A \x00", ".m4a"),
]
IMAGES = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", ".jpg"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", ".png"),
    (b"GIF89a\x01\x00", ".gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", ".webp"),
]
NEITHER = [
    b"",
    b"\xff",
    b"\xff\x00\x00",
    b"ID",
    b"RIFF",
    b"RIFF\x24\x00\x00\x00AVI ",
    b"<!doctype html><title>Just a moment...</title>",
    b'{"error":"gone"}',
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"#EXTM3U\n",
    b"PK\x03\x04",
    b"\x7fELF",
    b"MZ\x90\x00",
    gzip.compress(MP3, mtime=0),
    b"\x00ID3\x04",
    b" OggS",
]


@pytest.mark.parametrize(("body", "suffix"), AUDIO)
async def test_sound_is_known_by_its_first_bytes(
    downloader: Downloader, tmp_path: Path, body: bytes, suffix: str
) -> None:
    async with site(serving(body, headers={"Content-Type": "text/html"})) as place:
        into = tmp_path / "0"
        download = await downloader.fetch(f"{place.origin}/x.bin", into, max_bytes=CAP)
        assert download == into.with_suffix(suffix)
        assert download.read_bytes() == body
        download.unlink()
        assert type(await failing(downloader, place.origin, tmp_path, image=True)) is FileRefused


@pytest.mark.parametrize(("body", "suffix"), IMAGES)
async def test_a_picture_is_known_by_its_first_bytes(
    downloader: Downloader, tmp_path: Path, body: bytes, suffix: str
) -> None:
    async with site(serving(body)) as place:
        into = tmp_path / "cover"
        download = await downloader.fetch(place.origin, into, max_bytes=CAP, image=True)
        assert (download.suffix, download.read_bytes()) == (suffix, body)
        download.unlink()
        assert type(await failing(downloader, place.origin, tmp_path)) is FileRefused


@pytest.mark.parametrize("body", NEITHER)
async def test_what_is_neither_is_refused_whatever_it_calls_itself(
    downloader: Downloader, tmp_path: Path, body: bytes
) -> None:
    async with site(serving(body, headers={"Content-Type": "audio/mpeg"})) as place:
        for image in (False, True):
            error = await failing(downloader, f"{place.origin}/x.mp3", tmp_path, image=image)
            assert type(error) is FileRefused


# What a link may hold, and what is asked for at the host.
LINKS = {
    "/a%2Fb%28c%29/x.mp3?sig=a%2Fb%7Ec%40d%20e+f%3D&k=%E5%A4%9C": "",
    "/a(b)~c@d!$&'*,;=:/x.mp3?a[]=b|c{}^`\"<>\\": "",
    "/%7Ea//b/../c/./x.mp3?": "/%7Ea//b/../c/./x.mp3",
    "/100%/x.mp3?%zz=%": "",
    "/夜 の/x.mp3?q=é z": "/%E5%A4%9C%20%E3%81%AE/x.mp3?q=%C3%A9%20z",
    "/x.mp3?a=1#part": "/x.mp3?a=1",
}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("redirected", [False, True])
async def test_a_link_goes_out_byte_by_byte_as_it_was_given(
    downloader: Downloader, tmp_path: Path, link: str, *, redirected: bool
) -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.raw_path)
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": place.origin + link})
        return web.Response(body=MP3)

    async with site(handler) as place:
        first = "/away" if redirected else link
        await downloader.fetch(place.origin + first, tmp_path / "0", max_bytes=CAP)
    assert asked[-1] == (LINKS[link] or link)


def test_a_host_of_another_alphabet_is_asked_for_by_its_name_on_the_wire() -> None:
    assert str(module._as_given("https://Bücher.example/ü")) == "https://xn--bcher-kva.example/%C3%BC"


async def test_first_bytes_that_come_one_by_one(downloader: Downloader, tmp_path: Path) -> None:
    body = b"RIFF\x24\x00\x00\x00WAVEfmt "
    async with site(in_pieces(*(body[place : place + 1] for place in range(len(body))))) as place:
        download = await downloader.fetch(place.origin, tmp_path / "0", max_bytes=CAP)
    assert (download.suffix, download.read_bytes()) == (".wav", body)


async def test_the_cap(downloader: Downloader, tmp_path: Path) -> None:
    full, more = MP3.ljust(CAP, b"\0"), MP3.ljust(CAP + 1, b"\0")
    for fits, too_large in ((serving(full), serving(more)), (in_pieces(full), in_pieces(more))):
        async with site(fits) as place:
            download = await downloader.fetch(place.origin, tmp_path / "0", max_bytes=CAP)
            assert download.stat().st_size == CAP
            download.unlink()
        async with site(too_large) as place:
            assert type(await failing(downloader, place.origin, tmp_path)) is FileTooLarge


async def test_an_announced_length_beyond_the_cap_is_not_read(downloader: Downloader, tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(CAP + 1)})
        await response.prepare(request)
        await asyncio.Event().wait()  # nothing ever comes
        return response

    async with site(handler) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is FileTooLarge


async def test_an_announced_length_that_does_not_come(downloader: Downloader, tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(CAP)})
        await response.prepare(request)
        await response.write(MP3)
        if request.transport is not None:
            request.transport.close()
        return response

    async with site(handler) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_link_that_works_no_more(downloader: Downloader, tmp_path: Path, status: int) -> None:
    async with site(serving(MP3, status=status)) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is FileGone


@pytest.mark.parametrize("status", [201, 206, 300, 400, 429, 500, 503])
async def test_other_answers_may_pass(downloader: Downloader, tmp_path: Path, status: int) -> None:
    async with site(serving(MP3, status=status)) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


@pytest.mark.parametrize("body", [gzip.compress(MP3), zlib.compress(MP3), MP3], ids=["gzip", "zlib", "not"])
async def test_what_comes_packed_is_unpacked_and_what_is_only_called_so_is_kept(
    downloader: Downloader, tmp_path: Path, body: bytes
) -> None:
    async with site(serving(body, headers={"Content-Encoding": "gzip"})) as place:
        download = await downloader.fetch(place.origin, tmp_path / "0", max_bytes=CAP)
        assert download.read_bytes() == MP3
        assert await downloader.works(place.origin)


async def test_what_unpacks_to_too_much_or_to_half_is_not_kept(
    downloader: Downloader, tmp_path: Path
) -> None:
    bomb = gzip.compress(MP3 + bytes(64 * 1024 * 1024))
    async with site(serving(bomb, headers={"Content-Encoding": "gzip"})) as place:
        error = await failing(downloader, place.origin, tmp_path, max_bytes=len(bomb))
        assert type(error) is FileTooLarge
    for broken in (gzip.compress(MP3)[:-9], b"\x1f\x8b" + MP3):
        async with site(serving(broken, headers={"Content-Encoding": "gzip"})) as place:
            assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


async def test_what_goes_out_says_nothing_of_us(tmp_path: Path) -> None:
    cookie = {"Set-Cookie": "id=1; Path=/"}
    async with site(serving(MP3, headers=cookie)) as place, Downloader("localhost") as downloader:
        for name in "ab":  # by the host's name: aiohttp would keep no cookie of a bare address anyway
            await downloader.fetch(f"http://localhost:{place.port}/", tmp_path / name, max_bytes=CAP)
        assert len(place.requests) == 2
        for request in place.requests:
            assert request.headers["Accept-Encoding"] == "identity"
            assert {"Authorization", "Cookie"}.isdisjoint(request.headers)


def chain(length: int) -> Handler:
    """So many redirects, then the file; some are relative."""

    async def handler(request: web.Request) -> web.StreamResponse:
        step = int(request.path.strip("/") or 0)
        if step == length:
            return web.Response(body=MP3)
        location = f"/{step + 1}" if step % 2 else str(request.url.with_path(f"/{step + 1}"))
        return web.Response(status=302, headers={"Location": location})

    return handler


@pytest.mark.parametrize("length", [0, 1, 3])
async def test_a_few_redirects_are_followed(downloader: Downloader, tmp_path: Path, length: int) -> None:
    async with site(chain(length)) as place:
        download = await downloader.fetch(f"{place.origin}/0", tmp_path / "0", max_bytes=CAP)
        assert download.read_bytes() == MP3
        assert len(place.requests) == length + 1


async def test_too_many_redirects_are_not(downloader: Downloader, tmp_path: Path) -> None:
    for length in (4, 10**9):
        async with site(chain(length)) as place:
            assert type(await failing(downloader, f"{place.origin}/0", tmp_path)) is FileRefused
            assert len(place.requests) == 4


async def test_a_redirect_to_nowhere(downloader: Downloader, tmp_path: Path) -> None:
    async with site(serving(b"", status=302)) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/"])
async def test_a_host_that_is_down(downloader: Downloader, tmp_path: Path, url: str) -> None:
    address = url.format(port=closed_port())
    assert type(await failing(downloader, address, tmp_path)) is DownloadFailed


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://127.0.0.1:99999/", "https://exa mple/", "https://\ud800/"]
)
async def test_a_link_that_is_none(downloader: Downloader, tmp_path: Path, url: str) -> None:
    await failing(downloader, url, tmp_path)


async def test_the_trusted_host_is_compared_without_regard_to_case(tmp_path: Path) -> None:
    async with site(serving(MP3)) as place, Downloader("LOCALHOST") as downloader:
        await downloader.fetch(f"http://LocalHost:{place.port}/", tmp_path / "0", max_bytes=CAP)
        assert len(place.requests) == 1


@pytest.mark.parametrize("limit", [{"total": 0.3}, {"sock_read": 0.3}])
async def test_a_download_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: dict[str, float]
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", aiohttp.ClientTimeout(**limit))
    async with site(stuck) as place, Downloader("127.0.0.1") as downloader:
        assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


async def test_a_connection_that_breaks_before_the_answer(downloader: Downloader, tmp_path: Path) -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async with site(hang_up) as place:
        assert type(await failing(downloader, place.origin, tmp_path)) is DownloadFailed


def test_downloads_have_an_end() -> None:
    assert module._TIMEOUT.total is not None
    assert module._TIMEOUT.sock_read is not None


async def test_a_cancelled_download_leaves_no_half_file(downloader: Downloader, tmp_path: Path) -> None:
    into = tmp_path / "0"

    async with site(stuck) as place:
        fetching = asyncio.create_task(downloader.fetch(place.origin, into, max_bytes=CAP))
        while not into.exists():  # noqa: ASYNC110 - the file is the event
            await asyncio.sleep(0)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert not into.exists()


async def test_a_folder_that_is_not_there(downloader: Downloader, tmp_path: Path) -> None:
    async with site(serving(MP3)) as place:
        with pytest.raises(DownloadFailed):
            await downloader.fetch(place.origin, tmp_path / "no" / "0", max_bytes=CAP)


async def test_a_file_of_an_earlier_try_is_replaced_or_removed(
    downloader: Downloader, tmp_path: Path
) -> None:
    for left in ("file", "file.mp3"):
        (tmp_path / left).write_bytes(b"x" * 9999)
    async with site(serving(MP3)) as place:
        download = await downloader.fetch(place.origin, tmp_path / "file", max_bytes=CAP)
        assert (download.read_bytes(), names_in(tmp_path)) == (MP3, ["file.mp3"])
        download.rename(tmp_path / "file")
    async with site(serving(b"<html>")) as place:
        await failing(downloader, place.origin, tmp_path)


async def test_outside_its_context_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="context"):
        await Downloader("127.0.0.1").fetch("http://127.0.0.1/", tmp_path / "0", max_bytes=CAP)


@pytest.mark.parametrize(
    ("status", "body", "works"),
    [
        (200, MP3, True),
        (200, b"<html>", False),
        (200, b"", False),
        (403, MP3, False),
        (404, b"", False),
        (503, MP3, False),
    ],
)
async def test_a_link_works_that_gives_sound(
    downloader: Downloader, status: int, body: bytes, *, works: bool
) -> None:
    async with site(serving(body, status=status)) as place:
        assert await downloader.works(f"{place.origin}/x.mp3") is works
    assert not await downloader.works(f"{place.origin}/x.mp3"), "nobody is there any more"
    assert not await downloader.works("ftp://files.example/x.mp3")


async def test_a_disk_that_takes_nothing_says_nothing_about_the_link(
    downloader: Downloader, tmp_path: Path
) -> None:
    async with site(serving(MP3)) as place:
        with pytest.raises(FileNotKept) as caught:
            await downloader.fetch(f"{place.origin}/x.mp3", tmp_path / "no" / "such", max_bytes=CAP)
        assert caught.value.works
