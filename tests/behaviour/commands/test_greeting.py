"""A server that has just invited the bot is told how to begin: once, and only where that may be said."""

import asyncio
from datetime import timedelta

import discord
import pytest

from cogs.delivery.greeting import greet_all
from jobs.store.queries import notes
from tests.conftest import Jam


def here(jam: Jam) -> discord.Guild:
    """The server as the bot knows it."""
    guild = jam.parts.bot.get_guild(jam.guild.id)
    assert guild is not None
    return guild


def joined(guild: discord.Guild, ago: timedelta) -> None:
    """Have the bot be a member of a server for that long."""
    guild.me.joined_at = discord.utils.utcnow() - ago


async def test_a_server_is_greeted_once_in_the_first_channel_that_takes_it(jam: Jam) -> None:
    guild = here(jam)
    joined(guild, timedelta(minutes=1))
    await asyncio.gather(*(jam.parts.bot.on_guild_join(guild) for _ in range(3)))  # told more than once
    [greeting] = jam.messages()
    text = str(greeting.embeds[0].description)
    assert all(name in text for name in ("`/help`", "`/suno create`", "`/settings show`", "`/quota set`"))
    assert len(text.splitlines()) == 3
    assert not greeting.mentions
    await jam.parts.bot.on_guild_join(guild)  # invited again
    await greet_all(jam.parts.bot, [guild])
    assert len(jam.messages()) == 1


async def test_the_channel_for_news_of_the_server_comes_first(jam: Jam) -> None:
    news = jam.guild.create_text_channel("news")
    guild = here(jam)
    joined(guild, timedelta(minutes=1))
    guild._system_channel_id = news.id
    await jam.parts.bot.on_guild_join(guild)
    assert jam.messages() == []
    assert len(list(news.history())) == 1


async def test_nothing_is_said_where_the_bot_may_not(jam: Jam) -> None:
    guild = here(jam)
    joined(guild, timedelta(minutes=1))
    bot = jam.parts.bot.user
    assert bot is not None
    open_one = guild.get_channel(jam.channel.id)
    assert isinstance(open_one, discord.TextChannel)
    guild._remove_channel(open_one)
    closed = discord.PermissionOverwrite(embed_links=False)
    quiet = jam.guild.create_text_channel("quiet", overwrites={bot: closed})
    await jam.parts.bot.on_guild_join(guild)
    assert jam.messages() == list(quiet.history()) == []
    assert await jam.parts.store.read(notes.read, f"greeted:{guild.id}") is None


async def test_a_server_that_comes_back_or_was_joined_long_ago_is_not_greeted(jam: Jam) -> None:
    guild = here(jam)
    joined(guild, timedelta(days=2))
    await jam.parts.bot.on_guild_join(guild)
    await greet_all(jam.parts.bot, [guild])
    assert jam.messages() == []


async def test_a_server_that_invited_the_bot_while_it_was_away_is_greeted_when_it_is_back(jam: Jam) -> None:
    guild = here(jam)
    joined(guild, timedelta(hours=5))
    await greet_all(jam.parts.bot, [guild])
    assert len(jam.messages()) == 1


async def test_a_greeting_that_is_lost_is_not_sent_again(jam: Jam, monkeypatch: pytest.MonkeyPatch) -> None:
    guild = here(jam)
    joined(guild, timedelta(minutes=1))

    async def lost(*_: object, **__: object) -> None:
        raise OSError("reset")

    with monkeypatch.context() as broken:
        broken.setattr(discord.TextChannel, "send", lost)
        await jam.parts.bot.on_guild_join(guild)
    await jam.parts.bot.on_guild_join(guild)
    assert jam.messages() == []
