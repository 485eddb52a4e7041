"""Under stems: each as a WAV, all of them with one press."""

from dataclasses import replace

import discord
import pytest

from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.commands.acts import answer, buttons, entries, jump, over, press, told
from tests.conftest import Jam


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


async def test_the_question_about_the_price_is_about_the_sum(jam: Jam) -> None:
    await jam.mod.slash(jam.channel, "settings confirm", credits=20)
    message = await stems(jam)
    with_a_price(jam, 15)
    asked = await press(jam, "mia", message, "All WAVs · free")
    assert told(asked) == (
        "**2 WAVs** cost 30 credits together, and this server has me ask first. Nothing has been ordered "
        "yet: press the button, or dismiss this message."
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
