"""How the results of a job are split into messages. Pure."""

import math
from collections.abc import Mapping, Sequence

# Discord takes 10 files and 25 MiB in one request; the rest of the request needs a little of that.
MAX_FILES = 10
MAX_REQUEST_BYTES = 24 * 1024 * 1024

Message = tuple[tuple[int, ...], tuple[int, ...]]


def split_into_messages(
    positions: Sequence[int], sizes: Mapping[int, int], *, max_files: int = MAX_FILES
) -> list[Message]:
    """Split results into messages of (attached, linked) positions, in order and evenly filled.

    Args:
        positions: The results to post, in order.
        sizes: Bytes of those that can be attached; a position that is missing goes as a link.
        max_files: Files that one message may hold.
    """
    share = math.ceil(len(positions) / max(1, math.ceil(len(positions) / max_files)))
    messages: list[list[int]] = []
    weight = 0
    for position in positions:
        size = sizes.get(position, 0)
        if not messages or len(messages[-1]) >= share or weight + size > MAX_REQUEST_BYTES:
            messages.append([])
            weight = 0
        messages[-1].append(position)
        weight += size
    return [
        (tuple(p for p in message if p in sizes), tuple(p for p in message if p not in sizes))
        for message in messages
    ]
