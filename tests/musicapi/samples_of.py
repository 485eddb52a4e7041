"""The sample answers: shapes of the API's documentation with values of our own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer: HTTP status and JSON body."""

    status: int
    body: dict[str, Any]

    @property
    def raw(self) -> bytes:
        """The body as it comes over the wire."""
        return json.dumps(self.body).encode()


def samples(file: str) -> Mapping[str, Sample]:
    """All answers of one file, by name."""
    data = json.loads((_FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    return {name: Sample(entry["status"], entry["body"]) for name, entry in data.items()}


SUBMIT = samples("submit")
TASK = samples("task")
CREDITS = samples("credits")
ERRORS = samples("errors")
EVERYTHING = (*SUBMIT.values(), *TASK.values(), *CREDITS.values(), *ERRORS.values())
