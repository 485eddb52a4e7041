"""What one process decides holds although another does something in the middle of it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from jobs.jams.turn_service import _give_back
from jobs.models import Order, OutageNotice
from jobs.models.jam import JamState
from jobs.models.rejections import Denied, JamProblem, JamRefused
from jobs.models.states import S
from jobs.rules.quote import Enquiry, Payer
from jobs.store import Store
from jobs.store.queries import jobs, keys, notes, orders, posts, transitions
from jobs.store.queries.jams import marks, parts, turns
from jobs.store.queries.jams.marks import Mark
from jobs.store.queries.library import removals
from tests.jobs.credits.test_keyring import ONE, VAULT, give, ring_of
from tests.jobs.jams_shelf import MIA, now_of, started
from tests.jobs.shelf import NOW, PROFILE, VISIT, accepted, ask, brought_to, moved, reload
from tests.jobs.store.postgres.between import both

STEM = "11111111-2222-4333-8444-555555555555"

pytestmark = [pytest.mark.postgresql, pytest.mark.real_time]


async def test_what_two_press_for_at_two_fronts_is_ordered_once(store: Store, file: Path) -> None:
    enquiry = Enquiry(
        Order("suno.wav", {"clip_id": STEM}, "a stem", source_clip_id=STEM), VISIT, Payer(), NOW
    )
    accept = partial(
        orders.accept, enquiry=enquiry, profile=PROFILE, due_at=NOW, deadline_at=NOW + 60, once=True
    )
    first, second = await both(file, accept, store.write(accept))
    assert isinstance(first, orders.Noted)
    assert second is Denied.ORDERED_ALREADY


async def test_an_order_whose_card_a_front_shows_late_is_not_cancelled(store: Store, file: Path) -> None:
    job = await accepted(store)
    shown = partial(posts.card_shown, job_id=job.id, card_message_id=7, shows="making", now=NOW)
    cancel = store.write(transitions.cancel_unseen, job, job.entering(S.CANCELLED, now=NOW))
    assert await both(file, shown, cancel) == (True, False)
    assert (await reload(store, job)).state is S.ACCEPTED


async def test_a_key_given_at_two_fronts_is_one_account(store: Store, file: Path) -> None:
    which = partial((await ring_of(store)).account_with, ONE)
    first = partial(keys.give, guild_id=1, which=which, sealed=VAULT.seal(ONE), by=5, now=NOW)
    one, other = await both(file, first, give(store, 2, ONE))
    assert one == other


async def test_a_key_given_while_it_is_removed_elsewhere_is_kept(store: Store, file: Path) -> None:
    await give(store, 1, ONE)
    _, account = await both(file, partial(keys.remove, guild_id=1, by=5, now=NOW), give(store, 2, ONE))
    assert (await ring_of(store)).key_of(account) == ONE


async def test_who_says_twice_that_a_persona_is_lent_no_more_is_believed(store: Store, file: Path) -> None:
    about = (await started(store)).id, MIA, Mark.LENDS
    await store.write(marks.give, *about)
    await both(file, lambda c: marks.put(c, *about, on=False), store.write(marks.put, *about, on=False))
    assert not await store.read(marks.holds, *about)


async def test_a_turn_that_is_given_back_is_not_taken_from_nobody(store: Store, file: Path) -> None:
    brief = {"order": "anyone"}
    one = await started(store, kind="relay", state=JamState.PLANNED, turns=3, turn_for=3600.0, brief=brief)
    assert await store.write(turns.begin, one, now=NOW)
    assert await store.write(turns.next_turn, await now_of(store, one), turns.Costs(10, 10), now=NOW)
    offered = await store.read(parts.at_turn, one.id)
    assert offered is not None
    assert await store.write(turns.claim, await now_of(store, one), offered, MIA)
    order = Order("suno.custom", {"title": "x", "lyrics": "y"}, "x", jam_id=one.id)
    _, refused = await both(file, lambda c: _give_back(c, offered, now=NOW), ask(store, order))
    assert isinstance(refused, JamRefused)
    assert refused.problem is JamProblem.TURN


async def test_who_asks_to_look_again_as_the_last_look_ends_is_heard(store: Store, file: Path) -> None:
    job = await moved(store, await brought_to(store, S.POSTING), S.DONE, due_at=NOW, deadline_at=NOW)
    again = replace(job, due_at=NOW + 1, deadline_at=NOW + 60, notified_at=None)
    await both(file, lambda c: transitions.save(c, job, again), store.write(jobs.look_no_more, job))
    assert await reload(store, job) == again


async def test_what_a_moderator_removes_as_its_member_brings_it_back_stays_removed(
    store: Store, file: Path
) -> None:
    job = await brought_to(store, S.DONE)
    await store.write(removals.remove, job, by=job.user_id, now=NOW)
    job = await reload(store, job)
    again = replace(job.entering(S.READY, now=NOW, due_at=NOW), round=job.round + 1)
    bring_back = store.write(removals.bring_back, job, again)
    _, brought = await both(file, lambda c: removals.remove(c, job, by=5, now=NOW), bring_back)
    assert not brought


async def test_news_of_what_is_cancelled_as_they_leave_are_put_right(store: Store, file: Path) -> None:
    held = await brought_to(store, S.HELD)
    cancelled = replace(held.entering(S.CANCELLED, now=NOW), notified_at=NOW)
    cancel = partial(transitions.save, before=held, after=cancelled)
    await both(file, cancel, store.write(jobs.told, held, now=NOW + 1))
    assert await reload(store, held) == replace(cancelled, due_at=NOW + 1)


async def test_an_outage_is_one_notice_whichever_accounts_have_jobs_in_the_channel(
    store: Store, file: Path
) -> None:
    one, other = (OutageNotice("suno", 11, 22, f"nonce{n}", account=n) for n in range(2))
    await both(file, lambda c: notes.begin_notice(c, one), store.write(notes.begin_notice, other))
    assert await store.read(notes.notices) == [one]
