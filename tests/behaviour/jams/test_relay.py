"""A relay from its command to the whole song, by commands, buttons and forms."""

import discord
from simcord.results import InteractionResult

from jobs.models.jam import JamState
from tests.behaviour.commands.acts import buttons, told
from tests.behaviour.commands.acts import entries as entries_of
from tests.behaviour.jams.conftest import Contest, album_of, words_of


async def started(contest: Contest, *members: str, **options: object) -> None:
    """Start a relay that these have joined, and begin it."""
    wish = {"theme": "a ferry at night", "turns": 3, **options}
    result = await contest.world.mod.slash(contest.world.channel, "jam relay", **wish)
    assert told(result).startswith("Jam #1 is announced")
    for who in members:
        joined = await contest.pressed(who, await contest.said("Relay."), "Join")
        assert told(joined).startswith("You take part in jam #1")
    if len(members) < 3:
        await contest.pressed("mod", await contest.said("Relay."), "Begin")


async def turn_of(contest: Contest, who: str, number: int) -> discord.Message:
    return await contest.said(f"<@{contest.members[who].id}>, turn {number} of")


async def take(contest: Contest, who: str, number: int, words: str) -> InteractionResult:
    form = await contest.pressed(who, await turn_of(contest, who, number), "Take the turn")
    return await contest.members[who].submit_modal(form, {"lyrics": words})


def title_of(song: discord.Message) -> str:
    return words_of(song).partition(" *")[2].partition("*")[0]


async def test_a_relay_of_three_turns_becomes_one_song(contest: Contest) -> None:
    await started(contest, "mia", "ravi", "noor")
    sent = await take(contest, "mia", 1, "[Verse]\nthe rope lets go")
    assert told(sent).startswith("Your part for jam #1 is being made (10 credits from the pot)")
    part = await contest.said(f"<@{contest.members['mia'].id}>, your part is here, twice.")
    assert [file.filename for file in part.attachments] == ["part 1 - take 1.mp3", "part 1 - take 2.mp3"]
    assert buttons(part) == ["Go on with take 1", "Go on with take 2"]
    assert told(await contest.pressed("mia", part, "Go on with take 2")) == "That one goes on."

    second = await turn_of(contest, "ravi", 2)
    assert [file.filename for file in second.attachments] == ["the song so far.mp3"]
    refused = await contest.pressed("noor", second, "Take the turn")
    assert told(refused).startswith(f"It is not your turn in jam #1: it is <@{contest.members['ravi'].id}>'s")
    await take(contest, "ravi", 2, "two gulls follow")
    await contest.pressed(
        "ravi", await contest.said(f"<@{contest.members['ravi'].id}>, your part"), "Go on with take 1"
    )
    await take(contest, "noor", 3, "the harbour comes to us")
    await contest.pressed(
        "noor", await contest.said(f"<@{contest.members['noor'].id}>, your part"), "Go on with take 1"
    )

    await contest.reach(JamState.DONE)
    song = await contest.said(": the song")
    for who in ("mia", "ravi", "noor"):
        assert f" · <@{contest.members[who].id}>" in words_of(song)
    assert "*Cost* 34 of 34 credits." in words_of(song)
    assert len(contest.world.api.charges) == 5, "three parts, joined twice"
    everything = [file for one in contest.world.messages() for file in one.attachments]
    assert len(everything) == 9, "two takes of each, the song so far before each, and the whole"
    assert {"Stems, 2 tracks · 10 credits", "WAV · free", "Cover · 10 credits"} <= entries_of(song).keys()
    held, said = await album_of(contest, song)
    assert f"01 - {title_of(song)} (whole song) - mia, ravi, noor.mp3" in held
    for number, who in enumerate(("mia wrote", "ravi extended it", "noor extended it"), 1):
        assert f"   {number}. {who}: " in said
    assert said.count(", clip ") == 4, "each part, and all of it"
    panel = words_of(await contest.said("Relay."))
    assert "It is over: the result is in the channel" in panel
    assert "3 done" in panel
