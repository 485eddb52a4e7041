"""Requests to the public port, many of a kind, and what they cost the bot."""

import asyncio
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import stage

BATCH = 2_000
_AT_ONCE = 8


def request_of(port: int, path: str, headers: Mapping[str, str], body: bytes, *, keep: bool) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + ([] if keep else ["Connection: close"])
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def nanoseconds(pid: int) -> int:
    """Processor time of all threads of a process, to the nanosecond."""
    return sum(
        int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()
    )


def batch(port: int, one: bytes, count: int) -> None:
    """Send a request so many times, over a few connections at a time."""
    keep = b"Connection: close" not in one
    waiting: list[socket.socket] = []
    kept: list[socket.socket] = []
    for number in range(count):
        waiting.append(kept.pop() if kept else socket.create_connection(("127.0.0.1", port)))
        waiting[-1].sendall(one)
        if len(waiting) == _AT_ONCE or number == count - 1:
            for each in waiting:
                each.recv(4096)
                kept.append(each) if keep else each.close()
            waiting.clear()
    for each in kept:
        each.close()


async def measured(pid: int, port: int, kind: str, make: Callable[[], bytes], batches: int) -> None:
    """Print what requests of a kind cost a process, in batches of one request each."""
    costs, rates, keep = list[float](), list[float](), True
    for _ in range(batches):
        one = make()
        keep = b"Connection: close" not in one
        cpu, began = nanoseconds(pid), time.monotonic()
        await asyncio.to_thread(batch, port, one, BATCH)
        rates.append(BATCH / (time.monotonic() - began))
        costs.append((nanoseconds(pid) - cpu) / BATCH / 1000)
    print(
        f"  {len(costs) * BATCH} {kind}, {'kept' if keep else 'new'} connections: "
        f"{stage.quantile(rates, 0.5):.0f} a second, {stage.quantile(costs, 0.5):.0f} µs of the "
        f"processor each (median of batches; least {min(costs):.0f}, most {max(costs):.0f})"
    )
