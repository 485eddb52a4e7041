"""Many results, long words and large families keep to Discord's limits."""

from dataclasses import replace

import pytest

from cogs.text.clean import clean
from cogs.ui import clip_cards
from jobs.models import Clip, Family
from sandbox.music_api import Options
from tests.behaviour.commands.acts import jump, made, refused
from tests.cogs.text.test_clean import job
from tests.conftest import Jam


@pytest.fixture
def pace() -> float:
    return 0.01


@pytest.fixture
def options() -> Options:
    return Options(full_stems=24)


def test_a_long_text_fills_the_room_that_it_is_given() -> None:
    assert clean("\u05e0" * 300, 60) == "\u05e0" * 59 + "\u2026"
    assert len(clean("a_b " * 300, 60)) > 50


async def test_two_dozen_stems_come_in_order_once_in_messages_of_at_most_ten_files(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="x")
    stems = await made(jam, "stems", clip_id=song.clip_id, tracks="full")
    assert len(stems) == 24
    posted = [message for message in jam.messages() if message.reference][1:]
    sounds = [[f for f in message.attachments if not f.filename.startswith("cover")] for message in posted]
    assert [len(files) for files in sounds] == [8, 8, 8]
    assert all(len(message.attachments) <= 10 for message in posted)
    parts = [file.filename.rsplit(" - ")[-1].removesuffix(" #2.mp3") for files in sounds for file in files]
    usual = [stem.part for stem in stems[:12]]
    assert parts == [stem.part for stem in stems]
    assert parts == [*usual, *(f"{part} 2" for part in usual)]
    assert len({file.id for files in sounds for file in files}) == 24
    text = await refused(jam, "wav", clip_id=jump(jam, posted[-1].id))
    assert text.count("\n- ") == 13
    assert text.endswith("\n- and 12 more\nNothing was charged.")


async def test_lyrics_that_a_message_can_hold_stand_in_it_whole(jam: Jam) -> None:
    sheets = await made(jam, "lyrics", description="low tide")
    message = await jam.reply()
    assert message.attachments == []
    shown = [str(field.value) for field in message.embeds[0].fields if field.name != "Cost"]
    for sheet, text in zip(sheets, shown, strict=True):
        assert text.splitlines()[-1] == sheet.lyrics.strip().splitlines()[-1]


def test_a_large_family_fits_into_the_card_of_a_clip() -> None:
    long = Clip(
        1, 0, "5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742", "song", "\u05e0" * 300, part="take 1",
        model="m" * 300, duration=1e6, lyrics="*" * 5000, tags="_" * 5000,
        audio_url="https://files.example/" + "a" * 870, provider="suno", operation="suno.cover",
    )  # fmt: skip
    children = tuple(replace(long, job_id=number, title="t" * 300) for number in range(100))
    card = clip_cards.clip_card(long, job(), Family((long,) * 12, children), {}, "")
    assert len(card) <= 6000
    for name in ("Made from", "Made from this"):
        value = next(str(field.value) for field in card.fields if field.name == name)
        assert len(value) <= 1024
        assert value.endswith("\u2026")
