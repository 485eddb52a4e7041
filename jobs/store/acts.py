"""What every part of the store's face stands on."""

from jobs.store.database import Database


class Acts:
    """Acts of one concern on a database: an async method each, each one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database
