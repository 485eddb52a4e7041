"""A server's own key: given in a form, checked, kept encrypted, used for its jobs alone, forgotten."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from cryptography.fernet import Fernet

from jobs.models.states import JobState
from jobs.store.queries import clips, guilds, jobs
from startup.wiring import assemble
from tests.behaviour.commands.acts import answer, said, shown_to
from tests.conftest import KEY, Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi, polls, refusals
from tests.jobs.shelf import rows

SECRET = Fernet.generate_key().decode()
THEIRS = "sk_theirs_canary_51b0"


@pytest.fixture
async def keyed(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[Jam]:
    """A bot that can keep keys, and an API that knows one more."""
    api.keys = [KEY, THEIRS]
    async with (
        assemble(settings_for(api, tmp_path, SECRET_KEY=SECRET)) as parts,
        jam_with(parts, api) as ready,
    ):
        yield ready


async def give(jam: Jam, key: str, who: str = "mod") -> str:
    """What a moderator is told after the form."""
    form = await getattr(jam, who).slash(jam.channel, "settings key")
    done = await getattr(jam, who).submit_modal(form, {"key": key})
    return shown_to(done)


def used(api: FaultyMusicApi) -> list[tuple[str, str]]:
    return [(request.operation, request.key) for request in api.requests if request.key]


async def test_everything_a_job_asks_the_api_is_asked_with_the_key_of_its_server(
    keyed: Jam, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert "500 credits left" in await give(keyed, f" {THEIRS} ")
    before = len(keyed.api.requests)
    _, clip_id = await keyed.song()
    clip = await keyed.parts.store.read(clips.by_id, keyed.guild.id, clip_id)
    assert clip is not None
    await keyed.parts.service.refreshed(clip)
    with keyed.env.time_context():
        await keyed.mia.slash(keyed.channel, "credits mine")
    calls = used(keyed.api)[before:]
    assert len(calls) >= 4
    assert {key for _, key in calls} == {THEIRS}
    job = await keyed.parts.store.read(jobs.by_id, 1)
    assert job is not None
    assert job.account == 1
    assert "given by" in await said(keyed, "mod", "settings show")
    assert "This server pays with its own key." in await said(keyed, "mod", "settings audit")
    for table in ("api_key", "server_key", "audit"):
        assert THEIRS not in str(rows(tmp_path / "encore.db", f"SELECT * FROM {table}"))  # noqa: S608 - ours
    assert THEIRS not in caplog.text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("sk_wrong_canary_1234", "does not accept that key"),
        ("two words here", "not an API key"),
        ("short", "not an API key"),
        ("sk_gerät_und_mehr", "not an API key"),
    ],
)
async def test_a_key_that_is_none_or_wrong_is_not_kept(keyed: Jam, typed: str, answer: str) -> None:
    assert answer in await give(keyed, typed)
    assert keyed.parts.service.keys.paying(keyed.guild.id).own is None
    assert await keyed.parts.store.read(guilds.history, keyed.guild.id) == []


async def test_a_key_that_cannot_be_checked_now_is_not_kept(keyed: Jam) -> None:
    keyed.api.faults.add(refusals.RateLimited())
    assert "does not say now" in await give(keyed, THEIRS)
    assert keyed.parts.service.keys.paying(keyed.guild.id).own is None


async def test_who_is_no_moderator_any_more_when_the_form_comes_back_gives_no_key(keyed: Jam) -> None:
    form = await keyed.mod.slash(keyed.channel, "settings key")
    guild = keyed.parts.bot.get_guild(keyed.guild.id)
    assert guild is not None
    for role in guild.roles:
        if role.name == "mods":
            await role.edit(permissions=discord.Permissions.none())
    done = await keyed.mod.submit_modal(form, {"key": THEIRS})
    assert "Only moderators" in shown_to(done)
    assert keyed.parts.service.keys.paying(keyed.guild.id).own is None


async def test_without_a_secret_the_command_says_how_to_make_one(jam: Jam) -> None:
    assert "Fernet.generate_key()" in await said(jam, "mod", "settings key")


async def test_a_key_that_was_removed_ends_what_began_with_it_and_says_so(keyed: Jam) -> None:
    await give(keyed, THEIRS)
    keyed.api.faults.add(polls.NotReady(), "suno.task", times=None)
    with keyed.env.time_context():
        await keyed.mia.slash(keyed.channel, "suno create", prompt="x")
    await keyed.state(1, JobState.WAITING)
    assert "The key is forgotten" in await said(keyed, "mod", "settings key-remove")
    message = await keyed.reply()
    assert "removed the API key" in (message.embeds[0].description or "")
    assert "charged 10 credits to the account of that key" in (message.embeds[0].description or "")
    assert "none to remove" in await said(keyed, "mod", "settings key-remove")
    answer(await keyed.mia.slash(keyed.channel, "suno create", prompt="y"))
    job = await keyed.state(2, JobState.WAITING)
    assert job.account == 0


async def test_a_server_that_nobody_pays_for_is_not_told_that_the_api_is_silent(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with (
        assemble(settings_for(api, tmp_path, SECRET_KEY=SECRET, KEY_SERVERS="1")) as parts,
        jam_with(parts, api) as jam,
    ):
        assert "no API key of its own" in await said(jam, "mia", "suno create", prompt="x")
        with jam.env.time_context():
            for who, command in (("mia", "credits mine"), ("mod", "credits server")):
                text = shown_to(await getattr(jam, who).slash(jam.channel, command))
                assert "no API key of its own" in text
                assert "does not say how many" not in text
