"""What a delivery says of itself: what came back, from which song and take, by which change."""

from dataclasses import replace

import pytest

from cogs.text.delivery_messages import heading, titled
from jobs.models import Clip, Post
from musicapi import load_profile
from tests.cogs.text.test_clean import job

CATALOGUE = load_profile("classic")
ONLY_NEW = "It is only the new part: **Whole song** joins both."
FIRST = Post(1, 7, 0, 0, "0" * 16, attached=(0, 1), missing=())
SONG = Clip(1, 0, "s", "song", "Harbour Lights", "take 1", operation="suno.create")
EXTENSION = replace(SONG, operation="suno.extend", params={"continue_at": "8"})
PERSONA = Clip(2, 0, "p", "persona", "Old Salt", operation="suno.persona")


def said(
    operation: str,
    source: Clip | None = None,
    *,
    count: int = 2,
    post: Post = FIRST,
    round_: int = 0,
    **params: object,
) -> str:
    kind = CATALOGUE.terms(operation).makes
    title = {"persona": "Old Salt", "upload": "hum"}.get(kind, "Harbour Lights")
    results = [
        Clip(7, n, f"c{n}", kind, title, f"take {n + 1}", operation=operation, source=source, params=params)
        for n in range(count)
    ]
    provider = operation.partition(".")[0]
    one = job(operation=operation, provider=provider, params=params, round=round_)
    return heading(one, post, results, kind).removeprefix(f"<@{one.user_id}>, ")


SENTENCES = [
    (said("suno.create", description="rivers"), "your song is ready."),
    (said("suno.custom", instrumental=True), "your instrumental is ready."),
    (said("nuro.instrumental", description="rain"), "your instrumental is ready."),
    (said("suno.extend", SONG, continue_at="8"),
     f"your extension of *Harbour Lights* take 1, from 0:08, is ready. {ONLY_NEW}"),
    (said("riffusion.extend", SONG, continue_at="1:05.5"),
     "your extension of *Harbour Lights* take 1, from 1:05, is ready."),
    (said("suno.concat", EXTENSION), "the whole of *Harbour Lights* is ready."),
    (said("suno.cover", SONG, style="sea shanty"),
     "your cover of *Harbour Lights* take 1 in the style *sea shanty* is ready."),
    (said("suno.cover", EXTENSION), "your cover of *Harbour Lights* (extension from 0:08) take 1 is ready."),
    (said("riffusion.cover", None, sound="ska"),
     "your cover of a song from elsewhere in the style *ska* is ready."),
    (said("riffusion.replace", SONG, starts="5", ends="12", sound="ska"),
     "*Harbour Lights* take 1 with a new section, from 0:05 to 0:12, is ready."),
    (said("riffusion.sound", SONG, sound="ska"),
     "*Harbour Lights* take 1 with a new sound, *ska*, is ready."),
    (said("riffusion.vocals", SONG), "*Harbour Lights* take 1 with new vocals is ready."),
    (said("suno.stems_basic", SONG), "the two stems of *Harbour Lights* take 1 are ready."),
    (said("suno.stems_full", SONG, count=12), "the 12 stems of *Harbour Lights* take 1 are ready."),
    (said("suno.stems_full", SONG, count=1), "a stem of *Harbour Lights* take 1 is ready."),
    (said("suno.wav", SONG, count=1), "the WAV of *Harbour Lights* take 1 is ready."),
    (said("suno.wav", Clip(3, 0, "d", "stem", "Harbour Lights", "Drums", source=SONG), count=1),
     "the WAV of *Harbour Lights* take 1 (Drums) is ready."),
    (said("suno.persona", SONG, count=1),
     "your persona *Old Salt*, made from *Harbour Lights* take 1, is ready to sing."),
    (said("suno.sing", PERSONA), "your song is ready, sung by *Old Salt*."),
    (said("suno.sing"), "your song is ready."),
    (said("suno.upload", count=1), "your upload *hum* is ready: extend it or cover it."),
    (said("suno.lyrics"), "your lyrics are ready."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_delivery_says_what_it_is(text: str, sentence: str) -> None:
    assert text == sentence


def test_every_operation_has_its_sentence() -> None:
    for operation in CATALOGUE.operations:
        assert said(operation, SONG).endswith(
            (" ready.", " joins both.", " to sing.", " cover it.", " take 1.")
        )


LATER, NEWS = replace(FIRST, seq=1), replace(FIRST, seq=1, attached=())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (said("suno.cover", SONG, post=LATER), "more of your cover of *Harbour Lights* take 1 is ready."),
        (said("suno.stems_full", SONG, count=8, post=LATER),
         "more of the 8 stems of *Harbour Lights* take 1 are ready."),
        (said("suno.create", post=NEWS), "no more of your song (job #7) has come."),
        (said("suno.create", post=replace(NEWS, lost=(0,))),
         "your song (job #7) was made, but not all of it can be had."),
        (said("suno.stems_basic", SONG, post=replace(NEWS, lost=(0,))),
         "the two stems of *Harbour Lights* take 1 (job #7) were made, but not all of it can be had."),
        (said("suno.create", count=0, post=NEWS), "no more of your order (job #7) has come."),
        (said("suno.create", round_=1), "here again: your song."),
        (said("suno.lyrics", round_=1), "here again: your lyrics."),
        (said("suno.persona", SONG, count=1, round_=1),
         "here again: your persona *Old Salt*, made from *Harbour Lights* take 1."),
    ],
)  # fmt: skip
def test_so_does_what_follows_it_and_what_is_posted_again(text: str, sentence: str) -> None:
    assert text == sentence


@pytest.mark.parametrize(
    "title", ["@everyone", "<@12>", "https://evil.example", "*a*", "[x](https://a.b)", "a\nb", "\\"]
)
def test_a_title_pings_links_and_formats_nothing(title: str) -> None:
    shown = titled(replace(SONG, title=title))
    assert all(bad not in shown for bad in ("@everyone", "<@12>", "https://", "\n"))
    assert shown.startswith("*")
    assert shown.endswith("* take 1")
