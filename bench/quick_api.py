"""A music API that costs as little as possible to ask, in a process of its own: `python bench/quick_api.py`.

Prints its port on the first line and serves until its standard input ends. A task whose id begins with `done`
has ended, any other one is running. `/seen` tells what was asked, in seconds of the system's monotonic clock.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field

_MP3 = (b"\xff\xfb\x90\x64" + bytes(413)) * 50
_LYRICS = "a line of a song about a river at night\n" * 20


def _clip(task_id: str, number: int, state: str) -> dict[str, object]:
    """One clip as the API tells it, with words of a usual length."""
    return {
        "clip_id": f"{task_id}-{number}",
        "state": state,
        "title": "River at night",
        "tags": "slow, warm, piano, strings",
        "lyrics": _LYRICS,
        "mv": "FUZZ-1.1 Pro",
        "duration": 181.2,
    }


@dataclass
class Seen:
    """What was asked so far."""

    polls: int = 0
    first_look_at: float = 0.0
    last: dict[str, float] = field(default_factory=dict)
    gaps: list[float] = field(default_factory=list)

    def poll(self, task_id: str) -> None:
        """A look at a task."""
        now = time.monotonic()
        if not self.polls:
            self.first_look_at = now
        self.polls += 1
        if task_id in self.last:
            self.gaps.append(now - self.last[task_id])
        self.last[task_id] = now

    def told(self) -> dict[str, object]:
        """As JSON; the gaps between two looks at one task begin anew."""
        gaps, self.gaps = self.gaps, []
        return {"looks": self.polls, "first_look_at": self.first_look_at, "gaps": gaps}


class Api:
    """Answers by path."""

    def __init__(self) -> None:
        self.seen = Seen()
        self.port = 0
        self._submits = 0

    def answer(self, method: str, path: str) -> tuple[str, bytes]:
        """The type and the body of an answer."""
        if path.endswith(".mp3"):
            return "audio/mpeg", _MP3
        if path.endswith("/get-credits"):
            return _json({"credits": 1_000_000, "extra_credits": 0})
        if path == "/seen":
            return _json(self.seen.told())
        if method == "POST":
            self._submits += 1
            return _json({"message": "success", "task_id": f"task-{self._submits}"})
        return _json(self._task(path.rpartition("/")[2]))

    def _task(self, task_id: str) -> dict[str, object]:
        self.seen.poll(task_id)
        done = task_id.startswith("done")
        clips = [_clip(task_id, number, "succeeded" if done else "running") for number in (1, 2)]
        for clip in clips if done else ():
            clip["audio_url"] = f"http://127.0.0.1:{self.port}/{clip['clip_id']}.mp3"
        return {"code": 200, "message": "success", "data": clips}


def _json(body: object) -> tuple[str, bytes]:
    return "application/json", json.dumps(body).encode()


class Connection(asyncio.Protocol):
    """HTTP/1.1 as far as one known client needs it; a framework would cost more than what is measured."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - as TCP always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has arrived whole."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].decode("latin-1")
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")),
                0,
            )
            if len(self._received) < end + 4 + length:
                return
            self._received = self._received[end + 4 + length :]
            method, path, _ = head.split(" ", 2)
            kind, body = self._api.answer(method, path)
            answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(answer.encode() + body)


async def main() -> None:
    api = Api()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(api), "127.0.0.1", 0)
    api.port = server.sockets[0].getsockname()[1]
    print(api.port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
