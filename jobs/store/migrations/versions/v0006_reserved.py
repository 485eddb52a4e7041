"""What admission counts is found by an index or a sum, whatever the number of open jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_IN_FLIGHT = "state IN ('accepted', 'submitting', 'unknown', 'waiting', 'ready', 'posting')"
_SUMS = """
INSERT INTO reserved (account, credits) SELECT account, SUM(price) FROM job
WHERE state IN ('accepted', 'submitting', 'unknown', 'held') GROUP BY account
"""
_RESERVE = (
    "INSERT INTO reserved (account, credits) SELECT NEW.account, NEW.price "
    "WHERE NEW.state IN ('accepted', 'submitting', 'unknown', 'held') "
    "ON CONFLICT (account) DO UPDATE SET credits = credits + excluded.credits;"
)
_RELEASE = (
    "UPDATE reserved SET credits = credits - OLD.price "
    "WHERE account = OLD.account AND OLD.state IN ('accepted', 'submitting', 'unknown', 'held');"
)


def upgrade() -> None:
    op.drop_index("ix_job_open", "job")
    op.create_index("ix_job_state", "job", ["state", "account"], unique=False)
    op.create_index(
        "ix_job_in_flight", "job", ["guild_id", "user_id"], unique=False, sqlite_where=sa.text(_IN_FLIGHT)
    )
    op.create_table(
        "reserved",
        sa.Column("account", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_reserved")),
    )
    op.execute(_SUMS)
    op.execute(f"CREATE TRIGGER job_accepted AFTER INSERT ON job BEGIN\n{_RESERVE}\nEND")
    op.execute(
        "CREATE TRIGGER job_changed AFTER UPDATE OF state, account, price ON job "
        f"BEGIN\n{_RELEASE}\n{_RESERVE}\nEND"
    )
