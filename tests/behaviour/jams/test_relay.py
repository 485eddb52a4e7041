"""A relay from its command to the whole song, by commands, buttons and forms."""

from dataclasses import replace

import discord
from simcord.results import InteractionResult

from jobs.models.jam import JamState
from jobs.store.queries import guilds
from tests.behaviour.commands.acts import answer, buttons, shown_to, told
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


def files_of(contest: Contest) -> list[str]:
    return [file.filename for one in contest.world.messages() for file in one.attachments]


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
    assert len(files_of(contest)) == 9, "two takes of each, the song so far before each, and the whole"
    assert {"Stems, 2 tracks · 10 credits", "WAV · free", "Cover · 10 credits"} <= entries_of(song).keys()
    held, said = await album_of(contest, song)
    assert f"01 - {title_of(song)} (whole song) - mia, ravi, noor.mp3" in held
    for number, who in enumerate(("mia wrote", "ravi extended it", "noor extended it"), 1):
        assert f"   {number}. {who}: " in said
    assert said.count(", clip ") == 4, "each part, and all of it"
    panel = words_of(await contest.said("Relay."))
    assert "It is over: the result is in the channel" in panel
    assert "3 done" in panel


async def test_a_form_sent_in_after_the_turn_moved_on_is_refused_and_kept(contest: Contest) -> None:
    await started(contest, "mia", "ravi", "noor")
    form = await contest.pressed("mia", await turn_of(contest, "mia", 1), "Take the turn")
    host = await contest.pressed("mod", await contest.said("Relay."), "Host")
    move = await contest.pressed("mod", answer(host).message, "Move the end")
    assert told(await contest.pressed("mia", await turn_of(contest, "mia", 1), "Pass")) == "You pass."
    second = await turn_of(contest, "ravi", 1)
    assert words_of(second).startswith(f"<@{contest.members['mia'].id}> passes.")
    late = await contest.members["mia"].submit_modal(form, {"lyrics": "the rope lets go"})
    assert told(late).startswith(
        f"It is not your turn in jam #1: it is <@{contest.members['ravi'].id}>'s, until <t:"
    )
    moved = await contest.members["mod"].submit_modal(move, {"to": "+1h"})
    assert told(moved).startswith("Jam #1 has just gone on"), "the form was about another turn"
    assert buttons(answer(late).message) == ["Change it"], "what was typed is not lost"
    assert not contest.world.api.charges
    assert told(await contest.pressed("mia", second, "Pass")).startswith("It is not your turn")


async def test_a_blind_relay_lets_each_hear_only_the_part_before(contest: Contest) -> None:
    await started(contest, "mia", "ravi", "noor", blind=True)
    await take(contest, "mia", 1, "the rope lets go")
    part = await contest.said(f"<@{contest.members['mia'].id}>, your part is here, twice.")
    assert not part.attachments
    assert buttons(part) == ["Go on with take 1", "Go on with take 2", "My entry"]
    heard = await contest.pressed("mia", part, "My entry")
    assert len(answer(heard).message.attachments) == 2
    await contest.pressed("mia", part, "Go on with take 1")
    second = await turn_of(contest, "ravi", 2)
    assert [file.filename for file in second.attachments] == ["part 1.mp3"]
    assert "You hear the part before yours, and nothing else." in words_of(second)
    await take(contest, "ravi", 2, "two gulls follow")
    await contest.pressed(
        "ravi", await contest.said(f"<@{contest.members['ravi'].id}>, your part"), "Go on with take 1"
    )
    third = await turn_of(contest, "noor", 3)
    assert [file.filename for file in third.attachments] == ["part 2.mp3"]
    # What one was to hear is gone once the turn is over.
    await contest.world.until(lambda: files_of(contest) == ["part 2.mp3"], "the first part is gone")
    found = shown_to(await contest.members["noor"].slash(contest.world.channel, "songs list"))
    assert "gulls" not in found


async def test_an_account_that_cannot_pay_stops_the_clocks_until_the_host_goes_on(contest: Contest) -> None:
    contest.world.api.account.balance = replace(contest.world.api.balance, credits=5, extra_credits=0)
    await started(contest, "mia", "ravi", "noor")
    await take(contest, "mia", 1, "the rope lets go")
    nothing = await contest.said(f"<@{contest.members['mia'].id}>, your part came to nothing.")
    assert "not enough credits" in words_of(nothing)
    assert "Nothing was charged." in words_of(nothing)
    stalled = await contest.said(f"<@{contest.members['mod'].id}>, the account cannot pay for jam #1 now.")
    again = await contest.pressed("mia", await turn_of(contest, "mia", 1), "Take the turn")
    assert told(again).startswith("The account cannot pay for jam #1 now, so its clocks stand.")
    no = await contest.pressed("ravi", stalled, "Go on")
    assert told(no) == "Only the host of jam #1 and moderators can do that."
    contest.world.api.account.balance = replace(contest.world.api.balance, credits=500)
    assert told(await contest.pressed("mod", stalled, "Go on")) == "It goes on."
    await contest.said("Jam #1 goes on: turn 1 is")
    sent = await take(contest, "mia", 1, "the rope lets go")
    assert told(sent).startswith("Your part for jam #1 is being made")
    assert len(contest.shown("the account cannot pay for jam #1 now")) == 1


async def test_the_host_begins_closes_and_takes_out_and_nobody_else(contest: Contest) -> None:
    await contest.world.mod.slash(contest.world.channel, "jam relay", theme="a ferry", turns=3)
    panel = await contest.said("Relay.")
    await contest.pressed("mia", panel, "Join")
    assert told(await contest.pressed("mia", panel, "Begin")).startswith("Only the host of jam #1")
    assert told(await contest.pressed("mod", panel, "Begin")) == "It takes at least 2 who have joined."
    early = await contest.world.mod.slash(contest.world.channel, "jam close")
    assert told(early).startswith("Jam #1 has not begun: **Begin** begins it")
    assert told(await contest.pressed("mia", panel, "Join")) == "You take part in jam #1 already."
    assert told(await contest.pressed("ravi", panel, "Leave")) == "You do not take part in jam #1."
    await contest.pressed("ravi", panel, "Join")
    assert told(await contest.pressed("mod", panel, "Begin")) == "It begins."
    await take(contest, "mia", 1, "the rope lets go")
    await contest.pressed("mia", await contest.said("your part is here"), "Go on with take 1")
    await turn_of(contest, "ravi", 2)
    refused = await contest.members["ravi"].slash(contest.world.channel, "jam remove", entry="1")
    assert told(refused).startswith("Only the host")
    await contest.world.mod.slash(contest.world.channel, "jam remove", entry="2", reason="*late*", ban=True)
    await contest.said("Part 2 of jam #1 was taken out by")
    assert told(await contest.pressed("ravi", panel, "Join")).startswith("A moderator")
    await contest.said(f"The turn 2 of <@{contest.members['ravi'].id}> was taken out.")
    await contest.close()
    song = await contest.said(": the song")
    assert "It was ended before all turns were taken." in words_of(song)
    listed = shown_to(await contest.world.mia.slash(contest.world.channel, "jam list"))
    assert "It is over: the result is in the channel" in listed


async def test_a_free_turn_whose_taker_may_not_is_anyones_again_until_the_jam_is_cancelled(
    contest: Contest,
) -> None:
    await started(contest, order="anyone")
    offer = await contest.said("Turn 1 of 3 of jam #1 is anyone's")
    guild, write = contest.world.guild.id, contest.world.parts.store.write
    await write(guilds.change, guild, lambda _: {"roles": {"jam": (9,)}}, by=1, now=1.0)
    assert (await contest.pressed("mia", offer, "Take the turn")).modal is None
    await write(guilds.change, guild, lambda _: {"roles": {}}, by=1, now=1.0)
    assert (await contest.pressed("ravi", offer, "Take the turn")).modal is not None
    await contest.world.mod.slash(contest.world.channel, "jam cancel")
    shown = await contest.world.mod.slash(contest.world.channel, "jam show", jam=1)
    assert "*Now* It was cancelled\n" in words_of(answer(shown).message)
    assert buttons(answer(shown).message) == ["My entry", "Host"]
