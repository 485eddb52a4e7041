"""Statements on `api_key` and `server_key`: the keys that servers gave, encrypted, and who gave them when."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import ServerKey
from jobs.models.states import OPEN
from jobs.store.locks import hold, hold_keys, takes_locks
from jobs.store.queries import guilds
from jobs.store.schema import api_key, job, server_key

_SETTING = "API key"
_GIVEN, _NONE = "a key", "none"


def all_keys(c: Connection) -> tuple[dict[int, str], list[ServerKey]]:
    """Return every key as it was encrypted, by its account, and which server gave which."""
    sealed = {row.account: row.sealed for row in c.execute(sa.select(api_key))}
    given = [ServerKey(**row._mapping) for row in c.execute(sa.select(server_key))]  # noqa: SLF001 - as in mapping
    return sealed, given


def is_kept(c: Connection, account: int) -> bool:
    return c.scalar(sa.select(api_key.c.account).where(api_key.c.account == account)) is not None


@takes_locks
def give(
    c: Connection,
    guild_id: int,
    which: Callable[[Mapping[int, str]], int | None],
    *,
    sealed: str,
    by: int,
    now: float,
) -> int:
    """Let a server pay with a key from now on, and note who gave it; return its account.

    `which` finds the account of a key that is here already among the sealed ones of this very moment, as
    other processes give and remove keys too; else it is kept as `sealed`. What the server paid with before
    stays for as long as open jobs began with it.
    """
    hold_keys(c)
    account = which(all_keys(c)[0])
    if account is None:
        account = int(
            c.execute(sa.insert(api_key).values(sealed=sealed).returning(api_key.c.account)).scalar_one()
        )
    before = _forget(c, guild_id)
    c.execute(sa.insert(server_key).values(guild_id=guild_id, account=account, user_id=by, given_at=now))
    # Of the key itself only its number.
    given = f"{_GIVEN} ({account})"
    guilds.note_change(c, guild_id, _SETTING, before=before, after=given, by=by, now=now)
    sweep(c)
    return account


@takes_locks
def remove(c: Connection, guild_id: int, *, by: int, now: float) -> bool:
    """Forget the key of a server at once, unless another gave it as well; False where it had none."""
    hold_keys(c)
    account = c.scalar(sa.select(server_key.c.account).where(server_key.c.guild_id == guild_id))
    if account is None:
        return False
    before = _forget(c, guild_id)
    guilds.note_change(c, guild_id, _SETTING, before=before, after=_NONE, by=by, now=now)
    shared = sa.select(server_key.c.account)
    c.execute(sa.delete(api_key).where(api_key.c.account == account, api_key.c.account.not_in(shared)))
    return True


@takes_locks
def sweep(c: Connection) -> None:
    """Forget keys that were replaced, once no open job began with them."""
    hold_keys(c)
    used = (
        sa.select(server_key.c.account),
        sa.select(job.c.account).where(job.c.state.in_(OPEN)),
    )
    unused = [api_key.c.account.not_in(accounts) for accounts in used]
    for account in c.scalars(sa.select(api_key.c.account).where(*unused).order_by(api_key.c.account)).all():
        hold(c, account=account)  # an order that is being noted may be about to use it
        c.execute(sa.delete(api_key).where(api_key.c.account == account, *unused))


def _forget(c: Connection, guild_id: int) -> str:
    """Take a server's key away; return what the audit says that it had."""
    here = server_key.c.guild_id == guild_id
    account = c.scalar(sa.delete(server_key).where(here).returning(server_key.c.account))
    return _NONE if account is None else f"{_GIVEN} ({account})"
