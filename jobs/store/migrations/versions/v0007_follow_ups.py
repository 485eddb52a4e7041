"""What a message says of results that failed or are missing, so that later ones can follow it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("post", sa.Column("failed", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("post", sa.Column("missing", sa.JSON(), nullable=True))
    op.execute("UPDATE post SET missing = '[]' WHERE seq = 0")
