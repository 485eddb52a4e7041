"""One ballot a member, changeable, never for oneself, none lost, none late; the count is the naive one."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from jobs.models.jam import JamState
from jobs.models.rejections import JamProblem, JamRefused
from jobs.store import Store
from jobs.store.queries.jams import ballots, entries, jams, life, marks
from jobs.store.queries.jams.marks import Mark
from tests.jobs.jams_shelf import (
    MIA,
    NOOR,
    RAVI,
    at_once,
    entered,
    letters_of,
    now_of,
    started,
    voting,
)
from tests.jobs.shelf import NOW, ORDER, VISIT, ask

LATE = NOW + 1800.0 + 6.0


def refused(found: object) -> JamProblem:
    assert isinstance(found, JamRefused), found
    return found.problem


async def test_a_ballot_is_replaced_as_a_whole_and_by_pages(store: Store) -> None:
    one = await started(store)
    await entered(store, one, MIA, RAVI, NOOR, 66)
    one = await voting(store, one)
    mine = (await store.read(letters_of, one.id))[MIA]
    others = sorted({"A", "B", "C", "D"} - {mine})
    ballot = await store.read(ballots.of_member, one.id, MIA)
    assert [each.letter for each in ballot.choices] == others

    async def cast(picked: str, shown: str = "ABCD") -> object:
        return await store.write(ballots.cast, one.id, MIA, list(picked), list(shown), now=NOW)

    a, b, c = others
    await at_once(cast(a), cast(b), cast(a))
    found = await cast(f"{a}{b}")
    assert isinstance(found, ballots.Ballot)
    assert found.picked == (a, b)
    found = await cast(c, shown=c)
    assert isinstance(found, ballots.Ballot)
    assert found.picked == (a, b, c), "what is on another page stays"
    assert refused(await cast(mine)) is JamProblem.OWN
    assert refused(await cast("Q")) is JamProblem.NO_ENTRY
    found = await cast("")
    assert isinstance(found, ballots.Ballot)
    assert found.picked == ()


async def test_nobody_picks_more_than_all_may(store: Store) -> None:
    one = await started(store, picks=1)
    await entered(store, one, MIA, RAVI, NOOR)
    one = await voting(store, one)
    assert refused(await store.write(ballots.cast, one.id, 99, ["A", "B"], ["A", "B", "C"], now=NOW)) is (
        JamProblem.TOO_MANY_PICKS
    )
    await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=NOW)
    other_page = await store.write(ballots.cast, one.id, 99, ["B"], ["B"], now=NOW)
    assert refused(other_page) is JamProblem.TOO_MANY_PICKS


async def test_nobody_has_a_vote_for_every_entry(store: Store) -> None:
    one = await started(store, picks=5)
    await entered(store, one, MIA, RAVI, NOOR)
    one = await voting(store, one)
    all_of_them = await store.write(ballots.cast, one.id, 99, ["A", "B", "C"], ["A", "B", "C"], now=NOW)
    assert refused(all_of_them) is JamProblem.TOO_MANY_PICKS
    two = await store.write(ballots.cast, one.id, 99, ["A", "B"], ["A", "B", "C"], now=NOW)
    assert isinstance(two, ballots.Ballot)


async def test_no_ballot_is_early_or_late(store: Store) -> None:
    one = await started(store)
    await entered(store, one, MIA, RAVI)
    assert refused(await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=NOW)) is JamProblem.NO_VOTE
    one = await voting(store, one)
    in_time = await store.write(ballots.cast, one.id, 98, ["A"], ["A"], now=LATE - 2)
    assert isinstance(in_time, ballots.Ballot)
    assert refused(await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=LATE)) is JamProblem.NO_VOTE
    assert await store.write(life.end_vote, one, now=NOW)
    late = await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=NOW, tells=[Mark.LATE])
    assert refused(late) is JamProblem.NO_VOTE
    assert await store.read(marks.members, one.id, Mark.LATE) == [], "nothing is noted after the count"
    assert refused(await store.write(ballots.cast, 77, 99, ["A"], ["A"], now=NOW)) is JamProblem.GONE


async def test_a_look_while_votes_are_counted_is_told_too(store: Store) -> None:
    one = await started(store)
    await entered(store, one, MIA, RAVI)
    one = await voting(store, one)
    await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=NOW, tells=[Mark.LATE])
    looked = replace(one, brief={**one.brief, "peeks": [[1, "A", NOW]]})
    assert await store.write(jams.save, one, looked)
    assert await store.write(life.end_vote, one, now=NOW)
    told = (await now_of(store, one)).brief
    assert told["peeks"] == [[1, "A", NOW]]
    assert told["voters"] == {"all": 1, "young": 0, "late": 1}


@pytest.mark.parametrize("seed", range(6))
async def test_any_interleaving_counts_as_a_naive_recount_does(store: Store, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test's dice
    one = await started(store, pot=10_000)
    members = list(range(101, 109))
    await entered(store, one, *members)
    one = await voting(store, one)
    whose = {letter: member for member, letter in (await store.read(letters_of, one.id)).items()}
    letters = sorted(whose)
    naive: dict[int, set[str]] = {}
    for step in range(120):
        voter = rng.choice([*members, *range(201, 243)])
        if step == 60:
            gone = rng.choice(letters)
            assert await store.write(life.remove, one, gone, by=1, reason="", now=NOW)
            naive = {each: picks - {gone} for each, picks in naive.items()}
            del whose[gone]
        picks = rng.sample(letters, rng.randint(0, 4))
        found = await store.write(ballots.cast, one.id, voter, picks, letters, now=NOW)
        fits = len(picks) <= one.picks and all(pick in whose and whose[pick] != voter for pick in picks)
        assert isinstance(found, ballots.Ballot) is fits
        if fits:
            naive[voter] = set(picks)
    assert await store.write(life.end_vote, one, now=NOW)
    assert not await store.write(life.end_vote, one, now=NOW), "once"
    counted = Counter(letter for picks in naive.values() for letter in picks)
    there = [each for each in await store.read(entries.of_jam, one.id) if each.state == "entered"]
    assert {each.letter: each.points for each in there} == {letter: counted[letter] for letter in whose}
    best = max(each.points for each in there)
    assert all((each.place == 1) is (each.points == best) for each in there)
    assert await store.read(ballots.all_of, one.id) == {}, "nobody can look up who picked what"


async def test_what_was_counted_is_not_taken_out_any_more(store: Store) -> None:
    one = await started(store)
    await entered(store, one, MIA, RAVI)
    one = await voting(store, one)
    await store.write(ballots.cast, one.id, 99, ["A"], ["A"], now=NOW)
    assert await store.write(life.end_vote, one, now=NOW)
    assert await store.write(life.remove, one, "A", by=1, reason="", now=NOW) is None
    there = await store.read(entries.of_jam, one.id)
    assert {each.letter: (each.state.value, each.place) for each in there} == {
        "A": ("entered", 1),
        "B": ("entered", 2),
    }


@pytest.mark.parametrize("count", [25, 26, 200])
async def test_letters_and_lots_for_any_number(store: Store, count: int) -> None:
    one = await started(store, pot=10_000)
    await entered(store, one, *range(1000, 1000 + count))
    one = await voting(store, one)
    given = await store.read(letters_of, one.id)
    assert len(set(given.values())) == count
    by_letter = sorted(given, key=lambda member: (len(given[member]), given[member]))
    assert by_letter != sorted(given), "not in the order of entering"
    assert len((await store.read(ballots.of_member, one.id, 1000)).choices) == count - 1


async def test_a_moved_end_and_that_end_cannot_both_win(store: Store) -> None:
    one = await started(store)
    later = one.due_at + 600
    won = await at_once(
        store.write(life.move_end, one, due_at=later, now=NOW, by=1),
        store.write(life.stop_entries, one, now=one.due_at, until=one.due_at + 60),
        store.write(life.move_end, one, due_at=later + 1, now=NOW, by=2),
    )
    assert won.count(True) == 1
    assert (await now_of(store, one)).state is JamState.OPEN


async def test_one_or_no_entry_needs_no_vote(store: Store) -> None:
    for members in ((), (MIA,)):
        one = await started(store)
        await entered(store, one, *members)
        await store.write(life.stop_entries, one, now=NOW, until=NOW + 60)
        assert await store.write(life.end_entries, await now_of(store, one), {}, now=NOW)
        one = await now_of(store, one)
        assert one.state is JamState.SHOWING
        assert [each.entry.place for each in await store.read(jams.standings, one)] == [None] * len(members)
        assert await store.write(life.finish, one, now=NOW)


async def test_who_is_kept_out_neither_enters_nor_votes(store: Store) -> None:
    one = await started(store)
    await entered(store, one, MIA, RAVI, NOOR)
    one = await voting(store, one)
    whose = await store.read(letters_of, one.id)
    await store.write(ballots.cast, one.id, MIA, [whose[RAVI]], [whose[RAVI]], now=NOW)
    assert await store.write(life.remove, one, whose[MIA], by=1, reason="", keep_out=True, now=NOW)
    assert await store.read(ballots.all_of, one.id) == {}, "what they picked does not count"
    late = await store.write(ballots.cast, one.id, MIA, [whose[RAVI]], [whose[RAVI]], now=NOW)
    assert refused(late) is JamProblem.KEPT_OUT
    taken = await store.write(ballots.cast, one.id, NOOR, [whose[RAVI]], [whose[RAVI]], now=NOW)
    assert isinstance(taken, ballots.Ballot)
    other = await started(store)
    await store.write(marks.give, other.id, MIA, Mark.KEPT_OUT)
    verdict = await ask(store, replace(ORDER, jam_id=other.id), replace(VISIT, user_id=MIA))
    assert refused(verdict) is JamProblem.KEPT_OUT
