"""Which interaction ordered a job or started a jam: one that comes again is known by it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for table in ("job", "jam"):
        op.add_column(table, sa.Column("interaction", sa.Text(), nullable=True))
        op.create_index(f"ix_{table}_interaction", table, ["interaction"], unique=True)
