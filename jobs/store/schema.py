"""The tables. Times are seconds since the epoch; ids of Discord are 64-bit integers.

Changing a table means a new migration in `migrations/versions`; a test compares the two.
"""

from collections.abc import Callable

import sqlalchemy as sa

from jobs.models import Outcome, Returned
from jobs.models.states import RESERVED, JobState
from jobs.store.conditions import IS_IN_FLIGHT, IS_LOST, IS_STALE, among

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# 64 bits; on SQLite, where any whole number may have them, under the one name that numbers rows by itself.
Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

job = sa.Table(
    "job",
    metadata,
    # AUTOINCREMENT on SQLite: a number once said to a member is never given to another job.
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("source_clip_id", sa.Text, nullable=False),
    sa.Column("price", Whole, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("state_at", sa.Double, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("upload_limit", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.Double),
    sa.Column("deadline_at", sa.Double),
    sa.Column("tries", Whole, nullable=False, server_default="0"),
    sa.Column("polls", Whole, nullable=False, server_default="0"),
    sa.Column("task_id", sa.Text, nullable=False, server_default=""),
    sa.Column("card_message_id", sa.BigInteger),
    sa.Column("outcome_at", sa.Double),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("reason_text", sa.Text, nullable=False, server_default=""),
    sa.Column("charged", Whole, nullable=False, server_default="0"),
    sa.Column("returned", Whole, nullable=False, server_default="0"),
    sa.Column("unresolved", Whole, nullable=False, server_default="0"),
    sa.Column("round", Whole, nullable=False, server_default="0"),
    sa.Column("notified_at", sa.Double),
    sa.Column("finished_at", sa.Double),
    sa.Column("thread_id", sa.BigInteger),
    # Whose key pays: 0 is the bot's own, another number one of `api_key`.
    sa.Column("account", sa.BigInteger, nullable=False, server_default="0"),
    # What its card was last made to show (`conditions.CARD_WANTS`); empty for one that is left alone.
    sa.Column("card_shows", sa.Text, nullable=False, server_default=""),
    # The jam that it is a try for (`jam_schema.jam`).
    sa.Column("jam_id", Whole),
    # What ordered it (`Origin.interaction`); NULL for what nobody pressed or typed.
    sa.Column("interaction", sa.Text),
    sa.CheckConstraint(among(JobState), name="state"),
    sqlite_autoincrement=True,
)
# Only rows that the engine must act on are in it, so it stays small whatever the history.
# (No `postgresql_where` beside it: the mere word loads that dialect, 2.2 MiB and 45 ms at every start.)
sa.Index("ix_job_due", job.c.state, job.c.due_at, sqlite_where=job.c.due_at.is_not(None))
sa.Index("ix_job_member", job.c.guild_id, job.c.user_id, job.c.id)
sa.Index("ix_job_operation", job.c.operation, job.c.finished_at)
sa.Index("ix_job_card", job.c.card_message_id)
sa.Index("ix_job_guild", job.c.guild_id, job.c.created_at)
sa.Index("ix_job_state", job.c.state, job.c.account)
sa.Index("ix_job_jam", job.c.jam_id, sqlite_where=job.c.jam_id.is_not(None))
sa.Index("ix_job_interaction", job.c.interaction, unique=True)
sa.Index("ix_job_stale", job.c.state_at, sqlite_where=sa.text(IS_STALE))
# What one member has under way, however much others have, and however long the member's history is.
sa.Index("ix_job_in_flight", job.c.guild_id, job.c.user_id, sqlite_where=sa.text(IS_IN_FLIGHT))

# The prices of the jobs of an account that are reserved, summed up. The database itself keeps it: adding them
# up for every order would walk all open jobs, and no code can forget to.
reserved = sa.Table(
    "reserved",
    metadata,
    sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("credits", Whole, nullable=False),
)
_RESERVE = (
    "INSERT INTO reserved (account, credits) SELECT NEW.account, NEW.price "
    f"WHERE {among(RESERVED, 'NEW.state')} "
    "ON CONFLICT (account) DO UPDATE SET credits = credits + excluded.credits;"
)
_RELEASE = (
    "UPDATE reserved SET credits = credits - OLD.price "  # noqa: S608 - our own words
    f"WHERE account = OLD.account AND {among(RESERVED, 'OLD.state')};"
)
for _event, _acts in (
    ("job_accepted AFTER INSERT", _RESERVE),
    ("job_changed AFTER UPDATE OF state, account, price", f"{_RELEASE}\n{_RESERVE}"),
):
    _trigger = sa.DDL(f"CREATE TRIGGER {_event} ON job BEGIN\n{_acts}\nEND")  # type: ignore[no-untyped-call] # SQLAlchemy's own
    _on_sqlite: Callable[..., None] = _trigger.execute_if(dialect="sqlite")
    sa.event.listen(metadata, "after_create", _on_sqlite)

# Every paid call, noted with the intent to make it. A closed one can no longer turn out otherwise, and its
# credits are part of what its account expects.
call = sa.Table(
    "call",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), nullable=False),
    sa.Column("account", sa.BigInteger, nullable=False),
    sa.Column("price", Whole, nullable=False),
    sa.Column("sent_at", sa.Double, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("returned", sa.Text, nullable=False, server_default=""),
    sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint(among(Outcome, "outcome"), name="outcome"),
    sa.CheckConstraint(among(Returned, "returned"), name="returned"),
)
sa.Index("ix_call_job", call.c.job_id)
sa.Index(
    "ix_call_open",
    *(
        call.c[name]
        for name in ("account", "sent_at", "outcome", "price", "returned", "changed_at", "closed")
    ),
    sqlite_where=sa.text("NOT closed"),
)
sa.Index("ix_call_lost", call.c.account, call.c.price, sqlite_where=sa.text(IS_LOST))

clip = sa.Table(
    "clip",
    metadata,
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), primary_key=True),
    sa.Column("position", Whole, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("clip_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False, server_default=""),
    sa.Column("model", sa.Text, nullable=False, server_default=""),
    sa.Column("duration", sa.Double),
    sa.Column("lyrics", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.Text, nullable=False, server_default=""),
    sa.Column("audio_url", sa.Text, nullable=False, server_default=""),
    sa.Column("image_url", sa.Text, nullable=False, server_default=""),
    sa.Column("parent_clip_id", sa.Text, nullable=False, server_default=""),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", sa.Double, nullable=False),
)
sa.Index("ix_clip_newest", clip.c.guild_id, clip.c.created_at)
sa.Index("ix_clip_clip", clip.c.clip_id)
sa.Index("ix_clip_parent", clip.c.parent_clip_id)

post = sa.Table(
    "post",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), nullable=False),
    sa.Column("round", Whole, nullable=False),
    sa.Column("seq", Whole, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("attached", sa.JSON, nullable=False),
    sa.Column("linked", sa.JSON, nullable=False),
    sa.Column("first_try_at", sa.Double),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("failed", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("missing", sa.JSON(none_as_null=True)),
    sa.Column("lost", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("copied_at", sa.Double),
    sa.UniqueConstraint("job_id", "round", "seq", name="uq_post_place"),
)
sa.Index("ix_post_message", post.c.message_id)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("job_id", Whole, sa.ForeignKey("job.id"), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("credits", Whole, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.CheckConstraint("kind IN ('reserved', 'settled', 'released', 'refunded')", name="kind"),
)
sa.Index("ix_ledger_job", ledger.c.job_id)

# The ledger summed up for admission, by quarters of an hour, as every time zone begins its days at one. A
# month has fewer than three thousand of them, so a sum is quick whatever the history. User 0 is all members
# of a server; server 0 is all servers that use the bot's own key.
spend = sa.Table(
    "spend",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("quarter", Whole, primary_key=True),
    sa.Column("songs", Whole, nullable=False),
    sa.Column("credits", Whole, nullable=False),
)

# The last balance that was read, and the one to expect when every call that is not closed costs nothing: NULL
# until one was read while nothing was under way.
account = sa.Table(
    "account",
    metadata,
    sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("total", Whole, nullable=False),
    sa.Column("extra", Whole, nullable=False),
    sa.Column("read_at", sa.Double, nullable=False),
    sa.Column("expected", Whole),
)

drift = sa.Table(
    "drift",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("account", sa.BigInteger, nullable=False),
    sa.Column("credits", Whole, nullable=False),
    sa.Column("job_id", Whole),
    sa.Column("operation", sa.Text, nullable=False, server_default=""),
    sa.Column("price", Whole, nullable=False, server_default="0"),
    sa.Column("at", sa.Double, nullable=False),
    # Until then a later reading may explain it after all.
    sa.Column("final", sa.Boolean, nullable=False, server_default=sa.false()),
)
sa.Index("ix_drift_account", drift.c.account, drift.c.id)

# Keys that servers gave, encrypted. A number is never given to another key (AUTOINCREMENT): jobs and balances
# of a key that was removed must not be taken for those of the next one.
api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("account", Whole, primary_key=True, autoincrement=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

# Which server pays with which of them; two that gave the same key share its account.
server_key = sa.Table(
    "server_key",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account", Whole, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("given_at", sa.Double, nullable=False),
)

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
sa.Index("ix_audit_guild", audit.c.guild_id, audit.c.id)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("source_clip_id", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("jam_id", Whole),
    sqlite_autoincrement=True,
)

note = sa.Table(
    "note",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
