"""The pot through the whole bot: never more than it holds, whatever is pressed at once or opened before."""

import asyncio

from jobs.models import Order, Origin
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.models.states import JobState
from jobs.orders.service import Accepted
from jobs.store.queries.jams import jams
from tests.behaviour.commands.acts import answer, buttons, told
from tests.behaviour.jams.conftest import Contest
from tests.conftest import TIME_SCALE
from tests.fakes.api_faults import late


async def test_of_forty_at_once_a_pot_of_five_tries_takes_five(contest: Contest) -> None:
    await contest.start(pot=50, tries=1)
    world, service = contest.world, contest.world.parts.bot.service
    order = Order("suno.create", {"description": "at once"}, "at once", jam_id=1)
    visits = [Origin(world.guild.id, world.channel.id, 9000 + n, 10_000_000) for n in range(40)]
    found = await asyncio.gather(*(service.accept(order, one) for one in visits), return_exceptions=True)
    taken = [one.job for one in found if isinstance(one, Accepted)]
    assert len(taken) == 5
    refused = [one.rejection for one in found if isinstance(one, Rejected)]
    assert refused == [JamRefused(JamProblem.POT, 1)] * 35
    for job in taken:
        await service.card_shown(job, None)
    for job in taken:
        await world.state(job.id, JobState.DONE)
    assert len(world.api.charges) == 5
    assert await world.parts.store.read(jams.used, 1) == 50


async def test_what_was_opened_before_the_end_is_refused_after_it(contest: Contest) -> None:
    await contest.start()
    asked = await contest.members["mia"].click(await contest.panel(), label="Enter")
    ways = answer(asked).message
    form = await contest.members["mia"].click(ways, label="Describe it · 10 credits")
    await contest.close()
    refused = await contest.members["mia"].submit_modal(form, {"description": "too late"})
    assert told(refused).startswith("Jam #1 takes no more entries: they ended")
    again = await contest.members["mia"].click(ways, label="Describe it · 10 credits")
    if again.modal is not None:
        again = await contest.members["mia"].submit_modal(again, {"description": "later still"})
    assert told(again).startswith("Jam #1 takes no more entries")
    assert not contest.world.api.charges


async def test_a_lost_try_is_tried_again_from_the_pot_or_not_at_all(contest: Contest) -> None:
    world = contest.world
    world.api.faults.add(late.LandsLate(14 * 60 * float(TIME_SCALE)), "suno.create")
    await contest.start(pot=15, tries=1)
    await contest.enter("mia", "lost")
    await world.state(1, JobState.HELD)
    await contest.said(f"<@{contest.members['mia'].id}>, there is news")
    mine = await contest.pressed("mia", await contest.panel(), "My entry")
    assert buttons(answer(mine).message)[:2] == ["Try again · 10 credits", "Give up"]
    refused = await contest.members["mia"].click(answer(mine).message, label="Try again · 10 credits")
    assert "pot of jam #1 has 5 credits left" in told(refused), "the lost call may have been paid"
    assert await world.parts.store.read(jams.used, 1) == 10
    await world.until(lambda: world.api.charges, "the charge")
    await world.state(1, JobState.FAILED)
    assert await world.parts.store.read(jams.used, 1) == 10
    assert len(world.api.charges) == 1
