"""Discord's ids: the time in milliseconds since 2015, then 22 more bits."""

from tests.fakes.discord.clock import Clock

_EPOCH_MS = 1_420_070_400_000
_SHIFT = 22


class Snowflakes:
    """Hands out rising ids, so that newer always compares greater, as the history routes rely on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return an id that carries the present time and was never given before."""
        now = (int(self._clock() * 1000) - _EPOCH_MS) << _SHIFT
        self._last = max(now, self._last + 1)
        return self._last
