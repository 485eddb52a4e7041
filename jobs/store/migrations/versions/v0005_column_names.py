"""Columns of `job` under the names that the code uses.

Revision: 0005, revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for old, new in (("looks", "polls"), ("answered_at", "outcome_at"), ("told_at", "notified_at")):
        op.execute(f"ALTER TABLE job RENAME COLUMN {old} TO {new}")
