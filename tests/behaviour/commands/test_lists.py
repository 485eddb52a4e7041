"""Lists that open while a member types, in a server where much was made of few songs."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from jobs.models import Clip, Order, Origin
from jobs.store.queries import clips
from tests.conftest import Jam
from tests.jobs.shelf import accepted, clip

# What one song becomes, again and again: the operation, its parts, and what was asked for.
_MADE: tuple[tuple[str, str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("suno.extend", "song", ("take 1", "take 2"), {"continue_at": "0:08"}),
    ("suno.cover", "song", ("take 1", "take 2"), {"style": "sea shanty"}),
    ("suno.concat", "song", ("",), {}),
    ("suno.stems_basic", "stem", ("Vocals", "Instrumental"), {}),
    ("suno.stems_full", "stem", ("Vocals", "Drums", "Drums"), {}),  # two of one name
)
_TYPED = ("", "harbour", "harbour cover", "take 2", "take 2 vocals", "drums", "extension", "whole")


async def _made(jam: Jam, order: Order, user_id: int, *results: Mapping[str, Any]) -> list[Clip]:
    """Results of a job of the last minute."""
    origin = Origin(jam.guild.id, jam.channel.id, user_id, upload_limit=10**7)
    store, now = jam.parts.store, jam.parts.service.now()
    job = await accepted(store, order=order, origin=origin, now=now, due_at=now + 10**6)
    made_at = now - 59 + job.id / 5
    made = [replace(clip(job, n), created_at=made_at, **facts) for n, facts in enumerate(results)]
    await store.write(clips.keep, job, made)
    return made


@pytest.fixture
async def full(jam: Jam) -> Jam:
    """Over 500 clips made from two songs of one title, by two members, within a minute."""
    for user in (jam.mia, jam.ravi):
        takes = [{"title": "Harbour Lights", "part": f"take {n}", "duration": 12.0} for n in (1, 2)]
        songs = await _made(jam, Order("suno.create", {}, ""), user.id, *takes)
        for song, (operation, kind, parts, params) in product(songs * 13, _MADE):
            facts = {"title": song.title, "kind": kind, "duration": 12.0, "parent_clip_id": song.clip_id}
            order = Order(operation, params, "", song.clip_id)
            await _made(jam, order, user.id, *({**facts, "part": part} for part in parts))
    await jam.mia.slash(jam.channel, "jobs mine")
    return jam


async def test_no_two_lines_of_any_list_look_alike_in_a_server_with_500_derived_clips(full: Jam) -> None:
    for command in ("stems", "wav", "clip", "suno extend", "suno cover", "suno concat", "persona create"):
        for typed in _TYPED:
            choices = await full.ravi.autocomplete(full.channel, command, "clip_id", typed)
            names = [str(choice["name"]).casefold() for choice in choices]
            assert len(names) == len(set(names)), (command, typed)
            assert all(len(name) <= 100 for name in names)
            if typed in ("", "harbour"):
                assert len(names) == 25, command


async def test_what_a_line_shows_finds_it(full: Jam) -> None:
    found = await full.ravi.autocomplete(full.channel, "wav", "clip_id", "harbour take 2 vocals")
    assert found
    assert all("- take 2 - Vocals · of " in str(choice["name"]) for choice in found)
    found = await full.ravi.autocomplete(full.channel, "suno cover", "clip_id", "extension harbour")
    assert found
    assert all(str(choice["name"]).startswith("Harbour Lights (extension from 0:08)") for choice in found)


async def test_a_line_says_whose_it_is(full: Jam) -> None:
    first = await full.ravi.autocomplete(full.channel, "stems", "clip_id", "harbour lights")
    assert all(str(choice["name"]).endswith(" · yours") for choice in first)
    hers = await full.mia.autocomplete(full.channel, "stems", "clip_id", "harbour lights")
    assert all(str(choice["name"]).endswith(" · ravi") for choice in hers)
