"""Times within a clip: read as members write them, and written as they read them."""

import math
import re

# 1:23, 1:23.5, 1:02:03, 83 or 83.5; longer numbers than these are no times.
_TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,9}(?:\.\d{1,9})?)", re.ASCII)
_FULL = 60


def seconds(value: object) -> float | None:
    """Parse a number, or text such as `1:23` or `83.5`; None for anything else."""
    if isinstance(value, str):
        return _written(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _written(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hours, minutes, rest = found.groups()
    if (minutes and float(rest) >= _FULL) or (hours and int(minutes) >= _FULL):
        return None
    return int(hours or 0) * 3600 + int(minutes or 0) * _FULL + float(rest)


def clock(value: float) -> str:
    """Seconds as `2:05`, or `1:02:03` from an hour on."""
    minutes, rest = divmod(round(value), _FULL)
    hours, minutes = divmod(minutes, _FULL)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plain(value: float) -> int | float:
    """Whole numbers as integers, which every JSON reader takes."""
    return int(value) if value.is_integer() else value
