"""Blocks that end, words that nobody wants, and channels that are closed since."""

import time
from typing import Any

import discord
import pytest

from jobs.models import Block
from jobs.store.queries import guilds, jobs
from tests.behaviour.commands.acts import answer, made, press, refused, said
from tests.conftest import Jam

_HOUR = 3600.0


@pytest.fixture
def pace() -> float:
    return 0.01


async def mine(jam: Jam) -> str:
    with jam.env.time_context():
        result = await jam.mia.slash(jam.channel, "credits mine")
    return answer(result).embeds[0].description or ""


async def test_a_block_says_why_and_until_when_and_ends_by_itself(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = await said(jam, "mod", "quota block", member=jam.mia, reason="*spam*", days=1, hours=2)
    [block] = (await jam.parts.store.read(guilds.settings, jam.guild.id)).blocked
    assert block.until is not None
    assert block.until == pytest.approx(time.time() + 26 * _HOUR, abs=60)
    until = f"<t:{round(block.until)}:f>"
    assert f"**Saved.** <@{jam.mia.id}> may not make anything until {until}: \\*spam\\*." in text
    assert f"Blocked: <@{jam.mia.id}> until {until}: \\*spam\\*" in text
    for told in (await refused(jam, "suno create", prompt="x"), await mine(jam)):
        assert f"has blocked you from using Encore on this server until {until}" in told
        assert "Reason: \\*spam\\*." in told
    begun = time.time
    monkeypatch.setattr(time, "time", lambda: begun() + 27 * _HOUR)
    await made(jam, "suno create", prompt="x")
    assert "blocked" not in await mine(jam)
    assert "Blocked" not in await said(jam, "mod", "quota show")
    await said(jam, "mod", "quota block", member=jam.ravi)
    chosen = await jam.parts.store.read(guilds.settings, jam.guild.id)
    assert chosen.blocked == (Block(jam.ravi.id),), "what has ended is taken off the list"
    audit = await said(jam, "mod", "settings audit")
    assert f"<@{jam.mia.id}> may not make anything until {until}: \\*spam\\*." in audit


async def test_a_block_of_an_earlier_version_holds_until_it_is_lifted(jam: Jam) -> None:
    def note(c: Any) -> None:  # noqa: ANN401 - a connection
        c.exec_driver_sql(
            "INSERT INTO setting (guild_id, name, value) VALUES (?, 'blocked', ?)",
            (jam.guild.id, f"[{jam.mia.id}]"),
        )

    await jam.parts.store.write(note)
    assert "blocked you" in await refused(jam, "suno create", prompt="x")
    assert f"Blocked: <@{jam.mia.id}>\n" in await said(jam, "mod", "quota show")
    assert "may make things again" in await said(jam, "mod", "quota unblock", member=jam.mia)
    await made(jam, "suno create", prompt="x")


async def test_a_forbidden_word_is_refused_before_it_costs_wherever_it_is_typed(jam: Jam) -> None:
    text = await said(jam, "mod", "settings words", add="Duck, rubber  goose")
    assert "**Saved.** Forbidden now: Duck, rubber goose." in text
    assert "**Forbidden words**: 2" in text
    assert "Duck, rubber goose" in await said(jam, "mod", "settings words")
    why = "holds **Duck**, which is on the list of words that the moderators of this server do not want here"
    assert f"The prompt {why}" in await refused(jam, "suno create", prompt="a DUCK song")
    for field in ("title", "style", "lyrics"):
        form = {"title": "t", "style": "s", "lyrics": "l", field: "one duck, please"}
        assert why in await refused(jam, "suno custom", form)
    form = {"title": "t", "sound": "like a duck", "lyrics": "l"}
    assert why in await refused(jam, "riffusion custom", form)
    assert why in await refused(jam, "suno create", prompt="x", negative_tags="duck")
    assert why in await refused(jam, "nuro custom", {"lyrics": "[verse]\na duck on the water"})
    assert "rubber goose" in await refused(jam, "lyrics", description="a rubber goose")
    assert await jam.parts.store.read(jobs.by_id, 1) is None
    await made(jam, "suno create", prompt="ducks are another word")
    text = await said(jam, "mod", "settings words", remove="DUCK")
    assert "**Saved.** Allowed again: Duck." in text
    await made(jam, "suno create", prompt="a duck song")


async def test_a_form_opens_whatever_is_forbidden(jam: Jam) -> None:
    await said(jam, "mod", "settings words", add="1, one, x")
    shown = await jam.mia.slash(jam.channel, "suno custom")
    assert shown.modal is not None
    refusal = await jam.mia.submit_modal(shown, {"title": "t", "style": "s", "lyrics": "verse 1"})
    assert "The lyrics field holds **1**" in answer(refusal).content


async def test_what_was_refused_for_a_word_can_be_changed_and_sent(jam: Jam) -> None:
    await said(jam, "mod", "settings words", add="duck")
    refusal = await jam.mia.slash(jam.channel, "suno create", prompt="a duck song")
    opened = await jam.mia.click(answer(refusal).message, label="Change it")
    await jam.mia.submit_modal(opened, {"description": "a swan song"})
    job = await jam.parts.store.read(jobs.by_id, 1)
    assert job is not None
    assert job.params["description"] == "a swan song"


async def test_an_old_button_does_not_get_around_the_list(jam: Jam) -> None:
    message, _ = await jam.song("a duck song")
    await said(jam, "mod", "settings words", add="duck")
    again = await press(jam, "mia", message, "Again · 10 credits")
    assert "holds **duck**" in answer(again).content
    assert await jam.parts.store.read(jobs.by_id, 2) is None


@pytest.mark.parametrize("words", ["!?", "x" * 61, ", ,-"])
async def test_words_that_are_none_are_not_taken(jam: Jam, words: str) -> None:
    assert "up to 60 characters" in await said(jam, "mod", "settings words", add=words)
    assert (await jam.parts.store.read(guilds.settings, jam.guild.id)).forbidden_words == ()


async def test_a_chosen_channel_that_was_closed_or_deleted_is_named_among_the_settings(jam: Jam) -> None:
    stage, alerts = jam.guild.create_text_channel("stage"), jam.guild.create_text_channel("alerts")
    await said(jam, "mod", "settings results", channel=stage)
    text = await said(jam, "mod", "settings alerts", channel=alerts)
    assert "cannot post" not in text
    me, bot = jam.parts.bot.user, jam.parts.bot
    closed, gone = bot.get_channel(stage.id), bot.get_channel(alerts.id)
    assert isinstance(closed, discord.TextChannel)
    assert isinstance(gone, discord.TextChannel)
    guild = bot.get_guild(jam.guild.id)
    assert guild is not None
    assert me is not None
    await closed.set_permissions(guild.default_role, send_messages=False)
    await gone.delete()
    text = await said(jam, "mod", "settings show")
    assert f"**I cannot post in <#{stage.id}>**: I am missing Send Messages, Embed Links" in text
    assert f"**<#{alerts.id}> is gone**, or hidden from me" in text
