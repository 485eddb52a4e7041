"""The modes of `bot.py` that work on the database: what was done, and what is left to do, in sentences."""

from collections.abc import Mapping
from pathlib import Path

from jobs.store import StoreError, backup
from jobs.store import forget as forgetting
from startup.addresses import is_postgres
from startup.settings import database_url

_SHOWN = 20

Told = tuple[list[str], list[str]]


def back_up(environment: Mapping[str, str], target: Path) -> Told:
    """Copy the database while the bot runs. Raises StoreError, as all of these do."""
    copied = backup.back_up(database_url(environment), target)
    return [f"{target} holds {copied.jobs} jobs; it was read again and is sound"], []


def restore(environment: Mapping[str, str], source: Path) -> Told:
    restored, before = backup.restore(database_url(environment), source)
    told = [f"the database holds {restored.jobs} jobs again"]
    return told + ([f"what it held before is in {before}"] if before else []), []


def move(environment: Mapping[str, str], source: Path) -> Told:
    """Copy an SQLite file into the database of PostgreSQL that DATABASE_URL names."""
    url = database_url(environment)
    if not is_postgres(url):
        raise StoreError("DATABASE_URL must name the database of PostgreSQL to copy the file into")
    from jobs.store.postgres.move import move as copy_over  # noqa: PLC0415 - only who asks for it pays for it

    done = copy_over(source, url)
    counted = ", ".join(f"{count} of {name}" for name, count in done.rows.items())
    told = [f"the database holds what {source} does: {counted or 'nothing yet'}", f"{source} is as it was"]
    if done.mended:
        told.append(f"{done.mended} texts held a character that PostgreSQL cannot hold; it became \ufffd")
    return told, []


def forget(environment: Mapping[str, str], member_id: int) -> Told:
    done = forgetting.forget(database_url(environment), member_id)
    told = [
        f"{done.removed} jobs were removed with all about them",
        f"{done.anonymous} jobs stay in the books without name, words and results",
        f"{done.rest} other rows were removed, or have no name any more",
        "what was posted stays on Discord, and what backups hold stays in them",
    ]
    if done.chosen:
        told.append(f"{done.chosen} settings still name the member: blocks and quotas are the moderators'")
    if not done.unfinished:
        return told, []
    numbers = ", ".join(f"#{number}" for number in done.unfinished[:_SHOWN])
    return told, [
        f"{len(done.unfinished)} jobs are not over, or their credits may still come back: {numbers}",
        "run it again when they are over, or in a day",
    ]
