"""Calls to the API: with the right key, in time, and with what they say about the provider."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

import musicapi
from jobs.credits.instrumented import InstrumentedApi, Metrics
from jobs.credits.keyring import Keyring
from jobs.credits.pace import Pace
from jobs.models import OWN_ACCOUNT, ServerKey
from jobs.ports import Clock
from jobs.rules.api_errors import KeyGone, NoKey
from jobs.rules.breaker import Breakers
from jobs.rules.schedule import Schedule
from jobs.secret import Secret
from musicapi.client import MusicApiClient
from tests.fakes.api_faults import Fault, FaultyMusicApi, bodies, connection, polls, refusals
from tests.musicapi.world import KEY, closed_port, label, site

SONG = {"description": "a night bus"}
SEALED, TORN = 7, 8


@dataclass
class Counted(Metrics):
    outcomes: list[str] = field(default_factory=list)

    def called(self, call: str, provider: str, outcome: str) -> None:
        assert provider == "suno"
        self.outcomes.append(f"{call} {outcome}")


class PlainVault:
    """Satisfies `ports.Vault` without any secret; what is not a key cannot be read."""

    ready = True

    def seal(self, key: Secret) -> str:
        return key.reveal()

    def open(self, sealed: str) -> Secret | None:
        return Secret(sealed) if sealed else None


@dataclass
class Line:
    """The API as the engine has it, and what was noted of its calls."""

    api: InstrumentedApi
    metrics: Counted
    breakers: Breakers

    def is_noted(self, account: int = OWN_ACCOUNT) -> list[bool]:
        """Of each call that says something about the provider, whether it was good."""
        return [good for _, good, _ in self.breakers.at("suno", account)._latest]


@asynccontextmanager
async def line_to(url: str, key: str = KEY) -> AsyncIterator[Line]:
    profile, metrics, breakers = musicapi.load_profile("classic"), Counted(), Breakers(Schedule())
    keyring = Keyring(Secret(key), PlainVault())
    keyring.fill({SEALED: "sk_of_a_server", TORN: ""}, [ServerKey(1, SEALED, 5, 0.0)])
    async with MusicApiClient(key, profile, base_url=url) as client:
        clock = Clock()
        yield Line(
            InstrumentedApi(client, profile, keyring, breakers, metrics, clock, Pace(clock, 0.0)),
            metrics,
            breakers,
        )


@pytest.fixture
async def api() -> AsyncIterator[FaultyMusicApi]:
    async with FaultyMusicApi(keys=[KEY, "sk_of_a_server"], credits=500) as fake:
        yield fake


@pytest.fixture
async def line(api: FaultyMusicApi) -> AsyncIterator[Line]:
    async with line_to(api.url) as ready:
        yield ready


@pytest.mark.parametrize(
    ("fault", "outcome", "good", "charges"),
    [
        (refusals.NoCredits(), "declined", [True], 0),
        (refusals.ArtistNames(), "declined", [True], 0),
        (refusals.Retired(), "declined", [True], 0),
        (refusals.RateLimited(), "not_sent", [False], 0),
        (refusals.ServerError(), "lost", [False], 0),
        (refusals.LateUpstreamError(), "lost", [False], 1),
        (connection.CutBeforeReading(), "lost", [False], 0),
        (connection.CutAfterEffect(), "lost", [False], 1),
        (bodies.InvalidJson(), "lost", [False], 1),
    ],
    ids=label,
)
async def test_submits_that_go_wrong(
    api: FaultyMusicApi, line: Line, fault: Fault, outcome: str, *, good: list[bool], charges: int
) -> None:
    api.faults.add(fault, "suno.create", times=None)
    with pytest.raises(musicapi.MusicApiError) as caught:
        await line.api.submit("suno.create", SONG, OWN_ACCOUNT)
    assert caught.value.may_have_happened is (outcome == "lost")
    assert KEY not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert (line.metrics.outcomes, line.is_noted()) == ([f"submit {outcome}"], good)
    assert (len(api.requests), len(api.charges)) == (1, charges)


async def test_submits_that_cannot_be_valid_or_reach_nobody(api: FaultyMusicApi, line: Line) -> None:
    with pytest.raises(musicapi.InvalidInput):
        await line.api.submit("suno.create", {}, OWN_ACCOUNT)
    assert api.requests == ()
    async with line_to(f"http://127.0.0.1:{closed_port()}") as alone:
        for call in (
            alone.api.submit("suno.create", SONG, OWN_ACCOUNT),
            alone.api.poll("suno", "t", OWN_ACCOUNT),
            alone.api.credits(OWN_ACCOUNT),
        ):
            with pytest.raises(musicapi.NotSent):
                await call
        assert alone.metrics.outcomes == ["submit not_sent", "poll not_sent"]
        assert alone.is_noted() == [False, False]


@pytest.mark.parametrize(
    ("fault", "outcome", "good"),
    [
        (polls.TaskFails("error"), "declined", [True]),
        (polls.TaskFails("timeout"), "declined", [True]),
        (refusals.Retired(), "turned_away", []),
        (refusals.CopyrightedContent(), "turned_away", []),
        (refusals.RateLimited(retry_after=3), "not_sent", [False]),
        (refusals.NoCredits(), "turned_away", []),
        (refusals.ServerError(), "not_sent", [False]),
        (refusals.UpstreamError(), "not_sent", [False]),
        (connection.CutInMidBody(), "not_sent", [False]),
        (bodies.InvalidJson(), "not_sent", [False]),
    ],
    ids=label,
)
async def test_polls_that_go_wrong(
    api: FaultyMusicApi, line: Line, fault: Fault, outcome: str, *, good: list[bool]
) -> None:
    started = await line.api.submit("suno.create", SONG, OWN_ACCOUNT)
    api.faults.add(fault, "suno.task", times=None)
    with pytest.raises(musicapi.MusicApiError) as caught:
        await line.api.poll("suno", started.task_id, OWN_ACCOUNT)
    assert caught.value.ends_task is (outcome == "declined")
    assert caught.value.retry_after == getattr(fault, "retry_after", None)
    assert line.metrics.outcomes == ["submit answered", f"poll {outcome}"]
    assert line.is_noted() == [True, *good]


@pytest.mark.parametrize("status", [301, 400, 402, 403, 404, 405, 408, 418, 451, 500, 503])
async def test_a_page_of_some_proxy_says_nothing_about_the_task(status: int) -> None:
    async def blocked(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<html>Just a moment...</html>", content_type="text/html")

    async with site(blocked) as place, line_to(place.origin) as line:
        with pytest.raises(musicapi.MusicApiError) as caught:
            await line.api.poll("suno", "t1", OWN_ACCOUNT)
        assert not caught.value.ends_task


async def test_a_wrong_key(api: FaultyMusicApi) -> None:
    async with line_to(api.url, key="sk_of_nobody") as line:
        for call in (line.api.submit("suno.create", SONG, OWN_ACCOUNT), line.api.credits(OWN_ACCOUNT)):
            with pytest.raises(musicapi.Unauthorized):
                await call
        with pytest.raises(musicapi.Unauthorized) as caught:
            await line.api.poll("suno", "t1", OWN_ACCOUNT)
        assert not caught.value.ends_task  # whoever runs the bot can mend the key while the task goes on
        assert line.metrics.outcomes == ["submit declined", "poll turned_away"]


async def test_every_account_calls_with_its_own_key() -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"task_id": "t1", "credits": 1, "data": []})

    async with site(answer) as place, line_to(place.origin) as line:
        await line.api.submit("suno.create", SONG, SEALED)
        await line.api.poll("suno", "t1", SEALED)
        await line.api.credits(SEALED)
        await line.api.credits(OWN_ACCOUNT)
        sent = [request.headers["Authorization"] for request in place.requests]
        assert sent == ["Bearer sk_of_a_server"] * 3 + [f"Bearer {KEY}"]
        assert (line.is_noted(SEALED), line.is_noted()) == ([True, True], [])


async def test_without_a_key_nothing_is_called(api: FaultyMusicApi, line: Line) -> None:
    for account, kind in ((TORN, NoKey), (99, KeyGone)):
        for call in (
            line.api.submit("suno.create", SONG, account),
            line.api.poll("suno", "t1", account),
            line.api.credits(account),
        ):
            with pytest.raises(kind):
                await call
    assert api.requests == ()
    # Jobs whose key was removed are told at once; a breaker that is open must not hold them back.
    assert (line.is_noted(TORN), line.is_noted(99)) == ([], [True, True])


async def test_the_balance_behind_a_key(line: Line) -> None:
    assert await line.api.try_key(Secret("sk_of_a_server")) == musicapi.Credits(500)
    with pytest.raises(musicapi.Unauthorized):
        await line.api.try_key(Secret("sk_of_nobody"))
    assert line.metrics.outcomes == []


async def test_a_call_that_hangs_is_ended(api: FaultyMusicApi, line: Line) -> None:
    line.api.limit = 0.2
    api.faults.add(connection.SlowAnswer(3600.0), "suno.create")
    with pytest.raises(musicapi.OutcomeUnknown, match=r"no answer in 0\.2 s"):
        await line.api.submit("suno.create", SONG, OWN_ACCOUNT)
    assert line.is_noted() == [False]
    api.faults.add(connection.SlowAnswer(3600.0), "credits")
    with pytest.raises(musicapi.NotSent):
        await asyncio.wait_for(line.api.try_key(Secret(KEY)), 5.0)


@pytest.mark.parametrize(
    "fault",
    [
        refusals.ServerError(),
        refusals.UpstreamError(),
        bodies.InvalidJson(),
        bodies.WebPage(),
        connection.CutInMidBody(),
    ],
    ids=label,
)
async def test_one_task_or_one_member_says_little_and_several_say_enough(
    api: FaultyMusicApi, line: Line, fault: Fault
) -> None:
    breaker = line.breakers.at("suno")
    one, other = [(await line.api.submit("suno.create", SONG, OWN_ACCOUNT)).task_id for _ in range(2)]
    api.faults.add(fault, "suno.*", times=None)

    async def fails(call: Coroutine[Any, Any, object]) -> None:
        with pytest.raises(musicapi.MusicApiError):
            await call
        await asyncio.sleep(10.0)

    for _ in range(20):
        await fails(line.api.poll("suno", one, OWN_ACCOUNT))
        await fails(line.api.submit("suno.create", SONG, OWN_ACCOUNT, user_id=1))
        assert breaker.opened_at is None
    await fails(line.api.poll("suno", other, OWN_ACCOUNT))
    await fails(line.api.submit("suno.create", SONG, OWN_ACCOUNT, user_id=2))
    assert breaker.opened_at is not None


@pytest.mark.parametrize("call", ["poll", "submit"])
async def test_who_cannot_be_reached_or_allows_no_more_says_so_to_everybody(
    api: FaultyMusicApi, line: Line, call: str
) -> None:
    api.faults.add(refusals.RateLimited(), "suno.*", times=None)
    async with line_to(f"http://127.0.0.1:{closed_port()}") as alone:
        for one in (line, alone):
            for _ in range(5):
                asked: Coroutine[Any, Any, object] = (
                    one.api.poll("suno", "t1", OWN_ACCOUNT)
                    if call == "poll"
                    else one.api.submit("suno.create", SONG, OWN_ACCOUNT, user_id=1)
                )
                with pytest.raises(musicapi.MusicApiError):
                    await asked
                await asyncio.sleep(10.0)
            assert one.breakers.at("suno").opened_at is not None
