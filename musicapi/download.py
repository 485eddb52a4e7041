"""Fetching a result file to disk, safely: the link comes from outside.

The guard sits at the socket, where the address is known: a resolver guard is never asked about IP
literals and can be outrun by a second look-up. Only https to public addresses is allowed, except for
the host of the API itself, which the settings vouch for (the sandbox serves sound from loopback).
"""

import re
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import aiohttp
from yarl import URL

from musicapi.errors import (
    DownloadFailed,
    FileGone,
    FileNotKept,
    FileRefused,
    FileTooLarge,
)
from musicapi.sounds import HEAD_BYTES, sound_kind
from musicapi.ssrf import is_public

_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)
_MAX_REDIRECTS = 3
_GONE, _ELSEWHERE = (401, 403, 404, 410), range(300, 400)

_PIECE = 64 * 1024
_PACKED = (b"\x1f\x8b", b"\x78")  # gzip and zlib

# What no request line can hold; everything else goes out as it was given, for it may be signed.
_UNSENDABLE = re.compile(r"[^!-~]")
_PICTURES = (
    (0, b"\xff\xd8\xff", ".jpg"),
    (0, b"\x89PNG\r\n\x1a\n", ".png"),
    (0, b"GIF8", ".gif"),
    (8, b"WEBP", ".webp"),
)


class Downloader:
    """Fetches result files. Use it as an async context manager.

    Args:
        trusted_host: The host that may be private and may speak plain http.
    """

    def __init__(self, trusted_host: str) -> None:
        self._trusted_host = trusted_host.lower()
        self._trusted: aiohttp.ClientSession | None = None
        self._guarded: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # No limit of connections: slow files of one song would hold up those of others.
        self._trusted = _session(aiohttp.TCPConnector(limit=0))
        self._guarded = _session(aiohttp.TCPConnector(limit=0, socket_factory=_guarded_socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for session in (self._trusted, self._guarded):
            if session is not None:
                await session.close()

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """Fetch `url` to the path `into` with the suffix of its content; a half file is removed.

        Raises:
            DownloadFailed: With the subclass that says what to do next.
        """
        try:
            async with self._open(url) as response:
                suffix = await _save(response, into, max_bytes=max_bytes, image=image)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _remove(into)
            raise DownloadFailed(type(error).__name__) from None
        except BaseException:  # one that was cancelled leaves no half file either
            _remove(into)
            raise
        return _renamed(into, suffix)

    async def works(self, url: str) -> bool:
        """Whether the link gives sound; only its beginning is read."""
        with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError, DownloadFailed):
            async with self._open(url) as response:
                _check(response)
                return bool(sound_kind(await _beginning(response)))
        return False

    @asynccontextmanager
    async def _open(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        for _ in range(_MAX_REDIRECTS + 1):
            link = _as_given(url)
            async with self._session_for(link).get(link, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status in _ELSEWHERE and location:
                    url = urljoin(url, location)
                    continue
                yield response
                return
        raise FileRefused("too many redirects")

    def _session_for(self, link: URL) -> aiohttp.ClientSession:
        if self._trusted is None or self._guarded is None:
            raise RuntimeError("the downloader is used outside its context")
        if link.scheme in ("http", "https") and (link.host or "").lower() == self._trusted_host:
            return self._trusted
        if link.scheme != "https" or not link.host:
            raise FileRefused("only https links are fetched")
        return self._guarded


def _as_given(url: str) -> URL:
    """The link byte by byte: to decode and encode it anew can break its signature."""
    scheme, netloc, *rest = urlsplit(url)
    if not netloc.isascii():
        url = urlunsplit((scheme, netloc.encode("idna").decode(), *rest))
    return URL(_UNSENDABLE.sub(lambda found: quote(found[0], errors="surrogateescape"), url), encoded=True)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _renamed(path: Path, suffix: str) -> Path:
    return path.rename(path.with_suffix(suffix))


def _guarded_socket(address: Any) -> socket.socket:  # noqa: ANN401 - aiohttp's AddrInfo is a loose tuple
    family, kind, proto, _, sockaddr = address
    if not is_public(str(sockaddr[0])):
        raise FileRefused("the link leads to an address that is not public")
    return socket.socket(family=family, type=kind, proto=proto)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    # No automatic decompression: a small answer can unpack to gigabytes; `_pieces` does it bit by bit.
    return aiohttp.ClientSession(
        connector=connector,
        timeout=_TIMEOUT,
        headers={"Accept-Encoding": "identity"},
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _opened(into: Path) -> BinaryIO:
    try:
        return into.open("wb")
    except OSError as error:
        raise FileNotKept(type(error).__name__) from None


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
        file.flush()  # a full disk must not show when the file is closed
    except OSError as error:
        raise FileNotKept(type(error).__name__) from None


def _check(response: aiohttp.ClientResponse) -> None:
    if response.status in _GONE:
        raise FileGone(f"HTTP {response.status}")
    if response.status != HTTPStatus.OK:  # a partial or empty answer is no file
        raise DownloadFailed(f"HTTP {response.status}")


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    head = bytearray()
    async for piece in _pieces(response, HEAD_BYTES):
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return bytes(head[:HEAD_BYTES])


async def _pieces(response: aiohttp.ClientResponse, size: int) -> AsyncIterator[bytes]:
    """The body in pieces of at most `size` bytes; what comes packed, though not asked for, is unpacked."""
    unpacker = None
    packed = "Content-Encoding" in response.headers
    async for chunk in response.content.iter_chunked(size):
        if packed and chunk.startswith(_PACKED):  # some only say so
            unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: whichever of the two it is
        packed, left = False, chunk
        if unpacker is None:
            yield chunk
            continue
        while left:
            try:
                yield unpacker.decompress(left, size)
            except zlib.error:
                raise DownloadFailed("it cannot be unpacked") from None
            left = unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise DownloadFailed("it is cut short")


async def _save(response: aiohttp.ClientResponse, into: Path, *, max_bytes: int, image: bool) -> str:
    _check(response)
    if (response.content_length or 0) > max_bytes:
        raise FileTooLarge(f"{response.content_length} bytes")
    size, head = 0, bytearray()
    with _opened(into) as file:
        async for chunk in _pieces(response, _PIECE):
            size += len(chunk)
            if size > max_bytes:
                raise FileTooLarge(f"more than {max_bytes} bytes")
            head += chunk[: HEAD_BYTES - len(head)]
            _write(file, chunk)
    suffix = _picture(head) if image else sound_kind(bytes(head))
    if not suffix:
        raise FileRefused("the file is not what it should be")
    return suffix


def _picture(head: bytes | bytearray) -> str:
    return next((suffix for place, mark, suffix in _PICTURES if head.startswith(mark, place)), "")
