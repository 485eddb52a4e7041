"""Every way in which a start can go wrong: one list, an exit code, no traceback, no secret."""

import asyncio
import os
import re
import socket
import sqlite3
import stat
import sys
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from jobs.models.states import JobState
from tests import ROOT
from tests.behaviour.end_to_end.conftest import Outside, until
from tests.conftest import KEY
from tests.musicapi.world import site
from tests.startup.test_api_check import speaking

pytestmark = pytest.mark.process


async def refused(outside: Outside, *arguments: str, **settings: str) -> str:
    """Start a bot that must not start; what it said."""
    async with outside.bot(*arguments, **settings) as bot:
        assert await bot.ended() == 1
        output = bot.output()
    assert "Traceback" not in output
    assert KEY not in output
    return output


async def test_an_empty_environment_gives_one_full_list(outside: Outside) -> None:
    said = await refused(
        outside,
        DISCORD_TOKEN="",
        MUSIC_API_KEY="",
        MUSIC_API_URL="ftp://nowhere",
        MUSIC_API_PROFILE="nonsense",
        LOG_LEVEL="loud",
        TIME_SCALE="fast",
    )
    names = (
        "DISCORD_TOKEN",
        "MUSIC_API_KEY",
        "MUSIC_API_URL",
        "MUSIC_API_PROFILE",
        "LOG_LEVEL",
        "TIME_SCALE",
    )
    assert [line.split()[1] for line in said.splitlines() if line.startswith("  - ")] == list(names)


async def test_a_wrong_token(outside: Outside) -> None:
    said = await refused(outside, DISCORD_TOKEN="wrong.token.canary")
    assert "Discord does not accept DISCORD_TOKEN" in said
    assert "wrong.token.canary" not in said


async def test_a_second_bot_on_the_same_file(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        assert "another Encore is using encore.db" in await refused(outside)
        assert await bot.stop() == 0


async def test_a_folder_in_which_nothing_can_be_made(outside: Outside) -> None:
    """Not even a lock: nobody else is using the file."""
    for mode in ((), ("--check",)):
        said = await refused(outside, *mode, DATABASE_URL="sqlite:////proc/x.db")
        assert "nothing can be written in /proc" in said


async def test_a_second_sandbox_opens_on_another_port() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # by a sandbox of somebody's: as good
            taken.bind(("127.0.0.1", 8765))
            taken.listen()
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        sandbox = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "bot.py"), "--sandbox"),
            env={name: value for name, value in environment.items() if name != "DISCORD_TOKEN"},
            stdout=asyncio.subprocess.PIPE,
        )
        assert sandbox.stdout is not None
        try:
            async with asyncio.timeout(60):
                shown = b"\n"
                while not (found := re.search(rb"http://127.0.0.1:(\d+)", shown)):
                    assert shown, "it has ended"
                    shown = await sandbox.stdout.readline()
        finally:
            if sandbox.returncode is None:
                sandbox.terminate()
            await sandbox.communicate()
        assert int(found[1]) not in (0, 8765)


async def test_a_newer_database(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await bot.stop()
    outside.query("UPDATE alembic_version SET version_num = '9999'")
    assert "newer than this Encore" in await refused(outside)


async def test_a_file_that_is_no_database(outside: Outside) -> None:
    outside.file.write_bytes(b"these are not the rows you are looking for" * 100)
    said = await refused(outside)
    assert "the database cannot be used: file is not a database" in said
    assert outside.file.read_bytes().startswith(b"these are not"), "what was there is left alone"


async def test_a_locked_database(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await bot.stop()
    with closing(sqlite3.connect(outside.file)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE note SET value = value")
        assert "database is locked" in await refused(outside)


async def test_a_folder_in_the_place_of_the_database(outside: Outside) -> None:
    outside.file.mkdir()
    assert "the database cannot be used" in await refused(outside)


async def test_a_database_address_that_is_none(outside: Outside) -> None:
    assert "DATABASE_URL is not a database address" in await refused(outside, DATABASE_URL="nonsense")
    said = await refused(outside, DATABASE_URL="mysql://localhost/x")
    assert "DATABASE_URL names mysql" in said


async def test_check_tells_what_is_fine_and_what_is_not(outside: Outside) -> None:
    async with outside.bot("--check", PUBLIC_URL="https://bot.example.org") as bot:
        assert await bot.ended() == 0
        said = bot.output()
    assert "`curl -i -X POST https://bot.example.org/hook/1` must answer 401" in said
    assert "the music API accepts the key; 5000 credits are left" in said
    assert "has every permission that it needs" in said
    wrong = await refused(outside, "--check", MUSIC_API_KEY="sk_wrong", TIME_SCALE="0")
    assert "MUSIC_API_KEY: the music API does not accept it" in wrong
    assert "TIME_SCALE must be a number" in wrong
    assert "ok     a new database will be made in" in wrong
    assert not outside.file.exists(), "a check makes nothing"


async def test_an_api_of_another_edition_is_named_by_a_check_and_by_the_log_of_a_start(
    outside: Outside,
) -> None:
    wanted = "MUSIC_API_PROFILE: the API there is another edition than classic; set it to renamed"
    async with site(speaking("sonic")) as place:
        assert wanted in await refused(outside, "--check", MUSIC_API_URL=place.origin)
        async with outside.bot(MUSIC_API_URL=place.origin) as bot:
            await outside.ready()
            await until(lambda: wanted in bot.output())
            await bot.stop()
        assert {request.method for request in place.requests} == {"GET"}


async def test_check_tells_slips_and_a_port_that_is_taken(outside: Outside) -> None:
    port = str(urlsplit(outside.api.url).port)
    public = {"PUBLIC_URL": "https://bot.local/hook", "PUBLIC_PORT": port}
    wrong = await refused(outside, "--check", METRICS_PORT=port, DISCORD_TOKN="x", **public)
    assert "METRICS_PORT is in use" in wrong
    assert "PUBLIC_PORT is in use" in wrong
    assert "PUBLIC_PORT must be another port than METRICS_PORT" in wrong
    assert "PUBLIC_URL must not end in /hook" in wrong
    assert "PUBLIC_URL: https://bot.local/hook is no public address" in wrong
    assert "DISCORD_TOKN is no setting; did you mean DISCORD_TOKEN?" in wrong


async def test_a_missing_package_is_one_line(outside: Outside) -> None:
    empty = outside.folder / "packages"
    (empty / "aiohttp").mkdir(parents=True)
    (empty / "aiohttp" / "__init__.py").write_text("raise ModuleNotFoundError(name='aiohttp')")
    said = await refused(outside, "--check", PYTHONPATH=str(empty))
    assert "the package aiohttp is missing: `make run` installs it" in said


async def test_what_a_backup_holds_as_unsent_is_not_paid_for_again_after_a_restore(outside: Outside) -> None:
    """It was sent after the backup was taken, which the restored database cannot know."""
    copy, discord_ = outside.folder / "copy.db", outside.discord
    async with outside.bot(TIME_SCALE="1") as bot:
        await outside.ready()
        for prompt in ("first", "second"):  # the second waits for three seconds, as the API wants it
            await discord_.member.slash(discord_.channel, "suno create", prompt=prompt).answered()
        async with outside.bot("--backup", str(copy)) as backup:
            assert await backup.ended() == 0
        await until(lambda: len(outside.api.charges) == 2)
        assert await bot.stop() == 0
    with closing(sqlite3.connect(copy)) as held:
        assert ("accepted",) in held.execute("SELECT state FROM job").fetchall()
    async with outside.bot("--restore", str(copy)) as restored:
        assert await restored.ended() == 0
    async with outside.bot() as bot:
        await discord_.gateway.connected()
        await discord_.channel.wait_for_message(
            lambda message: "10 credits were taken" in str(message.embeds)
        )
        assert len(outside.api.charges) == 2
        assert await bot.stop() == 0
    assert JobState.ACCEPTED not in outside.states().values()


async def test_a_backup_is_taken_from_a_running_bot_and_put_back(outside: Outside) -> None:
    copy = str(outside.folder / "copy.db")
    async with outside.bot() as bot:
        await outside.ready()
        async with outside.bot("--backup", copy) as backup:
            assert await backup.ended() == 0
        assert "another Encore is using encore.db" in await refused(outside, "--restore", copy)
        assert await bot.stop() == 0
    outside.file.unlink()
    async with outside.bot("--restore", copy) as restored:
        assert await restored.ended() == 0
    async with outside.bot() as bot:
        await outside.ready()
        assert await bot.stop() == 0


async def test_the_health_check_follows_the_heartbeat(outside: Outside) -> None:
    assert "unhealthy: last heartbeat never" in await refused(outside, "--health")
    async with outside.bot() as bot:
        await outside.ready()
        async with outside.bot("--health") as health:
            assert await health.ended() == 0
        await bot.stop()


async def test_a_read_only_database(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready()
        await bot.stop()
    outside.file.chmod(stat.S_IRUSR)
    try:
        outside.file.open("ab").close()
    except PermissionError:
        assert "the database cannot be used" in await refused(outside)
    else:
        pytest.skip("this user may write to read-only files")


async def test_a_wrong_key_is_told_to_the_member_and_the_bot_lives(outside: Outside) -> None:
    async with outside.bot(MUSIC_API_KEY="sk_not_the_key") as bot:
        await outside.ready()
        handle = outside.discord.member.slash(outside.discord.channel, "suno create", prompt="x")
        await handle.answered()
        message = await outside.discord.channel.wait_for_message(lambda m: "does not accept" in str(m.embeds))
        assert "MUSIC_API_KEY" in str(message.embeds)
        assert await bot.stop() == 0
