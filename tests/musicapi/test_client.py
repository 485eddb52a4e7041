"""The transport against the fake API and sites of our own: what goes out, what comes back."""

import pytest
from aiohttp import web

import musicapi
from musicapi import errors
from musicapi.client import MusicApiClient
from musicapi.models import ClipState
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.manual_clock import ManualClock
from tests.musicapi.calls import CALLS, client_of, failure, submit
from tests.musicapi.world import KEY, finished, site

CLIP = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"


async def answer(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"task_id": "t1", "credits": 1, "data": []})


async def test_a_song_its_stems_and_its_wav(
    api: FaultyMusicApi, clock: ManualClock, profile: musicapi.Profile
) -> None:
    async with MusicApiClient(KEY, profile, base_url=api.url + "/") as client:
        params = {"description": "a night bus", "instrumental": True}
        submission = await client.submit("suno.create", params)
        assert submission.clips == ()
        assert (await client.poll("suno", submission.task_id)).clips == ()
        song = (await finished(client, clock, submission.task_id)).clips
        assert [clip.state for clip in song] == [ClipState.SUCCEEDED] * 2
        assert all(clip.audio_url.startswith(api.origin) and clip.duration for clip in song)
        for operation, count in (("suno.stems_basic", 2), ("suno.stems_full", 12)):
            stems = await client.submit(operation, {"clip_id": song[0].clip_id})
            assert len((await finished(client, clock, stems.task_id)).clips) == count
        wav = await client.submit("suno.wav", {"clip_id": song[0].clip_id})
        assert wav.clips[0].audio_url == f"{api.origin}/files/{song[0].clip_id}.wav"
        assert (await client.credits()).total == api.balance.total
    posts = [request for request in api.requests if request.method == "POST"]
    assert posts[0].body == musicapi.build("suno.create", params, profile)
    prefix = {"classic": "suno", "renamed": "sonic"}[profile.name]
    assert [post.path for post in posts] == [
        f"/api/v1/{prefix}/{path}" for path in ("create", "stems/basic", "stems/full", "wav")
    ]


@pytest.mark.parametrize("key", ["sk_test_of_nobody", "x"])
async def test_a_wrong_key(api: FaultyMusicApi, key: str) -> None:
    async with MusicApiClient(key, musicapi.load_profile("classic"), base_url=api.url) as client:
        with pytest.raises(errors.Unauthorized):
            await client.submit("suno.create", {"description": "x"})
        with pytest.raises(errors.Unauthorized):
            await client.credits()
        with pytest.raises(errors.Unauthorized):
            await client.poll("suno", "t1")


async def test_an_unknown_task_and_an_unknown_clip(client: MusicApiClient) -> None:
    with pytest.raises(errors.TaskUnknown):
        await client.poll("suno", CLIP)
    with pytest.raises(errors.InvalidRequest):
        await client.submit("suno.wav", {"clip_id": CLIP})


async def test_what_cannot_be_valid_is_not_sent(client: MusicApiClient, api: FaultyMusicApi) -> None:
    with pytest.raises(errors.InvalidInput):
        await client.submit("suno.create", {"description": ""})
    with pytest.raises(KeyError):
        await client.submit("suno.whistle", {})
    assert api.requests == ()


async def test_what_goes_out(profile: musicapi.Profile) -> None:
    async with site(answer) as place:
        async with MusicApiClient(KEY, profile, base_url=place.origin) as client:
            await client.submit("suno.create", {"description": "x"})
            await client.submit("suno.create", {"description": "y"})
            await client.poll("suno", "t1")
            await client.credits()
        for request in place.requests:
            assert request.headers["Authorization"] == f"Bearer {KEY}"
            assert request.headers["User-Agent"] == "Encore"
        posts, gets = place.requests[:2], place.requests[2:]
        assert [post.headers["Content-Type"] for post in posts] == ["application/json"] * 2
        # Each paid call has a connection of its own, which no idle time can have closed at the other end.
        assert [post.keep_alive for post in posts] == [False, False]
        assert all(get.keep_alive and not get.can_read_body for get in gets)


@pytest.mark.parametrize(
    ("task_id", "path"),
    [
        ("a/b", "a%2Fb"),
        ("../get-credits", "..%2Fget-credits"),
        ("a?b=1#c", "a%3Fb%3D1%23c"),
        ("a b\r\nX: y", "a%20b%0D%0AX%3A%20y"),
        ("\u00e9%2F", "%C3%A9%252F"),
    ],
)
async def test_a_task_id_cannot_leave_its_place(profile: musicapi.Profile, task_id: str, path: str) -> None:
    async with site(answer) as place:
        async with MusicApiClient(KEY, profile, base_url=place.origin) as client:
            await client.poll("suno", task_id)
        assert [request.raw_path for request in place.requests] == [
            profile.tasks["suno"].replace("{task_id}", path)
        ]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": f"{other.origin}/v2{request.path}?x=1"})

    async with site(answer) as other, site(away) as place, client_of(place.origin) as client:
        for call in CALLS:
            error = await failure(call, client)
            assert isinstance(error, errors.Moved)
            assert error.address == f"{other.origin}/v2"
            assert not error.may_have_happened
            assert not error.ends_task
        assert len(place.requests) == 3
        assert other.requests == []
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert f"set MUSIC_API_URL to that: {other.origin}/v2" in caplog.text


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("https://new.example/api/v1/suno/create", "https://new.example/api/v1"),
        ("https://new.example:8443/suno/create?token=abc#x", "https://new.example:8443"),
        ("https://user:secret@new.example/login", "https://new.example"),
        ("//new.example/api/suno/create", "http://new.example/api"),
        ("/elsewhere", "{origin}"),
        ("https://[", "another address"),
        ("", "{origin}"),
        ("mailto:a@b.example", "another address"),
    ],
)
async def test_the_new_address_is_what_would_have_to_be_set(location: str, address: str) -> None:
    async def away(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=308, headers={"Location": location})

    async with site(away) as place, client_of(place.origin) as client:
        error = await failure(submit, client)
        assert isinstance(error, errors.Moved)
        assert error.address == address.format(origin=place.origin)


@pytest.mark.parametrize("status", [300, 303, 304, 302])
async def test_other_redirects_may_come_after_the_effect(status: int) -> None:
    async def see_other(_request: web.Request) -> web.StreamResponse:
        headers = {} if status == 302 else {"Location": "https://new.example/"}  # a redirect to nowhere
        return web.Response(status=status, headers=headers)

    async with site(see_other) as place, client_of(place.origin) as client:
        for call in CALLS:
            assert isinstance(await failure(call, client), errors.OutcomeUnknown)


async def test_cookies_are_not_kept() -> None:
    async def with_cookie(_request: web.Request) -> web.StreamResponse:
        response = web.json_response({"credits": 1})
        response.set_cookie("session", "abc")
        return response

    async with site(with_cookie) as place:
        classic = musicapi.load_profile("classic")
        # By its name: aiohttp would keep no cookie of a bare address anyway.
        url = f"http://localhost:{place.port}"
        async with MusicApiClient(KEY, classic, base_url=url) as client:
            await client.credits()
            await client.credits()
        assert [request.headers.get("Cookie") for request in place.requests] == [None, None]


async def test_retry_after_is_passed_on() -> None:
    async def busy(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "Too many."}, status=429, headers={"Retry-After": "12"})

    async with site(busy) as place:
        classic = musicapi.load_profile("classic")
        async with MusicApiClient(KEY, classic, base_url=place.origin) as client:
            for call in CALLS:
                with pytest.raises(errors.RateLimited) as caught:
                    await call(client)
                assert caught.value.retry_after == 12


async def test_retry_after_as_a_date_is_counted_by_the_clock_of_the_answer() -> None:
    async def busy(_request: web.Request) -> web.StreamResponse:
        dates = {"Date": "Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2026 07:28:42 GMT"}
        return web.Response(text="<html>", status=503, headers=dates)

    async with site(busy) as place, client_of(place.origin) as client:
        for call in CALLS:
            assert (await failure(call, client)).retry_after == 42


def test_the_base_url_of_the_profile_is_the_default(profile: musicapi.Profile) -> None:
    assert MusicApiClient(KEY, profile).base_url == profile.base_url
    assert MusicApiClient(KEY, profile, base_url="").base_url == profile.base_url


def test_a_client_does_not_show_its_key(profile: musicapi.Profile) -> None:
    client = MusicApiClient(KEY, profile)
    assert KEY not in f"{client!r} {client}"
