"""Forms: what they are filled with, whose they are, and that what was typed into them is kept."""

from contextlib import suppress
from dataclasses import replace

import discord
import pytest
from simcord.results import InteractionResult

from cogs.text.form_specs import FORMS, Form
from cogs.ui.buttons import edit_button
from jobs.models import Clip, Order, Origin
from jobs.models.states import JobState
from jobs.store.queries import clips, jobs
from jobs.store.queries import clips as clip_queries
from musicapi import InvalidInput, build, load_profile
from tests.behaviour.commands.acts import (
    WORDS,
    accepted,
    answer,
    buttons,
    form_of,
    made,
    over,
    press,
    sent,
    told,
)
from tests.conftest import Jam
from tests.fakes.api_faults import refusals
from tests.jobs.shelf import ordered

CATALOGUE = load_profile("classic")
ID = "5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742"
TIMES = {"continue_at": "2", "starts": "1", "ends": "2"}
SONG = {"title": "Harbour", "style": "folk", "lyrics": WORDS}


@pytest.fixture
def pace() -> float:
    return 0.01


def is_valid(operation: str, asked: dict[str, str | bool]) -> bool:
    with suppress(InvalidInput):
        return bool(build(operation, asked, CATALOGUE))
    return False


@pytest.mark.parametrize("operation", FORMS)
def test_a_field_must_be_filled_where_the_api_takes_nothing_without_it(operation: str) -> None:
    asked: dict[str, str | bool] = {"clip_id": ID, "persona_id": ID}
    asked |= {field.param: TIMES.get(field.param, "x") for field in FORMS[operation].fields}
    for field in FORMS[operation].fields:
        empty = {**asked, field.param: ""}
        taken = [is_valid(operation, {**empty, "instrumental": on}) for on in (True, False)]
        assert any(taken) is not field.required, field


async def test_again_is_the_same_and_again_changed_opens_the_form_with_it(jam: Jam) -> None:
    await made(jam, "suno custom", SONG, model="v5", style_weight=0.25)
    song = await jam.reply()
    first = sent(jam)
    await over(jam, accepted(await press(jam, "ravi", song, "Again · 10 credits")))
    assert sent(jam) == first
    shown = await press(jam, "ravi", song, "Again, changed")
    assert form_of(shown) == SONG
    await over(jam, accepted(await jam.ravi.submit_modal(shown, {**SONG, "style": "ska"})))
    assert sent(jam) == {**first, "tags": "ska"}


async def test_a_cover_is_made_again_and_changed_from_its_own_message(jam: Jam) -> None:
    song, *_ = await made(jam, "suno create", prompt="x")
    form = {"lyrics": WORDS, "style": "ska", "title": ""}
    await made(jam, "suno cover", form, clip_id=song.clip_id, audio_weight=0.5)
    first, cover = sent(jam), await jam.reply(2)
    await over(jam, accepted(await press(jam, "ravi", cover, "Again · 10 credits")))
    assert sent(jam) == first
    shown = await press(jam, "ravi", cover, "Again, changed")
    assert form_of(shown) == form
    job = await over(jam, accepted(await jam.ravi.submit_modal(shown, {**form, "style": "dub"})))
    assert sent(jam) == {**first, "tags": "dub"}
    assert job.source_clip_id == song.clip_id
    await made(jam, "persona create", clip_id=song.clip_id, name="Velvet", description="low")
    assert buttons(await jam.reply(5)) == ["Sing · 10 credits", "Remove", "Job #5"]


async def test_a_described_song_is_changed_in_a_form(jam: Jam) -> None:
    await made(jam, "suno create", prompt="a slow waltz", instrumental=True)
    shown = await press(jam, "mia", await jam.reply(), "Again, changed")
    assert form_of(shown) == {"description": "a slow waltz"}
    await over(jam, accepted(await jam.mia.submit_modal(shown, {"description": "a quick waltz"})))
    assert (sent(jam)["gpt_description_prompt"], sent(jam)["make_instrumental"]) == ("a quick waltz", True)


async def test_a_prompt_that_is_too_long_is_shortened_in_a_form(jam: Jam) -> None:
    long = "a slow waltz " * 40  # as a client sends it that does not know of the limit yet
    order = Order("suno.create", {"description": long, "negative_tags": "metal"}, "waltz")
    draft = await jam.parts.service.keep_draft(order, Origin(jam.guild.id, jam.channel.id, jam.mia.id, 1))
    with jam.env.time_context():
        channel = jam.parts.bot.get_partial_messageable(jam.channel.id, guild_id=jam.guild.id)
        asked = await channel.send(view=edit_button(draft))
    shown = await jam.mia.click(asked, label="Change it")
    assert form_of(shown) == {"description": long}
    assert shown.modal is not None
    assert shown.modal["components"][0]["component"]["max_length"] == len(long)
    assert await jam.parts.store.read(jobs.counts) == {}
    await over(jam, accepted(await jam.mia.submit_modal(shown, {"description": "a slow waltz"})))
    assert (sent(jam)["gpt_description_prompt"], sent(jam)["negative_tags"]) == ("a slow waltz", "metal")


async def test_what_was_typed_into_a_cover_that_the_api_refused_is_not_lost(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="x")
    asked = await jam.mia.slash(jam.channel, "suno cover", clip_id=song.clip_id)
    typed = {"lyrics": "a duet with Daft Punk", "style": "ska", "title": ""}
    await over(jam, accepted(await jam.mia.submit_modal(asked, typed)))
    news = await jam.reply(2)
    assert "refused the words" in str(news.embeds[0].description)
    shown = await jam.mia.click(news, label="Change and try again")
    assert form_of(shown) == typed
    job = await over(jam, accepted(await jam.mia.submit_modal(shown, {**typed, "lyrics": WORDS})))
    assert job.state is JobState.DONE
    assert sent(jam)["continue_clip_id"] == song.clip_id


async def test_an_upload_that_failed_has_nothing_to_change(jam: Jam) -> None:
    jam.api.faults.add(refusals.NoCredits(), "suno.upload")
    await over(jam, accepted(await jam.mia.slash(jam.channel, "suno upload", link="https://a.example/b.mp3")))
    assert buttons(await jam.reply()) == ["Try again · 2 credits", "Job #1"]


async def test_both_versions_of_lyrics_can_be_sung(jam: Jam) -> None:
    sheets = await made(jam, "lyrics", description="low tide")
    message = await jam.reply()
    for number, sheet in enumerate(sheets, 1):
        shown = await press(jam, "ravi", message, f"Version {number} · Sing this")
        assert form_of(shown) == {"title": sheet.title, "style": "", "lyrics": sheet.lyrics.strip()}
    await over(jam, accepted(await jam.ravi.submit_modal(shown, {**form_of(shown), "style": "folk"})))
    assert sent(jam)["prompt"] == sheets[1].lyrics.strip()
    job = await jam.parts.store.read(jobs.by_id, sheets[0].job_id)
    assert job is not None
    await jam.parts.store.write(clips.keep, job, [replace(sheet, title="t" * 90) for sheet in sheets])
    assert form_of(await press(jam, "mia", message, "Version 1 · Sing this"))["title"] == "t" * 80


async def test_a_form_is_its_members_own(jam: Jam) -> None:
    origin = Origin(jam.guild.id, jam.channel.id, jam.ravi.id, upload_limit=0)
    other = await jam.parts.service.keep_draft(Order("suno.custom", {}, ""), origin)
    gone = await jam.parts.service.keep_draft(
        Order("suno.remaster", {}, ""), Origin(jam.guild.id, jam.channel.id, jam.mia.id, upload_limit=0)
    )
    for draft in (other, gone, 999, "x"):
        shown = await jam.mia.slash(jam.channel, "suno custom")
        modal = jam.env.backend.interactions[shown._interaction.id].modal
        assert modal is not None
        modal["custom_id"] = f"encore:form:{draft}"
        jam.parts.bot._connection._view_store._modals.clear()  # what a restart forgets
        said = told(await jam.mia.submit_modal(shown, SONG))
        assert said.startswith("I no longer know what that form was for.")
    assert await jam.parts.store.read(jobs.counts) == {}


async def test_words_beyond_the_fields_own_limit_are_kept_where_nobody_touches_them(jam: Jam) -> None:
    lyrics = "\n".join(f"line {number} of a very long song" for number in range(200))[:5000].strip()
    assert 4000 < len(lyrics) <= 5000
    origin = Origin(jam.guild.id, jam.channel.id, jam.mia.id, upload_limit=10**7)
    order = Order("suno.custom", {"lyrics": lyrics, "title": "t" * 80}, "long")
    accepted_job = (await ordered(jam.parts.service, order, origin)).job
    await jam.parts.service.card_shown(accepted_job, None)
    await jam.state(1, JobState.DONE)
    [song] = [message for message in jam.messages() if message.attachments]
    shown = await press(jam, "mia", song, "Again, changed")
    assert shown.modal is not None
    cut = form_of(shown)["lyrics"]
    assert cut == lyrics[:4000]
    [label] = [outer for outer in shown.modal["components"] if outer["component"]["custom_id"] == "lyrics"]
    assert label["description"].startswith(f"The first 4,000 of {len(lyrics):,} characters.")
    form = {**form_of(shown), "style": "folk"}
    await over(jam, accepted(await jam.mia.submit_modal(shown, {**form, "lyrics": cut.strip()})))
    assert sent(jam)["prompt"] == lyrics
    shown = await press(jam, "mia", song, "Again, changed")
    await over(jam, accepted(await jam.mia.submit_modal(shown, {**form, "lyrics": cut[:3990]})))
    assert sent(jam)["prompt"] == cut[:3990].strip()
    clips = await jam.parts.store.read(clip_queries.of_job, 1)
    card = await jam.ravi.slash(jam.channel, "clip", clip_id=clips[0].clip_id)
    [alone] = answer(await press(jam, "ravi", song, "Lyrics")).attachments
    assert (await alone.read()).decode() == lyrics
    [file] = [one for one in answer(card).attachments if one.filename.endswith(".txt")]
    assert file.filename == "lyrics.txt"
    assert (await file.read()).decode() == lyrics


async def test_a_form_for_a_channel_where_nothing_can_be_delivered_does_not_open(jam: Jam) -> None:
    assert jam.parts.bot.user is not None
    closed = discord.PermissionOverwrite(attach_files=False)
    quiet = jam.guild.create_text_channel("quiet", overwrites={jam.parts.bot.user: closed})
    assert "**Attach Files**" in told(await jam.mia.slash(quiet, "suno custom"))


def heading(result: InteractionResult) -> str:
    assert result.modal is not None, result.response
    return str(result.modal["title"])


async def test_a_form_names_its_song_and_holds_what_is_known_of_it(jam: Jam) -> None:
    song, *_ = await made(jam, "suno custom", {**SONG, "style": "sea shanty, " * 20})
    for command, title in (("suno cover", "Cover of"), ("suno extend", "Extend")):
        shown = await jam.mia.slash(jam.channel, command, clip_id=song.clip_id)
        assert heading(shown).startswith(f"{title} Harbour - take 1")
        known = form_of(shown)
        assert (known["title"], known["style"]) == ("Harbour", song.tags)
    shown = await jam.mia.slash(jam.channel, "suno cover", clip_id=song.clip_id, model="v4")
    assert len(form_of(shown)["style"]) <= 200, "what is suggested is what the API takes"
    assert form_of(shown)["style"].endswith("sea shanty")
    await over(jam, accepted(await jam.mia.submit_modal(shown, form_of(shown))))
    again = await press(jam, "ravi", await jam.reply(2), "Again, changed")
    assert heading(again).startswith("Cover of Harbour - take 1")
    unknown = await jam.mia.slash(jam.channel, "suno cover", clip_id=ID)
    assert heading(unknown).startswith("Cover a song")


async def test_a_song_of_riffusion_may_go_on_or_be_covered_without_words(jam: Jam) -> None:
    song, *_ = await made(jam, "riffusion create", prompt="x", instrumental=True)
    shown = await jam.mia.slash(jam.channel, "riffusion cover", clip_id=song.clip_id)
    await over(jam, accepted(await jam.mia.submit_modal(shown, {"sound": "ska", "lyrics": "", "title": ""})))
    assert (sent(jam)["lyrics"], sent(jam)["sound"]) == ("[Instrumental]", "ska")


def test_no_name_is_too_long_for_the_title_of_a_form() -> None:
    long = Clip(1, 0, "c", "song", "A title that is long " * 8, "take 2", operation="suno.extend",
                params={"continue_at": "8"})  # fmt: skip
    for form in FORMS.values():
        assert len(form.heading(long, 45)) <= 45
    plain = replace(long, operation="suno.create")
    assert FORMS["suno.cover"].heading(plain, 45) == "Cover of A title that is long A tit… - take 2"


@pytest.mark.parametrize("form", FORMS.values(), ids=[*FORMS])
def test_what_discord_limits_in_a_form_keeps_to_it(form: Form) -> None:
    for field in form.fields:
        assert len(field.label) <= 45
        assert len(field.note) <= 100
        assert len(field.hint) <= 100
