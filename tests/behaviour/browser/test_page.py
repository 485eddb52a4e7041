"""The sandbox page in a real browser: type a command, see the players, press a button."""

import contextlib
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.behaviour.browser.conftest import CHROMIUM, PATIENCE_MS

# A picture of the page for the README is kept where this says.
PICTURES = os.environ.get("ENCORE_PICTURES")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="SKIPPED: no Chromium on this machine; the page was not seen"
    ),
]


async def type_command(page: Page, command: str, option: str, value: str) -> None:
    """As a member does: the command, Enter, its option. What is left is to send it."""
    box = page.get_by_role("textbox", name="Message", exact=True)
    await box.click()
    await box.press_sequentially(f"/{command}", delay=15)
    await expect(page.get_by_role("option", name=f"/{command}").first).to_be_visible()
    await box.press("Enter")
    field = option_field(page, option)
    await field.fill(value)


async def send(page: Page) -> None:
    """Press Send until the command is gone: what comes in the very moment of a refresh is refused."""
    empty = page.get_by_role("textbox", name="Message", exact=True)
    for _ in range(8):
        await page.get_by_role("button", name="Send", exact=True).click()
        with contextlib.suppress(AssertionError):
            await expect(empty).to_be_visible(timeout=2500)
            return
    raise AssertionError("the command could not be sent")


async def open_form(page: Page, *presses: Locator) -> None:
    """Press until the form is there, as in `send`."""
    for _ in range(8):
        for each in presses:
            await each.click()
        with contextlib.suppress(AssertionError):
            await expect(page.get_by_role("dialog")).to_be_visible(timeout=2500)
            return
    raise AssertionError("the form could not be opened")


async def extend(page: Page) -> None:
    """Choose to extend a take, by the menu; after a press that was refused only another choice counts."""
    menu = page.get_by_role("combobox", name="What next?").last
    for number in range(8):
        await menu.click()
        await page.get_by_role("option", name=f"Take {2 - number % 2} · Extend · 10 credits").click()
        with contextlib.suppress(AssertionError):
            await expect(page.get_by_role("dialog")).to_be_visible(timeout=5000)
            return
    raise AssertionError("the form could not be opened")


async def fill_form(page: Page, **texts: str) -> None:
    """Fill the form in front of the member, and submit it."""
    form = page.get_by_role("dialog")
    await expect(form).to_be_visible()
    for label, text in texts.items():
        await form.get_by_label(label).fill(text)
    for _ in range(16):  # as in `send`
        await form.get_by_role("button", name="Submit").click()
        with contextlib.suppress(AssertionError):
            await expect(form).to_be_hidden(timeout=2500)
            return
    raise AssertionError("the form could not be submitted")


def option_field(page: Page, option: str) -> Locator:
    """The field of an option; one with autocomplete is a combobox."""
    named = re.compile(f"^{option}")
    return page.get_by_role("textbox", name=named).or_(page.get_by_role("combobox", name=named))


async def longest_sound(page: Page) -> float:
    """Seconds of the longest sound that the browser has decoded, once it has decoded one."""
    for _ in range(100):
        seconds = await page.locator("audio").evaluate_all(
            "all => Math.max(0, ...all.filter(a => !a.error).map(a => a.duration || 0))"
        )
        if seconds:
            return float(seconds)
        await page.wait_for_timeout(100)
    return 0.0


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.wait_for_timeout(1500)  # let the waveforms be drawn
        await page.screenshot(path=str(Path(PICTURES) / name))


async def test_a_song_is_made_played_and_taken_apart_in_the_page(page: Page) -> None:
    channel = page.get_by_role("region", name="Conversation")
    await expect(channel.get_by_text("Welcome to the jam!")).to_be_visible()
    await type_command(page, "suno create", "prompt", "a warm folk song about a ferry at dawn")
    await send(page)
    await expect(page.get_by_text("Suno song · job #1").first).to_be_visible()

    players = page.get_by_role("button", name=re.compile(r"^Play .*\.mp3"))
    await expect(players).to_have_count(2, timeout=PATIENCE_MS)
    names = await page.locator(".audio-player").evaluate_all(
        "all => all.map(one => getComputedStyle(one, '::before').content)"
    )
    assert all(".mp3" in name for name in names), "each player shows the name of its file"
    await expect(page.get_by_text("your song is ready.").first).to_be_visible()
    await expect(page.get_by_text("v4.5 · 10 credits").first).to_be_visible()
    # The browser itself can decode the sound, and it lasts.
    await players.first.click()
    assert await longest_sound(page) > 5

    await page.get_by_role("button", name="Stems 1 · 10 cr").click()
    await expect(page.get_by_text("Stems, 2 tracks · job #2").first).to_be_visible()
    # By the players: the button of one that plays says otherwise.
    await expect(page.locator(".audio-player")).to_have_count(4, timeout=PATIENCE_MS)
    await expect(page.get_by_role("button", name=re.compile(r"Play .*Vocals #2\.mp3"))).to_be_visible()
    await expect(page.get_by_text("done in")).to_have_count(2, timeout=PATIENCE_MS)
    await picture(page, "sandbox.png")


async def test_stems_are_picked_by_title_while_typing(page: Page) -> None:
    await type_command(page, "suno create", "prompt", "two lighthouses")
    await send(page)
    players = page.get_by_role("button", name=re.compile(r"^Play .*\.mp3"))
    await expect(players).to_have_count(2, timeout=PATIENCE_MS)
    box = page.get_by_role("textbox", name="Message", exact=True)
    await box.click()
    await box.press_sequentially("/stems", delay=15)
    await box.press("Enter")
    await option_field(page, "clip_id").press_sequentially("light", delay=15)
    choice = page.get_by_role("option", name=re.compile("take 1", re.IGNORECASE)).first
    await expect(choice).to_be_visible(timeout=PATIENCE_MS)
    await choice.click()
    await send(page)
    await expect(page.get_by_text("Stems, 2 tracks · job #2").first).to_be_visible()
    await expect(players).to_have_count(4, timeout=PATIENCE_MS)


async def test_a_song_goes_on_becomes_whole_and_its_words_come_from_lyrics(page: Page) -> None:
    await type_command(page, "lyrics", "description", "a ferry at dawn")
    await send(page)
    await open_form(page, page.get_by_role("button", name="Sing this 2"))
    await fill_form(page, Style="folk")
    players = page.get_by_role("button", name=re.compile(r"^Play .*\.mp3"))
    await expect(players).to_have_count(2, timeout=PATIENCE_MS)
    await expect(page.get_by_text("done in")).to_have_count(2, timeout=PATIENCE_MS)
    await page.wait_for_timeout(1000)  # once it is refreshed: as in `send`, but a menu takes no choice twice
    await extend(page)
    await fill_form(page, Lyrics="[Verse]\nthe rope lets go")
    await expect(players).to_have_count(4, timeout=PATIENCE_MS)
    await expect(page.get_by_text("done in")).to_have_count(3, timeout=PATIENCE_MS)
    await page.wait_for_timeout(1000)  # as above
    await page.get_by_role("button", name="Whole song 1 · 2 cr").click()
    await expect(page.get_by_text("Whole song · job #4").first).to_be_visible()
    await expect(players).to_have_count(5, timeout=PATIENCE_MS)


async def test_what_is_wrong_is_told_to_the_one_who_typed_it(page: Page) -> None:
    await type_command(page, "stems", "clip_id", "nonsense")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("I don't know that song.").first).to_be_visible()
