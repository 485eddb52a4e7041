"""`/status`, and what a channel hears when the music API struggles."""

import time
import tomllib

import discord

import cogs
from jobs.models.states import JobState
from tests import ROOT
from tests.behaviour.commands.acts import answer, said
from tests.conftest import Jam
from tests.fakes.api_faults import refusals


async def test_help_is_private_and_names_each_family_with_its_price(jam: Jam) -> None:
    for who, headings in ((jam.mia, 3), (jam.mod, 4)):
        answered = await who.slash(jam.channel, "help")
        assert answered.ephemeral
        [embed] = answer(answered).embeds
        assert len(embed.fields) == headings
        assert "`/suno create` from a description" in str(embed.fields[1].value)
        assert "into every instrument (50 credits)" in str(embed.fields[1].value)


async def test_before_anything_was_asked_for(jam: Jam) -> None:
    await jam.until(lambda: jam.parts.context.last_pass_at, "a pass")
    text = await said(jam, "mia", "status")
    assert "Jobs last checked <t:" in text
    assert "No open jobs on this server." in text


async def test_members_see_the_open_jobs_of_their_server_and_the_weather(jam: Jam) -> None:
    await jam.song()
    breaker = jam.parts.context.breakers.at("suno")
    breaker.bad("submit", 1_800_000_000.0)
    breaker.open(1_800_000_000.0, probe_at=4_000_000_000.0)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    text = await said(jam, "mia", "status")
    assert "Suno: the music API has been struggling since <t:1800000000:t>" in text
    assert "1 open job on this server. The oldest is #2, waiting for its turn, asked for <t:" in text
    assert "version" not in text


async def test_moderators_see_more(jam: Jam) -> None:
    await jam.song()
    text = await said(jam, "mod", "status")
    assert "Suno: up." in text
    assert "Jobs of this server: 1 delivered." in text
    assert "Open in all servers: 0." in text
    assert "The account had 490 credits left" in text or "The account had 500 credits left" in text
    assert f"version {cogs.__version__}." in text


async def test_other_servers_are_not_seen(jam: Jam) -> None:
    await jam.song()
    overview = await jam.parts.service.overview(jam.guild.id + 1)
    assert overview.jobs == {}
    assert overview.oldest is None


def test_the_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert cogs.__version__ == project["project"]["version"]


async def test_a_struggle_and_its_end_are_told_in_the_channel_once_and_ping_nobody(jam: Jam) -> None:
    jam.api.faults.add(refusals.ServerError(), "suno.task", times=None)
    for prompt in "xyz":  # one task alone may have a trouble of its own
        await jam.mia.slash(jam.channel, "suno create", prompt=prompt)

    def told() -> list[discord.Message]:
        return [
            message for message in jam.messages() if "The music API is" in str(message.embeds[0].to_dict())
        ]

    await jam.until(told, "a notice")
    jam.api.faults.clear()
    await jam.state(1, JobState.DONE)
    await jam.until(lambda: len(told()) == 2, "the end of it")
    struggling, back = told()
    assert "Your jobs wait, and nothing is lost" in str(struggling.embeds[0].description)
    assert "The music API is back" in str(back.embeds[0].description)
    assert not any(message.mentions or message.content for message in told())


async def test_a_discord_that_takes_no_messages_is_said(jam: Jam) -> None:
    rest = jam.parts.bot.rest
    assert "Discord" not in await said(jam, "mia", "status")
    rest._limited_until = time.monotonic() + 600.0
    assert "Discord takes no messages of mine until <t:" in await said(jam, "mia", "status")
    rest._limited_until = 0.0
    rest._unanswered_since = time.monotonic() - 1e6
    assert "Discord has answered none of my requests <t:" in await said(jam, "mia", "status")
