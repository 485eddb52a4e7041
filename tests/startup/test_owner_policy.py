"""The rules of the one who runs the bot: read, and refused with a sentence where they make no sense."""

import pytest

from startup import owner_policy


def test_without_any_there_is_no_limit() -> None:
    assert (owner_policy.daily_cap({}), owner_policy.balance_required({}), owner_policy.own_key_for({})) == (
        None,
        False,
        None,
    )


def test_what_is_set() -> None:
    assert owner_policy.daily_cap({"DAILY_CAP": "0"}) == 0
    assert owner_policy.daily_cap({"DAILY_CAP": "500"}) == 500
    assert owner_policy.balance_required({"REQUIRE_BALANCE": "Yes"})
    assert owner_policy.own_key_for({"KEY_SERVERS": "11, 12"}) == frozenset({11, 12})


@pytest.mark.parametrize("text", ["-1", "1.5", "lots", "99999999999", "٣"])
def test_caps_that_make_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="DAILY_CAP"):
        owner_policy.daily_cap({"DAILY_CAP": text})


@pytest.mark.parametrize("text", ["mine", "1;2", "1" * 21])
def test_servers_that_make_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="KEY_SERVERS"):
        owner_policy.own_key_for({"KEY_SERVERS": text})


def test_a_switch_that_is_neither_yes_nor_no() -> None:
    with pytest.raises(ValueError, match="REQUIRE_BALANCE"):
        owner_policy.balance_required({"REQUIRE_BALANCE": "maybe"})
