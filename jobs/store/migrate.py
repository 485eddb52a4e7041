"""Migrations at start, all in one transaction.

Alembic takes a third of a second and ten megabytes to import, so it is loaded only when the file is
not already at `HEAD`; a test holds `HEAD` to the newest migration.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

HEAD = "0013"


class NewerDatabase(Exception):
    """The file was written by a newer version; going on could damage it."""


def upgrade(connection: Connection) -> None:
    """Bring the tables up to `HEAD` inside the caller's transaction.

    Raises:
        NewerDatabase: The file's version is not one of ours.
    """
    found = version(connection)
    if found == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabase(
            f"the database is of version {found}, newer than this Encore ({HEAD}); update Encore"
        )
    command.upgrade(config, "head")


def version(connection: Connection) -> str | None:
    """Read the version that the file says it has; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found
