"""The words of an error: where they stand, what they quote, how they are made harmless."""

import json

import pytest

from musicapi import errors
from musicapi.responses import read_submission, read_task
from tests.musicapi.samples_of import ERRORS


def refused(status: int, body: object, retry_after: str = "") -> errors.MusicApiError:
    with pytest.raises(errors.MusicApiError) as caught:
        read_submission(status, json.dumps(body).encode(), retry_after=retry_after)
    return caught.value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "one", "message": "two", "detail": "three"}, "one"),
        ({"message": "two", "detail": "three"}, "two"),
        ({"detail": "three"}, "three"),
        ({"error": "  ", "message": "two"}, "two"),
        ({"error": None, "message": "two"}, "two"),
        ({"error": {"message": "inner"}, "message": "two"}, "inner"),
        ({"error": {"code": 5}, "message": "two"}, "two"),
        ({"error": ["x"], "detail": " three \n"}, "three"),
        ({"error": 5}, "HTTP 418"),
        ({}, "HTTP 418"),
        ([], "HTTP 418"),
        ("teapot", "HTTP 418"),
    ],
)
def test_where_the_reason_stands(body: object, reason: str) -> None:
    assert refused(418, body).reason == reason


@pytest.mark.parametrize("body", [b"", b"<html>blocked</html>", b"\xff\xfe", b"{", b"null"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidRequest), (401, errors.Unauthorized), (402, errors.NoCredits),
        (403, errors.Refused), (404, errors.InvalidRequest), (410, errors.Retired),
        (429, errors.RateLimited), (451, errors.InvalidRequest), (500, errors.Unavailable),
        (408, errors.Unavailable),
        (503, errors.Unavailable), (599, errors.Unavailable), (302, errors.Unavailable),
        (307, errors.Unavailable), (308, errors.Unavailable),
        (304, errors.Unavailable), (100, errors.Unavailable), (0, errors.Unavailable),
    ],
)  # fmt: skip
def test_the_status_alone_decides_where_the_body_is_none(
    status: int, kind: type[errors.MusicApiError], body: bytes
) -> None:
    for read in (read_submission, read_task):
        with pytest.raises(errors.MusicApiError) as caught:
            read(status, body)
        assert type(caught.value) is kind
        assert caught.value.reason == f"HTTP {status}"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("copyrighted content: 'ride on, ride on'", "ride on, ride on"),
        ("copyrighted content: 'don't ride on'", "don't ride on"),
        ('inappropriate content: "bad words"', "bad words"),
        ('copyrighted content: "don\'t ride on"', "don't ride on"),
        ("artist names: \u2018Some Body\u2019", "Some Body"),
        ("producer tags: 'one' and 'two'", "one' and 'two"),
        ("copyrighted content: 'two\nlines'", "two\nlines"),
        ("copyrighted content: '", ""),
        ("copyrighted content: ''", ""),
        ("needs moderation review", ""),
        ("\u2019copyrighted\u2018", ""),
        ("it\u2019s copyrighted", ""),
    ],
)
def test_the_quoted_words(text: str, quoted: str) -> None:
    error = refused(403, {"error": text})
    assert isinstance(error, errors.ContentRefused)
    assert error.quoted == quoted
    assert error.reason == text


@pytest.mark.parametrize("name", ["copyrighted", "inappropriate", "artist", "producer"])
def test_moderation_quotes_what_it_refused(name: str) -> None:
    error = refused(ERRORS[name].status, ERRORS[name].body)
    assert isinstance(error, errors.ContentRefused)
    assert error.quoted == ERRORS[name].body["error"].partition("'")[2].removesuffix("'")


def test_moderation_that_came_with_another_status_is_no_moderation() -> None:
    assert type(refused(400, {"error": "copyrighted content: 'x'"})) is errors.InvalidRequest


def test_a_reason_is_cut_and_can_be_stored() -> None:
    assert len(refused(400, {"error": "x" * 50_000}).reason) == 10_000
    error = refused(403, {"error": "copyrighted content: 'a\ud83cb\udc00'"})
    assert error.reason == "copyrighted content: 'a?b?'"
    assert isinstance(error, errors.ContentRefused)
    assert error.quoted == "a?b?"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None), ("3", 3.0), ("2.5", 2.5), (" 7 ", 7.0), ("0", 0.0), ("-1", None), ("soon", None),
        ("nan", None), ("inf", None), ("1e12", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after(header: str, seconds: float | None) -> None:
    for status in (429, 200):
        error = refused(status, {"code": 429, "error": "Too many requests."}, header)
        assert isinstance(error, errors.RateLimited)
        assert error.retry_after == seconds
    with pytest.raises(errors.RateLimited) as caught:
        read_task(429, b"{}", retry_after=header)
    assert caught.value.retry_after == seconds
