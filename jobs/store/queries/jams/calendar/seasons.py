"""Statements on seasons: jams of one name in a server, whose points are read from their results."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.jam import RUNNING, Entry, Jam, JamState
from jobs.models.jam import EntryState as E
from jobs.rules.words import folded
from jobs.store.jam_schema import jam
from jobs.store.queries.jams import entries, jams


def channels(c: Connection, guild_id: int) -> dict[str, set[int]]:
    """List the seasons of a server, the latest first, each with the channels where it has jams."""
    here = jam.c.guild_id == guild_id, jam.c.season != "", jam.c.state != JamState.CANCELLED
    found: dict[str, set[int]] = {}
    for name, channel_id in c.execute(
        sa.select(jam.c.season, jam.c.channel_id).where(*here).order_by(jam.c.id.desc())
    ):
        found.setdefault(name, set()).add(channel_id)
    return found


def spelt(c: Connection, guild_id: int, typed: str) -> str:
    """A season as it is spelt in a server already; as it was typed where there is none of that name."""
    name = " ".join(typed.split()) if folded(typed) else ""  # Discord takes no list with a nameless choice
    known = sa.select(jam.c.season).where(jam.c.guild_id == guild_id, jam.c.season != "").distinct()
    return next((one for one in c.scalars(known) if one.casefold() == name.casefold()), name)


def of_name(c: Connection, guild_id: int, name: str) -> list[tuple[Jam, list[Entry]]]:
    """List the jams of a season, but for the cancelled; of those that are over what was entered, too."""
    season = jam.c.guild_id == guild_id, jam.c.season == name
    states = jam.c.state.in_((*RUNNING, JamState.DONE))
    found = jams.all_of(c, sa.select(jam).where(*season, states).order_by(jam.c.id))
    return [
        (one, entries.of_jam(c, one.id, E.ENTERED) if one.state is JamState.DONE else []) for one in found
    ]
