"""The scheduled event on Discord of a jam that was announced before it begins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JamEvent:
    """A row of the table `jam_event`.

    Attributes:
        event_id: Discord's; None while it is not known to be there.
        starts, ends: What it was last made to show.
        tried_at: When the last attempt to make it was about to leave.
        due_at: When to look after it next; None once nothing is to be done about it any more.
    """

    jam_id: int
    event_id: int | None = None
    starts: float = 0.0
    ends: float = 0.0
    tried_at: float | None = None
    tries: int = 0
    due_at: float | None = 0.0
