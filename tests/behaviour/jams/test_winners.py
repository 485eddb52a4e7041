"""A winner makes a persona of the song that won, and lets the next contest sing with it."""

from jobs.models.jam import JamState
from jobs.store.queries.jams import entries
from tests.behaviour.commands.acts import answer, buttons, over, told
from tests.behaviour.jams.conftest import Contest, words_of

FORM = {"name": "Ada", "description": "warm and close"}


async def won_by_ravi(contest: Contest) -> None:
    """A contest of two, of which one has the only vote."""
    await contest.start(season="Winter")
    await contest.entered("mia", "lanterns")
    await contest.entered("ravi", "a paper moon")
    await contest.close()
    await contest.said("songs, letter by letter above")
    there = await contest.world.parts.store.read(entries.of_jam, 1)
    await contest.vote("noor", next(one.letter for one in there if one.user_id == contest.members["ravi"].id))
    await contest.close()
    await contest.reach(JamState.DONE)


async def sung(contest: Contest, persona: str, **options: object) -> str:
    """What the host is told who starts a contest with a persona."""
    wish = {"theme": "snow", "ends": "2h", "votes": "none", "pot": 100, "persona": persona, **options}
    return told(await contest.world.mod.slash(contest.world.channel, "jam contest", **wish))


async def removed(contest: Contest, job: int) -> None:
    asked = await contest.members["ravi"].slash(contest.world.channel, "jobs remove", job=job)
    await contest.pressed("ravi", answer(asked).message, "Remove it")


async def listed(contest: Contest) -> list[str]:
    found = await contest.world.mod.autocomplete(contest.world.channel, "jam contest", "persona", "winner")
    return [str(one["value"]) for one in found]


async def test_the_winner_alone_makes_a_persona_and_lends_it(contest: Contest) -> None:
    await won_by_ravi(contest)
    result = await contest.result()
    assert buttons(result) == ["Listen", "Album", "Winner's persona", "How it stands"]
    for other in ("mia", "mod"):
        refused = told(await contest.pressed(other, result, "Winner's persona"))
        assert refused.startswith("Only whoever won jam #1 by votes"), other
    assert (await sung(contest, "winner of #1")).startswith("Who won jam #1 has lent no persona")
    assert await listed(contest) == []

    asked = await contest.pressed("ravi", result, "Winner's persona")
    assert "members read whose it is" in told(asked)
    form = await contest.pressed("ravi", answer(asked).message, "Make it · 1 credit")
    ordered = await contest.members["ravi"].submit_modal(form, FORM)
    job = await over(contest.world, int(str(answer(ordered).embeds[0].title).rpartition("#")[2]))
    assert (job.operation, job.user_id, job.jam_id) == ("suno.persona", contest.members["ravi"].id, None)

    assert await listed(contest) == ["winner of #1"]
    assert (await sung(contest, "winner", season="Summer")).startswith(
        "Who won a jam here has lent no persona"
    )
    assert (await sung(contest, "winner", season=" winter ")).startswith("Jam #2 begins here")
    panel = await contest.said("Everybody makes a song that one persona sings")
    assert "*The persona* **Ada**, lent by the winner of jam #1" in words_of(panel)

    mine = await contest.world.parts.store.read(entries.of_jam, 1)
    won = next(one.job_id for one in mine if one.place == 1)
    await removed(contest, won)
    shown = answer(await contest.members["mia"].slash(contest.world.channel, "jam show", jam=1)).message
    assert buttons(shown) == ["My entry"]
    shown = answer(await contest.members["ravi"].slash(contest.world.channel, "jam show", jam=1)).message
    again = await contest.pressed("ravi", shown, "Winner's persona")
    assert "Contests may sing with it" in told(again), (
        "what is lent can be taken back, though its song is gone"
    )
    taken = await contest.pressed("ravi", answer(again).message, "Take that back")
    assert "No contest can choose it as the winner's" in answer(taken).content
    await removed(contest, job.id)
    late = await contest.pressed("ravi", answer(taken).message, "Let contests sing with it")
    assert told(late).startswith("Of jam #1 there is nothing to be heard."), "each press is answered"
    await contest.world.mod.slash(contest.world.channel, "jobs repost", job=won)
    late = await contest.pressed("ravi", answer(taken).message, "Let contests sing with it")
    assert told(late).startswith("You won jam #1."), "its persona can be made anew"
    assert (await sung(contest, "winner of #1")).startswith("Who won jam #1 has lent no persona")
    assert await listed(contest) == []
