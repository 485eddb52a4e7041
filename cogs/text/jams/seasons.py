"""What is said of seasons: what a jam is worth, and how members stand."""

from collections.abc import Sequence
from fractions import Fraction

from cogs.text.clean import clean, counted
from jobs.models.jam import Jam, JamState
from jobs.rules.jams.season import PLACES, TAKING_PART, Stand

SEASON = 40
_SHOWN, _THEME = 25, 60
NONE_HERE = "There is no season here. `season` of `/jam contest` begins one: any name, such as Winter."
_FIRST, _LAST = ", ".join(map(str, PLACES[:-1])), PLACES[-1]
_RULE = (
    f"A jam gives {_FIRST} and {_LAST} points for the first three places of its vote, and {TAKING_PART} to "
    "everybody else whose song was entered. Who share a place share the points of the places that they take "
    f"up. A song that got no vote, or whose jam had none, gives {TAKING_PART}."
)


def title(name: str) -> str:
    return f"Season {clean(name, 2 * SEASON)}"


def no_such(typed: str) -> str:
    return f"There is no season {clean(typed, 2 * SEASON)} here: pick one from the list of `name`."


def counts(jam: Jam) -> str:
    """Below a jam or its result: for what it counts."""
    gives = f"{_FIRST} and {_LAST} points for the first places, {TAKING_PART} for taking part"
    return f"*Season* {clean(jam.season, 2 * SEASON)}: {gives}; `/jam season` has the table"


def table(jams: Sequence[Jam], stands: Sequence[Stand], user_id: int) -> str:
    """The best of a season, the member who asks wherever they stand, its jams, and the rule."""
    shown = [*stands[:_SHOWN], *(one for one in stands[_SHOWN:] if one.user_id == user_id)]
    lines = [_line(one) for one in shown] or ["No jam of it is over yet."]
    if left := len(stands) - len(shown):
        lines.append(f"… and {left} more")
    over = [one for one in jams if one.state is JamState.DONE]
    lines += ["", _jams("Counted", over), _jams("To come", [one for one in jams if one not in over]), _RULE]
    return "\n".join(lines)


def _line(one: Stand) -> str:
    wins = f", {counted(one.wins, 'win')}" if one.wins else ""
    return f"{one.place}. <@{one.user_id}> · **{points(one.points)}** · {counted(one.jams, 'jam')}{wins}"


def points(got: Fraction) -> str:
    """Say how many points: "4 points", "4.5 points", a third as "1.33 points"."""
    return "1 point" if got == 1 else f"{round(float(got), 2):g} points"


def _jams(what: str, jams: Sequence[Jam]) -> str:
    listed = ", ".join(f"#{one.id} {clean(one.theme, _THEME)}" for one in jams)
    return f"*{what}* {listed}" if listed else ""
