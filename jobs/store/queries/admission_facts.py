"""The facts that the gate decides by, read in the transaction that accepts.

Three statements whatever the history: the server's settings, what is open (from an index of open jobs), and
sums over at most a month of quarter hours.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import OWN_ACCOUNT, GuildSettings, Origin
from jobs.models.quota import Period, Subject, Unit, Use, binding, window
from jobs.models.states import S
from jobs.rules.admission import Facts, Quote
from jobs.store.queries import guilds
from jobs.store.queries.accounts import RESERVED
from jobs.store.queries.ledger import used
from jobs.store.schema import job, ledger

# What a member waits for; a held job waits for a person.
_IN_FLIGHT = (S.ACCEPTED, S.SUBMITTING, S.UNKNOWN, S.WAITING, S.READY, S.POSTING)
_NEVER = 1e12

# Built once: SQLAlchemy takes longer to build and recognise them than SQLite to answer them.
_ACCOUNT: sa.BindParameter[int] = sa.bindparam("account")
_RESERVED = sa.select(sa.func.sum(job.c.price)).where(job.c.state.in_(RESERVED), job.c.account == _ACCOUNT)
_IN_FLIGHT_HERE = (
    sa.select(sa.func.count())
    .select_from(job)
    .where(
        # Whichever key pays. With the sums SQLite walks open jobs, not the whole history of the member.
        job.c.state.in_(_IN_FLIGHT),
        job.c.guild_id + 0 == sa.bindparam("guild"),
        job.c.user_id + 0 == sa.bindparam("user"),
    )
)
# No join: SQLite, once it has statistics, would walk all jobs to find the few lines of the last minutes.
_CHARGED_SINCE = sa.select(sa.func.sum(ledger.c.credits)).where(
    ledger.c.at >= sa.bindparam("since"),
    ledger.c.kind == "settled",
    sa.select(job.c.account).where(job.c.id == ledger.c.job_id).scalar_subquery() == _ACCOUNT,
)
_OPEN = sa.select(
    _IN_FLIGHT_HERE.scalar_subquery(), _RESERVED.scalar_subquery(), _CHARGED_SINCE.scalar_subquery()
)


def facts(c: Connection, origin: Origin, quote: Quote, *, now: float) -> Facts:
    """What the store knows about an order, now."""
    settings = guilds.settings(c, origin.guild_id)
    in_flight, reserved, charged = _open(c, origin, quote)
    _, midnight = window(Period.DAY, "UTC", now)
    uses, today = _uses(c, origin, quote, settings, now=now)
    return Facts(settings, in_flight, uses, reserved, charged, today, midnight)


def uses(c: Connection, origin: Origin, *, now: float) -> tuple[Use, ...]:
    """How much of their quotas a member has used."""
    return _uses(c, origin, Quote("", 0), guilds.settings(c, origin.guild_id), now=now)[0]


def reserved(c: Connection, account: int) -> int:
    """Credits of an account reserved for jobs that were not charged yet."""
    return int(c.scalar(_RESERVED, {"account": account}) or 0)


def charged_since(c: Connection, account: int, since: float) -> int:
    """Credits of an account charged since a time."""
    return int(c.scalar(_CHARGED_SINCE, {"account": account, "since": since}) or 0)


def _open(c: Connection, origin: Origin, quote: Quote) -> tuple[int, int, int]:
    """(the member's jobs in flight, credits reserved, credits charged since the balance was read)."""
    values: dict[str, float] = {
        "account": OWN_ACCOUNT if quote.account is None else quote.account,
        "guild": origin.guild_id,
        "user": origin.user_id,
        "since": _NEVER if quote.balance is None else quote.balance.at,
    }
    row = c.execute(_OPEN, values).one()
    return int(row[0] or 0), int(row[1] or 0), int(row[2] or 0)


def _uses(
    c: Connection, origin: Origin, quote: Quote, settings: GuildSettings, *, now: float
) -> tuple[tuple[Use, ...], int]:
    """(the member's quotas with what is used of them, what all servers spent today)."""
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
    if quote.daily_cap is not None:
        windows.append((0, 0, window(Period.DAY, "UTC", now)[0]))
    distinct = list(dict.fromkeys(windows))  # songs and credits of one time are one sum
    sums = dict(zip(distinct, used(c, distinct), strict=True))
    found = [sums[one] for one in windows]
    today = found[-1].credits if quote.daily_cap is not None else 0
    spent = tuple(
        Use(quota, one.songs if quota.unit is Unit.SONGS else one.credits, until)
        for quota, one, (_, until) in zip(quotas, found[: len(quotas)], times, strict=True)
    )
    return spent, today
