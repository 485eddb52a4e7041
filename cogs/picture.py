"""The picture of `/credits server`: spend per day and by member.

Drawn by a process of its own: matplotlib takes a second and sixty megabytes, which the bot has no use for
between two pictures, and drawing would hold up every other command. The colours are Okabe and Ito's, which
people with any kind of colour blindness can tell apart, on the grey of Discord's dark theme.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

_SECONDS = 30.0
_ROOT = Path(__file__).parents[1]
_BACKGROUND, _TEXT, _GRID = "#2b2d31", "#dbdee1", "#4e5058"
_DAYS, _MEMBERS = "#56b4e9", "#e69f00"


async def draw(days: Sequence[tuple[str, int]], members: Sequence[tuple[str, int]]) -> bytes | None:
    """A PNG with a bar a day and a bar a member; None where it could not be drawn in time."""
    folder = Path(tempfile.gettempdir()) / "encore-matplotlib"
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cogs.picture",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT, env={"MPLCONFIGDIR": str(folder), "PATH": os.environ.get("PATH", "")},
        )  # fmt: skip
    except OSError:  # no memory or no process left: the figures and the sheet are worth more than the picture
        return None
    try:
        async with asyncio.timeout(_SECONDS):
            found, _ = await process.communicate(json.dumps([list(days), list(members)]).encode())
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return found if process.returncode == 0 else None


def render(days: Sequence[tuple[str, int]], members: Sequence[tuple[str, int]]) -> bytes:
    """Draw, here and now."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only the process that draws pays for it

    figure = Figure(figsize=(9, 3.6), dpi=110, facecolor=_BACKGROUND, layout="constrained")
    by_day, by_member = figure.subplots(1, 2, width_ratios=(3, 2))
    for axes, title in ((by_day, "Credits a day"), (by_member, "Credits by member")):
        axes.set_facecolor(_BACKGROUND)
        axes.set_title(title, color=_TEXT, loc="left", fontsize=12)
        axes.tick_params(colors=_TEXT, length=0)
        axes.spines[:].set_visible(False)
        axes.set_axisbelow(True)
    by_day.grid(axis="y", color=_GRID, linewidth=0.6)
    by_day.bar(range(len(days)), [amount for _, amount in days], color=_DAYS, width=0.75)
    step = max(len(days) // 7, 1)
    places = range(len(days) - 1, -1, -step)
    by_day.set_xticks(list(places), [days[place][0] for place in places])
    names = [name for name, _ in members][::-1]
    bars = by_member.barh(names, [amount for _, amount in members][::-1], color=_MEMBERS, height=0.7)
    by_member.bar_label(bars, fmt="{:,.0f}", color=_TEXT, padding=4)
    by_member.set_xticks([])
    by_member.margins(x=0.18)
    into = BytesIO()
    figure.savefig(into, format="png", facecolor=_BACKGROUND)
    return into.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(render(*json.load(sys.stdin)))
