"""The words of an error: where they stand, what they quote, how they are made harmless."""

import json

import pytest

from musicapi import errors
from musicapi.responses import read_credits, read_submission, read_task
from tests.musicapi.samples_of import ERRORS


def refused(status: int, body: object, wait: float | None = None) -> errors.MusicApiError:
    with pytest.raises(errors.MusicApiError) as caught:
        read_submission(status, json.dumps(body).encode(), retry_after=wait)
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
        ({"error": ["x"], "detail": " three \n"}, "x"),
        ({"error": [], "detail": " three \n"}, "three"),
        ({"message": "success", "fail_reason": "Too loud."}, "Too loud."),
        ({"message": "failed", "errorMessage": "Too loud."}, "Too loud."),
        ({"failure_reason": "Too loud."}, "Too loud."),
        ({"reason": "Too loud."}, "Too loud."),
        ({"error_type": "moderation", "message": ""}, "moderation"),
        ({"msg": "Too loud."}, "Too loud."),
        ({"errors": [{"message": "Too loud."}]}, "Too loud."),
        ({"error": {"code": 1, "detail": "Too loud."}}, "Too loud."),
        ({"data": {"metadata": {"error_message": "Too loud."}}}, "Too loud."),
        ({"error": 5}, "HTTP 418"),
        ({}, "HTTP 418"),
    ],
)
def test_where_the_reason_stands(body: dict[str, object], reason: str) -> None:
    error = refused(418, {"type": "teapot", **body})
    assert (type(error), error.reason) == (errors.InvalidRequest, reason)


PAGES = [
    b"", b"<html>blocked</html>", b"404 page not found", b"no healthy upstream", b"\xff\xfe", b"{", b"null",
    b"[]", b'"Forbidden"', b"{}", b'{"message":"Forbidden"}',
    b'{"message":"no Route matched with those values"}',
    b'{"detail":"Not Found"}', b'{"statusCode":404,"message":"Resource not found"}',
    b'{"type":"https://gateway.example/1020","title":"Access denied","status":403,"detail":"Blocked."}',
]  # fmt: skip


@pytest.mark.parametrize("body", PAGES)
@pytest.mark.parametrize(
    "status", [0, 100, 304, 400, 402, 403, 404, 405, 408, 410, 451, 500, 502, 503, 504, 599]
)
def test_what_is_not_in_the_shape_of_the_api_is_no_answer_of_it(status: int, body: bytes) -> None:
    for read in (read_submission, read_task, read_credits):
        with pytest.raises(errors.MusicApiError) as caught:
            read(status, body)
        assert type(caught.value) is errors.Unavailable
        assert caught.value.reason == f"HTTP {status}, and not in the API's own words"


@pytest.mark.parametrize("body", PAGES)
def test_whoever_says_too_many_has_not_let_the_request_pass(body: bytes) -> None:
    for read in (read_submission, read_task, read_credits):
        with pytest.raises(errors.RateLimited):
            read(429, body)


def test_an_unknown_key_may_be_told_by_a_gateway_in_its_own_words() -> None:
    assert type(refused(401, {"message": "Unauthorized"})) is errors.Unauthorized
    assert type(refused(401, "<html>")) is errors.Unavailable


# Errors in a 200 of the paid call, and what they are.
IN_A_SUCCESS: list[tuple[object, type[errors.MusicApiError]]] = [
    ({"code": 400, "message": "The prompt is too long."}, errors.InvalidRequest),
    ({"code": "400", "message": "The prompt is too long."}, errors.InvalidRequest),
    ({"code": "403", "msg": "copyrighted content: 'ride on'"}, errors.ContentRefused),
    ({"code": "403", "msg": "The remaining credits are not enough."}, errors.NoCredits),
    ({"code": "INVALID_PARAMETER", "message": "The prompt is too long."}, errors.Refused),
    ({"code": "insufficient_credits", "message": "No."}, errors.NoCredits),
    ({"code": "INTERNAL_ERROR", "message": "No."}, errors.Unavailable),
    ({"code": 1001, "message": "The prompt is too long."}, errors.Refused),
    ({"status_code": 401, "message": "Who?"}, errors.Unauthorized),
    ({"success": False, "error": "The prompt is too long."}, errors.Refused),
    ({"success": "false", "message": "The prompt is too long."}, errors.Refused),
    ({"success": False, "error": "Insufficient credits"}, errors.NoCredits),
    ({"success": False, "error": "No active subscription"}, errors.NoSubscription),
    ({"success": False, "error": "The 'mv' field is invalid."}, errors.ModelRetired),
    ({"success": False, "error": "Too many requests"}, errors.RateLimited),
    ({"success": False}, errors.Refused),
    ({"error": "The prompt is too long."}, errors.Refused),
    ({"error": {"message": "The prompt is too long."}}, errors.Refused),
    ({"status": "error", "message": "The prompt is too long."}, errors.Refused),
    ({"error": True, "message": "The prompt is too long."}, errors.Refused),
    ({"ok": False, "message": "The prompt is too long."}, errors.Refused),
    ({"status": 400, "message": "The prompt is too long."}, errors.InvalidRequest),
    ({"type": "bad_request", "message": "The prompt is too long."}, errors.InvalidRequest),
    ({"type": "forbidden", "message": "Queue is full"}, errors.RateLimited),
    ({"type": "quota_exceeded", "message": "Not today."}, errors.Refused),
    # Trouble of the API's own: nobody knows what became of the request.
    ({"code": 500, "message": "Internal error"}, errors.Unavailable),
    ({"code": "504", "message": "Too slow"}, errors.Unavailable),
    ({"type": "api_error", "message": "Algorithm"}, errors.Unavailable),
    ({"success": False, "error": "upstream timed out"}, errors.Unavailable),
    # Neither a task nor a no.
    ({"code": 200, "message": "The prompt is too long."}, errors.OutcomeUnknown),
    ({"message": "success"}, errors.OutcomeUnknown),
    ({}, errors.OutcomeUnknown),
    (None, errors.OutcomeUnknown),
    ([], errors.OutcomeUnknown),
    ([{"error": "no"}], errors.OutcomeUnknown),
]


@pytest.mark.parametrize(("body", "kind"), IN_A_SUCCESS)
def test_an_error_in_a_success(body: object, kind: type[errors.MusicApiError]) -> None:
    assert type(refused(200, body)) is kind
    with pytest.raises(errors.MusicApiError) as caught:
        read_credits(200, json.dumps(body).encode())
    assert type(caught.value) is kind


def test_an_empty_success_is_no_answer() -> None:
    with pytest.raises(errors.OutcomeUnknown):
        read_submission(200, b"")


@pytest.mark.parametrize("error", [None, "", {}, [], False, "The title was cut."])
def test_where_there_is_a_task_there_was_no_refusal(error: object) -> None:
    body = {"success": True, "error": error, "task_id": "t1", "code": "200"}
    assert read_submission(200, json.dumps(body).encode()).task_id == "t1"


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (403, "An active subscription is required.", errors.NoSubscription),
        (403, "Your plan has expired", errors.NoSubscription),
        (403, "Please upgrade your plan to use this endpoint", errors.NoSubscription),
        (402, "You are not subscribed", errors.NoSubscription),
        (403, "The remaining credits of your plan are not enough.", errors.NoCredits),
        (403, "Insufficient balance", errors.NoCredits),
        (403, "You have run out of credits", errors.NoCredits),
        (403, "copyrighted content: 'not enough credits, my plan failed'", errors.ContentRefused),
        (403, "explanation required", errors.Refused),
        (400, "The 'mv' field is invalid.", errors.ModelRetired),
        (400, "model chirp-v3-5 is no longer available", errors.ModelRetired),
        (400, "Invalid value for 'mv'", errors.ModelRetired),
        (400, "Unsupported model: chirp-v3-5", errors.ModelRetired),
        (400, "'mv' must be one of chirp-v5, chirp-v6", errors.ModelRetired),
        (400, "vocal_gender is invalid for model chirp-v4", errors.InvalidRequest),
        (400, "model chirp-v4: vocal_gender is invalid", errors.InvalidRequest),
        (410, "The model has been retired.", errors.ModelRetired),
        (410, "This endpoint has been retired.", errors.Retired),
        (400, "The 'title' field is invalid.", errors.InvalidRequest),
        (404, "Not Found", errors.WrongAddress),
        (404, "The requested resource was not found.", errors.WrongAddress),
        (404, "Cannot POST /suno/create", errors.WrongAddress),
        (405, "Method not allowed.", errors.WrongAddress),
        (404, "clip not found", errors.SourceUnknown),
        (400, "clip not found.", errors.SourceUnknown),
        (404, "persona_id does not exist: persona", errors.SourceUnknown),
        (422, "The song you want to extend could not be found", errors.SourceUnknown),
        (400, "No such persona", errors.SourceUnknown),
        (400, "The 'continue_clip_id' field is invalid.", errors.SourceUnknown),
        (400, "The clip is too short.", errors.InvalidRequest),
        (404, "file not found", errors.InvalidRequest),
    ],
)
def test_what_a_refusal_means_by_its_words(status: int, text: str, kind: type[errors.MusicApiError]) -> None:
    assert type(refused(status, {"type": "validation_error", "error": text})) is kind


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


@pytest.mark.parametrize("status", [429, 503, 403, 200])
def test_the_wait_that_was_asked_for_comes_with_the_error(status: int) -> None:
    body = {"code": 429, "error": "Too many requests."}
    assert refused(status, body, 7.5).retry_after == 7.5
    assert refused(status, body).retry_after is None
    assert refused(status, {**body, "retry_after": "9"}).retry_after == 9.0
    with pytest.raises(errors.MusicApiError) as caught:
        read_task(status, json.dumps(body).encode(), retry_after=7.5)
    assert caught.value.retry_after == 7.5
