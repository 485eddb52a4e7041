"""What members meet after old rows were removed, or somebody was forgotten."""

import asyncio
from typing import Any

import pytest

from jobs.engine.pruning import prune
from jobs.models.states import JobState
from jobs.store.forget import forget
from jobs.store.queries import clips, jobs
from tests.behaviour.commands.acts import accepted, answer, press, said, told
from tests.conftest import Jam
from tests.fakes.api_faults import polls
from tests.jobs.shelf import url_of

_DAY = 24 * 3600.0


@pytest.fixture
def pace() -> float:
    return 0.01


async def grow_old(jam: Jam) -> None:
    def age(c: Any) -> None:  # noqa: ANN401 - a connection
        for column in ("created_at", "state_at", "finished_at", "notified_at"):
            c.exec_driver_sql(f"UPDATE job SET {column} = {column} - {200 * _DAY}")  # noqa: S608 - ours
        c.exec_driver_sql("UPDATE call SET closed = 1")

    await jam.parts.store.write(age)


async def test_buttons_of_an_old_song_work_and_those_of_an_old_failure_say_what_is_the_matter(
    jam: Jam,
) -> None:
    song, _ = await jam.song()
    jam.api.faults.add(polls.TaskFails(), "suno.task")
    failed = accepted(await jam.mia.slash(jam.channel, "suno create", prompt="x"))
    news = await jam.reply(len([one for one in jam.messages() if one.reference]) + 1)
    await grow_old(jam)
    await prune(jam.parts.context, 90)
    assert await jam.parts.store.read(jobs.by_id, failed) is None
    assert "There is no such job" in told(await press(jam, "mia", news, "Try again \u00b7 10 credits"))
    jam.api.faults.clear()
    assert accepted(await press(jam, "mia", song, "Again \u00b7 10 credits")) > failed


async def test_a_member_who_was_forgotten_is_no_more_in_any_list_and_the_totals_stay(jam: Jam) -> None:
    song, clip_id = await jam.song("a secret about rivers")
    with jam.env.time_context():
        before = answer(await jam.mod.slash(jam.channel, "credits server")).embeds[0].description or ""
    file = jam.parts.context.spool.with_name("encore.db")
    done = await asyncio.to_thread(forget, url_of(file), jam.mia.id)
    assert done.anonymous == 1
    assert await jam.parts.store.read(clips.by_id, jam.guild.id, clip_id) is None
    with jam.env.time_context():
        report = answer(await jam.mod.slash(jam.channel, "credits server"))
    text = report.embeds[0].description or ""
    assert "**Spent in 30 days: 10 credits**" in before
    assert "**Spent in 30 days: 10 credits**" in text
    assert str(jam.mia.id) not in text
    sheet = (await report.attachments[0].read()).decode("utf-8-sig")
    assert "somebody who was forgotten" in sheet
    assert "secret" not in sheet
    assert "No jobs yet" in await said(jam, "mia", "jobs mine")
    posted = len(jam.messages())
    assert "has no results" in await said(jam, "mod", "jobs repost", job=1)
    await asyncio.sleep(60)
    assert len(jam.messages()) == posted
    state = await jam.parts.store.read(jobs.by_id, 1)
    assert state is not None
    assert state.state is JobState.DONE
    again = await press(jam, "ravi", song, "Job #1")
    assert "somebody who was forgotten" in str(answer(again).embeds[0].to_dict())


async def test_privacy_says_what_is_kept_and_whom_to_ask(jam: Jam) -> None:
    result = await jam.mia.slash(jam.channel, "privacy")
    assert result.ephemeral
    parts = {str(field.name): str(field.value) for field in answer(result).embeds[0].fields}
    assert "the words that you typed" in parts["What I keep about you"]
    assert parts["How long"] == "Until whoever runs this bot deletes it."
    owner = jam.parts.bot.application
    assert owner is not None
    assert f"<@{owner.owner.id}>, who runs this bot, for whom it is one command" in parts["How it is deleted"]
