"""Links of the provider in cards: as they are, or not at all."""

import pytest

from cogs.text.delivery_messages import NO_LINK
from cogs.ui import clip_cards, embeds
from cogs.ui.attachment_urls import expired, is_file
from jobs.models import Clip
from tests.cogs.text.test_clean import job

HOST = "https://cdn.example.com/"


def url(length: int, sign: str = "a") -> str:
    return HOST + sign * (length - len(HOST))


def clip(position: int, audio_url: str) -> Clip:
    return Clip(
        1, position, f"clip-{position}", "song", "Rivers", part=f"take {position}", audio_url=audio_url
    )


@pytest.mark.parametrize(("length", "shown"), [(899, True), (900, True), (901, False), (5000, False)])
def test_a_link_of_more_than_900_characters_is_left_out_of_every_card(length: int, shown: bool) -> None:
    long = url(length)
    delivery = str(clip_cards.results(job(), [clip(0, long)], frozenset()).description)
    assert (long in delivery, NO_LINK in delivery) == (shown, not shown)
    assert bool(embeds.link("open", long)) is shown


def test_a_link_that_grows_past_it_by_its_brackets_is_left_out_too() -> None:
    assert embeds.link("x", url(300, "(")) != ""
    assert embeds.link("x", url(400, "(")) == ""


def test_an_attached_clip_needs_no_link() -> None:
    assert NO_LINK not in str(clip_cards.results(job(), [clip(0, url(901))], frozenset({0})).description)


def test_one_long_link_does_not_hide_the_others_and_many_fit_into_one_card() -> None:
    clips = [clip(0, url(901)), *(clip(number, url(890)) for number in range(1, 10))]
    text = str(clip_cards.results(job(), clips, frozenset()).description)
    assert len(text) <= 4096
    assert all(f"take {number}" in text for number in range(10))
    assert text.count(HOST) == 3
    assert text.count("link too long") == 6


DISCORD = "https://cdn.discordapp.com/attachments/12/34/hum.mp3"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (DISCORD, True), (f"{DISCORD}?ex=6a1b&is=6a1a&hm=0f", True),
        ("https://media.discordapp.net/ephemeral-attachments/12/34/a%20b.mp3?ex=1", True),
        ("https://cdn.discordapp.com/attachments/12/34/", False), (f"{DISCORD} x", False),
        ("https://cdn.discordapp.com/attachments/12/../34/hum.mp3", False),
        ("http://cdn.discordapp.com/attachments/12/34/hum.mp3", False),
        ("https://cdn.discordapp.com:8080/attachments/12/34/hum.mp3", False),
        ("https://cdn.discordapp.com@10.0.0.1/attachments/12/34/hum.mp3", False),
        ("https://cdn.discordapp.com.evil.example/attachments/12/34/hum.mp3", False),
        ("https://files.example/attachments/12/34/hum.mp3", False),
    ],
)  # fmt: skip
def test_only_links_to_files_on_discord_are_left_to_discord(typed: str, known: bool) -> None:
    assert is_file(typed) is known


def test_a_link_to_a_file_on_discord_that_was_never_signed_opens_nothing_any_more() -> None:
    assert expired(DISCORD, 1000.0)
    assert expired(f"{DISCORD}?ex=3e8", 1000.0)
    assert not expired(f"{DISCORD}?ex={0x10000:x}", 1000.0)
    assert not expired("https://files.example/hum.mp3", 1000.0)
