"""Paid calls without an answer: what their members read, and what every page says that they cost."""

import asyncio
import csv
from io import StringIO

import discord
import pytest
from simcord.results import InteractionResult

from jobs.models.states import JobState
from tests.behaviour.commands.acts import buttons, told
from tests.conftest import TIME_SCALE, Jam
from tests.fakes.api_faults import Fault, late, polls, refusals

# By the bot's clock: effects land within a quarter of an hour, and later than this none is waited for.
_SECONDS = float(TIME_SCALE)
_QUIET = 1200 * _SECONDS


def words(message: discord.Message) -> str:
    return f"{message.content} {message.embeds[0].description if message.embeds else ''}"


async def reads(jam: Jam, message: discord.Message, sentence: str) -> discord.Message:
    """The message, once it says so."""

    def said() -> discord.Message | None:
        [now] = [other for other in jam.messages() if other.id == message.id]
        return now if sentence in words(now) else None

    found: discord.Message = await jam.until(said, sentence)
    return found


async def shown(jam: Jam, command: str) -> InteractionResult:
    with jam.env.time_context():
        who = jam.mia if command == "credits mine" else jam.mod
        return await who.slash(jam.channel, command)


def text_of(result: InteractionResult) -> str:
    assert result.response is not None
    return result.response.embeds[0].description or ""


async def charged(jam: Jam) -> tuple[int, int]:
    """(charged, unresolved) by the CSV file; the texts for moderators and members say the same."""
    server = await shown(jam, "credits server")
    assert server.response is not None
    sheet = next(one for one in server.response.attachments if one.filename.endswith(".csv"))
    rows = list(csv.DictReader(StringIO((await sheet.read()).decode("utf-8-sig"))))
    spent, unresolved = (sum(int(row[name]) for row in rows) for name in ("charged", "unresolved"))
    assert f"**Spent in 30 days: {spent + unresolved} credits**" in text_of(server)
    assert (f"{unresolved} are unresolved" in text_of(server)) is bool(unresolved)
    mine = text_of(await shown(jam, "credits mine"))
    assert f"You, today: {spent} credits for" in mine
    assert (f"{unresolved} credits unresolved" in mine) is bool(unresolved)
    return spent, unresolved


@pytest.mark.parametrize("seconds", [75, 300])
async def test_an_effect_that_lands_late_is_told_in_the_same_message(jam: Jam, seconds: int) -> None:
    jam.api.faults.add(late.LandsLate(seconds * _SECONDS), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    assert "The balance has not moved so far" in words(message)
    assert message.content.startswith(f"<@{jam.mia.id}>")
    assert buttons(message)[:3] == ["Check again · free", "Try again · 10 credits", "Give up"]
    message = await reads(jam, message, "The balance shows that 10 credits were taken.")
    assert "decision" not in words(message)
    assert buttons(message)[0] == "Try again · 10 credits"
    assert len(jam.api.charges) == 1
    assert len([one for one in jam.messages() if one.reference]) == 1, "it pings once"
    assert await charged(jam) == (10, 0)


async def test_a_call_that_was_never_carried_out_ends_by_itself(jam: Jam) -> None:
    jam.api.faults.add(refusals.GatewayTimeout(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    assert await charged(jam) == (0, 10)
    await reads(jam, message, "Nothing was charged.")
    await jam.state(1, JobState.FAILED)
    assert await charged(jam) == (0, 0)
    assert jam.api.charges == ()


async def test_the_balance_can_be_checked_for_nothing(jam: Jam) -> None:
    jam.api.faults.add(late.LandsLate(14 * 60 * _SECONDS), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    looked = await jam.mia.click(message, label="Check again · free")
    assert "I have just read the balance, and it has not moved so far" in told(looked)
    assert told(await jam.ravi.click(message, label="Check again · free")).startswith("Only the person")
    silent = jam.api.faults.add(refusals.ServerError(), "credits", times=None)
    assert "does not tell the balance now" in told(await jam.mod.click(message, label="Check again · free"))
    await jam.until(lambda: jam.api.charges, "the charge")
    silent.times = 0
    looked = await jam.mod.click(message, label="Check again · free")
    assert "10 credits were taken" in told(looked)


async def test_what_was_given_up_is_told_when_the_balance_knows(jam: Jam) -> None:
    jam.api.faults.add(late.LandsLate(75 * _SECONDS), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    pressed = await jam.mia.click(message, label="Give up")
    assert pressed.response is not None
    assert "Whether 10 credits were taken is not known yet" in pressed.response.content
    message = await reads(jam, message, "it was given up")
    assert buttons(message) == ["Job #1"]
    await reads(jam, message, "The balance shows that 10 credits were taken.")
    assert await charged(jam) == (10, 0)


async def test_a_question_that_was_answered_is_no_question_any_more(jam: Jam) -> None:
    jam.api.faults.add(refusals.GatewayTimeout(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    await jam.mia.click(message, label="Try again · 10 credits")
    message = await reads(jam, message, "sent job #1 again, at 10 credits")
    assert buttons(message) == []
    await jam.state(1, JobState.DONE)
    await asyncio.sleep(_QUIET)
    assert await charged(jam) == (10, 0)
    assert len(jam.api.charges) == 1


async def test_a_lost_call_among_failures_that_were_given_back_costs_what_the_api_kept(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "quota set", who="all together", amount=45, unit="credits", period="day")
    slow = jam.api.faults.add(late.OldBalance(100 * _SECONDS), "credits", times=None)
    jam.api.faults.add(refusals.LateUpstreamError(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    await jam.mia.click(await jam.reply(), label="Give up")
    slow.times = 0
    fails = jam.api.faults.add(polls.TaskFails("error"), "suno.task", times=None)
    for number in (2, 3, 4):
        await jam.mia.slash(jam.channel, "suno create", prompt="x")
        await jam.state(number, JobState.FAILED)
    fails.times = 0
    await asyncio.sleep(_QUIET)
    assert jam.api.balance.total == 490
    assert await charged(jam) == (10, 0)
    assert "no job explains" not in text_of(await shown(jam, "credits server"))
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    await jam.state(5, JobState.DONE)


@pytest.mark.parametrize("fault", [polls.TaskFails("error"), polls.TaskFails("clips")])
async def test_a_page_tells_of_one_moment(jam: Jam, fault: Fault) -> None:
    jam.api.faults.add(fault, "suno.task", times=None)
    for _ in range(2):
        await jam.mia.slash(jam.channel, "suno create", prompt="x")
    for number in (1, 2):
        await jam.state(number, JobState.FAILED)
    assert jam.api.balance.total == 500
    assert await charged(jam) == (0, 0)
