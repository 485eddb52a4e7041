"""Remembers which nonce made which message (docs: resources/message, `enforce_nonce`)."""

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.model import Message


class Nonces:
    """One author's nonces for a while; the channel plays no part (discord-api-docs pull request 6647)."""

    def __init__(self, clock: Clock, window: float) -> None:
        self._clock = clock
        self._window = window
        self._seen: dict[tuple[int, str], tuple[float, Message]] = {}

    def remember(self, message: Message) -> None:
        """Note the message that a nonce made."""
        if message.nonce is not None:
            self._seen[message.author.id, message.nonce] = (self._clock(), message)

    def made(self, author_id: int, nonce: str) -> Message | None:
        """Return the message that this nonce made within the window, deleted or not."""
        at, message = self._seen.get((author_id, nonce), (0.0, None))
        return message if self._clock() - at <= self._window else None
