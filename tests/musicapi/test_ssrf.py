"""Where downloads may go: only to public addresses, decided at the socket."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from musicapi.download import Downloader, _guarded_socket
from musicapi.errors import DownloadFailed, FileRefused
from musicapi.ssrf import is_public
from tests.musicapi.world import names_in, site

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
    "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.254", "2001:4860:4860::8888",
    "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2600::", "::ffff:8.8.8.8", "2002:808:808::1",
]  # fmt: skip
PRIVATE = [
    # this host, this network
    "0.0.0.0",  # noqa: S104 - an address to refuse, not one to listen on
    "0.1.2.3",
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.255",
    "::",
    "::1",
    "::1%lo",
    "::2",
    # private networks
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "fc00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    # link-local, with the addresses at which clouds hand out keys
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    # carrier-grade NAT, and a cloud's own address in it
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    # multicast and broadcast
    "224.0.0.1",
    "239.255.255.255",
    "233.252.0.1",
    "255.255.255.255",
    "ff02::1",
    "ff05::2",
    "ff0e::1",
    # documentation, benchmarks, protocols of the IETF, what is reserved
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.0.192",
    "192.88.99.1",
    "240.0.0.1",
    "254.1.2.3",
    "2001:db8::1",
    "2001:2::1",
    "2001:10::1",
    "3fff::1",
    "100::1",
    "4000::1",
    "5f00::1",
    "e000::1",
    # what wraps an IPv4 address
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:100.64.0.1",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::808:808",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101::1",
    "2001:0:7f00:1::",
    "2001:0:808:808:0:0:80ff:fffe",
    "2001::1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


def test_the_guard_stands_before_the_socket() -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 443))
    with _guarded_socket(public) as made:
        assert (made.family, made.type) == (socket.AF_INET, socket.SOCK_STREAM)
    for address in (("127.0.0.1", 443), ("10.0.0.1", 443)):
        with pytest.raises(FileRefused):
            _guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", address))
    with pytest.raises(FileRefused):
        _guarded_socket((socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("fe80::1%eth0", 443, 0, 2)))


class Trap:
    """Listens, and tells whether anybody ever connected."""

    def __init__(self, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self._socket.settimeout(0)
        self.port = self._socket.getsockname()[1]

    def caught(self) -> bool:
        """Whether a connection waits; the system completes it without our help."""
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def trap(host: str) -> AsyncIterator[Trap]:
    try:
        made = Trap(host)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    try:
        yield made
    finally:
        made.close()


async def test_the_trap_works() -> None:
    async with trap("127.0.0.1") as made:
        assert not made.caught()
        with socket.create_connection(("127.0.0.1", made.port)):
            assert made.caught()


@pytest.mark.parametrize(
    ("listening", "host"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("127.0.0.1", "localhost"),
        ("127.0.0.1", "LocalHost"),
        ("127.0.0.1", "user:secret@127.0.0.1"),
        ("127.0.0.1", "[::ffff:127.0.0.1]"),
        ("127.0.0.1", "0.0.0.0"),  # noqa: S104 - where Linux reaches itself
        ("::1", "[::1]"),
    ],
)
async def test_a_guarded_fetch_connects_to_nothing_of_ours(tmp_path: Path, listening: str, host: str) -> None:
    async with trap(listening) as made, Downloader("api.example.com") as downloader:
        with pytest.raises(FileRefused, match="not public"):
            await downloader.fetch(f"https://{host}:{made.port}/x.mp3", tmp_path / "x", max_bytes=1000)
        assert not made.caught()
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "127.0.0.1.", "0177.0.0.1"])
async def test_odd_spellings_of_loopback_connect_to_nothing(tmp_path: Path, host: str) -> None:
    async with trap("127.0.0.1") as made, Downloader("api.example.com") as downloader:
        with pytest.raises(DownloadFailed):
            await downloader.fetch(f"https://{host}:{made.port}/x.mp3", tmp_path / "x", max_bytes=1000)
        assert not made.caught()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/x", "ftp://127.0.0.1:{port}/x", "ws://127.0.0.1:{port}/x",
        "file:///etc/hostname", "//127.0.0.1:{port}/x", "127.0.0.1:{port}/x", "https://", "https:///x", "",
    ],
)  # fmt: skip
async def test_only_https_is_fetched_from_strangers(tmp_path: Path, url: str) -> None:
    async with trap("127.0.0.1") as made, Downloader("api.example.com") as downloader:
        with pytest.raises(FileRefused, match="https"):
            await downloader.fetch(url.format(port=made.port), tmp_path / "x", max_bytes=1000)
        assert not made.caught()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_trusted_host_cannot_send_us_to_another_private_one(
    tmp_path: Path, status: int, scheme: str
) -> None:
    async with trap("127.0.0.2") as made:

        async def away(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": f"{scheme}://127.0.0.2:{made.port}/x"})

        async with site(away) as place, Downloader("127.0.0.1") as downloader:
            with pytest.raises(FileRefused):
                await downloader.fetch(f"{place.origin}/x.mp3", tmp_path / "x", max_bytes=1000)
            assert len(place.requests) == 1
        assert not made.caught()


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "http://169.254.169.254/latest/", "data:,x", "//"]
)
async def test_other_places_that_a_redirect_must_not_lead_to(tmp_path: Path, target: str) -> None:
    async def away(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": target})

    async with site(away) as place, Downloader("127.0.0.1") as downloader:
        with pytest.raises(FileRefused):
            await downloader.fetch(place.origin, tmp_path / "x", max_bytes=1000)
