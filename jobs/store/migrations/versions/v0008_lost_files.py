"""What a message says of results whose files cannot be had."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("post", sa.Column("lost", sa.JSON(), server_default="[]", nullable=False))
