"""Secrets whose only purpose is to be looked for: in logs, tracebacks, messages and databases of all tests.

The bot of the tests is given these for every secret setting. What our own code logs must hold none of them
even before the filter of the log takes known secrets out: the filter is the second net, not the first.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from jobs.engine import current_job
from jobs.secret import Secret
from startup.log import Json, Redacting
from tests.fakes.discord.settings import FakeDiscordSettings

KEY = "sk_test_canary_7f3a"
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.canary.of-the-bot-that-the-tests-run"
CANARIES = (KEY, TOKEN, FakeDiscordSettings().token)
_OURS = ("bot", "cogs", "jobs", "musicapi", "startup")
# A file of a test is small; a larger one is sound.
_READ_BYTES = 8 * 1024 * 1024


class Watch(logging.Handler):
    """Formats every record as the bot would, in both forms, and notes those with a canary in them."""

    def __init__(self) -> None:
        super().__init__()
        secrets = [Secret(canary) for canary in CANARIES]
        self._forms = (Redacting(secrets), Json(secrets))
        self._plain = logging.Formatter()
        self.leaks: list[str] = []

    def listen(self) -> None:
        """Hear everything: ours from DEBUG on, libraries as they come."""
        logging.getLogger().addHandler(self)
        for name in _OURS:
            logging.getLogger(name).setLevel(logging.DEBUG)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record; whatever it holds, the test that logs it goes on."""
        if not hasattr(record, "job"):
            record.job = current_job.get()
        texts = [form.format(record) for form in self._forms]
        if record.name.partition(".")[0] in _OURS:
            texts.append(self._plain.format(record))
        self.leaks += [f"log of {record.name}: {text[:200]}" for text in texts if holds(text)]


def holds(text: str) -> bool:
    """Whether a text holds a canary."""
    return any(canary in text for canary in CANARIES)


def files_with_canaries(folder: Path) -> Iterator[str]:
    """The files below a folder (databases, journals, logs of child processes) that hold a canary."""
    wanted = [canary.encode() for canary in CANARIES]
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size <= _READ_BYTES:
            data = path.read_bytes()
            if any(canary in data for canary in wanted):
                yield str(path)
