"""`Retry-After` in both of its forms. Pure, given the answer's own clock."""

import math
import time
from email.utils import parsedate_to_datetime

# Nobody is asked to wait for longer, whatever the header says.
LONGEST = 24 * 3600.0


def retry_after(header: str, *, date: str = "") -> float | None:
    """Seconds to wait; None where the header says nothing.

    Args:
        header: Seconds, or the time at which to come back.
        date: When the answer was made by its own clock, which may differ from ours.
    """
    try:
        wait = float(header)
    except ValueError:
        until = _time(header)
        wait = math.nan if until is None else until - (_time(date) or time.time())
    return None if math.isnan(wait) else min(max(wait, 0.0), LONGEST)


def _time(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
