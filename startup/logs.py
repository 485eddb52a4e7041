"""Logging: one line an event on standard error, with every secret taken out."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable

from startup.secret import Secret

# Shapes of secrets that are not ours to know beforehand: bot tokens, bearer headers, webhook and
# interaction tokens in URLs, signed links.
_SHAPES = (
    re.compile(r"[A-Za-z\d_-]{23,28}\.[A-Za-z\d_-]{6,7}\.[A-Za-z\d_-]{27,}"),
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?<=/webhooks/)\d+/[\w.-]+"),
    re.compile(r"(?<=/interactions/)\d+/[\w.-]+"),
    re.compile(r"\bsk_[\w-]{6,}"),
    re.compile(r"(?i)(?<=[?&])(?:[\w-]*(?:signature|token|credential)|sig|key|hm|ex|is)=[^&\s'\"]+"),
)
_HIDDEN = "***"


class Redacting(logging.Formatter):
    """Formats a record and takes known secrets, and all that looks like one, out of the whole text."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        # The longest first: a short one must not break a longer one that it is part of.
        self._values = sorted((secret.reveal() for secret in secrets if secret), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, with its traceback, without secrets."""
        return self.redact(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The message as one line: what came over the wire must not look like another event."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def redact(self, text: str) -> str:
        """Text without secrets."""
        for value in self._values:
            text = text.replace(value, _HIDDEN)
        for shape in _SHAPES:
            text = shape.sub(_HIDDEN, text)
        return text


def set_up(level: str, secrets: Iterable[Secret]) -> None:
    """Send everything to standard error: ours from `level` on, libraries only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = Redacting(secrets)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in ("aiohttp", "aiosqlite", "alembic", "asyncio", "discord", "filelock", "sqlalchemy"):
        logging.getLogger(library).setLevel(logging.WARNING)

    def uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
        del trace  # the error carries it
        sys.stderr.write(
            formatter.redact("".join(traceback.format_exception(kind, error, error.__traceback__)))
        )

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
