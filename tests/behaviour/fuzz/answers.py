"""Mutated answers of the music API: other types, missing, huge, deep, no numbers, cut, in another charset.

Random, but repeatable: the same seed gives the same answers.
"""

import copy
import json
import random
from typing import Any

from musicapi.errors import MusicApiError, OutcomeUnknown
from musicapi.models import ClipState, Submission, TaskStatus
from musicapi.responses import read_submission, read_task
from musicapi.retry_after import retry_after
from musicapi.states import state_of
from tests.musicapi.samples_of import EVERYTHING
from tests.musicapi.test_responses_any import check

_SCALARS: tuple[object, ...] = (
    None, True, False, 0, -1, 403, 504, 2**63, 10**400, 1e308, float("nan"), float("inf"), -0.0, "", "NaN",
    "1e999", "succeeded", "failed", "pending", "task not found", "\ud800", "x" * 20_000, "@everyone", "\x00",
    [], {}, [[]],
)  # fmt: skip
_STATUSES = (200, 200, 200, 202, 400, 401, 402, 403, 404, 410, 429, 500, 502, 504)
_CHARSETS = ("utf-8", "utf-8", "utf-16", "utf-32", "latin-1", "utf-8-sig")
_HEADERS = ("", "3", "nan", "-1", "1e400", "Wed, 21 Oct 2026 07:28:00 GMT")


def answer(chance: random.Random) -> tuple[int, bytes, str]:
    """Status, body, and the header Retry-After of one answer."""
    sample = chance.choice(EVERYTHING)
    body: Any = copy.deepcopy(sample.body)
    for _ in range(chance.randint(1, 4)):
        _mutate(body, chance)
    raw = json.dumps(body, ensure_ascii=chance.random() < 0.8)
    if chance.random() < 0.02:
        levels = chance.choice((10, 200, 100_000))
        raw = '{"data":[' * levels + raw + "]}" * levels
    data = raw.encode(chance.choice(_CHARSETS), "replace")
    if chance.random() < 0.2:
        data = data[: chance.randrange(len(data) + 1)]
    if chance.random() < 0.1:
        data = _scratched(data, chance)
    status = sample.status if chance.random() < 0.5 else chance.choice(_STATUSES)
    return status, data, chance.choice(_HEADERS)


def judge(status: int, body: bytes, header: str) -> None:
    """Raise AssertionError where an answer leads to anything but a sound model or a fitting error of ours."""
    check(status, body, header)
    readable = _object_in(body)
    try:
        taken: Submission | TaskStatus = read_submission(status, body, retry_after=retry_after(header))
    except OutcomeUnknown:
        pass
    except MusicApiError:
        # "Nothing was started" must have been said: by the status, or by a code in a readable answer.
        assert 400 <= status < 500 or readable is not None
    else:
        assert status in (200, 201, 202)
        assert readable is not None
    try:
        taken = read_task(status, body, retry_after=retry_after(header))
    except MusicApiError:
        return
    done = [clip for clip in taken.clips if clip.state is ClipState.SUCCEEDED]
    assert all(clip.audio_url for clip in done), "what is done can be heard"
    listed = _listed_in(readable)
    not_done = sum(
        state_of(str(row.get("state", ""))) in (ClipState.RUNNING, ClipState.FAILED) for row in listed
    )
    assert len(done) <= max(1, len(listed)) - not_done, "nothing is done that was said not to be"


def _listed_in(readable: object) -> list[dict[str, object]]:
    data = readable.get("data") if isinstance(readable, dict) else None
    return [row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)]


def run(count: int, seed: int = 1) -> int:
    """Judge so many answers; how many."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
    for _ in range(count):
        judge(*answer(chance))
    return count


def _mutate(value: Any, chance: random.Random) -> None:  # noqa: ANN401 - a JSON value
    while value:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
            value = inner
        elif chance.random() < 0.3:
            del value[key]
            return
        else:
            value[key] = copy.deepcopy(chance.choice(_SCALARS))
            return


def _scratched(data: bytes, chance: random.Random) -> bytes:
    scratched = bytearray(data)
    for _ in range(min(len(scratched), 5)):
        scratched[chance.randrange(len(scratched))] = chance.randrange(256)
    return bytes(scratched)


def _object_in(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
