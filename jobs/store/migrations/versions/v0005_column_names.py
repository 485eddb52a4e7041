"""Columns of `job` under the names that the code uses."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for old, new in (("looks", "polls"), ("answered_at", "outcome_at"), ("told_at", "notified_at")):
        op.execute(f"ALTER TABLE job RENAME COLUMN {old} TO {new}")
