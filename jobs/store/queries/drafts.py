"""Statements on `draft`: orders that wait for the form in front of a member."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Order
from jobs.store.queries import clips
from jobs.store.schema import draft

# A form that was left open for longer than this is forgotten.
_KEPT_SECONDS = 7 * 24 * 3600.0


def keep(c: Connection, order: Order, *, guild_id: int, user_id: int, now: float) -> int:
    """Keep an order until its form comes back; its number. Old ones go."""
    c.execute(sa.delete(draft).where(draft.c.created_at < now - _KEPT_SECONDS))
    row = c.execute(
        sa.insert(draft)
        .values(
            guild_id=guild_id,
            user_id=user_id,
            operation=order.operation,
            params=dict(order.params),
            summary=order.summary,
            source_clip_id=order.source_clip_id,
            created_at=now,
        )
        .returning(draft.c.id)
    ).one()
    return int(row.id)


def by_id(c: Connection, draft_id: int, *, guild_id: int, user_id: int) -> Order | None:
    """The order behind a form, with its source; None for one that is forgotten or somebody else's."""
    row = c.execute(
        sa.select(draft).where(
            draft.c.id == draft_id, draft.c.guild_id == guild_id, draft.c.user_id == user_id
        )
    ).one_or_none()
    if row is None:
        return None
    source = clips.by_id(c, guild_id, row.source_clip_id) if row.source_clip_id else None
    return Order(row.operation, row.params, row.summary, source_clip_id=row.source_clip_id, source=source)


def drop(c: Connection, draft_id: int) -> bool:
    """Forget a draft; False where it is gone already."""
    return c.execute(sa.delete(draft).where(draft.c.id == draft_id)).rowcount == 1
