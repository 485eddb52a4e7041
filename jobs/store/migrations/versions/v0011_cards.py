"""What the card of a job shows, and which cards no longer show what is true."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_STALE = (
    "card_shows <> '' AND state NOT IN ('accepted', 'submitting', 'ready', 'posting') "
    "AND (notified_at IS NOT NULL OR due_at IS NULL OR state NOT IN ('failed', 'held')) "
    "AND card_shows <> CASE WHEN state = 'waiting' THEN 'making' WHEN state IN ('failed', 'cancelled') "
    "THEN state || ' ' || (charged - returned) || ' ' || unresolved ELSE state END"
)


def upgrade() -> None:
    op.add_column("job", sa.Column("card_shows", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_job_stale", "job", ["state_at"], unique=False, sqlite_where=sa.text(_STALE))
