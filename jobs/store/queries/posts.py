"""Statements on `post`: the messages of a delivery; and on what the cards of jobs show."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models import NO_CARD, Job, Planned, Post
from jobs.models.states import JobState
from jobs.slots import ALL
from jobs.store.conditions import CARD_WANTS, IS_STALE, few_lengths, for_postgresql
from jobs.store.queries.jobs import job_from, of_slots
from jobs.store.schema import job, post

Plan = Sequence[Planned]
_FIELDS = tuple(field.name for field in fields(Post) if field.name != "reply_to")


def _stale(wants: str, is_stale: str) -> sa.Select[Any]:
    return (
        sa.select(job, sa.literal_column(wants))
        .where(
            sa.text(is_stale),
            job.c.card_message_id > 0,
            job.c.state_at > sa.bindparam("since"),
            job.c.channel_id.not_in(sa.bindparam("channels", expanding=True)),
        )
        .order_by(job.c.state_at)
        .limit(sa.bindparam("most"))
    )


_STALE = {
    "sqlite": _stale(CARD_WANTS, IS_STALE),
    "postgresql": _stale(for_postgresql(CARD_WANTS), for_postgresql(IS_STALE)),
}
_WAITING = (
    sa.select(job, job.c.card_shows)
    .where(job.c.state == JobState.ACCEPTED, job.c.card_shows != "", job.c.card_message_id > 0)
    .order_by(job.c.id)
    .limit(sa.bindparam("most"))
)
# Discord takes the first answer to a command for three seconds, and what it took is shown a little later.
_ANSWERABLE_SECONDS = 5.0
_POSITIONS = ("attached", "linked", "lost", "failed", "missing")


def plan(c: Connection, job: Job, messages: Plan) -> None:
    """Note messages of this round before any of them is sent."""
    if messages:
        noted = [{"job_id": job.id, "round": job.round, **message._asdict()} for message in messages]
        c.execute(sa.insert(post), noted)


def of_round(c: Connection, job: Job) -> list[Post]:
    """List the messages of the job's present round, in order."""
    rows = c.execute(
        sa.select(post).where(post.c.job_id == job.id, post.c.round == job.round).order_by(post.c.seq)
    )
    found = [_post_from(row) for row in rows]
    return found[:1] + [replace(one, reply_to=found[0].message_id) for one in found[1:]]


def at_message(c: Connection, message_id: int) -> Post | None:
    """Find the delivery that a message is."""
    row = c.execute(sa.select(post).where(post.c.message_id == message_id).limit(1)).one_or_none()
    return None if row is None else _post_from(row)


def mark_trying(c: Connection, one: Post, *, now: float) -> None:
    """Note that an attempt is about to leave, and that no earlier one has led to a message."""
    c.execute(sa.update(post).where(post.c.id == one.id).values(first_try_at=now))


def mark_posted(c: Connection, one: Post, message_id: int, channel_id: int) -> None:
    there = {"message_id": message_id, "channel_id": channel_id}
    c.execute(sa.update(post).where(post.c.id == one.id).values(there))


def begin_copies(c: Connection, job: Job, *, now: float) -> list[Post]:
    """List messages of this round to copy to the requester; none twice, and nothing that is sent again."""
    earlier = post.alias()
    copied_before = sa.exists().where(
        earlier.c.job_id == job.id, earlier.c.round < job.round, earlier.c.copied_at.is_not(None)
    )
    mine = post.c.job_id == job.id, post.c.round == job.round, post.c.message_id > 0
    rows = c.execute(
        sa.update(post)
        .where(*mine, post.c.copied_at.is_(None), ~copied_before)
        .values(copied_at=now)
        .returning(post)
    )
    return sorted(map(_post_from, rows), key=lambda one: one.seq)


def revise(c: Connection, one: Post) -> None:
    """Note what has become of the files of a message since it was planned."""
    kept = {"attached": one.attached, "linked": one.linked, "lost": one.lost}
    c.execute(sa.update(post).where(post.c.id == one.id).values(kept))


def link_instead(c: Connection, one: Post, *, kept: Collection[int], nonce: str) -> None:
    """Link what Discord takes no files of; to Discord it is a new message."""
    linked = sorted({*one.attached, *one.linked} - {*kept})
    c.execute(
        sa.update(post)
        .where(post.c.id == one.id, post.c.message_id.is_(None))
        .values(attached=sorted(kept), linked=linked, nonce=nonce, first_try_at=None)
    )


def stale_cards(
    c: Connection, *, since: float, channels: Collection[int], most: int, slots: Collection[int] = ALL
) -> list[tuple[Job, str]]:
    """List jobs whose card no longer shows what is true, and what it must show; none for these channels."""
    stale = _STALE[c.dialect.name].where(*of_slots(slots))
    rows = c.execute(stale, {"since": since, "channels": few_lengths(channels), "most": most})
    return [(job_from(row), row[-1]) for row in rows]


def waiting_cards(c: Connection, *, most: int, slots: Collection[int] = ALL) -> list[tuple[Job, str]]:
    """List the first jobs that wait for their turn, and what their cards show."""
    return [(job_from(row), row[-1]) for row in c.execute(_WAITING.where(*of_slots(slots)), {"most": most})]


def card_shows(c: Connection, one: Job, shows: str) -> None:
    c.execute(sa.update(job).where(job.c.id == one.id).values(card_shows=shows))


def _post_from(row: Row[Any]) -> Post:
    values = {name: row._mapping[name] for name in _FIELDS}  # noqa: SLF001 - SQLAlchemy's documented accessor
    lists = {name: tuple(values[name]) for name in _POSITIONS if values[name] is not None}
    return Post(**values | lists)


_NOW: sa.BindParameter[float] = sa.bindparam("now")
_CARD: sa.BindParameter[int] = sa.bindparam("card")
_CARD_SHOWN = (
    sa.update(job)
    .where(
        job.c.id == sa.bindparam("of_id"),
        # What is known of it stays; but a card may follow where at first there was none.
        sa.or_(job.c.card_message_id.is_(None), sa.and_(job.c.card_message_id == NO_CARD, _CARD != NO_CARD)),
    )
    .values(
        card_message_id=_CARD,
        card_shows=sa.bindparam("shows"),
        due_at=sa.case(
            (sa.and_(job.c.state == JobState.ACCEPTED, job.c.due_at > _NOW), _NOW), else_=job.c.due_at
        ),
    )
)


def card_shown(c: Connection, job_id: int, *, card_message_id: int, shows: str, now: float) -> bool:
    """Remember where the member's card is and what it shows, and let the engine begin at once.

    False where that was known already, and stays.
    """
    values = {"of_id": job_id, "card": card_message_id, "shows": shows, "now": now}
    return c.execute(_CARD_SHOWN, values).rowcount == 1


def check_cards_soon(c: Connection) -> None:
    """Have the engine look, soon after a start, for cards that the process before was about to show."""
    c.execute(
        sa.update(job)
        .where(
            job.c.state == JobState.ACCEPTED,
            job.c.card_message_id.is_(None),
            job.c.due_at > job.c.created_at + _ANSWERABLE_SECONDS,
            job.c.tries == 0,
        )
        .values(due_at=job.c.created_at + _ANSWERABLE_SECONDS)
    )
