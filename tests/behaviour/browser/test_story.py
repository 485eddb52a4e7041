"""The story of `make jam`, seen in the page while the members of the sandbox play it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.behaviour.browser.test_moderator import become
from tests.behaviour.browser.test_page import address, page, picture, pytestmark

__all__ = ["address", "page", "pytestmark"]

STORY_MS = 120_000


@pytest.fixture
def mode() -> str:
    return "--jam"


async def test_four_members_play_a_contest_of_versions_of_their_song(page: Page) -> None:
    channel = page.get_by_role("region", name="Conversation")
    ballot = channel.get_by_text("songs, letter by letter above")
    await expect(ballot).to_be_visible(timeout=STORY_MS)
    for letter in "ABC":
        await expect(page.get_by_role("button", name=f"Play {letter}.mp3")).to_be_visible()
    result = channel.get_by_text(re.compile(r"paper lanterns: the result"))
    await expect(result).to_be_visible(timeout=STORY_MS)
    await expect(channel.get_by_text("wins!")).to_be_visible()
    await expect(channel.get_by_text("4 ballots, 4 votes. Equal votes share a place.")).to_be_visible()
    await expect(channel.get_by_text("30 of 60 credits")).to_be_visible()
    await picture(page, "contest.png")
    await become(page, "Tove")  # a fourth member, who can be played like the others
