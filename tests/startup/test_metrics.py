"""`/healthz` and `/metrics`, as whoever runs the bot asks for them."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.models.states import JobState
from startup.metrics import PrometheusMetrics, serve
from startup.run import StartFailed, run
from startup.wiring import assemble
from tests import ROOT
from tests.conftest import KEY, Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi, refusals

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@asynccontextmanager
async def observed(api: FaultyMusicApi, folder: Path) -> AsyncIterator[tuple[Jam, str]]:
    """A jam, and the address of its port."""
    async with (
        assemble(settings_for(api, folder, METRICS_PORT="9")) as parts,
        jam_with(parts, api) as jam,
        serve(parts.bot, parts.context, host="127.0.0.1", port=0) as port,
    ):
        yield jam, f"http://127.0.0.1:{port}"


async def get(url: str) -> tuple[int, str, str]:
    """(status, content type, body)."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, response.headers["Content-Type"], await response.text()


async def samples(url: str) -> Samples:
    """What Prometheus would read."""
    status, content_type, text = await get(f"{url}/metrics")
    assert (status, content_type.split(";")[0]) == (200, "text/plain")
    assert KEY not in text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, tuple(sorted(labels.items()))]


def test_old_rows_that_were_removed_are_counted() -> None:
    metrics = PrometheusMetrics()
    metrics.pruned(7)
    assert metrics.registry.get_sample_value("encore_pruned_rows_total") == 7


async def test_a_song_is_counted(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with observed(api, tmp_path) as (jam, url):
        await jam.song()
        api.faults.add(refusals.NoCredits(), "suno.create")
        await jam.mia.slash(jam.channel, "suno create", prompt="x")
        await jam.reply(2)
        await jam.state(2, JobState.FAILED)
        found = await samples(url)
    assert value(found, "encore_submits_total", provider="suno", outcome="answered") == 1
    assert value(found, "encore_submits_total", provider="suno", outcome="declined") == 1
    polls = value(found, "encore_looks_total", provider="suno", outcome="answered")
    assert polls >= 1
    assert value(found, "encore_look_lateness_seconds_count") == polls
    assert value(found, "encore_look_lateness_seconds_bucket", le="+Inf") == polls
    assert value(found, "encore_deliveries_total", outcome="results") == 1
    assert value(found, "encore_jobs", state="done") == 1
    assert value(found, "encore_jobs", state="held") == 0
    assert {labels for name, labels in found if name == "encore_jobs"} == {
        (("state", state.value),) for state in JobState
    }
    assert value(found, "encore_breaker_open", provider="suno") == 0
    assert value(found, "encore_credits") == 490
    assert 0 <= value(found, "encore_last_pass_age_seconds") < 30
    assert value(found, "encore_info", version="0.1.0") == 1


async def test_an_open_breaker_shows(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with observed(api, tmp_path) as (jam, url):
        jam.parts.context.breakers.at("suno").open(0.0, probe_at=float("inf"))
        assert value(await samples(url), "encore_breaker_open", provider="suno") == 1


async def test_health_follows_the_engine(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with observed(api, tmp_path) as (jam, url):
        await jam.until(lambda: jam.parts.context.last_pass_at, "a pass")
        status, _, body = await get(f"{url}/healthz")
        assert (status, '"status": "ok"' in body) == (200, True)
        await jam.parts.engine.stop(5.0)
        jam.parts.context.last_pass_at = jam.parts.context.clock.now() - 61
        status, _, body = await get(f"{url}/healthz")
        assert (status, '"status": "stale"' in body) == (503, True)
        jam.parts.context.last_pass_at = None
        assert (await get(f"{url}/healthz"))[0] == 503
        assert (await get(f"{url}/"))[0] == 404


async def test_a_discord_that_takes_nothing_is_told_and_no_reason_to_restart(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    async with observed(api, tmp_path) as (jam, url):
        await jam.until(lambda: jam.parts.context.last_pass_at, "a pass")
        assert '"discord_requests": "ok"' in (await get(f"{url}/healthz"))[2]
        jam.parts.bot.rest._unanswered_since = time.monotonic() - 200.0
        status, _, body = await get(f"{url}/healthz")
        assert (status, '"discord_requests": "still"' in body) == (200, True)
        assert value(await samples(url), "encore_discord_still_seconds") >= 200
        jam.parts.bot.rest._limited_until = time.monotonic() + 600.0
        assert '"discord_requests": "limited"' in (await get(f"{url}/healthz"))[2]
        assert value(await samples(url), "encore_discord_limited_seconds") > 500


async def test_a_port_that_is_taken_ends_the_start_with_a_sentence(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        with pytest.raises(StartFailed, match="METRICS_PORT cannot be opened"):
            await run(settings_for(api, tmp_path, METRICS_PORT=str(port)))


@pytest.mark.parametrize(
    "library",
    [
        "prometheus_client",
        "cryptography",
        "PIL",
        "alembic",
        "sqlalchemy.dialects.postgresql",
        "psycopg",
        "jobs.store.postgres",
        "startup.webhooks",
    ],
)
def test_what_a_start_may_not_need_is_not_loaded(library: str) -> None:
    program = f"import sys, startup.run; sys.exit({library!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
