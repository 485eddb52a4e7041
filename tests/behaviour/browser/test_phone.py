"""The sandbox page as wide as a phone: few controls, and none wider than the page."""

import re

from playwright.async_api import Page, expect

from tests.behaviour.browser.conftest import PATIENCE_MS
from tests.behaviour.browser.test_page import extend, picture, pytestmark, send, type_command

__all__ = ["pytestmark"]

_ROWS = """
shown => {
  const controls = [...shown.querySelectorAll('.component-row > *')].map(one => one.getBoundingClientRect());
  return {
    rows: new Set(controls.map(box => Math.round(box.top))).size,
    right: Math.max(...controls.map(box => box.right)),
  };
}
"""


async def test_a_song_with_two_takes_has_two_rows_of_controls_on_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 400, "height": 900})
    await type_command(page, "suno create", "prompt", "a ferry at dawn")
    await send(page)
    players = page.get_by_role("button", name=re.compile(r"^Play .*\.mp3"))
    await expect(players).to_have_count(2, timeout=PATIENCE_MS)
    menu = page.get_by_role("combobox", name="What next?")
    found = await page.locator(".message-components", has=menu).evaluate(_ROWS)
    assert found["rows"] == 2
    assert found["right"] <= 400

    # A choice in the very moment of a refresh is refused, and the page does not take the same one again.
    await expect(page.get_by_text("done in")).to_be_visible(timeout=PATIENCE_MS)
    await page.wait_for_timeout(1000)
    await picture(page, "phone.png")
    # The menu holds the rest, and asks again after each choice.
    for _ in range(2):
        await extend(page)
        form = page.get_by_role("dialog")
        await expect(form.get_by_label("Title")).to_be_visible(timeout=PATIENCE_MS)
        await form.get_by_role("button", name="Cancel").click()
        await expect(form).to_be_hidden()
        await expect(menu).to_have_text(re.compile("^What next"))
