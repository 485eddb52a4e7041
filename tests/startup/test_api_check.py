"""What `--check` and the start say about the music API at the other end."""

from pathlib import Path

import pytest
from aiohttp import web

from startup import api_check
from startup.settings import load
from tests.musicapi.world import Handler, site

_PROFILES = ("classic", "renamed")


def speaking(prefix: str, *, foreign: bool = False) -> Handler:
    """An API that knows the tasks of one prefix alone; `foreign` says so as a page."""

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.method == "GET", "nothing here may cost anything"
        if request.path == "/api/v1/get-credits":
            return web.json_response({"credits": 5, "extra_credits": 2})
        if request.path.startswith(f"/api/v1/{prefix}/task/"):
            return web.json_response({"type": "validation_error", "error": "task not found."}, status=400)
        if foreign:
            return web.Response(text="404 page not found", status=404)
        return web.json_response({"type": "not_found", "error": "Not Found"}, status=404)

    return handler


async def checked(
    handler: Handler, tmp_path: Path, profile: str = "classic"
) -> tuple[list[str], list[str], int]:
    fine: list[str] = []
    wrong: list[str] = []
    async with site(handler) as place:
        environment = {
            "DISCORD_TOKEN": "x", "MUSIC_API_KEY": "sk_canary_api_check", "MUSIC_API_URL": place.origin,
            "MUSIC_API_PROFILE": profile, "DATABASE_URL": f"sqlite:///{tmp_path / 'e.db'}",
        }  # fmt: skip
        await api_check.check_api(load(environment, profiles=_PROFILES), fine, wrong)
        return fine, wrong, len(place.requests)


@pytest.mark.parametrize(("profile", "prefix"), [("classic", "suno"), ("renamed", "sonic")])
async def test_a_profile_that_fits_is_no_news(tmp_path: Path, profile: str, prefix: str) -> None:
    fine, wrong, asked = await checked(speaking(prefix), tmp_path, profile)
    assert (fine, wrong, asked) == (["the music API accepts the key; 7 credits are left"], [], 2)


@pytest.mark.parametrize(
    ("profile", "prefix", "fits"), [("classic", "sonic", "renamed"), ("renamed", "suno", "classic")]
)
async def test_a_profile_that_does_not_fit_is_named_with_the_one_that_does(
    tmp_path: Path, profile: str, prefix: str, fits: str
) -> None:
    _, wrong, _ = await checked(speaking(prefix), tmp_path, profile)
    assert wrong == [f"MUSIC_API_PROFILE: the API there is another edition than {profile}; set it to {fits}"]


async def test_an_api_of_no_profile_is_at_the_wrong_address(tmp_path: Path) -> None:
    _, wrong, _ = await checked(speaking("melody"), tmp_path)
    assert wrong == ["MUSIC_API_URL: the API there knows the paths of no profile (classic, renamed)"]


async def test_pages_of_others_say_nothing_about_the_profile(tmp_path: Path) -> None:
    _, wrong, _ = await checked(speaking("melody", foreign=True), tmp_path)
    assert wrong == []


async def test_an_api_that_has_moved_is_told_once_with_its_new_address(tmp_path: Path) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        return web.Response(status=308, headers={"Location": f"https://new.example{request.path}"})

    fine, wrong, _ = await checked(moved, tmp_path)
    assert (fine, wrong) == (
        [],
        [
            (
                "MUSIC_API_URL: the API has moved to https://new.example/api/v1; "
                "if its own pages say so too, set it to that"
            )
        ],
    )


async def test_a_wrong_key_is_told_once(tmp_path: Path) -> None:
    async def closed(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"type": "unauthorized", "error": "Who?"}, status=401)

    _, wrong, _ = await checked(closed, tmp_path)
    assert wrong == ["MUSIC_API_KEY: the music API does not accept it; copy it again from the dashboard"]


async def test_trouble_that_may_pass_is_told_as_that(tmp_path: Path) -> None:
    async def broken(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>", status=502)

    _, wrong, _ = await checked(broken, tmp_path)
    assert wrong == [
        "MUSIC_API_URL: the music API gives no balance (HTTP 502, and not in the API's own words)"
    ]
