"""A tree from its first command to its result: in the open, each going on from what others made."""

import asyncio
import re
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from jobs.models import Origin
from jobs.models.jam import EntryState, JamState, Say
from jobs.store.queries.jams import entries as entries_of
from jobs.store.queries.jams import trees
from tests.behaviour.commands.acts import answer, buttons, entries, form_of, told
from tests.behaviour.jams.conftest import Contest, album_of, words_of
from tests.behaviour.jams.lives import Hall, process_in

# A branch in the result: how far in, its title, the way to it, and the rest.
_LINE = re.compile(r"(\u2003*)↳ \[(.+)\]\((https://discord.com/channels/\S+)\) · (.*)")


async def begun(contest: Contest, **options: object) -> str:
    """A tree that begins with a song of mia's; the id of that."""
    _, song = await contest.world.song("a ferry at night")
    wish = {"song": song, "ends": "2h", "pot": 100, **options}
    started = await contest.world.mod.slash(contest.world.channel, "jam tree", **wish)
    assert told(started).startswith("Jam #1 begins here")
    await contest.said("Song tree.")
    return song


async def posted(contest: Contest, count: int) -> discord.Message:
    """The latest of so many results in the channel, settled in its jam."""
    message = await contest.world.reply(count)

    async def settled() -> bool:
        return len(await contest.world.parts.store.read(trees.branches, await contest.row())) == count - 1

    await contest.world.until(settled, f"branch {count - 1}")
    return message


async def check_album(contest: Contest, result: discord.Message) -> None:
    """All branches are in it, and the credits of the last tell the whole way to it."""
    held, said = await album_of(contest, result)
    assert {name[5:] for name in held if name.endswith(".mp3")} == {
        "Ferry Polka (cover) - ravi.mp3",
        "Ferry Waltz (cover) - noor.mp3",
        "Ferry On (extension from 0-01) - mia.mp3",
    }
    last = said.partition(" Ferry On (extension from 0:01) ")[2]
    deeds = re.findall(r"   (\w+ [a-z ]+): ", last)
    assert deeds[:4] == ["mia described", "ravi covered it", "noor covered it", "mia extended it"]


async def test_a_tree_from_its_command_to_its_result(contest: Contest) -> None:
    song = await begun(contest, votes="1h")
    ravi, noor, mia = (contest.members[who] for who in ("ravi", "noor", "mia"))
    panel = await contest.said("Song tree.")
    asked = await ravi.click(panel, label="Enter")
    assert told(asked).startswith(
        "How do you want to go on from the song? The pot of jam #1 pays; you have 2"
    )
    form = await ravi.click(answer(asked).message, label="Cover · 10 credits")
    assert form_of(form)["title"]
    card = await ravi.submit_modal(form, {"style": "polka", "title": "Ferry Polka"})
    assert not answer(card).ephemeral, "everybody sees who makes what"
    polka = await posted(contest, 2)
    assert "Branch from this" in buttons(polka)

    asked = await contest.pressed("noor", polka, "Branch from this")
    ways = buttons(answer(asked).message)
    assert [way.partition(" · ")[0] for way in ways] == ["Take 1", "Take 1", "Take 2", "Take 2"]
    form = await noor.click(answer(asked).message, label="Take 2 · Cover · 10 credits")
    await noor.submit_modal(form, {"style": "waltz", "title": "Ferry Waltz"})
    await posted(contest, 3)

    asked = await mia.click(panel, label="Enter")
    menu = entries(answer(asked).message)
    assert len(menu) == 5, "the song, and two takes of two branches"
    waltz = next(value for label, value in menu.items() if label.startswith("Ferry Waltz (cover) - take 1"))
    chosen = await mia.select(answer(asked).message, [waltz])
    form = await mia.click(answer(chosen).message, label="Extend · 10 credits")
    await mia.submit_modal(form, {"continue_at": "0:01", "title": "Ferry On"})
    await posted(contest, 4)
    assert song == (await contest.row()).song
    kept = contest.world.parts.context.spool.parent / "jams" / "1"
    assert len(list(kept.iterdir())) == 6, "links would not last until the end"

    await contest.close()
    await contest.said("songs, letter by letter above")
    named = [one for one in contest.shown("*Ferry Polka (cover)*") if one.attachments]
    assert len(named) == 1
    letter, _, rest = words_of(named[0]).strip().lstrip("*").partition("**")
    assert f"<@{ravi.id}>" in rest, "whose each is was never a secret"
    assert named[0].attachments[0].filename == f"{letter}.mp3"
    assert told(await contest.vote("noor", letter)).startswith("Your ballot")
    await contest.close()
    result = await contest.result()
    head, *lines = embed_of(result).splitlines()
    assert head.endswith("*, the song that all began with")
    shown = [
        re.fullmatch(r"(\u2003*)↳ \[(.+)\]\((https://discord.com/channels/\S+)\) · (.*)", one)
        for one in lines[:3]
    ]
    assert [(len(one[1]), one[2]) for one in shown if one] == [
        (0, "Ferry Polka (cover)"),
        (1, "Ferry Waltz (cover)"),
        (2, "Ferry On (extension from 0:01)"),
    ]
    assert shown[0] is not None
    assert shown[0][3].endswith(str(polka.id))
    assert shown[0][4] == f"<@{ravi.id}> · **{letter}** · 1 vote, place 1"
    assert "of take 2" in lines[1]
    assert lines[3:] == ["1 ballot, 1 vote. Equal votes share a place.", "*Cost* 30 of 100 credits."]
    assert buttons(result) == ["Listen", "Album", "Winner's persona", "How it stands"]
    await check_album(contest, result)


@pytest.mark.parametrize("votes_for", [0.0, 1800.0])
async def test_the_steps_of_contests_keep_the_time_of_a_tree(tmp_path: Path, votes_for: float) -> None:
    hall = Hall()
    async with process_in(tmp_path, hall) as process:
        brief = {"song": "00000000-0000-4000-8000-000000000000"}
        await process.contest(kind="tree", hidden=False, brief=brief, sound=False, votes_for=votes_for)
        process.start()
        here = Origin(guild_id=11, channel_id=23, user_id=70, upload_limit=10_000_000)
        assert await process.service.hearing.listen(await process.jam(), here, "1h") == 3, (
            "all hear it anyway"
        )
        await process.reach(lambda one: one.state is JamState.DONE)
        await asyncio.sleep(60.0)
        counted = await process.store.read(entries_of.of_jam, 1, EntryState.ENTERED)
    once = [
        Say.CLOSED,
        *([Say.GALLERY] * 3 if votes_for else []),
        *([Say.VOTE] if votes_for else []),
        Say.RESULT,
    ]
    assert [one.name for one in hall.said if one.name is not Say.TRACK] == once, (
        "nobody is told of what is in the channel"
    )
    assert len(counted) == 3, "a file that cannot be had takes nobody out: all have heard it"


async def test_what_left_the_tree_is_no_ground_to_go_on_from(contest: Contest) -> None:
    await begun(contest)
    ravi, noor = contest.members["ravi"], contest.members["noor"]
    panel = await contest.said("Song tree.")
    for count in (2, 3):  # the second does not count for its member, and is a branch all the same
        form = await open_form(contest, "ravi", count == 2)
        await ravi.submit_modal(form, {"style": "polka", "title": f"Polka {count}"})
        await posted(contest, count)
    assert "*Branches* 2" in words_of(await show(contest, "noor"))
    late = await contest.pressed("noor", await contest.world.reply(3), "Branch from this")
    form = await noor.click(answer(late).message, label="Take 1 · Cover · 10 credits")
    await contest.pressed("ravi", answer(await ravi.click(panel, label="My entry")).message, "Withdraw")
    refused = await noor.submit_modal(form, {"style": "waltz"})
    assert told(refused).startswith("Entries of jam #1 are not made like that.")
    again = await contest.pressed("noor", await contest.world.reply(3), "Branch from this")
    assert told(again).startswith("That is no part of jam #1 any more")
    asked = await noor.click(panel, label="Enter")
    assert told(asked).startswith("How do you want to go on from the song?")
    await contest.close()
    assert "Nobody's entry came to be" in words_of(await contest.result())


async def open_form(contest: Contest, who: str, only: bool) -> InteractionResult:
    """The form to cover the song itself."""
    member = contest.members[who]
    asked = await member.click(await contest.said("Song tree."), label="Enter")
    if not only:
        root = next(value for value in entries(answer(asked).message).values() if value.endswith("-0-0"))
        asked = await member.select(answer(asked).message, [root])
    return await member.click(answer(asked).message, label="Cover · 10 credits")


async def show(contest: Contest, who: str) -> Any:  # noqa: ANN401 - a message as an answer holds it
    return answer(await contest.members[who].slash(contest.world.channel, "jam show"))


def embed_of(message: discord.Message) -> str:
    return message.embeds[0].description or ""
