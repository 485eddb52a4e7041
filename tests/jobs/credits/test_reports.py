"""Reports about credits: what the balance shows is in the figures beside it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.context import JobContext
from jobs.models import Balance, GuildSettings, Usage
from jobs.models.states import S
from jobs.orders.service import JobService
from jobs.ports import Clock
from jobs.rules.schedule import Schedule
from jobs.store import Store
from jobs.store.queries import accounts
from musicapi import load_profile
from musicapi.client import MusicApiClient
from musicapi.download import Downloader
from tests.conftest import KEY
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.engine_world import Channel
from tests.jobs.shelf import NOW, VISIT, accepted, moved

DAYS = [(0.0, NOW * 2)]


@pytest.fixture
async def service(api: FaultyMusicApi, store: Store, tmp_path: Path) -> AsyncIterator[JobService]:
    """No engine runs: nobody but the report reads the balance."""
    profile = load_profile("classic")
    async with (
        MusicApiClient(KEY, profile, base_url=api.url) as client,
        Downloader("127.0.0.1") as downloader,
    ):
        context = JobContext(
            store, client, downloader, Channel(), profile, Schedule(), Clock(), tmp_path / "spool"
        )
        yield JobService(context, lambda *_: None)


async def test_a_refund_that_the_balance_shows_is_in_every_figure_of_the_page(
    service: JobService, store: Store
) -> None:
    begin = NOW - 5000
    await store.write(accounts.reconcile, 0, Balance(500, 0, begin), now=begin, schedule=Schedule())
    for _ in range(2):
        job = await moved(store, await accepted(store), S.SUBMITTING, now=begin + 1)
        job = await moved(store, job, S.WAITING, now=begin + 1, task_id="t")
        await moved(store, job, S.FAILED, now=begin + 2)
    server = await service.reports.of_server(VISIT.guild_id, DAYS)
    assert server.balance is not None
    assert server.balance.total == 500
    assert sum(server.spending.by_day) == sum(one.charged for one in server.statements) == 0
    assert (server.spending.by_member, server.spending.by_command, server.spending.failed_jobs) == ((), (), 0)


async def test_the_first_figures_of_a_member_and_of_the_owner_are_of_that_moment_too(
    service: JobService, store: Store
) -> None:
    begin = NOW - 5000
    await store.write(accounts.reconcile, 0, Balance(500, 0, begin), now=begin, schedule=Schedule())
    job = await moved(store, await accepted(store, now=NOW), S.SUBMITTING, now=begin + 1)
    job = await moved(store, job, S.WAITING, now=begin + 1, task_id="t")
    await moved(store, job, S.FAILED, now=begin + 2)
    assert (await service.reports.of_member(VISIT, GuildSettings())).mine == Usage(1, 0, 0, 0)
    assert (await service.reports.of_all(30)).by_server == ()


async def test_no_credit_is_missing_from_any_list(service: JobService, store: Store) -> None:
    """Twelve members, and jobs in every state: done, under way, without an answer, given back."""
    ends = [(S.SUBMITTING,), (S.SUBMITTING, S.HELD), (S.SUBMITTING, S.WAITING), (S.SUBMITTING, S.FAILED)]
    for number in range(12):
        for steps in ends[: 1 + number % 4]:
            job = await accepted(store, origin=replace(VISIT, user_id=100 + number))
            for step in steps:
                job = await moved(store, job, step)
    found = (await service.reports.of_server(VISIT.guild_id, DAYS)).spending
    spent = sum(found.by_day)
    assert len(found.by_member) == 10
    assert sum(amount for _, amount in found.by_member) + found.other_credits == spent == 270
    assert sum(amount for _, amount in found.by_command) == spent
    assert found.other_members == 2
    assert found.other_credits == 2 * min(amount for _, amount in found.by_member)
