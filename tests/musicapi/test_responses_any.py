"""Whatever comes over the wire is a model or one of our errors."""

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from musicapi.errors import MusicApiError
from musicapi.models import Credits, Submission, TaskStatus
from musicapi.responses import read_credits, read_submission, read_task
from musicapi.retry_after import retry_after
from tests.musicapi.samples_of import EVERYTHING

Read = Callable[..., Submission | TaskStatus | Credits]

READERS: list[tuple[Read, type[object]]] = [
    (read_submission, Submission),
    (read_task, TaskStatus),
    (read_credits, Credits),
]
ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates as well
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 400, 403, 504])
    | st.floats()
    | ANY_TEXT
    | st.sampled_from(
        [
            "succeeded",
            "failed",
            "not_ready",
            "timeout",
            "1e999",
            "NaN",
            "task not found",
            "1,250",
            "aborted",
            "task failed",
        ]
    )
)
KEYS = ANY_TEXT | st.sampled_from(
    [
        "data",
        "code",
        "type",
        "error",
        "message",
        "task_id",
        "clip_id",
        "state",
        "status",
        "audio_url",
        "credits",
    ]
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)
STATUSES = st.sampled_from(
    [0, 100, 200, 202, 204, 299, 302, 400, 401, 402, 403, 404, 410, 429, 500, 504, 999]
)
HEADERS = ANY_TEXT | st.sampled_from(["", "3", "nan", "1e400", "Wed, 21 Oct 2026 07:28:00 GMT"])


def check(status: int, body: bytes, header: str = "") -> None:
    """Each reader gives its model or raises ours, with nothing in it that cannot be stored or counted."""
    for read, model in READERS:
        try:
            result = read(status, body, retry_after=retry_after(header))
        except MusicApiError as error:
            harmless(error)
        else:
            assert type(result) is model
            repr(result).encode()
            sound(result)


def harmless(error: MusicApiError) -> None:
    error.reason.encode()
    getattr(error, "quoted", "").encode()
    assert math.isfinite(getattr(error, "retry_after", None) or 0.0)
    assert len(error.reason) <= 10_000


def sound(result: Submission | TaskStatus | Credits) -> None:
    if isinstance(result, Credits):
        assert -1e9 < result.credits < 1e9
        assert -1e9 < result.extra_credits < 1e9
        return
    for clip in result.clips:
        assert clip.duration is None or math.isfinite(clip.duration)
        for text in (clip.clip_id, clip.title, clip.tags, clip.lyrics, clip.audio_url, clip.error):
            text.encode()
            assert len(text) <= 10_000


@given(status=STATUSES, body=st.binary(), header=HEADERS)
def test_any_bytes(status: int, body: bytes, header: str) -> None:
    check(status, body, header)


@given(status=STATUSES, value=JSON, header=HEADERS)
@example(status=403, value={"error": "copyrighted content: '\ud800'"}, header="")
@example(status=200, value={"task_id": "\udfff"}, header="")
@example(status=200, value={"code": 10**400, "error": {"message": 1}}, header="")
def test_any_json_value(status: int, value: object, header: str) -> None:
    check(status, json.dumps(value).encode(), header)


@given(data=st.data())
@settings(max_examples=150)
def test_mutated_samples(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(EVERYTHING))
    body: Any = copy.deepcopy(sample.body)
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(body, data)
    raw = json.dumps(body).encode()
    status = data.draw(st.just(sample.status) | STATUSES)
    check(status, raw)
    cut = data.draw(st.integers(0, len(raw)))
    check(status, raw[:cut])


def mutate(value: Any, data: st.DataObject) -> None:  # noqa: ANN401 - a JSON value
    """Change, add or drop something at a place of the drawn choice."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            value = inner
            continue
        if isinstance(value, dict) and data.draw(st.booleans()):
            del value[key]
        else:
            value[key] = data.draw(JSON)
        return


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"data":' * 200_000,
        b'{"data":' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"credits":' + b"9" * 100_000 + b"}",
        b'{"credits":' + b"9" * 4_300 + b"}",
        b'{"data":[{"clip_id":"x","duration":' + b"9" * 4_000 + b"}]}",
        b'{"code":' + b"9" * 4_300 + b"}",
        b'{"error":"' + b"x" * 4_000_000 + b'"}',
        b'{"data":[' + b'{"clip_id":"x"},' * 100_000 + b"{}]}",
        b'{"credits":NaN,"task_id":NaN,"data":[{"clip_id":"x","duration":NaN}]}',
        b'{"credits":Infinity,"data":[{"clip_id":"x","duration":-Infinity}]}',
        b'{"credits":1e999,"data":[{"clip_id":"x","duration":1e999}]}',
        '{"task_id":"\\ud800","data":[{"clip_id":"\\udfff"}]}'.encode("utf-16"),
        '{"credits":1}'.encode("utf-32"),
        b'\xef\xbb\xbf{"credits":1}',
        b'{"credits":1}trailing',
        b'{"credits":1,"credits":2}',
        b"\x00" * 100,
        b"",
    ],
)
@pytest.mark.parametrize("status", [200, 202, 403, 500])
def test_what_is_deep_long_or_no_number(status: int, body: bytes) -> None:
    check(status, body)
