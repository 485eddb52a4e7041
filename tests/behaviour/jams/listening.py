"""All that the bot sends to Discord, with who alone may read it: what follows an act is the actor's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from simcord.http import router


@dataclass
class Sent:
    """One request, with the bytes of its files."""

    actor: str
    path: str
    data: bytes
    private: bool


@dataclass
class Wire:
    """What was sent, and who acts now."""

    actor: str = ""
    sent: list[Sent] = field(default_factory=list)
    private: set[str] = field(default_factory=set)

    def seen_by_others(self, author: str) -> list[Sent]:
        """List what somebody else than a member can read."""
        return [one for one in self.sent if not one.private or one.actor != author]

    def note(self, path: str, body: Any, files: Any) -> None:  # noqa: ANN401 - JSON, and SimCord's own
        data = json.dumps(body, default=str).encode()
        for file in files or ():
            data += file.filename.encode() + file.fp.read()
            file.fp.seek(0)
        # An answer is private where it says so; what is edited later is as private as its first form.
        token = next((part for part in path.split("/") if part.startswith("simcord_interaction")), "")
        if token and b'"flags": 64' in data:
            self.private.add(token)
        self.sent.append(Sent(self.actor, path, data, token in self.private))


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Note each request as the imagined Discord takes it."""
    wire, take = Wire(), router.dispatch

    def noted(backend: Any, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - SimCord's own
        wire.note(path, options.get("json"), options.get("files"))
        return take(backend, method, path, **options)

    monkeypatch.setattr(router, "dispatch", noted)
    yield wire
