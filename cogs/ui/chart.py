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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SECONDS = 30.0
_ROOT = Path(__file__).parents[1]
_BACKGROUND, _TEXT, _GRID = "#2b2d31", "#dbdee1", "#4e5058"
_DAYS, _MEMBERS = "#56b4e9", "#e69f00"


async def draw(days: Sequence[tuple[str, int]], members: Sequence[tuple[str, int]]) -> bytes | None:
    """A PNG with a bar a day and a bar a member; None where it could not be drawn in time."""
    folder = Path(tempfile.gettempdir()) / "encore-matplotlib"
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cogs.ui.chart",
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
    into = BytesIO()
    figure_of(days, members).savefig(into, format="png", facecolor=_BACKGROUND)
    return into.getvalue()


def figure_of(days: Sequence[tuple[str, int]], members: Sequence[tuple[str, int]]) -> "Figure":
    """The picture; its letters can be read where Discord shows it at less than half its size."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only the process that draws pays for it

    figure = Figure(figsize=(9, 3.6), dpi=110, facecolor=_BACKGROUND, layout="constrained")
    by_day, by_member = figure.subplots(1, 2, width_ratios=(3, 2))
    for axes, title in ((by_day, "Credits a day"), (by_member, "Credits by member")):
        axes.set_facecolor(_BACKGROUND)
        axes.set_title(title, color=_TEXT, loc="left", fontsize=15)
        axes.tick_params(colors=_TEXT, length=0, labelsize=13)
        axes.spines[:].set_visible(False)
        axes.set_axisbelow(True)
    _draw_days(by_day, days)
    _draw_members(by_member, members)
    return figure


def _draw_days(axes: "Axes", days: Sequence[tuple[str, int]]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    axes.grid(axis="y", color=_GRID, linewidth=0.6)
    axes.bar(range(len(days)), [amount for _, amount in days], color=_DAYS, width=0.75)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(bottom=0, top=None if any(amount for _, amount in days) else 1)
    step = max(len(days) // 5, 1)
    places = range(len(days) - 1, -1, -step)
    axes.set_xticks(list(places), [days[place][0] for place in places])


def _draw_members(axes: "Axes", members: Sequence[tuple[str, int]]) -> None:
    names = [name for name, _ in members][::-1]
    bars = axes.barh(names, [amount for _, amount in members][::-1], color=_MEMBERS, height=0.7)
    axes.bar_label(bars, fmt="{:,.0f}", color=_TEXT, padding=4, fontsize=13)
    axes.set_xticks([])
    if not members:  # else its scale of nothing is shown
        axes.set_yticks([])
    axes.margins(x=0.18)


if __name__ == "__main__":
    sys.stdout.buffer.write(render(*json.load(sys.stdin)))
