"""The facts that admission decides by, read in the transaction that accepts.

One statement whatever the history and whatever is open: sums that are kept, and counts from indexes. Another
one, over at most a month of quarter hours, where there are quotas; another one for a source that was not read
before.
"""

import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import OWN_ACCOUNT, Balance, GuildSettings, Order, Origin, Profile
from jobs.models.jam import Jam
from jobs.models.quota import Period, Subject, Unit, Use, binding, window
from jobs.rules.admission import Facts, JamFacts, TurnFacts
from jobs.rules.quote import Enquiry, retired_key
from jobs.store.conditions import IS_IN_FLIGHT, IS_LOST
from jobs.store.queries import clips, guilds
from jobs.store.queries import ledger as spend_rows
from jobs.store.queries.guilds import settings_from
from jobs.store.queries.jams import entries, jams, marks, parts, trees
from jobs.store.queries.jams.marks import Mark

# A member with more jobs under way than this has too many for every limit.
_MOST_COUNTED = 1000
_NEVER = 1e12
# With what calls without an answer may have taken or may still take.
_HELD_BACK = f"""
    COALESCE((SELECT credits FROM reserved WHERE account = :account), 0) + COALESCE((
        SELECT SUM(price) FROM call INDEXED BY ix_call_lost WHERE account = :account AND {IS_LOST}
    ), 0)
"""  # noqa: S608 - our own words
# What PostgreSQL calls otherwise, or decides by itself.
_FOR_POSTGRESQL = (
    ("json_group_object(name, json(value))", "json_object_agg(name, value)"),
    (" INDEXED BY ix_call_lost", ""),
)
_CHARGED = """
    SELECT SUM(price) FROM call WHERE account = :account AND NOT closed AND sent_at >= {since}
        AND outcome IN ('taken', 'done', 'failed')
"""


def _on_both(statement: str) -> Mapping[str, sa.TextClause]:
    """Make a statement for each database."""
    other = statement
    for ours, theirs in _FOR_POSTGRESQL:
        other = other.replace(ours, theirs)
    return {"sqlite": sa.text(statement), "postgresql": sa.text(other)}


# As text: SQLAlchemy takes longer to recognise it than SQLite to answer it.
_FACTS = _on_both(
    f"""
    SELECT
        (SELECT json_group_object(name, json(value)) FROM setting WHERE guild_id = :guild),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM job WHERE guild_id = :guild AND user_id = :user AND {IS_IN_FLIGHT}
            LIMIT {_MOST_COUNTED}
        ) AS mine),
        {_HELD_BACK},
        ({_CHARGED.format(since=f"COALESCE(:since, account.read_at, {_NEVER})")}),
        (SELECT value FROM note WHERE key = :retired),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM job WHERE state = 'accepted' AND account = :account LIMIT {_MOST_COUNTED}
        ) AS before),
        account.total, account.extra, account.read_at
    FROM (SELECT 1) AS one LEFT JOIN account ON account.account = :account
    """  # noqa: S608 - our own words
)
_CHARGED_SINCE = sa.text(_CHARGED.format(since=":since"))
_RESERVED = _on_both(f"SELECT {_HELD_BACK}")


def facts(c: Connection, enquiry: Enquiry, profile: Profile) -> Facts:
    origin, payer, order = enquiry.origin, enquiry.payer, enquiry.order
    settings, in_flight, held_back, charged, retired_at, ahead, *balance = c.execute(
        _FACTS[c.dialect.name],
        {
            "guild": origin.guild_id,
            "user": origin.user_id,
            "account": OWN_ACCOUNT if payer.account is None else payer.account,
            "since": enquiry.balance.at if enquiry.balance else None,
            "retired": retired_key(profile, order, payer.account),
        },
    ).one()
    chosen = settings_from(json.loads(settings) if isinstance(settings, str) else settings or {})
    uses, today, midnight = _uses(c, origin, chosen, capped=payer.daily_cap is not None, now=enquiry.now)
    wanted = order.source_clip_id and order.source is None and enquiry.again is None
    return Facts(
        chosen,
        in_flight,
        uses,
        held_back or 0,
        charged or 0,
        today,
        midnight,
        None if balance[0] is None else Balance(*balance),
        retired_at,
        clips.by_id(c, origin.guild_id, order.source_clip_id) if wanted else order.source,
        enquiry.now,
        ahead,
        None if order.jam_id is None else _jam(c, order, origin.user_id, profile),
    )


def _jam(c: Connection, order: Order, user_id: int, profile: Profile) -> JamFacts | None:
    """Read what a jam has left for a member, in the same transaction."""
    found = jams.by_id(c, order.jam_id or 0)
    if found is None:
        return None
    kept_out = marks.holds(c, found.id, user_id, Mark.KEPT_OUT)
    from_branch = found.about.branches and trees.has_grown(c, found.id, order.source_clip_id)
    used, tries = jams.used(c, found.id), entries.tries(c, found.id, user_id)
    turn = _turn(c, found, profile) if found.about.in_turn else None
    others = 0 if turn is not None else entries.others(c, found.id, user_id)
    return JamFacts(found, used, tries, kept_out, from_branch, others, turn)


def _turn(c: Connection, one: Jam, profile: Profile) -> TurnFacts:
    base, kind = parts.base(c, one), one.about
    base_id = base.clip_id if base is not None else one.song
    needs = profile.price(kind.joins, {}) if kind.joins in profile.operations and base_id else 0
    return TurnFacts(parts.at_turn(c, one.id), base_id, needs)


def uses(c: Connection, origin: Origin, *, now: float) -> tuple[Use, ...]:
    """Count how much of each quota a member has used."""
    return _uses(c, origin, guilds.settings(c, origin.guild_id), capped=False, now=now)[0]


def reserved(c: Connection, account: int) -> int:
    """Sum the credits of an account reserved for calls to come, and those that lost ones may have taken."""
    return int(c.scalar(_RESERVED[c.dialect.name], {"account": account}) or 0)


def charged_since(c: Connection, account: int, since: float) -> int:
    return int(c.scalar(_CHARGED_SINCE, {"account": account, "since": since}) or 0)


def _uses(
    c: Connection, origin: Origin, settings: GuildSettings, *, capped: bool, now: float
) -> tuple[tuple[Use, ...], int, float]:
    """Return the member's quotas in use, what all servers spent today, and when that day ends."""
    if not settings.quotas and not capped:
        return (), 0, 0.0
    quotas = binding(
        settings.quotas,
        guild_id=origin.guild_id,
        user_id=origin.user_id,
        role_ids=origin.role_ids,
        exempt_roles=settings.exempt_roles,
    )
    times = [window(quota.period, settings.timezone, now) for quota in quotas]
    windows = [
        (origin.guild_id, 0 if quota.subject is Subject.SERVER else origin.user_id, begin)
        for quota, (begin, _) in zip(quotas, times, strict=True)
    ]
    midnight = 0.0
    if capped:
        begin, midnight = window(Period.DAY, "UTC", now)
        windows.append((0, 0, begin))
    distinct = list(dict.fromkeys(windows))  # songs and credits of one time are one sum
    found = dict(zip(distinct, spend_rows.used(c, distinct), strict=True))
    used = [found[one] for one in windows]
    in_use = tuple(
        Use(quota, one.songs if quota.unit is Unit.SONGS else one.credits, until)
        for quota, one, (_, until) in zip(quotas, used[: len(quotas)], times, strict=True)
    )
    return in_use, used[-1].credits if capped else 0, midnight
