"""Logging: one line an event on standard error, as text or JSON, with every secret taken out."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable

from jobs.engine import current_job
from jobs.secret import Secret

# Shapes of secrets that are not ours to know beforehand: bot tokens, bearer headers, webhook and
# interaction tokens in URLs, signed links.
_SHAPES = (
    re.compile(r"[A-Za-z\d_-]{23,28}\.[A-Za-z\d_-]{6,7}\.[A-Za-z\d_-]{27,}"),
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?<=/webhooks/)\d+/[\w.-]+"),
    re.compile(r"(?<=/interactions/)\d+/[\w.-]+"),
    re.compile(r"(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"),
    re.compile(r"(?i)(?<=\bpassword=)\S+"),
    re.compile(r"\bsk_[\w-]{6,}"),
    re.compile(r"(?i)(?<=[?&])(?:[\w-]*(?:signature|token|credential)|sig|key|hm|ex|is)=[^&\s'\"]+"),
)
_HIDDEN = "***"
_TIME = "%Y-%m-%dT%H:%M:%S%z"


class Redacting(logging.Formatter):
    """Removes known secrets, and whatever looks like one."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(about)s: %(message)s", _TIME)
        self._values: list[str] = []
        for secret in secrets:
            self.hide(secret)

    def hide(self, secret: Secret) -> None:
        if secret and secret.reveal() not in self._values:
            # The longest first: a short one must not break a longer one that it is part of.
            self._values = sorted([*self._values, secret.reveal()], key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        job = getattr(record, "job", None)
        record.about = "" if job is None else f" [{job}]"
        _mend(record)
        return self.redact(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Keep it on one line: text from the wire must not look like another event."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def redact(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, _HIDDEN)
        for shape in _SHAPES:
            text = shape.sub(_HIDDEN, text)
        return text


class Json(Redacting):
    """The same as an object of JSON on one line, for programs that collect logs.

    Secrets are taken out before the encoding, which would hide one with a quote in it from the search.
    """

    def format(self, record: logging.LogRecord) -> str:
        _mend(record)
        event: dict[str, object] = {
            "at": self.formatTime(record, _TIME),
            "level": record.levelname,
            "logger": record.name,
            "message": self.redact(record.getMessage()),
        }
        job = getattr(record, "job", None)
        if job is not None:
            event["job"] = job
        if record.exc_info:
            event["error"] = self.redact(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


def _mend(record: logging.LogRecord) -> None:
    """Drop arguments that do not fit their text: logging would print them raw, past the redaction."""
    try:
        record.getMessage()
    except Exception as error:  # noqa: BLE001 - an argument's own `__str__` may raise anything
        record.msg, record.args = f"{record.msg} (arguments left out: {type(error).__name__})", ()


def hide(secret: Secret) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Redacting):
            handler.formatter.hide(secret)


def with_job(record: logging.LogRecord) -> bool:
    """Filter: note which job a line is about. Drops nothing."""
    if not hasattr(record, "job"):
        record.job = current_job.get()
    return True


def set_up(level: str, secrets: Iterable[Secret], form: str = "text") -> None:
    """Log to standard error: our own loggers from `level` on, libraries from WARNING on.

    Args:
        level: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
        secrets: What must never be shown.
        form: `text` or `json`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(secrets) if form == "json" else Redacting(secrets))
    handler.addFilter(with_job)
    logging.raiseExceptions = False  # what cannot be logged must not be printed raw instead
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in ("aiohttp", "aiosqlite", "alembic", "asyncio", "discord", "filelock", "sqlalchemy"):
        logging.getLogger(library).setLevel(logging.WARNING)

    def uncaught(kind: type[BaseException], error: BaseException, _trace: object) -> None:
        root.critical("uncaught", exc_info=(kind, error, error.__traceback__))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
