"""What an order takes from the place where it is given."""

from pathlib import Path

import pytest

from jobs.store.queries import jobs
from tests.behaviour.faults.world import running_bot
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.fakes.discord.model import MIB


@pytest.mark.parametrize(("tier", "limit"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_the_limit_of_files_is_the_servers_whatever_the_member_pays_for(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: int, limit: int
) -> None:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, parts):
        fake.guild.premium_tier = tier
        await until(lambda: fake.world.commands.listed and fake.gateway.live, "the bot")
        fake.channel.attachment_size_limit = 500 * MIB  # the member has Nitro
        await fake.member.slash(fake.channel, "suno create", prompt="rivers").answered()
        job = await until(lambda: parts.store.read(jobs.by_id, 1), "the job")
        assert job.upload_limit == limit * MIB
