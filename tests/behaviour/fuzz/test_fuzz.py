"""A small share of `make fuzz`, and what only the real client can show."""

import asyncio
import random

import pytest
from aiohttp import web

import musicapi
from musicapi import responses
from musicapi.client import MusicApiClient
from tests.behaviour.fuzz import answers, texts
from tests.musicapi.world import KEY, site, told

_CALLS = 150
_TYPES = ("application/json", "text/html; charset=utf-7", "application/json; charset=nonsense", "")

pytestmark = pytest.mark.usefixtures("unmeasured")


def test_mutated_answers() -> None:
    assert answers.run(3000, seed=2) == 3000


def test_hostile_texts() -> None:
    assert texts.run(150, seed=2) == 150


def test_the_judge_of_answers_sees_a_wrong_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "state_of", lambda _word: musicapi.ClipState.SUCCEEDED)
    with pytest.raises(AssertionError, match="nothing is done"):
        answers.run(20_000)


def test_the_judge_of_texts_sees_a_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogs.ui.embeds.clean", lambda text, limit: text[:limit])
    with pytest.raises(AssertionError):
        texts.run(50)


async def test_mutated_answers_through_the_client() -> None:
    chance = random.Random(3)  # noqa: S311 - repeatable, no secrets

    async def answer(_request: web.Request) -> web.StreamResponse:
        status, body, header = answers.answer(chance)
        headers = {"Content-Type": chance.choice(_TYPES), "Retry-After": header}
        if chance.random() < 0.1:
            headers["Content-Encoding"] = chance.choice(("gzip", "deflate", "br", "nonsense"))
        return web.Response(status=status, body=body, headers=headers)

    classic = musicapi.load_profile("classic")
    async with site(answer) as place, MusicApiClient(KEY, classic, base_url=place.origin) as client:
        errors: list[str] = []
        for number in range(_CALLS):
            calls = (
                lambda: client.submit("suno.create", {"description": "x"}),
                lambda: client.poll("suno", "t1"),
                client.credits,
            )
            try:
                async with asyncio.timeout(10):
                    await calls[number % 3]()
            except musicapi.MusicApiError as error:
                errors.append(told(error))
        assert errors
        assert not any(KEY in error for error in errors)
        assert len(place.requests) == _CALLS, "each is one attempt"
