"""The environment and `.env`: read once, never from anywhere else.

A relative path means the folder of `bot.py`, wherever the process was started.
"""

import difflib
import io
import os
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

HOME = Path(__file__).resolve().parent.parent
# Names another file in place of `.env`, as where two bots share one checkout.
_ENV_FILE = "ENV_FILE"
_ALIKE = 0.85  # of 1; a name this close to a setting's is taken for a slip


class SettingsError(Exception):
    """One or more settings are missing or malformed.

    Attributes:
        problems: One sentence each, in the order of `.env.example`. No value of a secret is in them.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_environment(home: Path = HOME) -> dict[str, str]:
    """The environment over `.env`; empty values count as absent.

    Quotes around a value go: Docker's `--env-file` keeps those that `.env` allows.

    Raises:
        SettingsError: The file cannot be read.
    """
    merged: dict[str, str] = {}
    for source in (_from_file(home), os.environ):
        values = {key: _unquoted((value or "").strip()) for key, value in source.items()}
        merged |= {key: value for key, value in values.items() if value}
    return merged


def misspelt(settings: Iterable[str], home: Path = HOME) -> list[str]:
    """Name what is no setting: everything such in the file, and in the environment what looks like one."""
    known = {*settings, _ENV_FILE}
    in_file = _from_file(home)
    told: list[str] = []
    for name in sorted({*os.environ, *in_file} - known):
        close = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if close:
            told.append(f"{name} is no setting; did you mean {close[0]}?")
        elif name in in_file:
            told.append(f"{name} is no setting; `.env.example` lists them all")
    return told


def _from_file(home: Path) -> dict[str, str | None]:
    named = os.environ.get(_ENV_FILE, "").strip()
    path = home / (named or ".env")
    if named and not path.exists():
        raise SettingsError([f"{_ENV_FILE} names {named}, which does not exist"])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, OSError):
        raise SettingsError([f"{path.name} cannot be read: save it as plain text in UTF-8"]) from None
    wrong = [line.original.line for line in parse_stream(io.StringIO(text)) if line.error]
    if wrong:
        raise SettingsError(
            [f"{path.name}, line {number}: must be NAME=value, with every quote closed" for number in wrong]
        )
    return dotenv_values(stream=io.StringIO(text))


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1].strip() if quoted else text
