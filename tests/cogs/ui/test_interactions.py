"""Answers that are tried again, with a Discord that breaks in the middle of the first try."""

import io
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from cogs.ui import interactions

CONTENT = b"a,b\r\n" * 1000


class Breaking:
    """An interaction whose connection breaks; files are read and closed as discord.py does it."""

    def __init__(self, times: int) -> None:
        self.times, self.received = times, list[bytes]()
        self.response = self

    async def edit_original_response(self, **content: Any) -> None:  # noqa: ANN401 - discord.py's own
        files = content.get("attachments") or [content["file"]]
        self.received = [file.fp.read() for file in files]
        for file in files:
            file.fp.close()  # as aiohttp does, and discord.py prevents for one request
            file.close()
        self.times -= 1
        if self.times >= 0:
            raise OSError("reset")

    async def send_message(self, **content: Any) -> Any:  # noqa: ANN401 - as above
        await self.edit_original_response(**content)
        return SimpleNamespace(message_id=None)


def file() -> discord.File:
    return discord.File(io.BytesIO(CONTENT), filename="credits.csv")


@pytest.mark.parametrize("times", [0, 1, 2])
async def test_a_file_is_whole_at_whichever_try_it_arrives(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "_PAUSE_SECONDS", 0.0)
    interaction: Any = Breaking(times)
    await interactions.edit(interaction, attachments=[file(), file()])
    assert interaction.received == [CONTENT, CONTENT]
    interaction = Breaking(times)
    assert await interactions.respond(interaction, file=file()) is None
    assert interaction.received == [CONTENT]
