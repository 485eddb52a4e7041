"""Lines: everybody adds one, and at the end they are sung as one song."""

import asyncio

from simcord.results import InteractionResult

from jobs.models import Origin
from jobs.models.jam import JamState
from tests.behaviour.commands.acts import answer, buttons, told
from tests.behaviour.jams.conftest import Contest, album_of, words_of

WRITTEN = (
    ("mia", "the rope lets go"),
    ("ravi", "two gulls follow"),
    ("noor", "low tide"),
    ("mia", "and home"),
)

ADDED = "Your line is in jam #1."


async def begun(contest: Contest, **options: object) -> None:
    wish = {"theme": "a ferry", "lines": 4, **options}
    await contest.world.mod.slash(contest.world.channel, "jam lines", **wish)
    await contest.pressed("mod", await contest.said("**Lines.**"), "Begin")
    await contest.said("Line 1 of 4 of jam #1 is anyone's")


async def open_form(contest: Contest, who: str) -> InteractionResult:
    panel = await contest.world.until(
        lambda: [one for one in contest.shown("**Lines.**") if "Add a line" in buttons(one)], "its button"
    )
    return await contest.pressed(who, panel[-1], "Add a line")


async def write(contest: Contest, who: str, words: str) -> str:
    form = await open_form(contest, who)
    return told(await contest.members[who].submit_modal(form, {"words": words}))


async def test_lines_of_many_become_one_song(contest: Contest) -> None:
    await begun(contest, style="sea shanty")
    for who, words in WRITTEN:
        assert await write(contest, who, words) == ADDED
    song = await contest.said(": the song")
    await contest.reach(JamState.DONE)
    for number, (who, words) in enumerate(WRITTEN, 1):
        assert f"{number}. {words} · <@{contest.members[who].id}>" in words_of(song)
    assert "*Cost* 10 of 10 credits." in words_of(song)
    assert len(contest.world.api.charges) == 1
    assert [file.filename for file in song.attachments] == ["a ferry - take 1 #1.mp3"]
    held, said = await album_of(contest, song)
    assert "01 - a ferry - mia, ravi, noor.mp3" in held
    assert "   3. noor wrote: low tide\n" in said
    assert told(await contest.members["mod"].slash(contest.world.channel, "jam listen")).startswith(
        "Jam #1 makes one song"
    )


async def test_forms_that_were_open_at_once_are_all_taken_while_there_is_room(contest: Contest) -> None:
    await begun(contest)
    forms = {who: await open_form(contest, who) for who in ("mia", "ravi", "noor", "mod")}
    twice, late = [await open_form(contest, "noor") for _ in range(2)]
    for who in ("mia", "ravi", "noor"):
        assert told(await contest.members[who].submit_modal(forms[who], {"words": who})) == ADDED
    twice = await contest.members["noor"].submit_modal(twice, {"words": "*one* more"})
    assert told(twice).startswith(
        "The last one was yours, or you did not use this one: somebody else comes first."
    )
    assert told(twice).endswith("You typed: \\*one\\* more"), "what was typed is not lost"
    assert told(await contest.members["mod"].submit_modal(forms["mod"], {"words": "the end"})) == ADDED
    late = await contest.members["noor"].submit_modal(late, {"words": "too late"})
    assert told(late).startswith("Jam #1 takes no more entries")
    song = words_of(await contest.said(": the song"))
    assert all(f". {who} · " in song for who in ("mia", "ravi", "noor", "the end"))


async def test_lines_sent_in_the_same_moment_are_each_taken_once(contest: Contest) -> None:
    await begun(contest, lines=4)
    world, service = contest.world, contest.world.parts.bot.jams.turns
    jam = await contest.row()
    visits = [Origin(world.guild.id, world.channel.id, 9000 + n, 10_000_000) for n in range(7)]
    sent = (service.write_line(jam, one, f"line of {one.user_id}") for one in visits)
    found = await asyncio.gather(*sent, return_exceptions=True)
    assert found.count(None) == 4
    song = words_of(await contest.said(": the song"))
    assert sum(f"line of {one.user_id}" in song for one in visits) == 4


async def test_a_line_is_taken_out_and_the_song_is_without_it(contest: Contest) -> None:
    await begun(contest, order="anyone")
    for who, words in WRITTEN[:2]:
        await write(contest, who, words)
    shown = await contest.members["noor"].slash(contest.world.channel, "jam show")
    assert buttons(answer(shown).message) == ["Add a line", "Join", "Leave", "My entry"]
    refused = await contest.members["noor"].slash(contest.world.channel, "jam remove", entry="1")
    assert told(refused) == "Only the host of jam #1 and moderators can do that."
    await contest.world.mod.slash(contest.world.channel, "jam remove", entry="1", reason="too long")
    await contest.said("Line 1 of jam #1 was taken out")
    await contest.close()
    song = words_of(await contest.said(": the song"))
    assert "1. two gulls follow" in song
    assert "the rope lets go" not in song
    assert "It was ended before all turns were taken." in song
