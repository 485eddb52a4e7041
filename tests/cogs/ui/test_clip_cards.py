"""Cards of results: what they are, from what, for how much; a provider's links as they are, or not at all."""

from dataclasses import replace

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


def test_a_card_with_everything_to_say_is_not_too_long_for_discord() -> None:
    long = replace(clip(0, url(890)), tags="*" * 400, lyrics="_\n" * 900)
    made = [replace(long, position=number, part=f"[{number}]") for number in range(10)]
    failed = [replace(clip(number, ""), part="*" * 60, error="_" * 400) for number in range(10, 14)]
    card = clip_cards.results(job(), [*made, *failed], frozenset(), note="n" * 800)
    assert len(card.description or "") <= 4096
    assert len(card) <= 6000
    text = str(card.description)
    assert all(f"**\\[{number}\\]**" in text for number in range(10)), "a name that looks like a link stays"
    assert "The API could not make" in text


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


SONG = Clip(
    7, 0, "s", "song", "Harbour Lights", "take 1", model="v4.5", duration=151.0, tags="sea shanty, accordion",
    lyrics="[Verse]\nthe lamps are lit\n" * 40, operation="suno.create",
)  # fmt: skip
EVERYTHING = frozenset(range(12))


def shown(*clips: Clip, first: bool = True, **changes: object) -> dict[str, object]:
    """A card as one reads it: its title, its text, its fields by their names, its footer."""
    card = clip_cards.results(job(**changes), clips, EVERYTHING, first=first)
    fields = {str(field.name): str(field.value) for field in card.fields}
    assert not any(field.inline for field in card.fields), "three columns are no room for words"
    return {"title": card.title, "text": card.description or "", "footer": card.footer.text or "", **fields}


def test_a_song_shows_its_style_its_takes_its_words_and_what_it_cost() -> None:
    card = shown(SONG, replace(SONG, position=1, part="take 2", duration=160.0))
    assert card["title"] == "Harbour Lights"
    assert card["text"] == "*sea shanty, accordion*\n**take 1** · 2:31\n**take 2** · 2:40"
    assert card["footer"] == "v4.5 · 10 credits"
    words = str(card["Lyrics"]).splitlines()
    assert set(words[:-1]) == {"\\[Verse\\]", "the lamps are lit"}
    assert words[-1] == "…"


def test_a_song_without_a_known_style_shows_the_prompt_and_one_that_follows_only_itself() -> None:
    bare = replace(SONG, tags="", lyrics="")
    assert str(shown(bare, params={"description": "a ferry"})["text"]).startswith("*a ferry*\n")
    assert shown(bare, first=False) == {
        "title": "Harbour Lights", "text": "**take 1** · 2:31", "footer": "v4.5",
    }  # fmt: skip


def test_a_persona_is_named_on_what_it_sings_and_its_own_card_says_what_it_was_made_from() -> None:
    persona = Clip(
        2, 0, "p", "persona", "Old Salt", tags="low, hoarse", source=SONG, operation="suno.persona"
    )
    assert "\nSung by *Old Salt*\n" in str(shown(replace(SONG, source=persona))["text"])
    card = shown(persona, price=1, charged=1)
    assert card["title"] == "Old Salt"
    assert card["text"] == "low, hoarse\nMade from *Harbour Lights* take 1"
    assert card["footer"] == "1 credit"


@pytest.mark.parametrize(
    ("clip", "title", "text"),
    [
        (replace(SONG, operation="suno.extend", params={"continue_at": "8"}),
         "Harbour Lights (extension from 0:08)", "*sea shanty, accordion*\n**take 1** · 2:31"),
        (replace(SONG, kind="stem", part="Drums", source=SONG, operation="suno.stems_full"),
         "Stems of Harbour Lights - take 1", "**Drums** · 2:31"),
        (replace(SONG, kind="wav", part="take 1", source=SONG, operation="suno.wav"),
         "Harbour Lights - take 1 · WAV", "2:31"),
        (Clip(3, 0, "u", "upload", "hum", duration=61.0), "hum", "1:01"),
        (Clip(3, 0, "u", "upload", "hum"), "hum", ""),
    ],
)  # fmt: skip
def test_a_card_says_what_it_is_and_nothing_twice(clip: Clip, title: str, text: str) -> None:
    card = shown(replace(clip, lyrics=""))
    assert (card["title"], card["text"]) == (title, text)


def test_versions_of_lyrics_stand_one_below_the_other() -> None:
    versions = [Clip(7, n, "", "lyrics", "Low Tide", f"version {n + 1}", lyrics="la\n" * 9) for n in range(2)]
    card = shown(*versions, params={"description": "low tide"}, price=2, charged=2)
    assert [*card] == ["title", "text", "footer", "Low Tide - version 1", "Low Tide - version 2"]
    assert (card["title"], card["text"], card["footer"]) == ("Lyrics", "*low tide*", "2 credits")
