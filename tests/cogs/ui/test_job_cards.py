"""The card of a job tells its life in few edits: that it waits, that it is made, how it ended."""

import re
import time
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from cogs.ui.buttons import send_button
from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.faults.world import running_bot
from tests.conftest import Jam
from tests.fakes.api_faults import FaultyMusicApi, connection, polls, refusals
from tests.fakes.clock import until


def card(jam: Jam) -> discord.Message:
    return next(message for message in jam.messages() if not message.reference)


async def ended(jam: Jam) -> str:
    """What the first card says once it has shrunk to a line."""
    embed = await jam.until(
        lambda: card(jam).embeds[0] if not card(jam).embeds[0].footer else None, "the end"
    )
    assert not card(jam).components
    assert not card(jam).content
    return str(embed.description)


async def test_the_card_of_a_song_says_that_it_is_made_and_then_leads_to_it(jam: Jam) -> None:
    await jam.mia.slash(jam.channel, "suno create", prompt="rivers")
    first = card(jam).embeds[0]
    assert first.title == "Suno song · job #1"
    assert re.fullmatch(
        r"rivers\n\*\*Being made\*\*. Usually ready after about \d+ seconds?\.",
        str(first.description),
    )
    assert first.footer.text == "10 credits · I'll ping you when it's ready."
    assert not card(jam).components, "it begins at once, so there is nothing to cancel"
    song = await jam.reply()
    link = f"https://discord.com/channels/{jam.guild.id}/{jam.channel.id}/{song.id}"
    assert re.fullmatch(
        rf"\*\*Suno song\*\* · job #1 · done in \d+ seconds? · \[jump to it\]\({link}\)", await ended(jam)
    )
    assert len(jam.messages()) == 2


async def test_the_card_leads_into_the_thread_with_the_song(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "settings threads", on=True)
    await jam.mia.slash(jam.channel, "suno create", prompt="rivers")
    thread = card(jam).id
    assert f"https://discord.com/channels/{jam.guild.id}/{thread}/" in await ended(jam)


async def test_the_card_says_in_which_channel_the_result_will_be(jam: Jam) -> None:
    there = jam.guild.create_text_channel("results")
    await jam.mod.slash(jam.channel, "settings results", channel=there)
    await jam.mia.slash(jam.channel, "suno create", prompt="rivers")
    assert f"The result will be posted in <#{there.id}>." in str(card(jam).embeds[0].description)
    assert f"https://discord.com/channels/{jam.guild.id}/{there.id}/" in await ended(jam)


async def test_the_card_of_a_failure_says_what_it_cost(jam: Jam) -> None:
    jam.api.faults.add(refusals.InappropriateContent(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="rivers")
    news = await jam.reply()
    said = await ended(jam)
    assert said.startswith(
        "**Suno song** · job #1 · failed: nothing was charged · [why](https://discord.com/"
    )
    assert said.endswith(f"/{news.id})")


async def test_a_card_that_cannot_be_edited_hurts_nothing(jam: Jam, monkeypatch: pytest.MonkeyPatch) -> None:
    async def edit(*_: object, **__: object) -> None:
        raise OSError("no connection")

    monkeypatch.setattr(discord.PartialMessage, "edit", edit)
    await jam.song()
    await jam.state(1, JobState.DONE)
    assert card(jam).embeds[0].footer


async def test_what_is_cancelled_elsewhere_is_told_here_too(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    away = jam.guild.create_text_channel("away")
    await jam.mia.slash(jam.channel, "suno create", prompt="one")
    waiting = await jam.parts.store.read(jobs.by_id, 1)
    assert waiting is not None
    assert waiting.state is JobState.ACCEPTED, "its balance is still being read"
    done = await jam.mia.slash(away, "jobs cancel", job=1)
    assert done.response is not None
    assert done.response.content.endswith(f"It was asked for in <#{jam.channel.id}>.")
    assert await ended(jam) == "**Suno song** · job #1 · cancelled: nothing was charged"


async def test_what_waits_for_an_outage_to_end_can_be_cancelled(jam: Jam) -> None:
    breaker = jam.parts.context.breakers.at("suno")
    breaker.open(time.time(), probe_at=time.time() + 3600)
    asked = await jam.mia.slash(jam.channel, "suno create", prompt="one")
    assert "**Waiting**: Suno is not answering." in str(card(jam).embeds[0].description)
    assert asked.response is not None
    pressed = await jam.mia.click(card(jam), label="Cancel")
    assert pressed.response is not None
    assert pressed.response.content == f"Job #1 was cancelled by <@{jam.mia.id}>. Nothing was charged."
    assert await ended(jam) == "**Suno song** · job #1 · cancelled: nothing was charged"


async def test_a_card_without_a_button_is_found_and_nothing_that_looks_like_one(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, parts):
        await until(lambda: fake.world.commands.listed and fake.gateway.live, "the bot")
        api.faults.add(polls.NotReady(), "suno.task", times=None)
        asked = fake.member.slash(fake.channel, "suno create", prompt="rivers")
        shown = await asked.shown()
        job = await parts.store.read(jobs.existing, 1)
        assert await parts.context.outbox.find_card(job) == shown.id
        # A song may be called like a card, and its delivery has controls.
        titled = discord.Embed(title="Suno song · job #2")
        footed = titled.copy().set_footer(text=shown.embeds[0]["footer"]["text"])
        channel = parts.bot.get_partial_messageable(fake.channel.id, guild_id=fake.guild.id)
        await channel.send(embed=titled)
        await channel.send(embed=titled.copy().set_footer(text="v4.5 · 10 credits"))
        await channel.send(embed=footed, view=send_button(job))
        assert await parts.context.outbox.find_card(replace(job, id=2)) is None
        seen = await channel.send(embed=footed)
        assert await parts.context.outbox.find_card(replace(job, id=2)) == seen.id
