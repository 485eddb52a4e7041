"""What was spent, summed up for admission; the balance of each key, and where it drifts from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# What the ledger holds so far, under the three heads that `schema.spend` explains. A job that cost nothing
# in the end is no song.
_SUMS = """
INSERT INTO spend (guild_id, user_id, quarter, songs, credits)
SELECT {guild}, {user}, quarter, SUM(song), SUM(credits) FROM (
    SELECT job.guild_id, job.user_id, CAST(job.created_at / 900 AS INTEGER) AS quarter,
        SUM(CASE kind WHEN 'reserved' THEN credits WHEN 'settled' THEN 0 ELSE -credits END) AS credits,
        CASE WHEN job.operation IN ('suno.create', 'suno.custom')
            AND SUM(CASE kind WHEN 'reserved' THEN 1 WHEN 'settled' THEN 0 ELSE -1 END) > 0
            THEN 1 ELSE 0 END AS song
    FROM ledger JOIN job ON job.id = ledger.job_id GROUP BY job.id
) AS each_job GROUP BY {groups} quarter
"""
_HEADS = (
    ("guild_id", "user_id", "guild_id, user_id,"),
    ("guild_id", "0", "guild_id,"),
    ("0", "0", ""),
)


def upgrade() -> None:
    op.add_column("job", sa.Column("account", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_job_guild", "job", ["guild_id", "created_at"], unique=False)
    op.create_index("ix_job_open", "job", ["state", "account", "guild_id", "user_id", "price"], unique=False)
    op.create_index("ix_ledger_at", "ledger", ["at"], unique=False)
    op.create_table(
        "spend",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("songs", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", "quarter", name=op.f("pk_spend")),
    )
    for guild, user, groups in _HEADS:
        op.execute(_SUMS.format(guild=guild, user=user, groups=groups))
    op.create_table(
        "account",
        sa.Column("account", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.Double(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account")),
    )
    op.create_table(
        "drift",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("operation", sa.Text(), server_default="", nullable=False),
        sa.Column("price", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift")),
    )
    op.create_index("ix_drift_account", "drift", ["account", "id"], unique=False)
