"""A row for each paid call, with what became of it; one state for a job whose answer was lost."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_RESERVE = (
    "INSERT INTO reserved (account, credits) SELECT NEW.account, NEW.price "
    "WHERE NEW.state IN ('accepted', 'submitting') "
    "ON CONFLICT (account) DO UPDATE SET credits = credits + excluded.credits;"
)
_RELEASE = (
    "UPDATE reserved SET credits = credits - OLD.price "
    "WHERE account = OLD.account AND OLD.state IN ('accepted', 'submitting');"
)
# Each line that settled was a call; the last one is that of the task. One that may still be given back within
# a day is not closed. What was lost and tried again, or given up, counted as paid.
_SETTLED = """
INSERT INTO call (job_id, account, price, sent_at, changed_at, outcome, returned, closed)
SELECT job.id, job.account, ledger.credits, ledger.at, ledger.at,
    CASE WHEN ledger.id < last.id OR job.state IN ('held', 'accepted', 'submitting', 'cancelled')
        THEN 'charged' WHEN job.state = 'waiting' THEN 'taken' WHEN job.state = 'failed' THEN 'failed'
        ELSE 'done' END,
    CASE WHEN ledger.id = last.id AND job.refunded THEN 'seen' ELSE '' END,
    NOT (ledger.id = last.id AND (job.state = 'waiting' OR (job.state = 'failed' AND NOT job.refunded
        AND job.finished_at > CAST(strftime('%s', 'now') AS INTEGER) - 86400)))
FROM ledger JOIN job ON job.id = ledger.job_id
JOIN (SELECT job_id, MAX(id) AS id FROM ledger WHERE kind = 'settled' GROUP BY job_id) AS last
    ON last.job_id = job.id
WHERE ledger.kind = 'settled' ORDER BY ledger.id
"""
_OPEN = """
INSERT INTO call (job_id, account, price, sent_at, changed_at, outcome)
SELECT id, account, price, COALESCE(submit_at, state_at), state_at,
    CASE state WHEN 'held' THEN 'lost' ELSE 'open' END
FROM job WHERE state IN ('held', 'submitting') AND price > 0
"""
_SUMS = """
UPDATE job SET
    charged = (SELECT COALESCE(SUM(price), 0) FROM call WHERE job_id = job.id
        AND outcome IN ('taken', 'done', 'failed', 'charged')),
    returned = (SELECT COALESCE(SUM(price), 0) FROM call WHERE job_id = job.id AND returned <> ''),
    unresolved = (SELECT COALESCE(SUM(price), 0) FROM call WHERE job_id = job.id AND outcome = 'lost')
"""
# What the lines after the last reconciled one moved, less what is no longer counted as gone for good.
_EXPECTED = """
UPDATE account SET expected = expected + COALESCE((
    SELECT SUM(CASE ledger.kind WHEN 'settled' THEN -ledger.credits ELSE ledger.credits END)
    FROM ledger JOIN job ON job.id = ledger.job_id
    WHERE ledger.id > account.ledger_id AND ledger.kind IN ('settled', 'refunded')
        AND job.account = account.account
), 0) + COALESCE((
    SELECT SUM(price) FROM call WHERE NOT closed AND outcome IN ('taken', 'failed') AND returned = ''
        AND call.account = account.account
), 0)
"""


def upgrade() -> None:
    _one_state()
    for name in ("charged", "returned", "unresolved"):
        op.add_column("job", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), server_default="", nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'taken', 'done', 'failed', 'lost', 'charged', 'not_charged')",
            name=op.f("ck_call_outcome"),
        ),
        sa.CheckConstraint("returned IN ('', 'said', 'seen')", name=op.f("ck_call_returned")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_call_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_job", "call", ["job_id"], unique=False)
    op.create_index(
        "ix_call_open",
        "call",
        ["account", "sent_at", "outcome", "price", "returned", "changed_at", "closed"],
        unique=False,
        sqlite_where=sa.text("NOT closed"),
    )
    op.create_index(
        "ix_call_lost",
        "call",
        ["account", "price"],
        unique=False,
        sqlite_where=sa.text("outcome = 'lost' AND NOT closed"),
    )
    for statement in (_SETTLED, _OPEN, _SUMS, _EXPECTED):
        op.execute(statement)
    for name in ("ix_ledger_guild", "ix_ledger_at"):  # what they were for is read from the calls now
        op.drop_index(name, "ledger")
    op.drop_column("account", "ledger_id")
    # So that it may be NULL, which SQLite cannot change.
    op.add_column("account", sa.Column("counted", sa.Integer(), nullable=True))
    op.execute("UPDATE account SET counted = expected")
    op.drop_column("account", "expected")
    op.alter_column("account", "counted", new_column_name="expected")
    for name in ("balance_before", "submit_at", "refunded", "lost_credits"):
        op.drop_column("job", name)
    op.add_column("drift", sa.Column("final", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE drift SET final = 1")


def _one_state() -> None:
    """`unknown` is `held`: SQLite changes no constraint, so the table is made anew from its own words.

    Its rows come back under their ids before the commit, which is when the tables that refer to them are
    checked.
    """
    c = op.get_bind()
    made = c.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'job' AND type IN ('table', 'index') "
        "AND sql IS NOT NULL ORDER BY type DESC"
    )
    statements = [sql.replace("'unknown', ", "") for (sql,) in made]
    number = c.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'job'").scalar()
    c.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    c.exec_driver_sql("CREATE TEMPORARY TABLE job_before AS SELECT * FROM job")
    c.exec_driver_sql("UPDATE job_before SET state = 'held', reason = 'lost_balance' WHERE state = 'unknown'")
    c.exec_driver_sql("DROP TABLE job")
    c.exec_driver_sql("DELETE FROM reserved")
    c.exec_driver_sql(statements[0])
    c.exec_driver_sql(f"CREATE TRIGGER job_accepted AFTER INSERT ON job BEGIN\n{_RESERVE}\nEND")
    c.exec_driver_sql(
        "CREATE TRIGGER job_changed AFTER UPDATE OF state, account, price ON job "
        f"BEGIN\n{_RELEASE}\n{_RESERVE}\nEND"
    )
    c.exec_driver_sql("INSERT INTO job SELECT * FROM job_before ORDER BY id")
    c.exec_driver_sql("DROP TABLE job_before")
    for sql in statements[1:]:
        c.exec_driver_sql(sql)
    c.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = 'job'", (number or 0,))
