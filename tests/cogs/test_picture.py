"""The picture of `/credits server`: whatever the figures are, and where no process can be started."""

import sys
from io import BytesIO

import pytest
from PIL import Image

from cogs.picture import draw, render


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


async def test_a_report_comes_without_its_picture_where_it_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await draw([("01 Jan", 10)], []) is None
