"""Edits of cards over a Discord with sockets: what is worth another try, what is not, and who goes first."""

from pathlib import Path

import pytest

from cogs.delivery.card_editor import CardEditor
from cogs.delivery.rate_limit import RateLimit
from jobs.models import Card
from jobs.ports import NothingSent, PortError, Undeliverable
from jobs.store.queries import jobs
from tests.behaviour.faults.world import FaultWorld, fault_world
from tests.fakes.api_faults import FaultyMusicApi, polls
from tests.fakes.discord import Permission, faults
from tests.fakes.discord.faults import Fault

_EDIT = "PATCH /channels/*/messages/*"


async def edited(world: FaultWorld, limit: RateLimit) -> None:
    """Edit the card of a song that is being made."""
    world.api.faults.add(polls.NotReady(), "suno.task", times=None)
    job = await world.parts.store.read(jobs.existing, await world.ask())

    async def ready() -> object:
        return world.parts.bot

    await CardEditor(ready, limit).show(job, Card(60.0))  # type: ignore[arg-type] # the bot itself


@pytest.mark.parametrize(
    ("fault", "expected", "wait"),
    [
        (faults.refusal(404, 10008), Undeliverable, None),
        (faults.refusal(403, 50001), Undeliverable, None),
        (faults.refusal(400, 50083), Undeliverable, None),
        (faults.rate_limit(600.0), NothingSent, 600.0),
        (faults.status(500), NothingSent, None),
        (faults.reset(), NothingSent, None),
    ],
    ids=["deleted", "no access", "archived", "limited", "error", "cut"],
)
async def test_only_what_may_pass_is_worth_another_try(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault,
    expected: type[PortError], wait: float | None,
) -> None:  # fmt: skip
    async with fault_world(api, tmp_path, monkeypatch) as world:
        world.discord.faults.add(_EDIT, fault, times=None)
        with pytest.raises(PortError) as raised:
            await edited(world, RateLimit())
        assert type(raised.value) is expected
        assert raised.value.retry_after == (wait if wait is None else pytest.approx(wait, abs=1.0))


async def test_a_card_in_a_channel_that_is_closed_is_left_alone(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        world.discord.deny(world.channel, Permission.VIEW_CHANNEL)
        with pytest.raises(Undeliverable):
            await edited(world, RateLimit())


async def test_an_edit_pings_nobody_and_takes_the_place_of_what_was_said_of_late_files(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        await edited(world, RateLimit())
        assert world.card is not None
        assert world.card.content == ""
        assert world.card.embeds[0]["title"] == "Suno song · job #1"
        [body] = [one.body for one in world.discord.traffic.exchanges if one.method == "PATCH"]
        assert body["allowed_mentions"] == {"parse": []}


async def test_whatever_else_is_to_be_sent_goes_first(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch) as world:
        limit = RateLimit(a_second=1.0)
        for _ in range(3):
            await limit.acquire()
        with pytest.raises(NothingSent) as raised:
            await edited(world, limit)
        assert raised.value.retry_after
        assert not [one for one in world.discord.traffic.exchanges if one.method == "PATCH"]
