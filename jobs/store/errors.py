"""What goes wrong with a database as a whole; what goes wrong in a statement are SQLAlchemy's own errors."""

from sqlalchemy.exc import OperationalError


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
