"""What several processes decide at once is what they could have decided one after the other."""

from pathlib import Path

import pytest

from tests.jobs import shelf
from tests.jobs.store.postgres.races import RACES, players, wrong

pytestmark = [pytest.mark.postgresql, pytest.mark.process]


async def test_no_race_is_lost_between_processes(file: Path) -> None:
    shelf.new_file(file)
    async with players(shelf.url_of(file), 3) as there:
        assert await wrong(there, 2) == dict.fromkeys(RACES, 0)
