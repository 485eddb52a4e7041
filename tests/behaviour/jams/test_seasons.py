"""Points over the contests of one name."""

from jobs.models.jam import JamState
from jobs.store.queries.jams import entries
from tests.behaviour.commands.acts import shown_to, told
from tests.behaviour.jams.conftest import Contest, words_of


async def table(contest: Contest, who: str = "noor", **options: object) -> str:
    return shown_to(await contest.members[who].slash(contest.world.channel, "jam season", **options))


async def test_contests_of_a_name_add_up_once_they_are_over(contest: Contest) -> None:
    none = await contest.members["noor"].slash(contest.world.channel, "jam season")
    assert told(none).startswith("There is no season here.")
    await contest.start(season="Winter *26*", votes="1h")
    assert "*Season* Winter \\*26\\*: 5, 3 and 2 points" in words_of(await contest.panel())
    await contest.entered("mia", "lanterns")
    await contest.entered("ravi", "a paper moon")
    assert "No jam of it is over yet." in await table(contest)
    await contest.close()
    await contest.said("songs, letter by letter above")
    letter = next(
        one.letter
        for one in await contest.world.parts.store.read(entries.of_jam, 1)
        if one.user_id == contest.members["ravi"].id
    )
    await contest.vote("noor", letter)
    assert "No jam of it is over yet." in await table(contest), "not before the result"
    await contest.close()
    assert "*Season* Winter" in words_of(await contest.result())
    await contest.reach(JamState.DONE)
    after = await table(contest)
    mia, ravi = contest.members["mia"].id, contest.members["ravi"].id
    assert after.index(f"1. <@{ravi}> · **5 points** · 1 jam, 1 win") < after.index(
        f"2. <@{mia}> · **1 point** · 1 jam"
    )
    assert "*Counted* #1 paper lanterns" in after
    await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="snow", ends="2h", season="  winter  *26* "
    )
    await contest.said("#2 · snow")
    assert "*To come* #2 snow" in await table(contest, name="WINTER *26*"), "spelt as it was the first time"
    assert (await contest.row(2)).season == "Winter *26*"
    unknown = await contest.members["noor"].slash(contest.world.channel, "jam season", name="@everyone")
    assert told(unknown).startswith("There is no season @\u200beveryone here")
    await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="fog", ends="2h", season="\u200b \u2060"
    )
    named = await contest.members["noor"].autocomplete(contest.world.channel, "jam season", "name", "")
    assert [one["name"] for one in named] == ["Winter *26*"], "nothing without a name, which Discord refuses"
