"""The picture of `/credits server`: whatever the figures are, and where no process can be started."""

import sys
from io import BytesIO

import pytest
from PIL import Image

from cogs.ui.chart import draw, figure_of, render


@pytest.mark.parametrize(
    ("days", "members"),
    [
        ([("01 Jan", 0)], []),
        ([(f"{day:02} Jan", 0) for day in range(1, 31)], []),
        ([(f"day {day}", day % 7 * 100_000) for day in range(90)], [(f"No. {n}", 10**n) for n in range(10)]),
    ],
)
def test_every_report_has_a_picture(days: list[tuple[str, int]], members: list[tuple[str, int]]) -> None:
    with Image.open(BytesIO(render(days, members))) as picture:
        assert picture.size == (990, 396)


def ticks(days: list[tuple[str, int]]) -> list[str]:
    """What stands beside the days."""
    by_day, _ = figure_of(days, []).axes
    low, high = by_day.get_ylim()
    labels = zip(by_day.get_yticks(), by_day.get_yticklabels(), strict=True)
    return [label.get_text() for place, label in labels if low <= place <= high]


def test_credits_are_whole_and_written_out() -> None:
    assert ticks([("01 Jan", 0)]) == ["0", "1"]
    assert ticks([("01 Jan", 10), ("02 Jan", 2)]) == ["0", "5", "10"]
    assert ticks([("01 Jan", 40_000_000)])[-1] == "40,000,000"


def test_where_nobody_spent_anything_there_is_no_scale_of_members() -> None:
    _, by_member = figure_of([("01 Jan", 0)], []).axes
    assert list(by_member.get_yticks()) == []


async def test_a_report_comes_without_its_picture_where_it_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await draw([("01 Jan", 10)], []) is None
