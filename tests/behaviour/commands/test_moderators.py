"""What moderators choose: @everyone, what was deleted since, a channel for all results, forms, figures."""

from dataclasses import replace
from typing import Any

import discord
import pytest

import cogs.credits
from jobs.credits import reports
from jobs.models import Order, Origin
from jobs.models.states import JobState
from jobs.store.queries import guilds, jobs
from tests.behaviour.commands.acts import accepted, answer, made, over, refused, said, told
from tests.conftest import Jam
from tests.jobs.shelf import ordered


@pytest.fixture
def pace() -> float:
    return 0.01


def files(channel: Any) -> list[str]:  # noqa: ANN401 - SimCord's
    return [file.filename for message in channel.history() for file in message.attachments]


def field(card: discord.Embed, name: str) -> str:
    return next(str(one.value) for one in card.fields if one.name == name)


async def deleted(jam: Jam, role_id: int) -> None:
    guild = jam.parts.bot.get_guild(jam.guild.id)
    role = guild.get_role(role_id) if guild else None
    assert role is not None
    await role.delete()


async def test_everyone_may_be_allowed_and_exempt_like_any_role(jam: Jam) -> None:
    await said(jam, "mod", "settings role", family="any", role=jam.guild.default_role, allowed=True)
    await made(jam, "suno create", prompt="x")
    await said(jam, "mod", "quota set", who="each member", amount=1, unit="songs", period="day")
    assert (await refused(jam, "suno create", prompt="y")).startswith("Your 1 song of today is used")
    await said(jam, "mod", "quota exempt", role=jam.guild.default_role, on=True)
    await made(jam, "suno create", prompt="z")


async def test_a_role_that_was_deleted_can_be_taken_out_of_every_list(jam: Jam) -> None:
    djs, others = jam.guild.create_role("DJs"), jam.guild.create_role("others")
    await said(jam, "mod", "settings role", family="any", role=djs, allowed=True)
    await said(jam, "mod", "quota set", who="a role", amount=1, unit="songs", period="day", role=djs)
    await said(jam, "mod", "quota exempt", role=djs, on=True)
    await deleted(jam, djs.id)
    assert "`/settings role` and `allowed: False`" in await refused(jam, "suno create", prompt="x")
    await said(jam, "mod", "settings role", family="any", role=others, allowed=False)
    await said(jam, "mod", "quota remove", who="a role", unit="songs", period="week", role=others)
    await said(jam, "mod", "quota exempt", role=others, on=False)
    chosen = await jam.parts.store.read(guilds.settings, jam.guild.id)
    assert (chosen.roles["any"], chosen.quotas, chosen.exempt_roles) == ([], (), ())
    await made(jam, "suno create", prompt="x")


async def test_a_channel_that_was_deleted_can_be_taken_out_of_the_list(jam: Jam) -> None:
    studio, other = jam.guild.create_text_channel("studio"), jam.guild.create_text_channel("other")
    await said(jam, "mod", "settings channel", family="any", channel=studio, allowed=True)
    await said(jam, "mod", "settings channel", family="any", channel=other, allowed=True)
    await said(jam, "mod", "settings channel", family="any", channel=jam.channel, allowed=False)
    chosen = await jam.parts.store.read(guilds.settings, jam.guild.id)
    assert chosen.channels["any"] == [studio.id, other.id]
    await removed(jam, studio.id)
    assert f"<#{other.id}>" in await refused(jam, "suno create", prompt="x")
    await said(jam, "mod", "settings channel", family="any", channel=other, allowed=False)
    await made(jam, "suno create", prompt="x")


async def removed(jam: Jam, channel_id: int) -> None:
    channel = jam.parts.bot.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()


async def test_all_results_go_into_one_channel_where_moderators_want_that(jam: Jam) -> None:
    stage = jam.guild.create_text_channel("stage")
    assert f"all in <#{stage.id}>" in await said(jam, "mod", "settings results", channel=stage)
    card = await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert str(answer(card).embeds[0].description).endswith(f"The result will be posted in <#{stage.id}>.")
    await over(jam, accepted(card))
    assert (len(files(stage)) > 1, files(jam.channel)) == (True, [])
    assert [user.id for message in stage.history() for user in message.mentions] == [jam.mia.id]
    # Asked for there, it is a reply to its card as everywhere.
    there = await jam.mia.slash(stage, "suno create", prompt="y")
    await over(jam, accepted(there))
    replies = [message.reference.message_id for message in stage.history() if message.reference]
    assert replies == [answer(there).id]
    # What cannot be posted there any more is posted where it was asked for.
    await removed(jam, stage.id)
    await made(jam, "suno create", prompt="z")
    assert len(files(jam.channel)) > 1
    assert "where they are asked for" in await said(jam, "mod", "settings results")


async def test_a_channel_that_is_closed_to_the_bot_takes_no_results_and_no_alerts(jam: Jam) -> None:
    me = jam.parts.bot.user
    assert me is not None

    def channel(name: str, **denied: bool) -> Any:  # noqa: ANN401 - SimCord's
        closed: dict[Any, Any] = {me: discord.PermissionOverwrite(**denied)}
        return jam.guild.create_text_channel(name, overwrites=closed)

    dark, mute = channel("dark", attach_files=False), channel("mute", send_messages=False)
    text = await said(jam, "mod", "settings results", channel=dark)
    assert f"could not post in <#{dark.id}>: I am missing Attach Files there" in text
    assert f"<#{dark.id}>, below" in await said(jam, "mod", "settings alerts", channel=dark)
    text = await said(jam, "mod", "settings alerts", channel=mute)
    assert f"could not post in <#{mute.id}>: I am missing Send Messages, Embed Links there" in text
    chosen = await jam.parts.store.read(guilds.settings, jam.guild.id)
    assert (chosen.results_channel, chosen.alert_channel) == (None, dark.id)


async def test_nobody_types_into_a_form_for_nothing(jam: Jam) -> None:
    await said(jam, "mod", "quota block", member=jam.mia)
    assert "blocked you" in told(await jam.mia.slash(jam.channel, "suno custom"))
    await said(jam, "mod", "quota unblock", member=jam.mia)
    await said(
        jam, "mod", "quota set", who="one member", amount=0, unit="songs", period="day", member=jam.mia
    )
    assert "no songs for today" in told(await jam.mia.slash(jam.channel, "suno custom"))


async def test_what_no_quota_can_ever_hold_is_not_promised_for_tomorrow(jam: Jam) -> None:
    await said(jam, "mod", "quota set", who="all together", amount=9, unit="credits", period="week")
    text = await refused(jam, "suno create", prompt="x")
    assert text.startswith("This server's quota is 9 credits a week, and this alone takes 10 credits.")


async def test_a_low_balance_is_told_when_it_falls_and_not_with_the_next_order(jam: Jam) -> None:
    await said(jam, "mod", "settings alerts", channel=jam.channel, below="495")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")

    def alerts() -> list[str]:
        texts = [embed.description or "" for message in jam.messages() for embed in message.embeds]
        return [text for text in texts if "Low balance" in text]

    await jam.until(alerts, "an alert")
    assert "490 credits are left, below the 495" in alerts()[0]


async def test_a_sheet_that_holds_not_all_jobs_says_so(jam: Jam, monkeypatch: pytest.MonkeyPatch) -> None:
    async def report() -> str:
        with jam.env.time_context():
            result = await jam.mod.slash(jam.channel, "credits server")
        return answer(result).embeds[0].description or ""

    await made(jam, "suno create", prompt="x")
    assert "CSV" not in await report()
    for module in (cogs.credits, reports):
        monkeypatch.setattr(module, "MOST_STATEMENTS", 1)
    assert "The CSV file holds the latest 1 jobs" in await report()


async def test_nothing_is_forgotten_on_the_word_of_one_event(jam: Jam) -> None:
    """A server can vanish for a moment; its key would be gone, and another key would pay."""
    order, origin = Order("suno.create", {"description": "x"}, "x"), Origin(999, 2, 3, 1)
    theirs = (await ordered(jam.parts.service, order, origin)).job
    ours = (await ordered(jam.parts.service, order, replace(origin, guild_id=jam.guild.id))).job
    bot, guild = jam.parts.bot, jam.parts.bot.get_guild(jam.guild.id)
    assert guild is not None
    bot._connection._remove_guild(guild)
    await bot.on_guild_remove(guild)
    await bot.on_guild_remove(discord.Object(999))  # type: ignore[arg-type] # its id is all that is read
    states = [
        found.state for job in (ours, theirs) if (found := await jam.parts.store.read(jobs.by_id, job.id))
    ]
    assert states == [JobState.ACCEPTED, JobState.CANCELLED]
    bot._connection._add_guild(guild)


async def test_a_server_that_removed_the_bot_while_it_was_away_is_noticed_when_it_is_back(jam: Jam) -> None:
    order, origin = Order("suno.create", {"description": "x"}, "x"), Origin(999, 2, 3, 1)
    theirs = (await ordered(jam.parts.service, order, origin)).job
    ours = (await ordered(jam.parts.service, order, replace(origin, guild_id=jam.guild.id))).job
    await jam.parts.bot.on_shard_ready(0)
    states = [
        found.state for job in (theirs, ours) if (found := await jam.parts.store.read(jobs.by_id, job.id))
    ]
    assert states == [JobState.CANCELLED, JobState.ACCEPTED]
    guild = jam.parts.bot.get_guild(jam.guild.id)
    assert guild is not None
    jam.parts.bot._connection._remove_guild(guild)
    await jam.parts.bot.on_shard_ready(0)
    kept = await jam.parts.store.read(jobs.by_id, ours.id)
    assert kept is not None
    assert kept.state is JobState.ACCEPTED, "only Discord knows who removed the bot, not a cache"
    jam.parts.bot._connection._add_guild(guild)
    await jam.parts.service.left(guild.id)
    await jam.parts.bot.on_guild_join(guild)
    await made(jam, "suno create", prompt="we are back")
