"""What the event of a jam shows: when it begins and ends. Pure."""

from jobs.models.jam import Jam, JamState
from jobs.models.jams.event import JamEvent
from jobs.rules.jams.clock import MINUTE


def span_of(jam: Jam, shown: JamEvent) -> tuple[float, float]:
    """When the event of a jam begins and ends, its vote included, as far as that is known now.

    Turns may all be taken to their last minute; how long they take is known when they are over.
    """
    if jam.about.in_turn:
        all_turns = jam.due_at + jam.turns * jam.turn_for
        return (jam.due_at, all_turns) if jam.state is JamState.PLANNED else (shown.starts, shown.ends)
    if jam.state is JamState.PLANNED:
        return jam.due_at, jam.due_at + float(jam.brief["open_for"]) + jam.votes_for
    if jam.state is JamState.OPEN:
        return shown.starts, jam.due_at + jam.votes_for
    if jam.state is JamState.VOTING:
        return shown.starts, jam.due_at
    return shown.starts, shown.ends  # what is awaited takes the time that it takes


def has_moved(jam: Jam, shown: JamEvent, *, now: float, scale: float) -> bool:
    """Whether an event shows another time than it should; of one that has begun, the beginning stays."""
    starts, ends = span_of(jam, shown)
    if jam.state is JamState.PLANNED and min(starts, shown.starts) <= now:
        return False
    apart = max(abs(starts - shown.starts), abs(ends - shown.ends))
    return apart >= MINUTE * scale and ends > now
