"""Contests that begin later, in the open, or with the voice of one persona."""

import pytest

from jobs.models.jam import JamState
from tests.behaviour.commands.acts import answer, buttons, made, shown_to, told
from tests.behaviour.jams.conftest import Contest, words_of


async def test_a_contest_that_is_announced_begins_by_itself(contest: Contest) -> None:
    await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="low tide", ends="3h", votes="1h", pot=100, starts="90m"
    )
    panel = await contest.said("Blind contest.")
    assert "*Now* It begins <t:" in words_of(panel)
    assert "for 3 hours" not in words_of(panel), "time is scaled here, and the panel says what is true"
    assert buttons(panel) == ["Remind me", "Host"]
    listed = shown_to(await contest.world.mia.slash(contest.world.channel, "jam list"))
    assert "Jam #1 · low tide** · It begins <t:" in listed
    shown = await contest.world.mia.slash(contest.world.channel, "jam show")
    too_soon = await contest.pressed("mia", answer(shown).message, "My entry")
    assert told(too_soon) == "You have made nothing for jam #1 yet."
    later = told(await contest.world.mod.slash(contest.world.channel, "jam deadline", to="95m"))
    assert later.startswith("It begins <t:")
    await contest.said("moved the beginning of jam #1 to")
    begun = await contest.said("Jam #1 has begun: *low tide*.")
    row = await contest.row()
    assert row.state is JamState.OPEN
    scale = contest.world.parts.context.schedule.scale
    assert row.due_at - row.state_at == pytest.approx(3 * 3600 * scale)
    asked = await contest.pressed("mia", begun, "Enter")
    assert told(asked).startswith("How do you want to make it?")


async def test_in_the_open_each_song_comes_with_its_name(contest: Contest) -> None:
    await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="low tide", ends="2h", votes="1h", pot=100, blind=False
    )
    panel = await contest.said("**Contest.** Everybody makes a song, in the open.")
    asked = answer(await contest.pressed("mia", panel, "Enter")).message
    form = await contest.pressed("mia", asked, "Describe it · 10 credits")
    await contest.members["mia"].submit_modal(form, {"description": "a quay"})
    song = await contest.said(f"<@{contest.members['mia'].id}>, your song is ready")
    assert sum(file.filename.endswith(".mp3") for file in song.attachments) == 2
    assert not contest.shown("there is news"), "everybody has seen it"


async def test_all_sing_with_one_persona(contest: Contest) -> None:
    _, clip_id = await contest.world.song("a warm alto")
    await made(contest.world, "persona create", clip_id=clip_id, name="Ada", description="warm")
    both = await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="x", ends="2h", song=clip_id, persona="Ada"
    )
    assert told(both).startswith("Name a song or a persona, not both.")
    wrong = await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="x", ends="2h", persona=clip_id
    )
    assert told(wrong).startswith("The persona was not made in this server.")
    await contest.world.mod.slash(
        contest.world.channel, "jam contest", theme="x", ends="2h", persona="Ada", pot=100
    )
    panel = await contest.said("Everybody makes a song that one persona sings")
    assert "*The persona* **Ada**" in words_of(panel)
    asked = answer(await contest.pressed("ravi", panel, "Enter")).message
    [way] = buttons(asked)
    form = await contest.pressed("ravi", asked, way)
    await contest.members["ravi"].submit_modal(form, {"title": "Quay", "style": "slow", "lyrics": "the rope"})
    await contest.said(f"<@{contest.members['ravi'].id}>, there is news")


async def test_of_what_is_over_nobody_is_promised_a_reminder(contest: Contest) -> None:
    await contest.start(votes="none")
    panel = await contest.panel()
    on = await contest.pressed("mia", panel, "Remind me")
    assert told(on) == "You will be pinged before entries of jam #1 end."
    await contest.world.mod.slash(contest.world.channel, "jam cancel")
    late = await contest.members["mia"].click(panel, label="Remind me")
    assert told(late).startswith("Jam #1 takes no more entries")
