"""Locks on what is counted over many rows, for a database to which more than one writes at once.

SQLite has one writer, so all of this is nothing there. On PostgreSQL a quota or a pot is a sum over rows that
others may be adding to, so whoever decides by it holds a lock until the transaction ends: that of the server
first, then that of the account, everywhere, so that no two wait for each other.

Of two transactions that share several changes, each might wait for what the other has got. So `hold` waits
only where nobody else has done anything in the transaction, and comes before anything is written; elsewhere
it takes what is free, or sends the change to a transaction of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, update_wrapper
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.store.committed import WRITE, Number, next_number
from jobs.store.jam_schema import jam

F = TypeVar("F", bound=Callable[..., object])

# Under which a connection keeps its present `Transaction`.
TRANSACTION = "transaction"
# Servers are numbered by Discord from far above zero, so accounts and the few others stand below it.
_KEYS, _ALERTS, _FIRST_ACCOUNT = -1, -2, -1000


class Shared(Exception):
    """The change must not run in this transaction, which others share. Nothing of it was written."""


@dataclass(slots=True)
class Transaction:
    """What is known of a transaction on PostgreSQL.

    Attributes:
        shared: Whether several changes run in it of which none takes locks.
        waits: Whether it may wait for a lock: until another change has run in it.
        wrote: Whether anything was written in it.
        writes: Whether the present change has written anything.
        number: Its number, where that was written with the first lock.
        held: The locks, in the order in which they were taken.
    """

    shared: bool
    waits: bool = True
    wrote: bool = False
    writes: bool = False
    number: Number | None = None
    held: list[int] = field(default_factory=list)


def takes_locks(change: F) -> F:
    """Mark a change that always takes locks, which saves it the way through a shared transaction."""
    return takes_locks_where(lambda *_: True)(change)


def takes_locks_where(tells: Callable[..., bool]) -> Callable[[F], F]:
    """Mark a change that takes locks where its arguments say so."""

    def mark(change: F) -> F:
        change.takes_locks = tells  # type: ignore[attr-defined] # an attribute of the function
        return change

    return mark


def does_take_locks(change: Callable[..., object], arguments: Sequence[object]) -> bool:
    tells: Callable[..., bool] | None = getattr(change, "takes_locks", None)
    return tells is not None and tells(*arguments)


class _OfServer(Protocol):
    @property
    def guild_id(self) -> int: ...


Of = TypeVar("Of", bound=_OfServer)
P = ParamSpec("P")
T = TypeVar("T")


def per_server(
    change: Callable[Concatenate[Connection, Of, P], T],
) -> Callable[Concatenate[Connection, Of, P], T]:
    """Let a change of something that belongs to a server hold the server's lock."""

    def locked(c: Connection, of: Of, /, *args: P.args, **options: P.kwargs) -> T:
        hold(c, server=of.guild_id)
        return change(c, of, *args, **options)

    update_wrapper(locked, change)
    return takes_locks(locked)


def hold_jam(c: Connection, jam_id: int) -> None:
    """Hold the lock of the server that a jam belongs to."""
    if c.dialect.name == "postgresql":
        server = c.scalar(sa.select(jam.c.guild_id).where(jam.c.id == jam_id))
        hold(c, server=server)


def hold(c: Connection, *, server: int | None = None, account: int | None = None) -> None:
    """Let nobody else change what is counted for a server, an account or both, until the end."""
    if c.dialect.name == "postgresql":
        _hold(
            c, ([] if server is None else [server]) + ([] if account is None else [_FIRST_ACCOUNT - account])
        )


def hold_keys(c: Connection) -> None:
    """Let nobody else give, take or use up the keys of servers; the first lock of all."""
    if c.dialect.name == "postgresql":
        _hold(c, [_KEYS])


def hold_alerts(c: Connection) -> None:
    """Let nobody else note what was told of balances; the last lock of all."""
    if c.dialect.name == "postgresql":
        _hold(c, [_ALERTS])


def _hold(c: Connection, wanted: list[int]) -> None:
    transaction: Transaction | None = c.info.get(TRANSACTION)
    if transaction is None:  # it only reads, or is alone with the database
        return
    keys = [key for key in wanted if key not in transaction.held]
    if not keys:
        return
    if transaction.shared or not (transaction.waits or _are_free(c, transaction, keys)):
        if transaction.writes:
            raise RuntimeError("locks come before anything is written")
        raise Shared
    if not transaction.waits:
        return
    if transaction.held and _rank(keys[0]) < max(map(_rank, transaction.held)):
        raise RuntimeError("locks are taken of the keys first, then of servers, accounts, alerts")
    _take(c, transaction, keys)


def _are_free(c: Connection, transaction: Transaction, keys: list[int]) -> bool:
    """Take them if nobody else has any of them."""
    taken = sa.func.pg_try_advisory_xact_lock
    if not all(c.execute(sa.select(*(taken(sa.cast(key, sa.BigInteger)) for key in keys))).one()):
        return False
    transaction.held += keys
    return True


def _rank(key: int) -> int:
    return 0 if key == _KEYS else 3 if key == _ALERTS else 2 if key <= _FIRST_ACCOUNT else 1


def _take(c: Connection, transaction: Transaction, keys: list[int]) -> None:
    """Take them in one statement, and number the transaction with the first; that alone is no change yet."""
    values: dict[str, object] = {f"key{number}": key for number, key in enumerate(keys)}
    wrote, is_first = transaction.wrote, transaction.number is None
    if is_first:
        transaction.number = next_number(c)
        values |= transaction.number._asdict()
    c.execute(_taking(len(keys), numbers=is_first), values)
    transaction.wrote = wrote
    transaction.held += keys


@cache
def _taking(count: int, *, numbers: bool) -> sa.TextClause:
    taken = ", ".join(f"pg_advisory_xact_lock(:key{number})" for number in range(count))
    return sa.text(f"WITH numbered AS ({WRITE}) SELECT {taken}" if numbers else f"SELECT {taken}")
