"""An interaction that comes twice, or to two bots with one token, is ordered and paid once."""

from pathlib import Path

import pytest

from tests.behaviour.end_to_end.conftest import Outside, outside_in, until
from tests.fakes.discord import FakeDiscordSettings, faults
from tests.fakes.discord.dispatch import send
from tests.fakes.discord.interactions import Interaction
from tests.fakes.sound import FixedSound

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


async def test_an_interaction_that_comes_twice_is_paid_once(outside: Outside) -> None:
    discord_ = outside.discord
    async with outside.bot() as bot:
        await outside.ready()
        await _twice(outside, discord_.member.slash(discord_.channel, "suno create", prompt="x"))
        first = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        await _twice(outside, discord_.member.press(first, "Again \u00b7 10 credits"))
        form = discord_.member.slash(discord_.channel, "suno custom")
        await form.answered()
        filled = discord_.member.submit(form, title="Ferry", style="b", lyrics="c")
        await _twice(outside, filled)
        await discord_.channel.wait_for_message(
            lambda message: any(file.filename.startswith("Ferry") for file in message.attachments)
        )
        await bot.stop()
    assert len(outside.states()) == 3
    assert len(outside.api.charges) == 3


async def test_killed_between_the_order_and_its_answer_the_same_interaction_gets_its_card(
    fixed_sound: FixedSound, tmp_path: Path
) -> None:
    async with outside_in(tmp_path, fixed_sound, FakeDiscordSettings(answer_within=300.0)) as outside:
        discord_, create = outside.discord, "suno create"
        answering = discord_.faults.add("POST /interactions/*", faults.hang())
        async with outside.bot(TIME_SCALE="10") as bot:
            await outside.ready()
            asked = discord_.member.slash(discord_.channel, create, prompt="x")
            await answering.struck()
            await until(outside.states)
            await bot.kill()
        discord_.faults.clear()
        outside.query("UPDATE job SET due_at = created_at + 3600")  # so that this alone lets it begin
        async with outside.bot() as bot:
            await discord_.gateway.connected(identifies=2)
            outside.query("UPDATE job SET due_at = created_at + 3600")
            send(discord_.world, asked)
            await asked.answered()
            await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
            shown = len(discord_.channel.visible)
            await _twice(outside, asked)
            await bot.stop()
        assert [str(row[0]) for row in outside.query("SELECT card_message_id FROM job")] == [
            str(asked.message.id if asked.message else None)
        ]
        assert len(discord_.channel.visible) == shown
        assert len(outside.api.charges) == 1


async def test_a_bot_that_is_not_the_one_that_answered_orders_nothing(outside: Outside) -> None:
    discord_ = outside.discord
    async with outside.bot() as one:
        await outside.ready()
        discord_.member.slash(discord_.channel, "suno create", prompt="so that the numbers of the two differ")
        first = await discord_.channel.wait_for_message(lambda message: bool(message.attachments))
        other_file = outside.folder / "other.db"
        async with outside.bot(DATABASE_URL=f"sqlite:///{other_file}") as other:
            await discord_.gateway.connected(identifies=2)
            discord_.member.slash(discord_.channel, "suno create", prompt="rivers")
            # Either of the two may be the one that answers.
            await discord_.channel.wait_for_message(
                lambda message: bool(message.attachments) and message.id != first.id
            )
            await other.stop()
        await one.stop()
    assert len(outside.api.charges) == 2


async def _twice(outside: Outside, interaction: Interaction) -> None:
    await interaction.answered()
    send(outside.discord.world, interaction)
    # Answered in order, so by now the second time has been dealt with.
    after = outside.discord.member.slash(outside.discord.channel, "status")
    await after.answered()
