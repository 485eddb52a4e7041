"""What is found out about a database as a whole, and what goes wrong with it.

What goes wrong in a statement are SQLAlchemy's own errors.
"""

from dataclasses import dataclass

from sqlalchemy.exc import OperationalError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database holds; `version` is that of its tables, as the migrations count.

    Attributes:
        warnings: What is not as it should be, and does not keep it from being used.
    """

    jobs: int
    version: str
    warnings: tuple[str, ...] = ()


class StoreError(Exception):
    """The database cannot be used. The text is for the person who runs the bot."""


class DatabaseInUse(StoreError):
    """Another bot has it."""


class CommitUnknown(OperationalError):
    """The answer to a COMMIT was lost, and the database cannot tell any more what became of it.

    It is not run again: what it changed may be there, or may not.
    """


def cause(error: BaseException) -> str:
    """What the driver says, in one line."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
