"""Several bots with one token behind the nginx of `deploy/`: together they stay within Discord's limit."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests import ROOT
from tests.behaviour.end_to_end.conftest import Outside, outside_in
from tests.fakes.discord import FakeDiscordSettings, free_port
from tests.fakes.sound import FixedSound

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = [
    pytest.mark.process,
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
_AROUND = (
    "daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\nhttp {{\n{inner}\n}}\n"
)
_PATHS = (
    "client_body_temp_path",
    "proxy_temp_path",
    "fastcgi_temp_path",
    "uwsgi_temp_path",
    "scgi_temp_path",
)


@pytest.fixture
async def outside(fixed_sound: FixedSound, tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside_in(tmp_path, fixed_sound, FakeDiscordSettings(rate_limits=True)) as world:
        yield world


@pytest.fixture
async def address(outside: Outside, tmp_path: Path) -> AsyncIterator[str]:
    """Where nginx runs, with the file of `deploy/` but for the addresses and their certificates."""
    port = free_port()
    inner = (ROOT / "deploy" / "nginx-discord.conf").read_text()
    for theirs, ours in (
        ("https://discord", "http://discord"),
        ("discord.com:443", outside.discord.base_url.removeprefix("http://")),
        ("127.0.0.1:8081;", f"127.0.0.1:{port};"),
        ("access_log off;", f"access_log {tmp_path}/access.log;"),
    ):
        assert theirs in inner
        inner = inner.replace(theirs, ours)
    inner += "\n".join(f"{name} {tmp_path / name};" for name in _PATHS)
    file = tmp_path / "nginx.conf"
    file.write_text(_AROUND.format(folder=tmp_path, inner=inner))
    process = await asyncio.create_subprocess_exec(str(NGINX), "-p", str(tmp_path), "-c", str(file))
    url = f"http://127.0.0.1:{port}/api/v10"
    try:
        yield url
    finally:
        process.terminate()
        await process.wait()


async def statuses(outside: Outside, url: str, count: int) -> list[int]:
    """What many requests at once come to."""
    headers = {"Authorization": f"Bot {outside.discord.settings.token}"}

    async def one(session: aiohttp.ClientSession) -> int:
        for _ in range(100):
            try:
                async with session.get(f"{url}/users/@me", headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:  # it has not begun yet
                await asyncio.sleep(0.05)
        raise AssertionError("nginx never answered")

    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(one(session) for _ in range(count)))


async def test_what_several_bots_send_at_once_waits_its_turn(outside: Outside, address: str) -> None:
    bots = await asyncio.gather(*(statuses(outside, address, 60) for _ in range(2)))
    assert [set(answers) for answers in bots] == [{200}, {200}]
    assert 429 in await statuses(outside, outside.discord.api_url, 120), "as they would without it"


async def test_a_bot_works_behind_it(outside: Outside, address: str) -> None:
    discord_ = outside.discord
    async with outside.bot(DISCORD_API_URL=address, DISCORD_SHARE="25") as bot:
        await outside.ready()
        asked = discord_.member.slash(discord_.channel, "suno create", prompt="x")
        await asked.answered()
        song = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        assert song.attachments[0].data
        assert await bot.stop() == 0
    assert "Traceback" not in bot.output()
    passed = (outside.folder / "access.log").read_text()
    for request in ("PUT /api/v10/applications/", "POST /api/v10/interactions/", "POST /api/v10/channels/"):
        assert request in passed
