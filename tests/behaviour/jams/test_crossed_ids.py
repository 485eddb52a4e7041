"""Ids of one kind of jam, pressed at another or with nonsense: each is answered, and changes nothing."""

import logging

import pytest

from cogs.ordering.button_actions import BUTTON_ACTIONS
from jobs.models.jam import JamState
from tests.behaviour.commands.acts import told
from tests.behaviour.jams.conftest import Contest
from tests.behaviour.jams.test_secrets import press_forged

STARTS = {
    "contest": {"theme": "low tide", "ends": "20h", "votes": "20h", "pot": 100},
    "relay": {"theme": "low tide", "turns": 3, "turn_time": "20h"},
    "lines": {"theme": "low tide", "lines": 4, "turn_time": "20h"},
}
SUBJECTS = ("1", "1-0", "1-7", "1-open", "1-suno_create", "99", "-1", "x", f"{2**70}")
# What hosts and members may do with a jam by these, whichever way they come to them.
GENUINE = frozenset({"jam-close", "jam-begin"})


@pytest.mark.parametrize("kind", STARTS)
async def test_no_id_ends_in_an_error_of_ours(
    contest: Contest, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    await contest.world.mod.slash(contest.world.channel, f"jam {kind}", **STARTS[kind])
    panel = await contest.said("Jam #1")
    with caplog.at_level(logging.ERROR):
        for action in sorted(one for one in BUTTON_ACTIONS if one.startswith("jam-")):
            if action not in GENUINE:
                for subject in SUBJECTS:
                    await press_forged(contest, "ravi", panel.id, f"encore:{action}:{subject}")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert (await contest.row()).state in (JamState.PLANNED, JamState.OPEN)
    assert not contest.world.api.charges


async def test_the_form_of_a_line_is_of_no_other_kind(contest: Contest) -> None:
    world = contest.world
    await world.mod.slash(world.channel, "jam lines", **STARTS["lines"])
    for who in ("mia", "ravi"):
        await contest.pressed(who, await contest.said("Lines."), "Join")
    await contest.pressed("mod", await contest.said("Lines."), "Begin")
    await world.mod.slash(world.channel, "jam contest", **STARTS["contest"])
    form = await contest.pressed("mia", await contest.said("Line 1 of"), "Add a line")
    form._interaction.modal["custom_id"] = "encore:line:2"  # type: ignore[index] # as another client would
    sent = await contest.members["mia"].submit_modal(form, {"words": "the rope lets go"})
    assert told(sent).startswith("There is no such jam here.")
