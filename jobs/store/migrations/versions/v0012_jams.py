"""Jams: their rows, entries, ballots and messages; and which jobs are tries for one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_STATES = "state IN ('planned', 'open', 'closing', 'voting', 'showing', 'done', 'cancelled')"
_ENTRY_STATES = (
    "state IN ('offered', 'working', 'choosing', 'joining', 'spare', 'entered', 'withdrawn', 'removed', "
    "'failed', 'passed', 'expired')"
)
_AT_TURN = "state IN ('offered', 'working', 'choosing', 'joining')"
_RUNNING = "state IN ('planned', 'open', 'closing', 'voting', 'showing')"


def upgrade() -> None:
    op.add_column("job", sa.Column("jam_id", sa.Integer(), nullable=True))
    numbered = {"sqlite_autoincrement": True}
    with op.batch_alter_table("draft", recreate="always", table_kwargs=numbered) as draft:
        draft.add_column(sa.Column("jam_id", sa.Integer(), nullable=True))
    op.create_index("ix_job_jam", "job", ["jam_id"], sqlite_where=sa.text("jam_id IS NOT NULL"))
    _jams()
    _entries()
    op.create_table(
        "jam_member",
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_member_jam_id")),
        sa.PrimaryKeyConstraint("jam_id", "user_id", name=op.f("pk_jam_member")),
    )
    op.create_table(
        "jam_mark",
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_mark_jam_id")),
        sa.PrimaryKeyConstraint("jam_id", "user_id", "mark", name=op.f("pk_jam_mark")),
    )
    op.create_table(
        "jam_ballot",
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_ballot_jam_id")),
        sa.PrimaryKeyConstraint("jam_id", "user_id", "entry_id", name=op.f("pk_jam_ballot")),
    )
    op.create_table(
        "jam_post",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_try_at", sa.Double(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("edited_at", sa.Double(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_post_jam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jam_post")),
        sa.UniqueConstraint("jam_id", "name", "seq", name="uq_jam_post_place"),
    )
    op.create_index("ix_jam_post_unsent", "jam_post", ["jam_id"], sqlite_where=sa.text("message_id IS NULL"))
    op.create_index("ix_jam_post_message", "jam_post", ["message_id"])
    op.create_index(
        "ix_jam_post_masked",
        "jam_post",
        ["jam_id"],
        sqlite_where=sa.text("name = 'gallery' AND message_id > 0 AND edited_at IS NULL"),
    )
    op.create_table(
        "jam_event",
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("starts", sa.Double(), server_default="0", nullable=False),
        sa.Column("ends", sa.Double(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.Double(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_event_jam_id")),
        sa.PrimaryKeyConstraint("jam_id", name=op.f("pk_jam_event")),
    )
    op.create_index("ix_jam_event_due", "jam_event", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL"))


def _jams() -> None:
    op.create_table(
        "jam",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("votes_for", sa.Double(), nullable=False),
        sa.Column("pot", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("picks", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("turn_for", sa.Double(), server_default="0", nullable=False),
        sa.Column("stalled_left", sa.Double(), nullable=True),
        sa.Column("moved", sa.Double(), server_default="0", nullable=False),
        sa.Column("shows", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("season", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_jam_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jam")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jam_running", "jam", ["due_at"], sqlite_where=sa.text(_RUNNING))
    op.create_index("ix_jam_guild", "jam", ["guild_id", "id"])


def _entries() -> None:
    op.create_table(
        "jam_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("jam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("letter", sa.Text(), server_default="", nullable=False),
        sa.Column("points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("turn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("join_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["jam_id"], ["jam.id"], name=op.f("fk_jam_entry_jam_id")),
        sa.CheckConstraint(_ENTRY_STATES, name=op.f("ck_jam_entry_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jam_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jam_entry_jam", "jam_entry", ["jam_id", "state"])
    op.create_index("ix_jam_entry_job", "jam_entry", ["job_id"])
    op.create_index(
        "uq_jam_entry_counts",
        "jam_entry",
        ["jam_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'entered' AND turn = 0"),
    )
    op.create_index(
        "uq_jam_entry_turn",
        "jam_entry",
        ["jam_id"],
        unique=True,
        sqlite_where=sa.text(f"turn > 0 AND {_AT_TURN}"),
    )
