"""The picture of `/credits server`: whatever the figures are, and where it cannot be drawn."""

import sys
from io import BytesIO

import pytest
from PIL import Image

from cogs.ui.chart import draw, render, scale


def picture(days: list[tuple[str, int]], members: list[tuple[str, int]]) -> Image.Image:
    with Image.open(BytesIO(render(days, members))) as image:
        return image.convert("RGB")


def colours(image: Image.Image) -> set[str]:
    found = image.getcolors(maxcolors=10_000) or []
    return {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in found}  # type: ignore[misc] # of RGB


@pytest.mark.parametrize(
    ("days", "members"),
    [
        ([("01 Jan", 0)], []),
        ([(f"{day:02} Jan", 0) for day in range(1, 31)], []),
        ([(f"day {day}", day % 7 * 100_000) for day in range(90)], [(f"No. {n}", 10**n) for n in range(10)]),
        ([("01 Jan", 10**12)], [("\u732b\U0001f63a e\u0301 \u202e", 10**12), ("", 0)]),
    ],
)
def test_every_report_has_a_picture(days: list[tuple[str, int]], members: list[tuple[str, int]]) -> None:
    image = picture(days, members)
    assert image.size == (990, 495)
    assert ("#56b4e9" in colours(image)) is any(amount for _, amount in days)
    assert ("#e69f00" in colours(image)) is any(amount for _, amount in members)


def test_bars_are_as_tall_and_as_wide_as_their_figures() -> None:
    image = picture([("01 Jan", 10), ("02 Jan", 5)], [("No. 1", 300), ("No. 2", 100)])
    days = [[image.getpixel((x, y)) for y in range(495)].count((86, 180, 233)) for x in (170, 420)]
    members = [[image.getpixel((x, y)) for x in range(990)].count((230, 159, 0)) for y in (87, 141)]
    assert days[0] == pytest.approx(2 * days[1], abs=2)
    assert members[0] == pytest.approx(3 * members[1], abs=2)


def test_one_member_is_a_bar_and_no_square() -> None:
    image = picture([("01 Jan", 10)], [("Mia", 10)])
    tall = [[image.getpixel((x, y)) for y in range(495)].count((230, 159, 0)) for x in (700, 900)]
    assert all(20 <= height <= 40 for height in tall)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mia", "Mia"),
        ("Zo\u00eb \u00c5ngstr\u00f6m", "Zoe Angstrom"),
        ("Mia\n of  the harbour", "Mia of the ha..."),
        ("\u732b", "No. 1"),
        ("\u041c\u0430\u0448\u0430", "No. 1"),
        ("", "No. 1"),
        ("\u200b\u202e", "No. 1"),
    ],
)
def test_a_member_is_named_or_numbered_and_never_drawn_as_boxes(name: str, shown: str) -> None:
    assert render([("01 Jan", 1)], [(name, 7)]) == render([("01 Jan", 1)], [(shown, 7)])


def test_credits_are_whole_and_written_out() -> None:
    assert scale(0) == [0, 1]
    assert scale(10) == [0, 5, 10]
    assert scale(40_000_000)[-1] == 40_000_000
    assert render([("01 Jan", 40_000_000)], []) != render([("01 Jan", 40)], [])


@pytest.mark.parametrize("most", [*range(1, 120), 10**6 + 1, 10**12, 10**18 + 7])
def test_a_scale_has_few_steps_and_reaches_nearly_to_the_top(most: int) -> None:
    marks = scale(most)
    assert marks[0] == 0
    assert most / 2 <= marks[-1] <= most
    assert 2 <= len(marks) <= 6


def test_where_nobody_spent_anything_there_is_no_scale_of_members() -> None:
    below_the_title = picture([("01 Jan", 0)], []).crop((560, 45, 990, 495))
    assert colours(below_the_title) == {"#2b2d31"}


async def test_a_report_comes_without_its_picture_where_it_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert await draw([("01 Jan", 10)], []) is None
