"""The tables of jams, beside those of `schema`."""

import sqlalchemy as sa

from jobs.models.jam import AT_TURN, HIDING, RUNNING, EntryState, JamState
from jobs.store.conditions import among
from jobs.store.schema import Whole, job, metadata

IS_RUNNING = among(RUNNING)
# A message of a gallery that does not yet say whose it is.
IS_MASKED = "name = 'gallery' AND message_id > 0 AND edited_at IS NULL"

jam = sa.Table(
    "jam",
    metadata,
    # AUTOINCREMENT on SQLite: a number once said to members is never given to another jam.
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("theme", sa.Text, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("state_at", sa.Double, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("due_at", sa.Double, nullable=False),
    sa.Column("votes_for", sa.Double, nullable=False),
    sa.Column("pot", Whole, nullable=False),
    sa.Column("share", Whole, nullable=False),
    sa.Column("picks", Whole, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("seed", sa.Text, nullable=False),
    sa.Column("turns", Whole, nullable=False, server_default="0"),
    sa.Column("turn_for", sa.Double, nullable=False, server_default="0"),
    sa.Column("stalled_left", sa.Double),
    sa.Column("moved", sa.Double, nullable=False, server_default="0"),
    sa.Column("shows", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("season", sa.Text, nullable=False, server_default=""),
    # What started it, as in `job`.
    sa.Column("interaction", sa.Text),
    sa.CheckConstraint(among(JamState), name="state"),
    sqlite_autoincrement=True,
)
# A handful of rows, whatever the history: what the keeper reads, and what hides.
sa.Index("ix_jam_running", jam.c.due_at, sqlite_where=sa.text(IS_RUNNING))
sa.Index("ix_jam_guild", jam.c.guild_id, jam.c.id)
sa.Index("ix_jam_interaction", jam.c.interaction, unique=True)

jam_entry = sa.Table(
    "jam_entry",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("job_id", Whole, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("state_at", sa.Double, nullable=False),
    sa.Column("position", Whole, nullable=False, server_default="0"),
    sa.Column("letter", sa.Text, nullable=False, server_default=""),
    sa.Column("points", Whole, nullable=False, server_default="0"),
    sa.Column("place", Whole),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("turn", Whole, nullable=False, server_default="0"),
    sa.Column("join_id", Whole, nullable=False, server_default="0"),
    sa.Column("words", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint(among(EntryState), name="state"),
    sqlite_autoincrement=True,
)
sa.Index("ix_jam_entry_jam", jam_entry.c.jam_id, jam_entry.c.state)
sa.Index("ix_jam_entry_job", jam_entry.c.job_id)
# One of a member's counts; of turns a member may have several, and one at a time is open.
sa.Index(
    "uq_jam_entry_counts",
    jam_entry.c.jam_id,
    jam_entry.c.user_id,
    unique=True,
    sqlite_where=sa.text("state = 'entered' AND turn = 0"),
)
sa.Index(
    "uq_jam_entry_turn",
    jam_entry.c.jam_id,
    unique=True,
    sqlite_where=sa.text(f"turn > 0 AND {among(AT_TURN)}"),
)

jam_member = sa.Table(
    "jam_member",
    metadata,
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("place", Whole, nullable=False),
    sa.Column("missed", Whole, nullable=False, server_default="0"),
)

jam_mark = sa.Table(
    "jam_mark",
    metadata,
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("mark", sa.Text, primary_key=True),
)

jam_ballot = sa.Table(
    "jam_ballot",
    metadata,
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("entry_id", Whole, primary_key=True),
)

jam_post = sa.Table(
    "jam_post",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("due_at", sa.Double, nullable=False),
    sa.Column("entry_id", Whole),
    sa.Column("user_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("said", sa.JSON, nullable=False),
    sa.Column("tries", Whole, nullable=False, server_default="0"),
    sa.Column("first_try_at", sa.Double),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("edited_at", sa.Double),
    sa.Column("channel_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("jam_id", "name", "seq", name="uq_jam_post_place"),
)
sa.Index("ix_jam_post_unsent", jam_post.c.jam_id, sqlite_where=sa.text("message_id IS NULL"))
sa.Index("ix_jam_post_masked", jam_post.c.jam_id, sqlite_where=sa.text(IS_MASKED))
sa.Index("ix_jam_post_message", jam_post.c.message_id)

jam_event = sa.Table(
    "jam_event",
    metadata,
    sa.Column("jam_id", Whole, sa.ForeignKey("jam.id"), primary_key=True),
    sa.Column("event_id", sa.BigInteger),
    sa.Column("starts", sa.Double, nullable=False, server_default="0"),
    sa.Column("ends", sa.Double, nullable=False, server_default="0"),
    sa.Column("tried_at", sa.Double),
    sa.Column("tries", Whole, nullable=False, server_default="0"),
    sa.Column("due_at", sa.Double),
)
sa.Index("ix_jam_event_due", jam_event.c.due_at, sqlite_where=sa.text("due_at IS NOT NULL"))


def not_hidden() -> sa.ColumnElement[bool]:
    """Tell of a row of `job` whether everybody may know of it: tries of a blind jam wait for its end.

    The one condition behind every list, search and number that a member can look up.
    """
    # In the words of the index of those that run, which are a handful.
    some = sa.text(IS_RUNNING), jam.c.due_at > 0
    hiding = sa.select(jam.c.id).where(*some, jam.c.hidden, jam.c.state.in_(HIDING))
    return sa.func.coalesce(job.c.jam_id, 0).not_in(hiding)
