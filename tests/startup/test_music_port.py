"""Each error of the API client becomes the one that says what the engine does next."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

import musicapi
from jobs.models import Found, Reason, Result
from jobs.ports import AnswerLost, Declined, FileTooBig, LinkGone, NothingSent, PortError, TurnedAway
from musicapi.download import Downloader
from sandbox.music_api import FixedSound, ManualClock, MusicApiStandIn
from sandbox.music_api.faults import Fault, bodies, connection, files, looks, refusals
from startup import music_port
from startup.music_port import MusicPort, ProfileCatalogue
from tests.musicapi.world import KEY, Handler, closed_port, label, names_in, site

SONG = {"description": "a night bus"}
CLIP = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"
Expected = tuple[type[PortError], Reason | None]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def api(fixed_sound: FixedSound, clock: ManualClock) -> AsyncIterator[MusicApiStandIn]:
    async with MusicApiStandIn(keys=[KEY], credits=500, sound=fixed_sound, clock=clock) as stand_in:
        yield stand_in


@asynccontextmanager
async def port_of(url: str, profile: str = "classic", key: str = KEY) -> AsyncIterator[MusicPort]:
    async with (
        musicapi.MusicApiClient(key, musicapi.load_profile(profile), base_url=url) as client,
        Downloader("127.0.0.1") as downloader,
    ):
        yield MusicPort(client, downloader)


@pytest.fixture
async def port(api: MusicApiStandIn) -> AsyncIterator[MusicPort]:
    async with port_of(api.url) as ready:
        yield ready


async def finished(port: MusicPort, clock: ManualClock, task_id: str) -> Found:
    """Let the task end, and look until its sound is made."""
    clock.advance(1e6)
    found = Found()
    while not found.results or any(clip.state == "running" for clip in found.results):
        found = await port.poll("suno", task_id)
    return found


def meaning(error: PortError) -> Expected:
    assert KEY not in f"{error} {error!r}"
    assert error.__cause__ is None
    return type(error), error.reason if isinstance(error, Declined) else None


def all_kinds(kind: type[musicapi.MusicApiError]) -> Iterator[type[musicapi.MusicApiError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)


# What a failed submit means, for every error that there is.
MEANINGS: dict[type[musicapi.MusicApiError], Expected] = {
    musicapi.MusicApiError: (AnswerLost, None),
    musicapi.NotSent: (NothingSent, None),
    musicapi.OutcomeUnknown: (AnswerLost, None),
    musicapi.Unavailable: (AnswerLost, None),
    musicapi.InvalidInput: (Declined, Reason.INPUT),
    musicapi.Refused: (Declined, Reason.REFUSED),
    musicapi.InvalidRequest: (Declined, Reason.INPUT),
    musicapi.Unauthorized: (Declined, Reason.KEY),
    musicapi.NoCredits: (Declined, Reason.CREDITS),
    musicapi.ContentRefused: (Declined, Reason.CONTENT),
    musicapi.Retired: (Declined, Reason.RETIRED),
    musicapi.RateLimited: (NothingSent, None),
    musicapi.NoLongerOffered: (Declined, Reason.RETIRED),
    musicapi.TaskFailed: (Declined, Reason.TASK),
    musicapi.TaskUnknown: (Declined, Reason.FORGOTTEN),
}


@pytest.mark.parametrize("kind", list(all_kinds(musicapi.MusicApiError)))
def test_every_error_has_a_meaning(kind: type[musicapi.MusicApiError]) -> None:
    made = kind("description", "why") if kind is musicapi.InvalidInput else kind("why")
    translated = music_port._translated(made)
    assert meaning(translated) == MEANINGS[kind]
    assert translated.text == "why"


def test_a_wait_that_the_api_asks_for_is_passed_on() -> None:
    assert music_port._translated(musicapi.RateLimited("slow down", 7.5)).retry_after == 7.5
    assert music_port._translated(musicapi.RateLimited("slow down")).retry_after is None


@pytest.mark.parametrize(
    ("fault", "expected", "charges"),
    [
        (refusals.NoCredits(), (Declined, Reason.CREDITS), 0),
        (refusals.ArtistNames(), (Declined, Reason.CONTENT), 0),
        (refusals.Retired(), (Declined, Reason.RETIRED), 0),
        (refusals.RateLimited(), (NothingSent, None), 0),
        (refusals.ServerError(), (AnswerLost, None), 0),
        (refusals.LateUpstreamError(), (AnswerLost, None), 1),
        (connection.CutBeforeReading(), (AnswerLost, None), 0),
        (connection.CutAfterEffect(), (AnswerLost, None), 1),
        (bodies.InvalidJson(), (AnswerLost, None), 1),
    ],
    ids=label,
)
async def test_submits_that_go_wrong(
    api: MusicApiStandIn, port: MusicPort, fault: Fault, expected: Expected, charges: int
) -> None:
    api.faults.add(fault, "suno.create", times=None)
    with pytest.raises(PortError) as caught:
        await port.submit("suno.create", SONG)
    assert meaning(caught.value) == expected
    assert (len(api.requests), len(api.charges)) == (1, charges)


async def test_submits_that_cannot_be_valid_or_reach_nobody(port: MusicPort) -> None:
    with pytest.raises(Declined) as caught:
        await port.submit("suno.create", {})
    assert caught.value.reason is Reason.INPUT
    async with port_of(f"http://127.0.0.1:{closed_port()}") as alone:
        for call in (alone.submit("suno.create", SONG), alone.poll("suno", "t"), alone.balance()):
            with pytest.raises(NothingSent):
                await call


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (looks.TaskFails("error"), (Declined, Reason.TASK)),
        (looks.TaskFails("timeout"), (Declined, Reason.TASK)),
        (refusals.Retired(), (Declined, Reason.RETIRED)),
        (refusals.CopyrightedContent(), (Declined, Reason.CONTENT)),
        (refusals.RateLimited(retry_after=3), (NothingSent, None)),
        (refusals.NoCredits(), (TurnedAway, None)),
        (refusals.ServerError(), (NothingSent, None)),
        (refusals.UpstreamError(), (NothingSent, None)),
        (connection.CutInMidBody(), (NothingSent, None)),
        (bodies.InvalidJson(), (NothingSent, None)),
    ],
    ids=label,
)
async def test_looks_that_go_wrong(
    api: MusicApiStandIn, clock: ManualClock, port: MusicPort, *, fault: Fault, expected: Expected
) -> None:
    started = await port.submit("suno.create", SONG)
    clock.advance(1.0)
    api.faults.add(fault, "suno.task", times=None)
    with pytest.raises(PortError) as caught:
        await port.poll("suno", started.task_id)
    assert meaning(caught.value) == expected
    assert caught.value.retry_after == getattr(fault, "retry_after", None)


@pytest.mark.parametrize("status", [301, 400, 402, 403, 404, 405, 408, 418, 451, 500, 503])
async def test_a_page_of_some_proxy_says_nothing_about_the_task(status: int) -> None:
    async def blocked(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<html>Just a moment...</html>", content_type="text/html")

    async with site(blocked) as place, port_of(place.origin) as port:
        with pytest.raises(NothingSent):
            await port.poll("suno", "t1")


async def test_a_task_that_the_api_does_not_know(port: MusicPort) -> None:
    with pytest.raises(Declined) as caught:
        await port.poll("suno", CLIP)
    assert caught.value.reason is Reason.FORGOTTEN


async def test_a_wrong_key(api: MusicApiStandIn) -> None:
    async with port_of(api.url, key="sk_of_nobody") as port:
        for call in (port.submit("suno.create", SONG), port.balance()):
            with pytest.raises(Declined) as caught:
                await call
            assert caught.value.reason is Reason.KEY
        with pytest.raises(TurnedAway):  # whoever runs the bot can mend the key while the task goes on
            await port.poll("suno", "t1")


@pytest.mark.parametrize(
    "fault", [refusals.ServerError(), connection.CutInMidBody(), bodies.NotAnObject()], ids=label
)
async def test_a_balance_that_cannot_be_had(api: MusicApiStandIn, port: MusicPort, fault: Fault) -> None:
    api.faults.add(fault, "credits", times=None)
    with pytest.raises(NothingSent):
        await port.balance()


async def test_the_balance(fixed_sound: FixedSound) -> None:
    async with (
        MusicApiStandIn(keys=[KEY], credits=40, extra_credits=7, sound=fixed_sound) as api,
        port_of(api.url) as port,
    ):
        before = time.time()
        balance = await port.balance()
        assert (balance.total, balance.extra) == (47, 7)
        assert before <= balance.at <= time.time()


@pytest.mark.parametrize("profile", musicapi.profile_names())
async def test_a_song_from_submit_to_file(
    api: MusicApiStandIn, clock: ManualClock, tmp_path: Path, profile: str
) -> None:
    async with port_of(api.url, profile) as port:
        started = await port.submit("suno.create", SONG)
        assert started.results == ()
        assert (await port.poll("suno", started.task_id)).results == ()
        found = await finished(port, clock, started.task_id)
        first = found.results[0]
        path = await port.fetch(first.audio_url, tmp_path / "0", max_bytes=10**6)
        assert names_in(tmp_path) == [path.name] == ["0.mp3"]
        cover = await port.fetch(first.image_url, tmp_path / "cover", max_bytes=10**6, image=True)
        assert cover == tmp_path / "cover.jpg"
        wav = await port.submit("suno.wav", {"clip_id": first.clip_id})
        assert wav.task_id == ""
        assert [(one.state, one.audio_url) for one in wav.results] == [
            ("succeeded", f"{api.origin}/files/{first.clip_id}.wav")
        ]


def serving(body: dict[str, object]) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body)

    return handler


async def test_every_field_of_a_result() -> None:
    told = {
        "clip_id": "c1", "state": "succeeded", "title": "Night Bus", "tags": "pop", "lyrics": "la",
        "mv": "chirp-v4", "audio_url": "https://a/1.mp3", "image_url": "https://i/1.jpeg", "duration": "12.5",
        "error_message": "",
    }  # fmt: skip
    failed = {"clip_id": "c2", "state": "failed", "mv": "chirp-v99", "error_message": "Too loud."}
    async with site(serving({"data": [told, failed]})) as place, port_of(place.origin) as port:
        assert (await port.poll("suno", "t")).results == (
            Result(
                "c1", "succeeded", "Night Bus", "pop", "la", "v4", "https://a/1.mp3", "https://i/1.jpeg", 12.5
            ),
            Result("c2", "failed", model="chirp-v99", error="Too loud."),
        )


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (files.FileGone(), LinkGone),
        (files.FileForbidden(), LinkGone),
        (files.WrongLength(), FileTooBig),
        (files.EndlessFile(), FileTooBig),
        (files.PageInsteadOfFile(), NothingSent),
        (files.Redirect(), NothingSent),
        (connection.CutInMidBody(), NothingSent),
    ],
    ids=label,
)
async def test_files_that_go_wrong(
    api: MusicApiStandIn,
    clock: ManualClock,
    port: MusicPort,
    tmp_path: Path,
    *,
    fault: Fault,
    kind: type[PortError],
) -> None:
    started = await port.submit("suno.create", SONG)
    url = (await finished(port, clock, started.task_id)).results[0].audio_url
    api.faults.add(fault, "file.mp3", times=None)
    with pytest.raises(PortError) as caught:
        await port.fetch(url, tmp_path / "0", max_bytes=10**6)
    assert meaning(caught.value) == (kind, None)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", musicapi.profile_names())
def test_the_catalogue_is_the_profile(name: str) -> None:
    profile = musicapi.load_profile(name)
    catalogue = ProfileCatalogue(profile)
    assert catalogue.submit_interval == profile.submit_interval == 3.0
    for operation in profile.operations:
        assert catalogue.terms(operation) is profile.terms(operation)
        assert catalogue.price(operation, {}) == profile.price(operation, {})
    assert catalogue.check("suno.create", SONG) is None
    assert catalogue.check("suno.create", {}) == ("description", "is empty")
    assert catalogue.check("suno.wav", {"clip_id": "x"}) == ("clip_id", "is not the id of a clip")
    assert catalogue.operations() == list(profile.operations)
    assert [name for name, _ in catalogue.models("suno")] == ["v4.5", "v5", "v4.5 plus", "v4", "v3.5"]
    assert catalogue.models("suno")[0][1] == profile.default_model("suno")
    assert catalogue.models("nuro") == catalogue.models("nobody") == []
    assert catalogue.limit("lyrics", operation="suno.custom") == 5000
    assert catalogue.limit("lyrics", operation="suno.custom", model=catalogue.models("suno")[-1][1]) == 3000
    assert catalogue.range("audio_weight", operation="suno.cover") == (0.0, 1.0)
    assert catalogue.range("continue_at", operation="suno.extend") is None
    assert catalogue.options("suno.custom", "vocal_gender") == [("female", "f"), ("male", "m")]
    assert catalogue.options("suno.custom", "title") == []


def test_a_retired_operation_is_refused_by_the_catalogue() -> None:
    catalogue = ProfileCatalogue(musicapi.load_profile("renamed"))
    assert catalogue.terms("nuro.song").retired
    assert catalogue.check("nuro.song", {"lyrics": "la"}) == ("operation", "is no longer offered by the API")


async def test_what_comes_at_once_becomes_results(fixed_sound: FixedSound) -> None:
    at_once = {"suno.upload": 0.0, "suno.lyrics": 0.0}
    async with (
        MusicApiStandIn(keys=[KEY], sound=fixed_sound, clock=ManualClock(), seconds=at_once) as api,
        port_of(api.url) as port,
    ):
        uploaded = await port.submit("suno.upload", {"url": "https://media.example.com/hum.mp3?seconds=6"})
        [clip] = uploaded.results
        assert (uploaded.task_id, clip) == ("", Result(clip.clip_id, "succeeded"))
        asked = {"name": "Miller", "description": "dry", "clip_id": clip.clip_id}
        [persona] = (await port.submit("suno.persona", asked)).results
        assert persona == Result(persona.clip_id, "succeeded")
        assert persona.clip_id not in ("", clip.clip_id)
        versions = (await port.submit("suno.lyrics", {"description": "a mill"})).results
        assert len(versions) == 2
        for version in versions:
            assert version == Result("", "succeeded", version.title, lyrics=version.lyrics)
            assert version.title
            assert version.lyrics


async def test_the_only_clip_of_nuro_has_the_id_of_its_task(
    api: MusicApiStandIn, clock: ManualClock, port: MusicPort
) -> None:
    task_id = (await port.submit("nuro.song", {"lyrics": "la", "genre": "Pop", "mood": "Chill"})).task_id
    assert [each.state for each in (await port.poll("nuro", task_id)).results] == ["running"]
    clock.advance(1e6)
    found = Found()
    while not found.results or found.results[0].state == "running":
        found = await port.poll("nuro", task_id)
    [song] = found.results
    assert (song.clip_id, song.state, song.tags) == (task_id, "succeeded", "Pop, Chill")
    assert song.audio_url.startswith(api.origin)
