"""A member who is forgotten is in no row of a jam that is over."""

from pathlib import Path

from jobs.jams.service import _peek
from jobs.models.jam import JamState
from jobs.store import Store
from jobs.store.queries.jams import entries, jams, life, marks, posts, reminders
from jobs.store.queries.jams.marks import Mark
from jobs.store.queries.upkeep import forget
from tests.jobs.jams_shelf import HOST, MIA, RAVI, entered, now_of, started, voting
from tests.jobs.shelf import NOW, rows

TABLES = ("jam", "jam_entry", "jam_mark", "jam_ballot", "jam_post")


async def test_nothing_of_a_forgotten_member_is_left_in_jams(store: Store, file: Path) -> None:
    host, theme = 7_000_000_001, "unmistakable-theme"
    one = await started(store, user_id=host, theme=theme)
    await entered(store, one, MIA, RAVI, host)
    one = await voting(store, one)
    await store.write(marks.turn, one.id, host, Mark.REMINDED)
    await store.write(reminders.remind, one, now=NOW)
    await store.write(life.move_end, one, due_at=one.due_at + 60, now=NOW, by=host)
    one = await now_of(store, one)
    await store.write(life.remove, one, "A", by=host, reason="", now=NOW)
    await store.write(_peek, one.id, "B", by=host, now=NOW)
    assert await store.write(life.end_vote, await now_of(store, one), now=NOW)
    assert await store.write(life.finish, await now_of(store, one), now=NOW)
    for post in await store.read(posts.unsent, one.id):
        await store.write(posts.mark_sent, post.id, 5)
    await store.write(forget.forget_rest, host, with_sums=True)
    for table in TABLES:
        left = str(rows(file, f"SELECT * FROM {table}"))  # noqa: S608 - our own words
        assert str(host) not in left, table
        assert theme not in left, table
    assert {each.user_id for each in await store.read(entries.of_jam, one.id)} <= {MIA, RAVI}


async def test_a_jam_that_runs_keeps_its_words(store: Store) -> None:
    one = await started(store)
    await store.write(forget.forget_rest, HOST, with_sums=True)
    kept = await store.read(jams.by_id, one.id)
    assert kept is not None
    assert (kept.theme, kept.state) == (one.theme, JamState.OPEN)
