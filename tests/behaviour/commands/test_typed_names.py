"""A song is found by its name, however that came into the option; nothing is guessed, as it costs credits."""

import pytest

from jobs.store.queries import jobs
from tests.behaviour.commands.acts import accepted, made, over, refused, said, told
from tests.conftest import Jam

ID = "5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742"


async def source_of(jam: Jam, typed: str, command: str = "wav") -> str:
    """The clip that a command takes for what was typed."""
    result = await jam.mia.slash(jam.channel, command, clip_id=typed)
    return (await over(jam, accepted(result))).source_clip_id


async def test_an_entry_that_was_picked_is_found_again_by_its_id_and_by_its_words(jam: Jam) -> None:
    song, other = await made(jam, "suno create", prompt="velvet bus")
    await made(jam, "suno create", prompt="velvet bus")
    [entry] = await jam.mia.autocomplete(jam.channel, "stems", "clip_id", song.clip_id)
    assert entry["value"] == song.clip_id
    shown = await jam.mia.autocomplete(jam.channel, "stems", "clip_id", str(entry["name"]))
    assert [one["value"] for one in shown] == [song.clip_id]
    # As Discord's client sends it where the entry was typed, and not picked.
    assert await source_of(jam, str(entry["name"])) == song.clip_id
    assert await source_of(jam, song.clip_id) == song.clip_id
    assert other.clip_id != song.clip_id


async def test_a_name_that_is_the_only_one_is_enough(jam: Jam) -> None:
    first, second = await made(jam, "suno create", prompt="velvet bus")
    assert await source_of(jam, f"  {first.title.upper()} - Take 2 ") == second.clip_id
    upload, *_ = await made(jam, "suno upload", link="https://files.example/hum.mp3")
    shown = await jam.mia.slash(jam.channel, "suno extend", clip_id=upload.title.upper())
    assert shown.modal is not None


async def test_a_name_that_several_have_is_asked_about(jam: Jam) -> None:
    first, second = await made(jam, "suno create", prompt="velvet bus")
    told_ = await refused(jam, "stems", clip_id=first.title)
    assert told_.startswith("Several fit that. Pick one from the list that appears as you type.")
    assert f"\n- {first.title} - take 1 `{first.clip_id}`\n" in told_
    assert f"\n- {first.title} - take 2 `{second.clip_id}`\n" in told_
    third, *_ = await made(jam, "suno create", prompt="velvet bus")
    told_ = await refused(jam, "wav", clip_id=f"{third.title} - take 1")
    if third.title == first.title:
        assert f"· #1 `{first.clip_id}`" in told_
        assert f"· #2 `{third.clip_id}`" in told_


async def test_half_a_name_is_no_order_even_where_only_one_song_has_it(jam: Jam) -> None:
    upload, *_ = await made(jam, "suno upload", link="https://files.example/hum.mp3")
    told_ = await refused(jam, "suno extend", clip_id=upload.title[:2])
    assert told_.startswith("That is not its whole name.")
    assert f"`{upload.clip_id}`" in told_
    assert await jam.parts.store.read(jobs.by_id, 2) is None


@pytest.mark.parametrize("typed", ["a song of nobody", "#12", " · #12 · ", "· #999999999999999999"])
async def test_what_is_like_nothing_here_is_not_known(jam: Jam, typed: str) -> None:
    assert (await refused(jam, "stems", clip_id=typed)).startswith("I don't know that song. Pick one from")
    assert (await refused(jam, "persona sing", persona=typed)).startswith("The persona was not made in this")


async def test_an_id_that_the_api_may_know_is_let_through(jam: Jam) -> None:
    result = await jam.mia.slash(jam.channel, "wav", clip_id=ID)
    assert accepted(result) == 1


async def test_what_costs_nothing_does_not_say_that_nothing_was_charged(jam: Jam) -> None:
    for command, options in (("clip", {"clip_id": "nonsense"}), ("jobs cancel", {"job": 7})):
        assert "charged" not in told(await jam.mia.slash(jam.channel, command, **options))
    assert "charged" not in await said(jam, "mod", "settings timezone", name="Atlantis")
    assert "charged" not in await said(jam, "mia", "credits server")
