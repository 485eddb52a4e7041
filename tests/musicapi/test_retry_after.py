"""`Retry-After` as seconds and as a date, whatever stands in it."""

import time
from email.utils import formatdate

import pytest

from musicapi.retry_after import LONGEST, retry_after

MADE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None), ("soon", None), ("nan", None), ("Wed, 99 Oct 2026 07:28:00 GMT", None), ("21 Oct", None),
        ("3", 3.0), ("2.5", 2.5), (" 7 ", 7.0), ("0", 0.0), ("-1", 0.0),
        ("inf", LONGEST), ("1e12", LONGEST), ("9" * 400, LONGEST),
        ("Wed, 21 Oct 2026 07:28:42 GMT", 42.0), ("Wed, 21 Oct 2026 09:30:00 +0200", 120.0),
        ("Wednesday, 21-Oct-26 07:28:42 GMT", 42.0), ("Wed Oct 21 07:28:42 2026", 42.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 0.0), ("Fri, 01 Jan 2100 00:00:00 GMT", LONGEST),
    ],
)  # fmt: skip
def test_both_forms(header: str, seconds: float | None) -> None:
    assert retry_after(header, date=MADE) == seconds


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_without_a_clock_of_the_answer_ours_must_do(date: str) -> None:
    found = retry_after(formatdate(time.time() + 60, usegmt=True), date=date)
    assert found is not None
    assert 55 < found <= 60
