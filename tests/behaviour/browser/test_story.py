"""The story of `make jam`, seen in the page while the members of the sandbox play it."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.behaviour.browser.test_moderator import become
from tests.behaviour.browser.test_page import picture, pytestmark

__all__ = ["pytestmark"]

STORY_MS = 180_000


@pytest.fixture
def mode() -> str:
    return "--jam"


@pytest.fixture(autouse=True)
def told() -> Iterator[list[bytes]]:
    """Set up before the sandbox, so looked at after it."""
    lines: list[bytes] = []
    yield lines
    assert b"The bot is stopped while it makes them, and started again" in b"".join(lines)


async def show(page: Page, name: str) -> None:
    """Keep a picture of the latest messages."""
    jump = page.get_by_role("button", name="jump to latest")
    if await jump.is_visible():
        await jump.click()
    await picture(page, name)


async def test_four_members_play_a_relay_and_a_contest_of_versions_of_it(page: Page) -> None:
    channel = page.get_by_role("region", name="Conversation")

    async def see(text: str | re.Pattern[str]) -> None:
        await expect(channel.get_by_text(text).last).to_be_visible(timeout=STORY_MS)

    await see(re.compile(r"Part 1 by .*Take 2 goes on\."))
    await see(re.compile(r"Part 3 by"))
    await see("a ferry at night: the song")
    await see("34 of 34 credits")
    await show(page, "relay.png")
    await see("songs, letter by letter above")  # of tries that were under way when the bot was stopped
    for letter in "ABC":
        await expect(page.get_by_role("button", name=f"Play {letter}.mp3")).to_be_visible()
    await see(re.compile(r"Your ballot: \w\."))
    await show(page, "ballot.png")
    await see("paper lanterns: the result")
    await see("wins!")
    await see("4 ballots, 4 votes. Equal votes share a place.")
    await see("30 of 60 credits")
    await show(page, "result.png")
    await see("here is the album of jam #2")
    await become(page, "Tove")  # a fourth member, who can be played like the others
