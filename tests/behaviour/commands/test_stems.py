"""Under stems: each as a WAV, all of them with one press."""

import io
from dataclasses import replace
from zipfile import ZipFile

import discord
import pytest
from discord import ui

from jobs.models import Origin
from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.commands.acts import answer, buttons, entries, jump, over, press, told
from tests.conftest import Jam
from tests.fakes.api_faults import files, polls


@pytest.fixture
def pace() -> float:
    return 0.01


async def stems(jam: Jam) -> discord.Message:
    """A song, and its two stems with one press: jobs 1 and 2."""
    song, _ = await jam.song()
    await press(jam, "ravi", song, "Stems 1 · 10 cr")
    await over(jam, 2)
    return await jam.reply(2)


def with_a_price(jam: Jam, price: int) -> None:
    """Let WAVs cost something."""
    service = jam.parts.service
    dearer = replace(service.catalogue.terms("suno.wav"), price=price)
    catalogue = replace(service.catalogue, operations={**service.catalogue.operations, "suno.wav": dearer})
    service.catalogue = service._context.catalogue = catalogue


async def test_each_stem_is_a_wav_with_one_press(jam: Jam) -> None:
    message = await stems(jam)
    assert list(entries(message))[:2] == ["WAV: Vocals · free", "WAV: Instrumental · free"]
    assert "All WAVs · free" in buttons(message)
    await press(jam, "ravi", message, "WAV: Instrumental · free")
    await over(jam, 3)
    wav = await jam.reply(3)
    assert wav.attachments[0].filename.endswith(".wav")


async def test_song_stems_all_wavs_are_one_command_and_two_presses(jam: Jam) -> None:
    message = await stems(jam)
    said = told(await press(jam, "ravi", message, "All WAVs · free"))
    assert said == "2 WAVs are ordered (jobs #3 to #4, free). I post each here when it is ready."
    assert [(await over(jam, number)).state for number in (3, 4)] == [JobState.DONE] * 2
    files = [file.filename for shown in jam.messages() for file in shown.attachments]
    assert sum(name.endswith(".wav") for name in files) == 2


async def test_what_is_here_or_under_way_is_not_ordered_twice(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 3)
    wav = jam.messages()[-1]
    said = told(await press(jam, "mia", message, "All WAVs · free"))
    assert said == (
        "1 WAV is ordered (job #4, free). I post each here when it is ready.\n"
        f"Already here, and not ordered again: Vocals ({jump(jam, wav.id)})."
    )
    said = told(await press(jam, "mia", message, "All WAVs · free"))
    assert said.startswith("Already being made: Instrumental.") or "Vocals, Instrumental" in said
    await over(jam, 4)
    assert await jam.parts.store.read(jobs.by_id, 5) is None


async def test_what_was_made_and_could_not_be_posted_is_not_paid_again(jam: Jam) -> None:
    message = await stems(jam)
    with_a_price(jam, 1)
    jam.env.inject_error("POST", "/channels/*/messages", status=403, code=50001, times=1)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await jam.state(3, JobState.UNDELIVERABLE)
    said = told(await press(jam, "mia", message, "All WAVs · free"))
    assert said == (
        "1 WAV is ordered (job #4, 1 credit). I post each here when it is ready.\n"
        "Made already, but not posted: job #3. `/jobs repost` posts each here, at no cost."
    )


async def test_the_question_about_the_price_is_about_the_sum(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "settings confirm", credits=20)
    message = await stems(jam)
    with_a_price(jam, 15)
    asked = await press(jam, "mia", message, "All WAVs · free")
    assert told(asked) == (
        "**2 WAVs** for **30 credits** together?\nNothing is ordered until you press the button."
    )
    assert await jam.parts.store.read(jobs.by_id, 3) is None
    await jam.mia.click(answer(asked).message, label="Order them · 30 credits")
    assert told(asked).startswith("2 WAVs are ordered (jobs #3 to #4, 30 credits).")
    assert buttons(answer(asked).message) == []


async def test_a_limit_says_which_were_not_ordered(jam: Jam) -> None:
    message = await stems(jam)
    await jam.mod.slash(jam.channel, "settings max-jobs", jobs=1)
    said = told(await press(jam, "mia", message, "All WAVs · free"))
    assert said.startswith("1 WAV is ordered (job #3, free).")
    assert "1 WAV could not be ordered: 1 job is under way for you, as many as this server allows" in said


async def test_what_could_not_be_noted_as_told_is_not_said_to_be_ordered(jam: Jam) -> None:
    message = await stems(jam)
    refuses = "CREATE TRIGGER t BEFORE UPDATE OF card_message_id ON job BEGIN SELECT RAISE(ABORT, 'x'); END"
    await jam.parts.context.store.write(lambda c: c.exec_driver_sql(refuses))
    said = told(await press(jam, "ravi", message, "All WAVs · free"))
    assert "an error of mine" in said
    assert "ordered" not in said


def zips(jam: Jam) -> list[discord.Message]:
    return [
        shown for shown in jam.messages() if any(file.filename.endswith(".zip") for file in shown.attachments)
    ]


async def opened(message: discord.Message) -> ZipFile:
    """The zip in a message, which is whole."""
    [file] = message.attachments
    found = ZipFile(io.BytesIO(await file.read()))
    assert found.testzip() is None
    return found


async def test_a_zip_holds_the_stems_and_the_wavs_that_there_are(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 3)
    assert "One zip · free" in buttons(message)
    said = told(await press(jam, "mia", message, "One zip · free"))
    assert said == "I put it together and post it here. It costs nothing."
    await over(jam, 4)
    [shown] = zips(jam)
    names = (await opened(shown)).namelist()
    assert [name.rpartition("- ")[2] for name in names] == [
        "Vocals #2.mp3",
        "Vocals #3.wav",
        "Instrumental #2.mp3",
    ]
    title = str(message.embeds[0].title).removeprefix("Stems of ").removesuffix(" - take 1")
    assert shown.content == f"<@{jam.mia.id}>, here are the stems of *{title}* take 1, zipped."
    assert shown.reference is not None
    assert shown.reference.message_id == message.id
    assert shown.embeds[0].description == "**Vocals** · and as WAV\n**Instrumental**"
    assert jam.api.balance.total == 480


async def test_the_same_zip_is_posted_once_and_a_press_leads_to_it(jam: Jam) -> None:
    message = await stems(jam)
    for who in ("mia", "ravi"):
        await press(jam, who, message, "One zip · free")
    await over(jam, 3)
    [shown] = zips(jam)
    said = told(await press(jam, "ravi", message, "One zip · free"))
    assert said == f"That zip was posted a moment ago: {jump(jam, shown.id)}"
    # One that was removed is posted anew, and what is new is worth another one.
    asked = await jam.mia.click(shown, label="Remove")
    await jam.mia.click(answer(asked), label="Remove it")
    await press(jam, "ravi", message, "One zip · free")
    await over(jam, 4)
    assert [one.id > shown.id for one in zips(jam)] == [True]
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 5)
    await press(jam, "ravi", message, "One zip · free")
    await over(jam, 6)
    assert len(zips(jam)) == 2


async def test_both_takes_of_a_song_come_as_one_zip(jam: Jam) -> None:
    song, _ = await jam.song()
    await press(jam, "ravi", song, "One zip · free")
    await over(jam, 2)
    [shown] = zips(jam)
    assert len((await opened(shown)).namelist()) == 2


async def test_what_cannot_be_had_is_named_and_the_rest_comes(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 3)
    jam.api.faults.add(files.FileForbidden(), "file.wav", times=None)
    await press(jam, "ravi", message, "One zip · free")
    await over(jam, 4)
    [shown] = zips(jam)
    assert len((await opened(shown)).namelist()) == 2
    assert shown.embeds[0].description == (
        "**Vocals**\n**Instrumental**\nThe provider does not give out: Vocals (WAV)."
    )


async def test_what_is_too_large_is_linked_and_the_rest_comes_in_several_zips(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 3)
    size = max(file.size for file in message.attachments)
    job = await jam.parts.store.read(jobs.existing, 2)
    origin = Origin(jam.guild.id, jam.channel.id, jam.mia.id, upload_limit=size + 2000)
    packed = await jam.parts.service.pack(job, origin, under=message.id)
    assert packed is not None
    await over(jam, packed.job.id)
    first, second = zips(jam)
    assert [len((await opened(shown)).namelist()) for shown in (first, second)] == [1, 1]
    assert all(file.size <= size + 2000 for shown in (first, second) for file in shown.attachments)
    text = str(first.embeds[0].description)
    assert "Vocals (WAV): [not in the zip: too large for this server](<http" in text
    assert second.content == ""
    assert second.reference is not None
    assert second.reference.message_id == message.id


async def test_a_zip_is_looked_at_and_reposted_like_any_job(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "mia", message, "One zip · free")
    await over(jam, 3)
    details = await press(jam, "ravi", zips(jam)[0], "Job #3")
    assert answer(details).embeds[0].title == "Zip · job #3"
    for act in ("look", "again", "edit"):  # which no control under a zip does
        told(await jam.mia.click(await with_button(jam, f"encore:{act}:3"), label="old"))
    await jam.mia.slash(jam.channel, "jobs repost", job=3)
    await jam.until(lambda: len(zips(jam)) == 2)


async def remove(jam: Jam, who: str, job: int) -> None:
    asked = await getattr(jam, who).slash(jam.channel, "jobs remove", job=job)
    await getattr(jam, who).click(answer(asked), label="Remove it")


async def test_what_was_removed_comes_back_in_no_zip(jam: Jam) -> None:
    message = await stems(jam)
    await press(jam, "ravi", message, "WAV: Vocals · free")
    await over(jam, 3)
    await press(jam, "mia", message, "One zip · free")
    await over(jam, 4)
    assert len((await opened(zips(jam)[0])).namelist()) == 3
    await remove(jam, "ravi", 3)
    await jam.mia.slash(jam.channel, "jobs repost", job=4)
    await jam.until(lambda: len(zips(jam)) == 2)
    await over(jam, 4)
    assert len((await opened(zips(jam)[1])).namelist()) == 2
    await remove(jam, "ravi", 2)
    refused = await jam.mia.slash(jam.channel, "jobs repost", job=4)
    assert told(refused).startswith("That job has no results to send")


async def test_a_block_that_has_ended_keeps_nobody_from_a_zip(
    jam: Jam, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await stems(jam)
    await jam.mod.slash(jam.channel, "quota block", member=jam.mia, hours=1)
    assert "blocked you" in told(await press(jam, "mia", message, "One zip · free"))
    later = jam.parts.service.now() + 3601
    monkeypatch.setattr(jam.parts.service, "now", lambda: later)
    assert told(await press(jam, "mia", message, "One zip · free")).startswith("I put it together")


async def test_a_song_has_its_limits_for_zips_too(jam: Jam) -> None:
    message = await stems(jam)
    await jam.mod.slash(jam.channel, "settings max-jobs", jobs=1)
    jam.api.faults.add(polls.NotReady(), "suno.task", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    said = told(await press(jam, "mia", message, "One zip · free"))
    assert said.startswith("1 job is under way for you")
    song = await with_button(jam, "encore:zip:3")
    assert told(await jam.ravi.click(song, label="old")) == "That job has no sound that could go into a zip."


async def with_button(jam: Jam, custom_id: str) -> discord.Message:
    """A message of the bot with such a button."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="old", custom_id=custom_id))
    channel = jam.parts.bot.get_partial_messageable(jam.channel.id, guild_id=jam.guild.id)
    with jam.env.time_context():
        return await channel.send("an old message", view=view)
