"""How a task and its clips are doing, whatever the API calls it and wherever it says why."""

import json
import logging
from typing import Any

import pytest

from musicapi import errors
from musicapi.models import Clip, ClipState
from musicapi.responses import read_task
from musicapi.states import state_of

FIRST = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"
SECOND = "0c2f43ad-1f1e-4c43-bd3b-9a3e9a1f7c11"
RUNNING, SUCCEEDED, FAILED = ClipState.RUNNING, ClipState.SUCCEEDED, ClipState.FAILED


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


def listing(**fields: Any) -> Clip:  # noqa: ANN401 - any JSON value
    body = {"data": [{"clip_id": FIRST, "state": "succeeded", "audio_url": "https://a/x.mp3", **fields}]}
    [clip] = read_task(200, raw(body)).clips
    return clip


WORDS = {
    RUNNING: "pending running RUNNING queued in_queue in-progress InProgress processing streaming submitted"
    " created not_ready not_started cancelling retrying_after_error pending_review"
    " scheduled waiting TASK_STATUS_RUNNING not_done not-yet-completed",
    SUCCEEDED: "succeeded SUCCESS successful complete completed done finished ready ok available"
    " task_succeeded completed_with_warnings streaming_done processing-finished UPLOADING_COMPLETE",
    FAILED: "failed FAILURE error errored aborted canceled CANCELLED rejected refused denied expired timeout"
    " timed_out time-out TimedOut blocked moderated invalid crashed terminated unsuccessful generation_failed"
    " GENERATE_AUDIO_FAILED completed_with_errors SENSITIVE_WORD_ERROR",
    None: "archived final partial FIRST purple 7",
}


@pytest.mark.parametrize(
    ("state", "word"), [(state, word) for state, words in WORDS.items() for word in words.split()]
)
def test_a_state_is_known_by_its_meaning(state: ClipState | None, word: str) -> None:
    assert state_of(word) is state


def test_an_unknown_state_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    state_of.cache_clear()
    with caplog.at_level(logging.WARNING):
        for word in ("mauve", "mauve", "", "running", "taupe", "mauve"):
            state_of(word)
    assert [record.args for record in caplog.records] == [("'mauve'",), ("'taupe'",)]


@pytest.mark.parametrize("word", ["archived", "", None, 7, ["succeeded"], "complete", "FINAL", "partial"])
def test_a_final_link_is_a_result_whatever_its_state_is_called(word: object) -> None:
    assert (listing(state=word).state, listing(state=word).audio_url) == (SUCCEEDED, "https://a/x.mp3")
    for link in ("", None, "https://audiopipe.suno.ai/?item_id=x", "https://a/stream/?item_id=x"):
        streamed = listing(state=word, audio_url=link)
        assert streamed.state is (RUNNING if word != "complete" or not link else SUCCEEDED)


@pytest.mark.parametrize("word", ["pending", "running", "queued", "in_progress", "cancelling", "not_ready"])
def test_a_word_for_what_is_under_way_counts_for_more_than_a_link(word: str) -> None:
    assert listing(state=word).state is RUNNING


@pytest.mark.parametrize(
    "word", ["completed_with_errors", "FINISHED_WITH_ERROR", "ended: failed", "done/err"]
)
def test_of_what_ended_with_errors_that_is_a_result_which_has_a_file(word: str) -> None:
    assert listing(state=word).state is SUCCEEDED
    assert listing(state=word, audio_url="", error_message="Too loud.").error == "Too loud."
    rows = [{"clip_id": FIRST, "audio_url": "https://a/x.mp3"}, {"clip_id": SECOND}]
    whole = read_task(200, raw({"status": word, "data": rows})).clips
    assert [clip.state for clip in whole] == [SUCCEEDED, RUNNING]
    with pytest.raises(errors.TaskFailed):
        read_task(200, raw({"status": word, "data": []}))


@pytest.mark.parametrize("word", ["failed", "error", "aborted", "Rejected", "timed_out", "canceled"])
@pytest.mark.parametrize("field", ["error_message", "fail_reason", "failureReason", "detail", "msg", "error"])
def test_a_clip_that_failed_by_another_word_says_why_from_another_field(word: str, field: str) -> None:
    clip = listing(state=word, **{field: "Too loud."})
    assert (clip.state, clip.error, clip.audio_url) == (FAILED, "Too loud.", "")


def test_a_clip_without_a_reason_has_that_of_its_task() -> None:
    body = {"message": "Too loud.", "data": [{"clip_id": FIRST, "state": "failed"}]}
    assert read_task(200, raw(body)).clips[0].error == "Too loud."


FLAT_FAILURES: list[tuple[object, str]] = [
    ({"task_id": "t1", "status": "failed", "error_message": "Too loud."}, "Too loud."),
    ({"task_id": "t1", "state": "aborted", "fail_reason": "Too loud."}, "Too loud."),
    ({"status": "error", "error": {"message": "Too loud."}}, "Too loud."),
    ({"code": 200, "message": "success", "data": {"status": "FAILED", "reason": "Too loud."}}, "Too loud."),
    ({"code": 200, "data": [], "status": "FAILED", "message": "Too loud."}, "Too loud."),
    ({"type": "failed", "message": "Too loud.", "refund_processed": False}, "Too loud."),
    ({"type": "generation_failed", "message": "Too loud."}, "Too loud."),
    ({"success": False, "error": "Too loud.", "refund_processed": True}, "Too loud."),
    ({"success": False, "error": "The generation failed: too loud"}, "The generation failed: too loud"),
    ({"code": "500", "type": "failed", "message": "Too loud."}, "Too loud."),
    ({"task_id": "t1", "status": "failed"}, ""),
    ({"task_id": "t1", "status": "failed", "message": "failed", "error": None}, ""),
]


@pytest.mark.parametrize(("body", "reason"), FLAT_FAILURES)
def test_a_task_that_failed_without_a_clip(body: object, reason: str) -> None:
    with pytest.raises(errors.TaskFailed) as caught:
        read_task(200, raw(body))
    assert caught.value.reason == reason


@pytest.mark.parametrize("word", ["failed", "ERROR", "rejected"])
def test_the_only_song_of_a_flat_answer_fails_with_its_reason(word: str) -> None:
    body = {"task_id": "t1", "status": word, "audio_url": "", "fail_reason": "Too loud."}
    [clip] = read_task(200, raw(body), task_id="t1").clips
    assert (clip.state, clip.error) == (FAILED, "Too loud.")


# What says nothing about the task, whoever says it.
UNDECIDED: list[tuple[int, object]] = [
    (504, {"type": "timeout"}),
    (504, {"code": 504, "type": "timeout", "error": "The request timed out."}),
    (504, {"code": 504, "type": "timeout", "error": "Task timed out"}),
    (500, {"code": 500, "type": "server_error", "error": "The task failed to load"}),
    (504, {"message": "Endpoint request timed out"}),
    (500, {"code": 500, "type": "server_error", "error": "Internal Server Error."}),
    (502, {"status": "error", "message": "Bad gateway"}),
    (503, {"error": "no healthy upstream"}),
    (408, {"type": "timeout", "message": "too slow"}),
    (429, {"type": "rate_limited", "error": "The task failed to be read: too many requests"}),
    (401, {"type": "auth_failed", "error": "Who?"}),
    (403, {"type": "forbidden", "error": "Forbidden."}),
    (404, {"type": "not_found", "error": "Not Found"}),
    (404, {"message": "no Route matched with those values"}),
    (200, {"type": "timeout", "error": "The request timed out."}),
    (200, {"code": "502", "message": "Bad gateway"}),
    (200, {"success": False, "error": "Try later."}),
    (200, {"status": "error", "message": "Internal server error"}),
    (200, {"code": 200, "message": "success", "data": None}),
    (200, None),
    (200, []),
]


@pytest.mark.parametrize(("status", "body"), UNDECIDED)
def test_a_look_that_decides_nothing(status: int, body: object) -> None:
    with pytest.raises(errors.MusicApiError) as caught:
        read_task(status, raw(body))
    assert not caught.value.ends_task


@pytest.mark.parametrize("status", [400, 403, 404, 408, 410, 500, 502, 503, 504])
def test_a_page_in_place_of_a_look_decides_nothing(status: int) -> None:
    with pytest.raises(errors.Unavailable):
        read_task(status, b"<html>The task failed: 404 task not found</html>")
