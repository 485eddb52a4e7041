"""Start a jam of any kind: who may, with which pot, and how many at once."""

import secrets
from typing import Any

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.jams.changes import Changes
from jobs.models import GuildSettings, Origin
from jobs.models.jam import Jam, Say
from jobs.models.operations import JAM
from jobs.models.rejections import Blocked, JamProblem, JamRefused, MissingPermissions, Rejected, Rejection
from jobs.rules.admission import check_channel
from jobs.rules.jams import clock
from jobs.store.locks import hold, takes_locks
from jobs.store.queries import guilds
from jobs.store.queries.jams import jams, posts
from jobs.store.queries.jams.calendar import events, seasons

# At once in a server, and of one host who is no moderator.
MOST_IN_SERVER, MOST_OF_HOST = 3, 1


async def hosted(context: JobContext, origin: Origin, *, moderator: bool) -> GuildSettings:
    """Read what a server chose, for a member who may start a jam there. Raises Rejected."""
    chosen = await context.store.read(guilds.settings, origin.guild_id)
    objection = _may_host(chosen, origin, context.clock.now(), moderator=moderator)
    if objection is not None:
        raise Rejected(objection)
    return chosen


async def begun(changes: Changes, values: dict[str, Any], *, moderator: bool, event: bool = False) -> Jam:
    """Note a jam with its panel, or find the one that its interaction has started. Raises Rejected."""
    made = await changes.write(_start, values, moderator=moderator, event=event)
    if isinstance(made, JamRefused):
        raise Rejected(made)
    return made


def pot_of(wished: int | None, chosen: GuildSettings, *, moderator: bool) -> int:
    """The pot that a host gets. Raises Rejected for a larger one than they may set."""
    pot = chosen.jam_pot if wished is None else wished
    if not moderator and pot > chosen.jam_pot:
        raise Rejected(JamRefused(JamProblem.POT_TOO_LARGE, number=chosen.jam_pot))
    return pot


def span_of(context: JobContext, typed: str) -> float:
    """Read how long a phase or a turn takes, in scaled seconds. Raises Rejected."""
    seconds, scale = clock.span(typed), context.schedule.scale
    if seconds is None:
        raise Rejected(JamRefused(JamProblem.TIME_UNREADABLE))
    if not clock.in_bounds(seconds * scale, scale):
        raise Rejected(JamRefused(JamProblem.TIME_OUT_OF_BOUNDS, number=round(clock.LONGEST / clock.DAY)))
    return seconds * scale


def beginning_of(context: JobContext, typed: str, timezone: str) -> float:
    """Read when a jam is to begin. Raises Rejected."""
    return end_of(context, typed, timezone, most=clock.AHEAD)


def end_of(
    context: JobContext,
    typed: str,
    timezone: str,
    *,
    after: float | None = None,
    since: float | None = None,
    most: float = clock.LONGEST,
) -> float:
    """Read when a phase is to end that begins at `since`, "+" counting from `after`. Raises Rejected."""
    scale, now = context.schedule.scale, context.clock.now() if since is None else since
    since = after if after is not None and typed.strip().startswith("+") else now
    at = clock.end(typed, timezone=timezone, now=since, scale=scale)
    if at is None:
        raise Rejected(JamRefused(JamProblem.TIME_UNREADABLE))
    if not clock.in_bounds(at - now, scale, most):
        raise Rejected(JamRefused(JamProblem.TIME_OUT_OF_BOUNDS, number=round(most / clock.DAY)))
    return at


def about(origin: Origin, now: float, theme: str, kind: str, pot: int) -> dict[str, Any]:
    """The columns that jams of all kinds share."""
    return {
        "guild_id": origin.guild_id, "channel_id": origin.channel_id, "user_id": origin.user_id,
        "kind": kind, "theme": theme, "state_at": now, "created_at": now, "pot": pot,
        "seed": secrets.token_hex(16), "interaction": origin.interaction or None,
    }  # fmt: skip


def _may_host(chosen: GuildSettings, origin: Origin, now: float, *, moderator: bool) -> Rejection | None:
    if origin.missing_permissions:
        return MissingPermissions(origin.missing_permissions)
    if block := chosen.block_of(origin.user_id, now):
        return Blocked(block)
    if elsewhere := check_channel(JAM, origin, chosen):  # where nobody could take part
        return elsewhere
    if not moderator and set(origin.role_ids).isdisjoint(chosen.jam_hosts):
        return JamRefused(JamProblem.NOT_A_HOST)
    return None


@takes_locks
def _start(c: Connection, values: dict[str, Any], *, moderator: bool, event: bool) -> Jam | JamRefused:
    hold(c, server=values["guild_id"])
    if (started := jams.started_by(c, values["interaction"] or "")) is not None:
        return started
    there = jams.running(c, guild_id=values["guild_id"])
    hosted = sum(1 for one in there if one.user_id == values["user_id"])
    if len(there) >= MOST_IN_SERVER:
        return JamRefused(JamProblem.TOO_MANY, number=MOST_IN_SERVER)
    if not moderator and hosted >= MOST_OF_HOST:
        return JamRefused(JamProblem.TOO_MANY, number=MOST_OF_HOST)
    season = seasons.spelt(c, values["guild_id"], values.get("season", ""))
    made = jams.create(c, {**values, "season": season})
    posts.plan(c, made.id, Say.PANEL, now=made.created_at)
    if event:
        events.plan(c, made.id, now=made.created_at)
    return made
