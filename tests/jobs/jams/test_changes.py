"""What people change of jams is acted on, also where nobody can say whether it was written."""

import pytest
from sqlalchemy import Connection

from jobs.jams.changes import Changes
from jobs.store import Store


def broken(_c: Connection) -> None:
    raise OSError("after the commit, for all that one knows")


async def test_the_keeper_is_told_whether_or_not_writing_failed(store: Store) -> None:
    told: list[str] = []
    changes = Changes(store, lambda: told.append("act"))
    assert await changes.write(lambda _c: 7) == 7
    with pytest.raises(OSError, match="after the commit"):
        await changes.write(broken)
    assert told == ["act", "act"]
