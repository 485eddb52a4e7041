"""`/songs`, likes, and results that are removed."""

import re
from typing import Any

import discord
import pytest

from jobs.models.states import JobState
from jobs.store.queries import clips
from jobs.store.queries.library import likes, removals
from tests.behaviour.commands.acts import (
    WORDS,
    answer,
    buttons,
    entries,
    jump,
    made,
    over,
    said,
    shown_to,
    told,
)
from tests.conftest import Jam
from tests.fakes.api_faults import connection


@pytest.fixture
def pace() -> float:
    return 0.01


async def listed(jam: Jam, who: str = "ravi", command: str = "songs list", **options: object) -> str:
    return await said(jam, who, command, **options)


async def test_songs_are_listed_privately_with_a_link_to_their_message(jam: Jam) -> None:
    assert "Nothing here yet" in await listed(jam)
    song, _ = await jam.song("rivers of glass")
    result = await jam.ravi.slash(jam.channel, "songs list")
    text = shown_to(result)
    titles = re.findall(r"\*\*\[(.+?)\]\((.+?)\)\*\*", text)
    assert [link for _, link in titles] == [jump(jam, song.id)] * 2
    assert [title.rpartition(" - ")[2] for title, _ in titles] == ["take 1", "take 2"]
    assert text.count(f"Suno song #1 · 0:02 · <@{jam.mia.id}> · <t:") == 2


async def test_what_is_made_in_a_closed_channel_is_named_only_to_those_who_see_it(jam: Jam) -> None:
    me = jam.guild.me
    assert me is not None
    closed, seen = (discord.PermissionOverwrite(view_channel=may) for may in (False, True))
    backstage = jam.guild.create_text_channel(
        "backstage", overwrites={jam.guild.default_role: closed, me: seen, jam.mod: seen, jam.mia: seen}
    )
    await jam.mod.slash(backstage, "suno create", prompt="rivers of glass")
    await over(jam, 1)
    title = (await jam.parts.store.read(clips.of_job, 1))[0].title
    for who, named in (("mod", True), ("mia", True), ("ravi", False)):
        assert (title in await listed(jam, who)) is named
        found = await getattr(jam, who).autocomplete(jam.channel, "stems", "clip_id", "")
        assert bool(found) is named
    assert title in await listed(jam, "mod", "songs mine")


async def test_filters_narrow_the_list_and_say_so(jam: Jam) -> None:
    await jam.song("rivers of glass")
    title = (await jam.parts.store.read(clips.of_job, 1))[0].title
    word = title.split()[0]
    assert title in await listed(jam, search=word.upper())
    assert f"Only with “{word}”" in await listed(jam, search=word)
    assert "Nothing fits" in await listed(jam, search="no such thing")
    assert "Nothing fits" in await listed(jam, member=jam.ravi)
    assert f"Only by <@{jam.mia.id}>" in await listed(jam, member=jam.mia)
    assert title in await listed(jam, "mia", "songs mine")
    assert "Nothing fits" in await listed(jam, "ravi", "songs mine")
    assert "Nothing here" in await listed(jam, kind="stem")
    await made(jam, "stems", clip_id=(await jam.parts.store.read(clips.of_job, 1))[0].clip_id)
    assert "Vocals" in await listed(jam, kind="stem")
    assert "Vocals" in await listed(jam, kind="any")
    assert "Vocals" not in await listed(jam)


async def test_a_song_is_opened_from_the_list_and_played_again(jam: Jam) -> None:
    await jam.song()
    result = await jam.ravi.slash(jam.channel, "songs list")
    opened = await jam.ravi.select(answer(result), values=[[*entries(answer(result).message).values()][1]])
    assert opened.ephemeral
    card = answer(opened).embeds[0]
    assert str(card.title).endswith("take 2")
    assert "[original file](<http" in str(card.description)
    assert "Stems · 10 cr" in buttons(answer(opened).message)


@pytest.mark.parametrize(
    ("asked", "said_of_it"),
    [({}, ""), ({"search": "take"}, "Only with “take”"), ({"member": "mia", "kind": "any"}, "Only by <@")],
)
async def test_pages_keep_their_filters(jam: Jam, asked: dict[str, str], said_of_it: str) -> None:
    for _ in range(5):
        await jam.song()
    given = {**asked, "member": jam.mia} if "member" in asked else asked
    first = answer(await jam.ravi.slash(jam.channel, "songs list", **given))
    before = [*entries(first.message).values()]
    assert len(before) == 8
    second = answer(await jam.ravi.click(first, label="Older →"))
    assert said_of_it in str(second.embeds[0].description)
    assert second.embeds[0].footer.text == "Page 2"
    assert [*entries(second.message).values()] == ["open:1-0", "open:1-1"]
    assert "open:1-0" not in before
    assert buttons(second.message)[-1] == "← Newer"
    back = answer(await jam.ravi.click(second, label="← Newer"))
    assert [*entries(back.message).values()] == before


async def test_one_song_is_liked_by_the_heart_under_it(jam: Jam) -> None:
    await jam.song()
    first, _ = await jam.parts.store.read(clips.of_job, 1)
    extension, *_ = await made(
        jam, "suno extend", {"continue_at": "1", "lyrics": WORDS}, clip_id=first.clip_id
    )
    await made(jam, "suno concat", clip_id=extension.clip_id)
    whole = await jam.reply(3)
    before = buttons(whole)
    assert before[-1] == "♥"
    for label in ("♥1", "♥"):
        await jam.ravi.click(whole, label=buttons(await latest(jam, whole))[-1])
        assert buttons(await latest(jam, whole)) == [*before[:-1], label]


async def latest(jam: Jam, message: discord.Message) -> discord.Message:
    """The message as it is now."""
    return next(one for one in jam.messages() if one.id == message.id)


async def test_a_heart_counts_each_member_once_and_a_second_press_takes_it_back(jam: Jam) -> None:
    await jam.song()
    one, _ = await jam.parts.store.read(clips.of_job, 1)
    card = answer(await jam.ravi.slash(jam.channel, "clip", clip_id=one.clip_id))
    for who, label, then in (
        (jam.ravi, "♥", "♥1"),
        (jam.mia, "♥1", "♥2"),  # one's own as well
        (jam.mia, "♥2", "♥1"),
        (jam.ravi, "♥1", "♥"),
        (jam.mod, "♥", "♥1"),
    ):
        await who.click(card, label=label)
        assert buttons(card.message)[-1] == then
    assert await jam.parts.store.read(likes.counts, [1]) == {(1, 0): 1}


async def test_of_two_takes_each_is_voted_on_and_the_song_shows_their_sum(jam: Jam) -> None:
    song, _ = await jam.song()
    before = buttons(song)
    asked = await jam.ravi.click(song, label="♥")
    assert told(asked) == "Which do you like? Press again to take it back."
    assert buttons(answer(asked).message) == ["Take 1 · ♥", "Take 2 · ♥"]
    voted = await jam.ravi.click(answer(asked), label="Take 2 · ♥")
    assert buttons(answer(voted).message) == ["Take 1 · ♥", "Take 2 · ♥ 1"]
    again = await jam.mia.click(song, label="♥1")
    await jam.mia.click(answer(again), label="Take 2 · ♥ 1")
    await jam.mia.click(answer(again), label="Take 1 · ♥")
    now = await latest(jam, song)
    assert buttons(now) == [*before[:-1], "♥3"]
    assert [file.filename for file in now.attachments] == [file.filename for file in song.attachments]
    top = await listed(jam, "mod", "songs top")
    assert re.findall(r"\*\*(\d)\.\*\* \*\*\[.+?(take \d)\]\(.+?\)\*\* · ♥ (\d)", top) == [
        ("1", "take 2", "2"), ("2", "take 1", "1"),
    ]  # fmt: skip
    mine = await listed(jam, "ravi", favourites=True)
    assert "take 2" in mine
    assert "take 1" not in mine
    assert "Your favourite songs" in mine


async def test_the_best_are_of_a_period(jam: Jam) -> None:
    assert "Nobody has liked" in await listed(jam, "mia", "songs top")
    await jam.song()
    [one, _] = await jam.parts.store.read(clips.of_job, 1)
    long_ago = jam.parts.service.now() - 10 * 24 * 3600
    await jam.parts.store.write(likes.toggle, jam.guild.id, one, jam.mia.id, now=long_ago)
    assert "Nobody" in await listed(jam, "mia", "songs top", period="week")
    assert "♥ 1" in await listed(jam, "mia", "songs top", period="month")
    assert "♥ 1" in await listed(jam, "mia", "songs top", period="all")


async def test_a_press_that_comes_twice_takes_no_like_back(jam: Jam) -> None:
    await jam.song()
    one, _ = await jam.parts.store.read(clips.of_job, 1)
    pressed: list[discord.Interaction[Any]] = []

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        pressed.append(interaction)

    card = answer(await jam.ravi.slash(jam.channel, "clip", clip_id=one.clip_id))
    jam.parts.bot.add_listener(on_interaction)
    await jam.ravi.click(card, label="♥")
    await jam.parts.bot.button_pressed("like", "1-0", pressed[-1])
    assert await jam.parts.store.read(likes.counts, [1]) == {(1, 0): 1}


async def removed(jam: Jam, who: str, job: int = 1) -> str:
    """What a member is told who removes a result, and means it."""
    asked = await getattr(jam, who).slash(jam.channel, "jobs remove", job=job)
    assert f"Remove the result of job #{job}" in told(asked)
    done = await getattr(jam, who).click(answer(asked), label="Remove it")
    return answer(done).content


async def test_a_result_is_removed_after_a_question_and_comes_back(jam: Jam) -> None:
    song, _ = await jam.song()
    asked = await jam.mia.select(song, values=["remove:1"])
    assert song.id in {message.id for message in jam.messages()}, "only asked so far"
    done = await jam.mia.click(answer(asked), label="Remove it")
    assert answer(done).content == "The result of job #1 is removed. `/jobs repost` brings it back."
    assert jam.messages() == [], "neither the result nor its card"
    assert "Nothing here" in await listed(jam)
    assert await jam.ravi.autocomplete(jam.channel, "stems", "clip_id", "") == []
    assert len(await jam.mia.autocomplete(jam.channel, "stems", "clip_id", "")) == 2
    assert "10 credits for 1 job" in await listed(jam, "mia", "credits mine")
    await jam.mia.slash(jam.channel, "jobs repost", job=1)
    await jam.until(jam.messages, "the result again")
    await over(jam, 1)
    assert "take 1" in await listed(jam)


async def test_only_its_requester_and_moderators_remove_a_result(jam: Jam) -> None:
    song, _ = await jam.song()
    denied = await jam.ravi.select(song, values=["remove:1"])
    assert told(denied).startswith("Only the person who asked")
    assert "is removed" in await removed(jam, "mod")
    refused = await jam.mia.slash(jam.channel, "jobs repost", job=1)
    assert told(refused).startswith("A moderator removed")
    looked = await jam.mia.slash(jam.channel, "jobs look-again", job=1)
    assert told(looked).startswith("The result of that job was removed")
    audit = await listed(jam, "mod", "settings audit")
    assert f"<@{jam.mod.id}>: The result of job #1 was removed." in audit
    await jam.mod.slash(jam.channel, "jobs repost", job=1)
    await jam.state(1, JobState.DONE)
    assert await jam.parts.store.read(removals.of_job, 1) is None


async def test_a_removed_result_is_shown_by_its_id_to_its_member_alone(jam: Jam) -> None:
    _, clip_id = await jam.song()
    await removed(jam, "mia")
    unknown = await jam.ravi.slash(jam.channel, "clip", clip_id=clip_id)
    assert told(unknown).startswith("This server has not made that clip")
    mine = await jam.mia.slash(jam.channel, "clip", clip_id=clip_id)
    assert (mine.ephemeral, len(answer(mine).embeds)) == (True, 1)


async def test_what_is_not_there_yet_cannot_be_removed(jam: Jam) -> None:
    asked = await jam.mia.slash(jam.channel, "jobs remove", job=9)
    assert told(asked).startswith("There is no such job")
    jam.api.faults.add(connection.SlowAnswer(30.0), "credits", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    asked = await jam.mia.slash(jam.channel, "jobs remove", job=1)
    assert told(asked).startswith("There is nothing to remove now")


async def test_what_is_on_its_way_again_is_not_removed_by_an_older_question(jam: Jam) -> None:
    await jam.song()
    question = await jam.mia.slash(jam.channel, "jobs remove", job=1)
    jam.env.inject_error("POST", "/channels/*/messages", status=500, times=None)
    await jam.mia.slash(jam.channel, "jobs repost", job=1)
    pressed = await jam.mia.click(answer(question), label="Remove it")
    assert answer(pressed).content.startswith("There is nothing to remove now")
    assert await jam.parts.store.read(removals.of_job, 1) is None


async def test_messages_that_cannot_be_deleted_are_told_and_hidden_all_the_same(jam: Jam) -> None:
    await jam.song()
    jam.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50013)
    text = await removed(jam, "mia")
    assert "I could not delete 1 message" in text
    assert "Nothing here" in await listed(jam)
