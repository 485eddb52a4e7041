"""Likes, removed results, members' own defaults, and where each message of a delivery is."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("post", sa.Column("channel_id", sa.BigInteger(), nullable=True))
    op.add_column("post", sa.Column("copied_at", sa.Double(), nullable=True))
    op.create_table(
        "clip_like",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_clip_like_job_id")),
        sa.PrimaryKeyConstraint("job_id", "position", "user_id", name=op.f("pk_clip_like")),
    )
    op.create_index("ix_clip_like_guild", "clip_like", ["guild_id", "at", "job_id", "position"], unique=False)
    op.create_index("ix_clip_like_user", "clip_like", ["user_id", "guild_id", "at"], unique=False)
    op.create_table(
        "removal",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_removal_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_removal")),
    )
    op.create_table(
        "preference",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_preference")),
    )
