"""The tables of what members do with results and wish for themselves, beside those of `schema`."""

import sqlalchemy as sa

from jobs.store.schema import Whole, metadata

clip_like = sa.Table(
    "clip_like",
    metadata,
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), primary_key=True),
    sa.Column("position", Whole, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
# What is liked most is counted from the first index alone; a member's favourites are read from the second.
sa.Index("ix_clip_like_guild", *(clip_like.c[name] for name in ("guild_id", "at", "job_id", "position")))
sa.Index("ix_clip_like_user", clip_like.c.user_id, clip_like.c.guild_id, clip_like.c.at)

# Jobs whose results were taken out of their channel. They stay in the books, and are in no list of others.
removal = sa.Table(
    "removal",
    metadata,
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)

# What a member has chosen for their own orders, in every server.
preference = sa.Table(
    "preference",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)


def not_removed(job_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Tell whether the results of a job are where they were posted."""
    return ~sa.exists().where(removal.c.job_id == job_id)
