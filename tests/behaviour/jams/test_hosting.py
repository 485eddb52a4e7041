"""Who may start, move, close, cancel and remove; and what everybody reads of it."""

import discord
import pytest

from jobs.models.jam import JamState
from jobs.store.queries import guilds
from tests.behaviour.commands.acts import answer, buttons, entries, shown_to, told
from tests.behaviour.jams.conftest import Contest, words_of

WISH = {"theme": "rain", "ends": "2h", "votes": "1h"}


async def test_who_may_start_one_and_with_which_pot(contest: Contest) -> None:
    world, role = contest.world, contest.world.guild.create_role("hosts")
    start = await world.mia.slash(world.channel, "jam contest", **WISH)
    assert told(start).startswith("Only moderators start jams here")
    saved = shown_to(await world.mod.slash(world.channel, "settings jam-hosts", role=role, allowed=True))
    assert f"<@&{role.id}> may start jams now." in saved
    assert f"moderators, <@&{role.id}>" in saved
    saved = shown_to(await world.mod.slash(world.channel, "settings jam-pot", credits=30))
    assert "The pot of a jam holds up to 30 credits." in saved
    host = world.guild.add_member(world.env.create_user("tove"), roles=[role])
    contest.members["tove"] = host
    much = await host.slash(world.channel, "jam contest", **WISH, pot=31)
    assert told(much) == "You may set a pot of up to 30 credits; a larger one is for moderators."
    begun = await host.slash(world.channel, "jam contest", **WISH)
    assert told(begun).startswith("Jam #1 begins here")
    assert "up to 30 credits" in words_of(await contest.panel())
    again = await host.slash(world.channel, "jam contest", **WISH)
    assert told(again) == "You host a jam already; wait until it has ended."
    for _ in range(2):
        await world.mod.slash(world.channel, "jam contest", **WISH, pot=500)
    third = await world.mod.slash(world.channel, "jam contest", **WISH)
    assert told(third).startswith("3 jams at once is the most")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"ends": "soon"}, "I cannot read that time."),
        ({"ends": "1m"}, "That is too soon or too late"),
        ({"ends": "40d"}, "That is too soon or too late: from 10 minutes to 30 days is fine."),
        ({"starts": "61d"}, "That is too soon or too late: from 10 minutes to 60 days is fine."),
        ({"starts": "50d"}, "Jam #1 is announced here"),
        ({"votes": "20:00"}, "I cannot read that time."),
    ],
)
async def test_times_that_cannot_be_are_refused_with_those_that_can(
    contest: Contest, wish: dict[str, str], said: str
) -> None:
    result = await contest.world.mod.slash(contest.world.channel, "jam contest", **{**WISH, **wish})
    assert told(result).startswith(said)
    assert said.startswith("Jam") or not contest.shown("Blind contest.")


async def test_what_is_typed_as_a_time_is_echoed_as_it_is_understood(contest: Contest) -> None:
    world = contest.world
    await world.mod.slash(world.channel, "settings timezone", name="Asia/Tokyo")

    async def echoed(option: str, typed: str, command: str = "jam contest", **others: str) -> list[str]:
        found = await world.mod.autocomplete(world.channel, command, option, typed, **others)
        return [str(one["name"]) for one in found]

    [until] = await echoed("ends", " 2035-12-01 20:00 ")
    assert until.startswith("2035-12-01 20:00: Sat 1 Dec 20:00 Asia/Tokyo, in ")
    assert " days" in until
    [later] = await echoed("ends", "3d")
    assert " Asia/Tokyo, in " in later
    assert await echoed("ends", "3d", starts="20:00") == ["3d: 3 days"], "counted from its beginning"
    assert await echoed("votes", "90m") == ["90m: 90 minutes"]
    assert await echoed("to", "+1d", "jam deadline") == ["+1d: 24 hours"]
    assert await echoed("votes", "2h10m") == ["2h10m: 2 hours 10 minutes"]
    assert await echoed("ends", "soon") == []


async def test_an_end_is_moved_by_the_host_and_told_to_all(contest: Contest) -> None:
    await contest.start()
    before = (await contest.row()).due_at
    refused = await contest.members["mia"].slash(contest.world.channel, "jam deadline", to="+1h")
    assert told(refused) == "Only the host of jam #1 and moderators can do that."
    moved = await contest.world.mod.slash(contest.world.channel, "jam deadline", to="+1h")
    assert told(moved).startswith("It ends <t:")
    assert (await contest.row()).due_at == pytest.approx(before + 3600 * 0.004)
    await contest.said(f"<@{contest.world.mod.id}> moved the end of this phase of jam #1 to <t:")


async def test_a_cancelled_jam_says_so_and_leaves_what_was_made(contest: Contest) -> None:
    await contest.start()
    await contest.entered("mia", "lanterns")
    asked = await contest.pressed("ravi", await contest.panel(), "Enter")
    refused = await contest.members["mia"].slash(contest.world.channel, "jam cancel")
    assert told(refused) == "Only the host of jam #1 and moderators can do that."
    await contest.world.mod.slash(contest.world.channel, "jam cancel", reason="*storm* @everyone")
    said = words_of(await contest.said("Jam #1 was cancelled"))
    assert "\\*storm\\* @\u200beveryone" in said
    assert "Of the pot 10 credits was used." in said
    mine = await contest.pressed("mia", await contest.panel(), "My entry")
    assert answer(mine).message.attachments
    jobs = shown_to(await contest.members["mia"].slash(contest.world.channel, "jobs mine"))
    assert "#1" in jobs, "it is no secret any more"
    late = await contest.members["ravi"].click(answer(asked).message, label="Describe it · 10 credits")
    assert told(late).startswith("Jam #1 takes no more entries")


async def test_an_entry_that_is_removed_leaves_the_vote(contest: Contest) -> None:
    await contest.start()
    for who in ("mia", "ravi", "noor"):
        await contest.entered(who, f"song of {who}")
    await contest.close()
    await contest.reach(JamState.VOTING)
    await contest.said("songs, letter by letter above")
    ballot = await contest.pressed("mod", await contest.said("songs, letter by letter above"), "Vote")
    assert sorted(entries(answer(ballot).message)) == ["A", "B", "C"]
    await contest.vote("mod", "A")
    no = await contest.members["mia"].slash(contest.world.channel, "jam remove", entry="A")
    assert told(no).startswith("Only moderators")
    none = await contest.world.mod.slash(contest.world.channel, "jam remove", entry="Q")
    assert told(none) == "Jam #1 has no entry of that letter in the vote now."
    await contest.world.mod.slash(contest.world.channel, "jam remove", entry="a", reason="stolen")
    await contest.said("Entry A of jam #1 was removed by a moderator: stolen.")
    gallery = [one.attachments[0].filename for one in contest.world.messages() if one.attachments]
    assert gallery == ["B.mp3", "C.mp3"]
    ballot = await contest.pressed("mod", await contest.said("songs, letter by letter above"), "Vote")
    assert sorted(entries(answer(ballot).message)) == ["B", "C"]
    assert "empty so far" in told(ballot)
    await contest.close()
    await contest.said("Nobody voted, so there are no places.")


async def test_a_member_changes_the_words_of_a_try_and_reads_why_one_was_removed(contest: Contest) -> None:
    await contest.start()
    await contest.entered("mia", "lanterns over the river")
    await contest.entered("ravi", "a paper moon")
    mine = await contest.pressed("mia", await contest.panel(), "My entry")
    assert buttons(answer(mine).message)[1:] == ["Another try · 1 left", "Change the words", "Withdraw"]
    mod, channel = contest.world.mod, contest.world.channel
    quota = {"who": "all together", "unit": "songs", "period": "day"}
    await mod.slash(channel, "quota set", amount=2, **quota)
    refused = await contest.members["mia"].click(answer(mine).message, label="Change the words")
    assert refused.modal is None
    stands = await contest.said("the account cannot pay for jam #1 now")
    await mod.slash(channel, "quota remove", **quota)
    assert told(await contest.pressed("mod", stands, "Go on")) == "It goes on."
    form = await contest.members["mia"].click(answer(mine).message, label="Change the words")
    sent = await contest.members["mia"].submit_modal(form, {"description": "lanterns over the sea"})
    assert told(sent).startswith("Your try for jam #1 is being made")
    await contest.said(f"<@{contest.members['mia'].id}>, there is news", count=2)
    mine = await contest.pressed("mia", await contest.panel(), "My entry")
    assert "Change the words" not in buttons(answer(mine).message), "both tries are used"
    await contest.close()
    await contest.said("songs, letter by letter above")
    seen = told(await contest.pressed("ravi", await contest.panel(), "My entry"))
    letter = seen.partition("letter ")[2][0]
    await contest.world.mod.slash(contest.world.channel, "jam remove", entry=letter, reason="*stolen*")
    after = told(await contest.pressed("ravi", await contest.panel(), "My entry"))
    assert "removed by a moderator: \\*stolen\\*, letter" in after


async def test_show_and_list_lead_to_it_from_anywhere(contest: Contest) -> None:
    world = contest.world
    nothing = shown_to(await world.mia.slash(world.channel, "jam list"))
    assert "There has been no jam here." in nothing
    none = await world.mia.slash(world.channel, "jam show")
    assert told(none).startswith("Say which jam you mean")
    await contest.start()
    elsewhere = world.guild.create_text_channel("elsewhere")
    shown = await world.mia.slash(elsewhere, "jam show", jam=1)
    assert buttons(answer(shown).message) == ["Enter", "My entry"]
    listed = shown_to(await world.mia.slash(elsewhere, "jam list"))
    assert "Jam #1 · paper lanterns" in listed
    assert f"<#{world.channel.id}>" in listed
    other = await world.mia.slash(elsewhere, "jam show", jam=99)
    assert told(other).startswith("There is no such jam here.")


async def test_a_jam_takes_place_in_another_channel_where_host_and_bot_may_write(contest: Contest) -> None:
    world, closed = contest.world, discord.PermissionOverwrite(view_channel=True, send_messages=False)
    me = world.guild.me
    assert me is not None
    stage = world.guild.create_text_channel("stage")
    mute = world.guild.create_text_channel("mute", overwrites={me: closed})
    read_only = world.guild.create_text_channel("news", overwrites={world.mod: closed})
    start = await world.mod.slash(
        world.channel, "jam relay", theme="rain", turns=3, channel=stage, starts="2h"
    )
    assert told(start).startswith(f"Jam #1 is announced in <#{stage.id}>: its message is on the way.")
    assert ", if two have joined by then. " in told(start)
    panels = await world.until(lambda: [one for one in stage.history() if one.embeds], "the panel")
    assert "*Now* Members join; it begins <t:" in words_of(panels[0])
    assert contest.shown("Relay.") == []
    for channel, said in (
        (mute, "I am missing Send Messages"),
        (read_only, "You can start a jam only in a channel"),
    ):
        refused = await world.mod.slash(world.channel, "jam lines", theme="rain", lines=4, channel=channel)
        assert said in told(refused), told(refused)


async def test_a_battle_of_covers_is_made_of_one_song(contest: Contest) -> None:
    _, clip_id = await contest.world.song("a ferry at night")
    await contest.start(song=clip_id)
    panel = words_of(await contest.panel())
    assert "Everybody makes a version of one song" in panel
    asked = await contest.pressed("mia", await contest.panel(), "Enter")
    assert buttons(answer(asked).message) == ["Cover · 10 credits"]
    form = await contest.members["mia"].click(answer(asked).message, label="Cover · 10 credits")
    done = await contest.members["mia"].submit_modal(form, {"style": "ska", "lyrics": "la"})
    assert told(done).startswith("Your try for jam #1 is being made")


async def test_a_blocked_member_neither_enters_nor_votes(contest: Contest) -> None:
    await contest.start()
    for who in ("mia", "ravi"):
        await contest.entered(who, f"song of {who}")
    await contest.world.mod.slash(contest.world.channel, "quota block", member=contest.members["noor"])
    entered = await contest.pressed("noor", await contest.panel(), "Enter")
    await contest.close()
    await contest.reach(JamState.VOTING)
    voted = await contest.pressed("noor", await contest.said("songs, letter by letter above"), "Vote")
    for result in (entered, voted):
        assert "moderator" in told(result)
    newcomer = contest.world.guild.add_member(contest.world.env.create_user("zoe"))
    contest.members["zoe"] = newcomer
    backend = contest.world.env.backend
    backend.guilds[contest.world.guild.id].members[newcomer.id].joined_at = "2035-01-01T00:00:00+00:00"
    late = await contest.pressed("zoe", await contest.said("songs, letter by letter above"), "Vote")
    assert told(late).startswith("This vote is for members who were here before it began")


async def test_members_ask_to_be_reminded_and_a_banned_one_stays_out(contest: Contest) -> None:
    await contest.start(ends="20h", votes="20h")
    on = await contest.pressed("mia", await contest.panel(), "Remind me")
    assert told(on) == "You will be pinged before entries of jam #1 end, and before its vote does."
    off = await contest.pressed("mia", await contest.panel(), "Remind me")
    assert told(off) == "You will not be reminded of jam #1."
    for who in ("ravi", "noor"):
        await contest.entered(who, f"song of {who}")
    await contest.close()
    await contest.reach(JamState.VOTING)
    vote = await contest.said("songs, letter by letter above")
    mine = await contest.pressed("ravi", await contest.panel(), "My entry")
    letter = told(mine).partition("letter ")[2][0]
    await contest.world.mod.slash(contest.world.channel, "jam remove", entry=letter, ban=True)
    refused = await contest.pressed("ravi", vote, "Vote")
    assert told(refused) == "A moderator keeps you from taking part in jam #1."


async def test_a_host_who_was_blocked_leads_no_jam_any_more(contest: Contest) -> None:
    guild, write = contest.world.guild.id, contest.world.parts.store.write
    await write(guilds.change, guild, lambda _: {"jam_hosts": (guild,)}, by=1, now=1.0)
    await contest.members["mia"].slash(contest.world.channel, "jam relay", theme="low tide", turns=3)
    panel = await contest.said("**Relay.**")
    for who in ("ravi", "noor"):
        await contest.pressed(who, panel, "Join")
    await contest.world.mod.slash(contest.world.channel, "quota block", member=contest.members["mia"])
    for result in (
        await contest.pressed("mia", panel, "Begin"),
        await contest.members["mia"].slash(contest.world.channel, "jam cancel", jam=1),
    ):
        assert "moderator" in told(result)
    assert (await contest.row()).state is JamState.PLANNED
    assert told(await contest.pressed("mod", panel, "Begin")) == "It begins."
