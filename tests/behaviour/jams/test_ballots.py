"""A ballot as a member fills it in: on two devices, over pages, while entries are removed."""

import pytest

from cogs.text.jams import answers
from cogs.ui.jams import ballots
from jobs.models.jam import JamState
from tests.behaviour.commands.acts import answer, told
from tests.behaviour.jams.conftest import Contest


async def test_a_removal_takes_no_vote_from_what_stood_on_another_page(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots, "PAGE", 1)
    await contest.start()
    for who in ("mia", "ravi", "noor"):
        await contest.entered(who, f"a song of {who}")
    await contest.close()
    await contest.reach(JamState.VOTING)
    asked = await contest.said("songs, letter by letter above")
    mod = contest.world.mod
    first, second = [answer(await contest.pressed("mod", asked, "Vote")).message for _ in range(2)]
    assert "Your ballot: **A**" in told(await mod.select(first, ["A"]))
    turned = await mod.click(first, label=answers.NEXT)
    assert "Your ballot: **A**, **B**" in told(await mod.select(answer(turned).message, ["B"]))
    await mod.slash(contest.world.channel, "jam remove", entry="A")
    # The second still shows A, where the first page holds B by now.
    assert "Your ballot: **B**." in told(await mod.select(second, []))
    last = answer(await mod.click(second, label=answers.NEXT)).message
    await mod.slash(contest.world.channel, "jam remove", entry="C")
    assert "Your ballot: **B**." in told(await mod.select(last, [])), (
        "the page that is gone is the one before"
    )
    await mod.slash(contest.world.channel, "jam remove", entry="B")
    assert told(await mod.select(last, [])).startswith("There is nothing in jam #1 that you could pick.")
    await contest.close()
    await contest.reach(JamState.DONE)
    assert told(await mod.click(first, label=answers.NEXT)).startswith("Jam #1 takes no votes now.")
