"""A private question is replaced by its answer, and what was agreed to is made even if its card gets lost."""

from pathlib import Path

import pytest

from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.commands.acts import accepted, answer, buttons, entries, made, over, told
from tests.behaviour.faults.world import running_bot
from tests.conftest import Jam
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.fakes.discord import faults


async def test_an_order_that_was_changed_takes_the_place_of_what_was_wrong_with_it(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "settings words", add="polka, waltz")
    refused = await jam.mia.slash(jam.channel, "suno create", prompt="a slow waltz")
    form = await jam.mia.click(answer(refused), label="Change it")
    wrong = await jam.mia.submit_modal(form, {"description": "a slow polka"})
    assert told(refused).startswith("The prompt holds **polka**")
    assert answer(wrong).id == answer(refused).id
    form = await jam.mia.click(answer(refused), label="Change it")
    done = await jam.mia.submit_modal(form, {"description": "a slow tango"})
    assert told(refused) == "Ordered: job #1 (10 credits)."
    assert not answer(refused).components
    assert (await over(jam, accepted(done))).card_message_id == jam.messages()[0].id
    assert (await jam.reply()).reference is not None


async def test_one_question_may_lead_to_the_next(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "settings confirm", credits=1)
    await jam.mod.slash(jam.channel, "settings words", add="polka")
    refused = await jam.mia.slash(jam.channel, "suno create", prompt="a slow polka")
    form = await jam.mia.click(answer(refused), label="Change it")
    await jam.mia.submit_modal(form, {"description": "a slow tango"})
    assert told(refused).startswith("**Suno song** for **10 credits**?")
    await jam.mia.click(answer(refused), label="Order it · 10 credits")
    assert told(refused) == "Ordered: job #1 (10 credits)."


async def test_the_choice_of_a_take_is_replaced_as_well(jam: Jam) -> None:
    await made(jam, "suno create", prompt="rivers")
    asked = await jam.mia.context_menu(jam.channel, "Stems of this · 10 credits", await jam.reply())
    await jam.mia.click(answer(asked), label="Take 2 · 10 credits")
    assert told(asked) == "Ordered: job #2 (10 credits)."


async def test_a_song_that_was_opened_from_a_list_is_no_question_and_stays(jam: Jam) -> None:
    await made(jam, "suno create", prompt="rivers")
    listed = await jam.mia.slash(jam.channel, "songs list")
    opened = await jam.mia.select(answer(listed), values=[*entries(answer(listed).message).values()][:1])
    pressed = await jam.mia.click(answer(opened), label="Stems · 10 cr")
    assert not pressed.ephemeral
    assert "Stems · 10 cr" in buttons(answer(opened).message)


@pytest.mark.parametrize(
    "fault", [faults.refusal(400, 50035), faults.status(500), faults.reset()], ids=["refused", "error", "cut"]
)
async def test_an_agreed_order_is_made_even_if_its_card_is_lost(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: faults.Fault
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (discord, parts):
        await until(lambda: discord.world.commands.listed, "the commands")
        await parts.service.change_settings(discord.guild.id, 1, lambda _: {"confirm_from": 1})
        asked = discord.member.slash(discord.channel, "suno create", prompt="x")
        question = await asked.shown()
        discord.faults.add("POST /webhooks/*", fault, times=None)
        discord.member.click(question, "Order it · 10 credits")
        await until(lambda: question.content == "Ordered: job #1 (10 credits).", "the answer")

        async def done() -> bool:
            job = await parts.store.read(jobs.by_id, 1)
            return job is not None and job.state is JobState.DONE

        await until(done, "the song")


async def test_an_answer_that_discord_no_longer_takes_orders_nothing(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (discord, parts):
        await until(lambda: discord.world.commands.listed, "the commands")
        await parts.service.change_settings(discord.guild.id, 1, lambda _: {"confirm_from": 1})
        question = await discord.member.slash(discord.channel, "suno create", prompt="x").shown()
        discord.faults.add("POST /interactions/*", faults.refusal(404, 10062), times=None)
        discord.member.click(question, "Order it · 10 credits")

        async def cancelled() -> bool:
            job = await parts.store.read(jobs.by_id, 1)
            return job is not None and job.state is JobState.CANCELLED

        await until(cancelled, "the end of the job")
    assert not [request for request in api.requests if request.method == "POST"]
