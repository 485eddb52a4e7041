"""A moderator's day in the sandbox page: a quota that holds, a block, an alert, the picture and the sheet."""

import contextlib
import csv
import re

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as Timeout

from tests.behaviour.browser.conftest import PATIENCE_MS
from tests.behaviour.browser.test_page import option_field, picture, pytestmark, send

__all__ = ["pytestmark"]

MOD, MIA, RAVI = "Noor", "Mia", "Ravi"


async def become(page: Page, name: str) -> None:
    """Look at the page as another member; asked again where that came in the moment of a refresh."""
    viewer = page.get_by_label("Viewing as")
    for _ in range(8):
        try:
            await viewer.select_option(label=name, timeout=5000)
        except Timeout:  # now and then the page has lost its members; a person would load it again
            await page.reload()
            continue
        with contextlib.suppress(AssertionError):
            await expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible(timeout=2500)
            await page.wait_for_timeout(300)  # a refusal puts the name back
            await expect(viewer.locator("option:checked")).to_have_text(name, timeout=500)
            return
    raise AssertionError(f"the page could not be seen as {name}")


async def type_whole(page: Page, command: str, **options: str) -> None:
    """Type a command with its options, picked from the lists that open. What is left is to send it."""
    choices = page.get_by_role("listbox").get_by_role("option")
    await begin(page, command, choices)
    for option, value in options.items():
        field = option_field(page, option)
        if not await field.count():
            await page.get_by_role("button", name=re.compile(r"^\+")).click()
            await choices.filter(has_text=option).click()
        await field.click()
        await field.fill(value)
        if await field.get_attribute("role") == "combobox":
            await choices.filter(has_text=value).first.click()


async def begin(page: Page, command: str, choices: Locator) -> None:
    """Pick a command; typed again where the page was being put before another member meanwhile."""
    box = page.get_by_role("textbox", name="Message", exact=True)
    for _ in range(8):
        await box.fill("")
        await box.press_sequentially(f"/{command}", delay=15)
        with contextlib.suppress(AssertionError):
            await expect(choices.filter(has_text=f"/{command}").first).to_be_visible(timeout=2500)
            await choices.filter(has_text=f"/{command}").first.click()
            return
    raise AssertionError(f"/{command} could not be picked")


async def told(page: Page, text: str, command: str, **options: str) -> None:
    """Send a command; what is answered."""
    await type_whole(page, command, **options)
    await send(page)
    await sees(page, text)


async def refused(page: Page, why: str, command: str, **options: str) -> None:
    """Send a command that is refused: it stays in its place, to be changed, and is taken away here."""
    await type_whole(page, command, **options)
    for _ in range(8):  # as in `send`
        await page.get_by_role("button", name="Send", exact=True).click()
        with contextlib.suppress(AssertionError):
            await expect(page.get_by_text(why).last).to_be_visible(timeout=2500)
            break
    await sees(page, why)
    await page.get_by_role("button", name="Exit command mode").click()
    await page.get_by_role("textbox", name="Message", exact=True).fill("")


async def sees(page: Page, text: str) -> None:
    await expect(page.get_by_text(text).last).to_be_visible(timeout=PATIENCE_MS)


async def sheet(page: Page) -> dict[str, str]:
    """What each member was charged, from the file that the moderator takes home."""
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Download credits.csv").click()
    text = (await (await taken.value).path()).read_text(encoding="utf-8-sig")
    return {row["member"]: row["charged"] for row in csv.DictReader(text.splitlines())}


async def test_a_moderators_day(page: Page) -> None:
    await become(page, MOD)
    quota = {"amount": "1", "unit": "songs", "period": "day", "member": MIA}
    await told(page, "1 song a day", "quota set", who="one member", **quota)
    await told(page, "below 495 credits", "settings alerts", channel="jam", below="495")
    await told(page, "Blocked", "quota block", member=RAVI)

    await become(page, RAVI)
    await refused(page, "has blocked you from using Encore on this server", "suno create", prompt="a march")

    await become(page, MIA)
    await told(page, "your song is ready.", "suno create", prompt="a waltz for a lighthouse")
    await sees(page, "490 credits are left, below the 495 of your alert")
    await refused(page, "Your 1 song of today is used, next at", "suno create", prompt="another waltz")
    await refused(page, "Only moderators (Manage Server) can do that", "credits server")
    await picture(page, "member.png")

    await become(page, MOD)
    await told(page, "are those of", "quota unblock", member=RAVI)
    await become(page, RAVI)
    await told(page, "Suno song · job #2", "suno create", prompt="a march")
    await become(page, MOD)
    await told(page, "Spent in 30 days: 20 credits", "credits server")
    report = page.get_by_role("article").filter(has_text="Credits of this server").last
    drawn = report.get_by_role("img", name="Embed 1 image")
    await drawn.scroll_into_view_if_needed()
    await expect(drawn).to_have_js_property("naturalWidth", 990)
    await picture(page, "moderator.png")
    assert await sheet(page) == {RAVI: "10", MIA: "10"}
