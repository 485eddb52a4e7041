"""The checks before anything is noted or spent."""

import pytest

import musicapi
from jobs.gate import Refusal, check
from jobs.models import Order, Visit
from startup.music_port import ProfileCatalogue

CATALOGUE = ProfileCatalogue(musicapi.load_profile("classic"))
HERE = Visit(1, 2, 3, 1000)
CLOSED = Visit(1, 2, 3, 1000, missing_permissions=("Send Messages", "Attach Files"))
SONG = Order("suno.create", {"description": "rivers"}, "rivers")
NOTHING = Order("suno.create", {"description": " "}, "")


def test_what_is_in_order_passes() -> None:
    check(SONG, HERE, CATALOGUE)


def test_a_channel_that_is_closed_to_us() -> None:
    with pytest.raises(Refusal) as caught:
        check(SONG, CLOSED, CATALOGUE)
    assert (caught.value.code, caught.value.names) == ("permissions", ("Send Messages", "Attach Files"))


def test_a_wrong_parameter_is_named() -> None:
    with pytest.raises(Refusal) as caught:
        check(NOTHING, HERE, CATALOGUE)
    assert (caught.value.code, caught.value.field, caught.value.why) == ("input", "description", "is empty")
    with pytest.raises(Refusal) as caught:
        check(Order("suno.wav", {"clip_id": "x"}, ""), HERE, CATALOGUE)
    assert (caught.value.code, caught.value.field) == ("input", "clip_id")


def test_the_channel_is_looked_at_first() -> None:
    with pytest.raises(Refusal) as caught:
        check(NOTHING, CLOSED, CATALOGUE)
    assert caught.value.code == "permissions"


def test_an_operation_that_is_not_on_offer_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        check(Order("suno.whistle", {}, ""), HERE, CATALOGUE)
