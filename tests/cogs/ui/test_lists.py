"""Lists in pages: what stands in the ids of their buttons, and titles that are labels of links."""

import pytest

from cogs.ui import lists
from jobs.models import Clip, Listed, Place, Shelf

PLACE = Place(1, 2)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Rivers", "Rivers"),
        ("A [live] one", "A (live) one"),
        ("\u200b\u2060", "Untitled"),
        ("\\", "Untitled"),
    ],
)
def test_a_title_is_the_label_of_its_link_whatever_it_is(title: str, shown: str) -> None:
    clip = Clip(7, 0, "id", "song", title)
    page = lists.songs(11, Shelf(), 0, [Listed(clip, place=PLACE)])
    assert str(page.description).startswith(f"**[{shown}](https://discord.com/channels/11/1/2)**")


@pytest.mark.parametrize("shelf", [Shelf(), Shelf("ß🙂" * 3, "wav", 2**63 - 1, 5), Shelf("x", "")])
def test_the_id_of_a_button_holds_a_page_whole(shelf: Shelf) -> None:
    written = lists.page_id(shelf, 9998)
    assert len(f"encore:songs:{written}") <= 100
    assert lists.read_page_id(written, 5) == (shelf, 9998)


@pytest.mark.parametrize(
    "forged",
    ["", "-1-1-0-0-", "10000-1-0-0-", "0-7-0-0-", f"0-1-{2**63}-0-", "0-1-0-2-", "0-1-0-0-_w", "0-1-0-0-a"],
)
def test_what_no_button_says_is_no_page(forged: str) -> None:
    assert lists.read_page_id(forged, 5) is None
