"""What the engine counts, for whoever runs the bot. `startup/metrics.py` turns it into metrics."""


class Metrics:
    """Counts nothing: for a bot whose operator did not ask."""

    def called(self, call: str, provider: str, outcome: str) -> None:
        """A `submit` or `poll` was made.

        `outcome` is `answered`, `declined`, `turned_away`, `not_sent` or `lost`.
        """

    def took(self, step: str, late: float) -> None:
        """The engine took a job in hand, so many seconds after it was due."""

    def delivered(self, outcome: str) -> None:
        """A delivery ended: `results`, `news` (bad ones) or `nowhere` (there was nowhere to post)."""
