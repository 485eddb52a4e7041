"""What a new session of a shard says of the servers that the bot is in."""

from pathlib import Path

import pytest

from jobs.models.states import JobState
from jobs.store.queries import jobs
from tests.behaviour.faults.world import running_bot
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.jobs.shelf import accepted


async def test_a_server_that_removed_the_bot_while_it_was_away_is_gone_with_its_jobs(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, parts):
        other = fake.world.add_guild("other")
        await until(lambda: parts.bot.is_ready() and parts.bot.get_guild(other.id), "both servers")
        job = await accepted(parts.store, due_at=4e9)
        await parts.store.write(
            lambda c: c.exec_driver_sql("UPDATE job SET guild_id = ?, due_at = 4e9", (other.id,)).rowcount
        )
        del other.members[fake.bot.id]  # nobody is there to be told
        fake.gateway.drop(4000, forget=True)
        await until(lambda: parts.bot.get_guild(other.id) is None, "the server to be forgotten")

        async def cancelled() -> bool:
            found = await parts.store.read(jobs.by_id, job.id)
            return found is not None and found.state is JobState.CANCELLED

        await until(cancelled, "the end of its job")
        assert parts.bot.get_guild(fake.guild.id) is not None
