"""The button **Host**: what hosts and moderators decide, in two presses, and what they alone read."""

from datetime import UTC, datetime

from simcord.results import InteractionResult

from jobs.models.jam import JamState
from tests.behaviour.commands.acts import answer, buttons, told
from tests.behaviour.jams.conftest import Contest, words_of


async def led(contest: Contest, what: str, **typed: str) -> InteractionResult:
    """Press Host, then a button of it, and send its form."""
    shown = await contest.pressed("mod", await contest.panel(), "Host")
    form = await contest.members["mod"].click(answer(shown).message, label=what)
    return await contest.members["mod"].submit_modal(form, typed)


async def test_a_contest_is_led_by_its_host_button(contest: Contest) -> None:
    await contest.start()
    refused = await contest.pressed("mia", await contest.panel(), "Host")
    assert told(refused) == "Only the host of jam #1 and moderators can do that."
    shown = await contest.pressed("mod", await contest.panel(), "Host")
    assert buttons(answer(shown).message) == ["Move the end", "End it now", "Cancel it"]
    assert "**End it now** cannot be taken back: entries end for everybody." in told(shown)
    before = (await contest.row()).due_at
    assert told(await led(contest, "Move the end", to="+1h")).startswith("It ends <t:")
    assert (await contest.row()).due_at > before
    assert told(await led(contest, "Move the end", to="soon")).startswith("I cannot read that time.")
    for who in ("mia", "ravi", "noor"):
        await contest.entered(who, f"song of {who}")
    late = await contest.members["mod"].click(answer(shown).message, label="Cancel it")
    assert told(await contest.pressed("mod", answer(shown).message, "End it now")) == "It ends now."
    await contest.said("songs, letter by letter above")
    over = await contest.members["mod"].submit_modal(late, {"reason": "by mistake"})
    assert told(over).startswith("Jam #1 has just gone on"), "the form was about the entries"
    assert told(await led(contest, "Whose is it?", entry="a")).startswith("A is by <@")
    assert told(await led(contest, "Take out", entry="B", reason="stolen")) == "It is removed."
    await contest.said("Entry B of jam #1 was removed by a moderator: stolen.")
    assert told(await led(contest, "Cancel it", reason="*rain*")) == "It is cancelled."
    assert "\\*rain\\*" in words_of(await contest.said("Jam #1 was cancelled"))


async def test_a_host_who_is_no_moderator_takes_nothing_out_of_a_blind_vote(contest: Contest) -> None:
    role = contest.world.guild.default_role
    await contest.world.mod.slash(contest.world.channel, "settings jam-hosts", role=role, allowed=True)
    wish = {"theme": "paper lanterns", "ends": "2h", "votes": "1h", "pot": 100}
    await contest.members["mia"].slash(contest.world.channel, "jam contest", **wish)
    await contest.panel()
    for who in ("mia", "ravi"):
        await contest.entered(who, f"song of {who}")
    await contest.close("mia")
    await contest.reach(JamState.VOTING)
    await contest.said("songs, letter by letter above")
    shown = await contest.pressed("mia", await contest.panel(), "Host")
    assert buttons(answer(shown).message) == ["Move the end", "End it now", "Cancel it"]


async def test_the_host_reads_how_many_votes_may_be_of_second_accounts(contest: Contest) -> None:
    await contest.start()
    for who in ("mia", "ravi"):
        await contest.entered(who, f"song of {who}")
    backend, world = contest.world.env.backend, contest.world
    contest.members["zoe"] = world.guild.add_member(world.env.create_user("zoe"))
    since = datetime.fromtimestamp((await contest.row()).created_at + 0.001, UTC)
    backend.guilds[world.guild.id].members[contest.members["zoe"].id].joined_at = since.isoformat()
    await contest.close()
    await contest.said("songs, letter by letter above")
    for who in ("noor", "zoe"):
        await contest.vote(who, "A")
    await contest.vote("zoe", "B")  # changed, and one ballot all the same
    early = await contest.pressed("mod", await contest.panel(), "Host")
    assert "Who voted" not in told(early), "a number that grows beside the clock tells who has just voted"
    await contest.close()
    await contest.reach(JamState.DONE)
    shown = await contest.members["mod"].slash(world.channel, "jam show", jam=1)
    seen = told(await contest.members["mod"].click(answer(shown).message, label="Host"))
    assert "*Who voted* 2 members: " in seen
    assert " 1 member here only since then." in seen
    private = await contest.members["mia"].slash(world.channel, "jam show", jam=1)
    assert "Host" not in buttons(answer(private).message)
