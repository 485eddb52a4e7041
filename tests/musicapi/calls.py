"""The three calls of the client, and how each of them fails."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

import musicapi
from musicapi import errors
from musicapi.client import MusicApiClient
from tests.musicapi.world import KEY, told

SONG = {"description": "a night bus"}
Ours = errors.MusicApiError


async def submit(client: MusicApiClient) -> object:
    return await client.submit("suno.create", SONG)


async def poll(client: MusicApiClient) -> object:
    return await client.poll("suno", "t1")


async def balance(client: MusicApiClient) -> object:
    return await client.credits()


CALLS = [submit, poll, balance]
Call = Callable[[MusicApiClient], Awaitable[object]]


async def failure(call: Call, client: MusicApiClient) -> Ours:
    """The error of a call, which never shows the key nor what is behind it."""
    with pytest.raises(Ours) as caught:
        await call(client)
    error = caught.value
    assert KEY not in told(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[MusicApiClient]:
    async with MusicApiClient(KEY, musicapi.load_profile("classic"), base_url=url) as client:
        yield client
