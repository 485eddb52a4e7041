"""`/jobs`, `/credits`, `/clip`."""

import re

import discord

from cogs.sync import keep_trying
from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.commands.acts import answer, buttons, jump, told
from tests.conftest import Jam
from tests.fakes.api_faults import connection


async def test_a_job_that_was_not_sent_yet_is_cancelled_for_nothing(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    answer(await jam.mia.slash(jam.channel, "suno create", prompt="one"))
    await jam.mia.slash(jam.channel, "suno create", prompt="two")
    job = await jam.parts.store.read(jobs.by_id, 2)
    assert job is not None
    if job.state is JobState.ACCEPTED:
        denied = await jam.ravi.slash(jam.channel, "jobs cancel", job=2)
        assert denied.ephemeral
        done = await jam.mia.slash(jam.channel, "jobs cancel", job=2)
        assert answer(done).content == f"Job #2 was cancelled by <@{jam.mia.id}>. Nothing was charged."
        await jam.state(2, JobState.CANCELLED)


async def test_cancelling_too_late_says_so(jam: Jam) -> None:
    song, _ = await jam.song()
    late = await jam.mia.slash(jam.channel, "jobs cancel", job=1)
    assert told(late) == (
        f"Nothing to do: that job has ended, and [its results]({jump(jam, song.id)}) are there."
    )
    nothing = await jam.mia.slash(jam.channel, "jobs cancel", job=99)
    assert answer(nothing).content.startswith("There is no such job")


async def test_results_are_sent_again_on_request_and_only_once_more(jam: Jam) -> None:
    song, _ = await jam.song()
    again = await jam.mia.slash(jam.channel, "jobs repost", job=1)
    assert again.ephemeral
    repeated = await jam.reply(2)
    assert [file.filename for file in repeated.attachments] == [file.filename for file in song.attachments]
    await jam.state(1, JobState.DONE)
    assert len(jam.api.charges) == 1
    assert len([message for message in jam.messages() if message.attachments]) == 2


async def test_everyone_sees_their_own_jobs_and_moderators_all(jam: Jam) -> None:
    song, _ = await jam.song("rivers of glass")
    mine = await jam.mia.slash(jam.channel, "jobs mine")
    assert mine.ephemeral
    text = str(answer(mine).embeds[0].description)
    assert re.match(
        rf"\*\*#1 \[.+\]\({jump(jam, song.id)}\)\*\* · delivered\nSuno song · 10 credits · <t:", text
    )
    none = await jam.ravi.slash(jam.channel, "jobs mine")
    assert "No jobs yet" in str(answer(none).embeds[0].description)
    denied = await jam.ravi.slash(jam.channel, "jobs server")
    assert answer(denied).content.startswith("Only moderators")
    listed = await jam.mod.slash(jam.channel, "jobs server")
    assert f"<@{jam.mia.id}>" in str(answer(listed).embeds[0].description)


async def test_credits_tell_the_balance_and_who_spent_it(jam: Jam) -> None:
    await jam.song()
    shown = await jam.mia.slash(jam.channel, "credits mine")
    assert shown.ephemeral
    text = str(answer(shown).embeds[0].description)
    assert "**490 credits** are left." in text
    assert "You, today: 10 credits for 1 job." in text


async def test_credits_with_the_api_down_give_the_last_known_balance_and_its_age(jam: Jam) -> None:
    jam.api.faults.add(connection.CutBeforeReading(), "*", times=None)
    unknown = await jam.mia.slash(jam.channel, "credits mine")
    assert "does not say how many credits are left" in str(answer(unknown).embeds[0].description)


async def test_a_clip_shows_its_facts_and_its_family(jam: Jam) -> None:
    song, clip_id = await jam.song()
    await jam.mia.slash(jam.channel, "stems", clip_id=clip_id)
    await jam.reply(2)
    shown = await jam.ravi.slash(jam.channel, "clip", clip_id=clip_id)
    card = answer(shown).embeds[0]
    assert card.title == f"{song.embeds[0].title} - take 1"
    fields = {field.name: field.value for field in card.fields}
    assert fields["Clip id"] == f"`{clip_id}`"
    assert str(fields["Made from this"]).startswith("Stems, 2 tracks: 2 stems (job #2, <t:")
    assert "[original file](<http" in str(card.description)
    asked = await jam.mia.slash(
        jam.channel, "persona create", clip_id=clip_id, name="Velvet", description="low"
    )
    assert str(answer(asked).embeds[0].description).startswith(f"{card.title} · Velvet\n")
    await jam.reply(3)
    [persona] = await jam.ravi.autocomplete(jam.channel, "clip", "clip_id", "velvet")
    shown = await jam.ravi.slash(jam.channel, "clip", clip_id=persona["value"])
    fields = {field.name: field.value for field in answer(shown).embeds[0].fields}
    assert fields["Made from"] == f"[{card.title}]({song.jump_url})"
    unknown = await jam.ravi.slash(jam.channel, "clip", clip_id="5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742")
    assert unknown.ephemeral


async def test_commands_are_sent_to_discord_only_when_they_changed(jam: Jam) -> None:
    def syncs() -> int:
        return sum(r.method == "PUT" and r.path.endswith("/commands") for r in jam.env.http_requests)

    before = syncs()
    assert before == 1
    await keep_trying(jam.parts.bot.tree, jam.parts.service)
    assert syncs() == before
    jam.parts.bot.tree.remove_command("credits")
    await keep_trying(jam.parts.bot.tree, jam.parts.service)
    assert syncs() == before + 1


async def test_the_bot_pings_nobody_but_the_requester(jam: Jam) -> None:
    await jam.mia.slash(jam.channel, "suno create", prompt=f"@everyone <@{jam.ravi.id}> @here")
    song = await jam.reply()
    assert [user.id for user in song.mentions] == [jam.mia.id]
    assert not song.mention_everyone
    for message in jam.messages():
        for embed in message.embeds:
            assert f"<@{jam.ravi.id}>" not in str(embed.to_dict())
    assert isinstance(song, discord.Message)


async def test_moderators_cancel_and_give_up_from_the_list(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    for prompt in ("one", "two", "three"):
        await jam.mia.slash(jam.channel, "suno create", prompt=prompt)
    job = await jam.parts.store.read(jobs.by_id, 3)
    assert job is not None
    with jam.env.time_context():
        listed = await jam.mod.slash(jam.channel, "jobs server")
    assert listed.ephemeral
    await jam.mod.click(answer(listed), label="Cancel #3")
    job = await jam.state(3, JobState.CANCELLED)
    assert jam.messages()[-1].content == f"Job #3 was cancelled by <@{jam.mod.id}>. Nothing was charged."


async def test_jobs_are_listed_in_pages_that_outlive_a_restart(jam: Jam) -> None:
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    for number in range(10):
        await jam.mia.slash(jam.channel, "suno create", prompt=f"song {number}")
    first = await jam.mia.slash(jam.channel, "jobs mine")
    text = str(answer(first).embeds[0].description)
    assert [f"**#{number} song {number - 1}**" in text for number in (10, 3, 2)] == [True, True, False]
    assert text.count("\n\u200b\n") == 7, "a line between entries"
    assert buttons(answer(first).message) == ["Older →"]
    # discord.py knows nothing of the message: all is in the id of the button.
    second = await jam.mia.click(answer(first), label="Older →")
    text = str(answer(second).embeds[0].description)
    assert [f"**#{number} " in text for number in (3, 2, 1)] == [False, True, True]
    assert answer(second).embeds[0].footer.text == "Page 2"
    assert buttons(answer(second).message) == ["← Newer"]
    back = await jam.mia.click(answer(second), label="← Newer")
    assert "**#10 " in str(answer(back).embeds[0].description)


async def test_a_job_is_looked_at_again_without_its_message(jam: Jam) -> None:
    await jam.song()
    nothing = await jam.mia.slash(jam.channel, "jobs look-again", job=1)
    assert told(nothing).startswith("Nothing more is to be had")
    denied = await jam.ravi.slash(jam.channel, "jobs look-again", job=1)
    assert told(denied).startswith("Only the person who asked")
    [offered] = await jam.mia.autocomplete(jam.channel, "jobs look-again", "job", "1")
    assert offered["value"] == 1
