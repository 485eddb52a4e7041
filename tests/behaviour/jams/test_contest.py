"""A contest from its first command to its result, by commands, buttons, menus and forms."""

from jobs.models.jam import JamState
from jobs.store.queries.jams import jams
from tests.behaviour.commands.acts import answer, buttons, told
from tests.behaviour.jams.conftest import Contest, words_of


async def test_a_contest_from_its_command_to_its_result(contest: Contest) -> None:
    started = await contest.start()
    assert told(started).startswith("Jam #1 begins here")
    panel = await contest.panel()
    assert buttons(panel) == ["Enter", "My entry", "Remind me", "Host"]
    entered = await contest.enter("mia", "lanterns over the river")
    assert told(entered).startswith("Your try for jam #1 is being made (10 credits from the pot)")
    await contest.entered("ravi", "a paper moon")
    await contest.entered("noor", "thirty lamps")
    mia = f"<@{contest.members['mia'].id}>"
    await contest.said(f"{mia}, there is news for you in jam #1: **My entry** shows it")
    mine = await contest.pressed("mia", await contest.panel(), "My entry")
    assert "**Try 1**" in told(mine)
    assert "this counts" in told(mine)
    assert [file.filename for file in answer(mine).message.attachments] == [
        "try 1 - take 1.mp3",
        "try 1 - take 2.mp3",
    ]

    await contest.close()
    await contest.said("Entries for jam #1 are closed: 3 are in.")
    await contest.said("songs, letter by letter above")
    gallery = [one for one in contest.world.messages() if one.attachments]
    assert [one.attachments[0].filename for one in gallery] == ["A.mp3", "B.mp3", "C.mp3"]
    await contest.reach(JamState.VOTING)
    letters = {who: await letter_of(contest, who) for who in ("mia", "ravi", "noor")}
    ballot = await contest.vote("mod", letters["ravi"], letters["mia"])
    assert not ballot.ephemeral or "Your ballot" in answer(ballot).content
    await contest.vote("mia", letters["ravi"])
    await contest.vote("noor", letters["ravi"])
    await contest.close()
    result = await contest.result()
    text = words_of(result)
    assert f"<@{contest.members['ravi'].id}> wins!" in text
    assert f"1. **{letters['ravi']}**" in text
    assert "3 ballots, 4 votes. Equal votes share a place." in text
    assert "*Cost* 30 of 100 credits." in text
    await contest.reach(JamState.DONE)
    standings = (await contest.world.parts.store.read(jams.figures, await contest.row())).standings
    assert [each.entry.points for each in standings] == [3, 1, 0]
    shown = await contest.world.until(
        lambda: contest.shown(f"<@{contest.members['noor'].id}>")[2:], "revealed"
    )
    assert shown


async def letter_of(contest: Contest, who: str) -> str:
    mine = told(await contest.pressed(who, await contest.panel(), "My entry"))
    return mine.partition("letter ")[2][0]
