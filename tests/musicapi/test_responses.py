"""Every shape and every error of the API's documentation, read."""

import json
from typing import Any

import pytest

from musicapi import errors
from musicapi.models import Clip, ClipState, Credits, Submission, TaskStatus
from musicapi.responses import read_credits, read_submission, read_task
from tests.musicapi.samples_of import CREDITS, ERRORS, SUBMIT, TASK, Sample

TASK_ID = "4f9a2c61-07de-4b83-a5c4-1e8b3f60d927"
FIRST, SECOND = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68", "2c6f9e10-5b3d-4a78-8f21-d94e07ac3615"
RUNNING, SUCCEEDED, FAILED = ClipState.RUNNING, ClipState.SUCCEEDED, ClipState.FAILED


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


def poll(name: str) -> TaskStatus:
    return read_task(TASK[name].status, TASK[name].raw)


def listing(**fields: Any) -> Clip:  # noqa: ANN401 - any JSON value
    body = {"data": [{"clip_id": FIRST, "state": "succeeded", "audio_url": "https://a/x.mp3", **fields}]}
    [clip] = read_task(200, raw(body)).clips
    return clip


@pytest.mark.parametrize("name", ["plain", "with code", "nested"])
def test_a_submission_names_its_task(name: str) -> None:
    assert read_submission(200, SUBMIT[name].raw) == Submission(task_id=TASK_ID)


def test_a_synchronous_submission_brings_its_result() -> None:
    submission = read_submission(200, SUBMIT["wav"].raw, makes="wav")
    assert submission.task_id == ""
    [clip] = submission.clips
    assert clip == Clip("", SUCCEEDED, audio_url=f"https://cdn1.suno.ai/{FIRST}.wav")


@pytest.mark.parametrize(
    "body",
    [
        {"message": "success"},
        {"task_id": ""},
        {"task_id": None},
        {"task_id": True},
        {"task_id": 0},
        {"task_id": 1.5},
        {"task_id": "  "},
        {"data": {"wav_url": ""}},
        {"data": [TASK_ID]},
        {},
    ],
)
def test_a_submission_without_a_task_may_have_been_carried_out(body: object) -> None:
    with pytest.raises(errors.OutcomeUnknown):
        read_submission(200, raw(body))


@pytest.mark.parametrize("name", ["not ready", "not ready without code", "not ready in a 200"])
def test_not_ready_is_a_task_without_clips(name: str) -> None:
    assert poll(name) == TaskStatus()
    assert not poll(name).finished


@pytest.mark.parametrize("body", [{"code": 202, "error": "Wait."}, {"message": "pending"}, {}])
def test_a_202_that_lists_nothing_is_not_ready_whatever_it_says(body: object) -> None:
    assert read_task(202, raw(body)) == TaskStatus()


@pytest.mark.parametrize(
    ("name", "states", "is_over"),
    [
        ("pending", [RUNNING, RUNNING], False),
        ("running", [RUNNING, RUNNING], False),
        ("streaming", [RUNNING, RUNNING], False),
        ("one of two", [SUCCEEDED, RUNNING], False),
        ("succeeded", [SUCCEEDED, SUCCEEDED], True),
        ("succeeded, late era", [SUCCEEDED, SUCCEEDED], True),
        ("listed without its file", [RUNNING, SUCCEEDED], False),
        ("failed", [FAILED, FAILED], True),
        ("one failed", [SUCCEEDED, FAILED], True),
        ("stems basic", [SUCCEEDED] * 2, True),
        ("stems full", [SUCCEEDED] * 12, True),
    ],
)
def test_states(name: str, states: list[ClipState], is_over: bool) -> None:
    status = poll(name)
    assert [clip.state for clip in status.clips] == states
    assert status.finished is is_over


def test_an_only_clip_may_come_without_a_list() -> None:
    whole = json.loads(TASK["succeeded"].raw)
    alone = {**whole, "data": whole["data"][0]}
    assert read_task(200, raw(alone)).clips == poll("succeeded").clips[:1]


@pytest.mark.parametrize(
    "around", ["", "clips", "data.data", "data.clips", "data.songs", "results", "data.tracks"]
)
def test_a_list_of_clips_is_found_wherever_it_stands(around: str) -> None:
    body: object = [{"clip_id": FIRST, "state": "succeeded", "audio_url": "https://a/x.mp3"}]
    for name in reversed(around.split(".") if around else []):
        body = {name: body}
    assert [clip.clip_id for clip in read_task(200, raw(body)).clips] == [FIRST]


def test_every_field_of_a_finished_clip() -> None:
    assert poll("succeeded").clips[0] == Clip(
        clip_id=FIRST,
        state=SUCCEEDED,
        title="Night Bus",
        tags="city pop, warm bass",
        lyrics="[Verse]\nLast bus over the bridge\n[Chorus]\nRide on, ride on",
        model="chirp-v4-5",
        audio_url=f"https://cdn1.suno.ai/{FIRST}.mp3",
        image_url=f"https://cdn2.suno.ai/image_{FIRST}.jpeg",
        duration=171.08,
    )


def test_durations_come_as_numbers_and_as_text() -> None:
    assert [clip.duration for clip in poll("succeeded").clips] == [171.08, 171.08]
    assert [clip.duration for clip in poll("succeeded, late era").clips] == [171.0, 171.08]
    assert [clip.duration for clip in poll("running").clips] == [None, None]


def test_a_streaming_link_is_no_file() -> None:
    assert [clip.audio_url for clip in poll("streaming").clips] == ["", ""]


def test_instrumental_lyrics_are_kept_as_they_are() -> None:
    assert poll("instrumental").clips[0].lyrics == "[Instrumental]"


def test_a_failed_clip_says_why_and_offers_nothing() -> None:
    good, bad = poll("one failed").clips
    assert (good.error, bad.error) == ("", "The generator gave up.")
    assert bad.audio_url == ""


def test_stems_are_told_apart_by_title() -> None:
    clips = poll("stems full").clips
    assert [clip.title for clip in clips][:3] == [
        "Night Bus (Vocals)", "Night Bus (Backing Vocals)", "Night Bus (Drums)",
    ]  # fmt: skip
    assert len({clip.clip_id for clip in clips}) == 12


@pytest.mark.parametrize("word", ["SUCCEEDED", "Succeeded"])
def test_states_in_capitals(word: str) -> None:
    assert listing(state=word).state is SUCCEEDED


def test_ids_may_be_numbers() -> None:
    assert read_submission(200, raw({"task_id": 48151623})) == Submission(task_id="48151623")
    assert read_submission(200, raw({"clip_id": 7}), makes="upload").clips[0].clip_id == "7"
    assert listing(clip_id=2**63).clip_id == str(2**63)


def test_two_songs_of_one_id_are_both_kept_and_the_id_leads_to_the_first() -> None:
    one = {"clip_id": FIRST, "state": "succeeded", "audio_url": "https://a/1.mp3"}
    other = {**one, "audio_url": "https://a/2.mp3"}
    clips = read_task(200, raw({"data": [one, other, one]})).clips
    assert [(clip.clip_id, clip.audio_url) for clip in clips] == [
        (FIRST, "https://a/1.mp3"),
        ("", "https://a/2.mp3"),
    ]


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u200b\u200b", "\u00a0", "\u2060 "])
def test_a_title_that_nobody_can_see_is_none(blank: str) -> None:
    assert listing(title=blank).title == ""
    assert listing(title=f" a{blank}b ").title == f"a{blank}b"


@pytest.mark.parametrize(
    ("value", "credits_"),
    [
        ("1,250", 1250), ("1 250", 1250), ("1'250", 1250), ("12,345,678", 12_345_678), ("1,250.75", 1250),
        ("-3", -3), (-3, -3), ("-1,250", -1250), (0, 0), (12.9, 12), ("12.9", 12), (" 12 ", 12), (-0.5, -1),
    ],
)  # fmt: skip
def test_balances_in_every_spelling(value: object, credits_: int) -> None:
    assert read_credits(200, raw({"credits": value, "extra_credits": "1,000"})) == Credits(credits_, 1000)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (12, 12.0), ("12.5", 12.5), (0, 0.0), (None, None), ("", None), ("soon", None), (-1, None),
        (True, None), ([1], None), ({}, None), (1e9, None), (10**400, None), ("nan", None), ("inf", None),
        (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_durations(told: object, seconds: float | None) -> None:
    assert listing(duration=told).duration == seconds


@pytest.mark.parametrize("field", ["title", "tags", "lyrics", "mv", "image_url", "error_message"])
@pytest.mark.parametrize("value", [None, 5, {}, ["x"], True])
def test_a_text_of_another_type_counts_as_none(field: str, value: object) -> None:
    assert listing(**{field: value}) == listing()


def test_texts_are_cut_and_made_storable() -> None:
    clip = listing(title="x" * 20_000, lyrics="a\ud800b", clip_id="c" * 100)
    assert len(clip.title) == 10_000
    assert clip.lyrics == "a?b"
    assert len(clip.clip_id) == 64


def test_what_is_no_clip_is_left_out() -> None:
    data: list[object] = [None, "x", [], {"state": "succeeded"}, {"clip_id": ""}, {"clip_id": FIRST}]
    assert [clip.clip_id for clip in read_task(200, raw({"data": data})).clips] == [FIRST]


def test_a_clip_that_is_listed_twice_counts_once_as_it_was_told_last() -> None:
    one, other = {"clip_id": FIRST}, {"clip_id": SECOND}
    status = read_task(200, raw({"data": [one, other, {**one, "state": "failed"}]}))
    assert [(clip.clip_id, clip.state) for clip in status.clips] == [(FIRST, FAILED), (SECOND, RUNNING)]


def test_no_more_than_a_hundred_clips_are_read() -> None:
    data = [{"clip_id": f"c{number}"} for number in range(150)]
    assert len(read_task(200, raw({"data": data})).clips) == 100


@pytest.mark.parametrize(
    "body", [{}, {"data": None}, {"data": {}}, {"data": "x"}, {"code": 200, "message": "success"}]
)
def test_a_look_without_a_list_of_clips(body: object) -> None:
    with pytest.raises(errors.OutcomeUnknown):
        read_task(200, raw(body))


@pytest.mark.parametrize("name", ["plain", "enveloped", "as text"])
def test_the_balance(name: str) -> None:
    credits_ = read_credits(200, CREDITS[name].raw)
    assert credits_ == Credits(137, 25)
    assert credits_.total == 162


def test_a_balance_without_extra_credits() -> None:
    assert read_credits(200, CREDITS["no extra"].raw) == Credits(162, 0)
    assert read_credits(200, raw({"credits": 0, "extra_credits": None})) == Credits(0, 0)


@pytest.mark.parametrize(
    "body",
    [{}, {"extra_credits": 5}, {"credits": None}, {"credits": "many"}, {"credits": "1,2"}, {"credits": True}],
)
def test_an_answer_without_a_balance(body: object) -> None:
    with pytest.raises(errors.OutcomeUnknown):
        read_credits(200, raw(body))


REFUSED: list[tuple[str, type[errors.MusicApiError]]] = [
    ("model", errors.ModelRetired),
    ("too long", errors.InvalidRequest),
    ("not boolean", errors.InvalidRequest),
    ("no persona", errors.InvalidRequest),
    ("missing task id", errors.InvalidRequest),
    ("unknown path", errors.WrongAddress),
    ("wrong method", errors.WrongAddress),
    ("no header", errors.Unauthorized),
    ("bad header", errors.Unauthorized),
    ("no credits", errors.NoCredits),
    ("no subscription", errors.NoSubscription),
    ("no credits, late era", errors.NoCredits),
    ("payment required", errors.NoCredits),
    ("lyrics format", errors.ContentRefused),
    ("copyrighted", errors.ContentRefused),
    ("inappropriate", errors.ContentRefused),
    ("review", errors.ContentRefused),
    ("artist", errors.ContentRefused),
    ("producer", errors.ContentRefused),
    ("queue full", errors.RateLimited),
    ("plain forbidden", errors.Refused),
    ("retired", errors.Retired),
    ("too many", errors.RateLimited),
    ("server error", errors.Unavailable),
    ("upstream", errors.Unavailable),
    ("timeout", errors.Unavailable),
]


@pytest.mark.parametrize(("name", "kind"), REFUSED)
@pytest.mark.parametrize("read", [read_submission, read_credits])
def test_every_error(name: str, kind: type[errors.MusicApiError], read: Any) -> None:  # noqa: ANN401
    sample = ERRORS[name]
    with pytest.raises(errors.MusicApiError) as caught:
        read(sample.status, sample.raw)
    assert type(caught.value) is kind
    assert caught.value.reason == sample.body.get("error", sample.body.get("message"))
    assert isinstance(caught.value, errors.Refused) is (sample.status < 500)


@pytest.mark.parametrize(("name", "kind"), REFUSED)
def test_an_error_in_an_envelope_of_success(name: str, kind: type[errors.MusicApiError]) -> None:
    sample = ERRORS[name]
    envelope = Sample(200, {**sample.body, "code": sample.status, "task_id": TASK_ID})
    with pytest.raises(errors.MusicApiError) as caught:
        read_submission(envelope.status, envelope.raw)
    assert type(caught.value) is kind


LOOKS: list[tuple[str, type[errors.MusicApiError]]] = [
    ("task failed", errors.TaskFailed),
    ("task timed out", errors.TaskFailed),
    ("timeout", errors.TaskFailed),
    ("unknown task", errors.TaskUnknown),
    ("unknown task, late era", errors.TaskUnknown),
    ("unknown path", errors.WrongAddress),
    ("missing task id", errors.InvalidRequest),
    ("server error", errors.Unavailable),
    ("upstream", errors.Unavailable),
    ("no header", errors.Unauthorized),
    ("too many", errors.RateLimited),
    ("retired", errors.Retired),
    ("plain forbidden", errors.Refused),
]


@pytest.mark.parametrize(("name", "kind"), LOOKS)
def test_every_error_of_a_look(name: str, kind: type[errors.MusicApiError]) -> None:
    with pytest.raises(errors.MusicApiError) as caught:
        read_task(ERRORS[name].status, ERRORS[name].raw)
    assert type(caught.value) is kind


def test_a_time_out_that_says_nothing_of_credits_is_no_failed_task() -> None:
    with pytest.raises(errors.Unavailable):
        read_task(408, raw({"type": "timeout", "message": "too slow"}))
    with pytest.raises(errors.Unavailable):
        read_task(504, raw({"type": "timeout", "message": "The request timed out."}))
    with pytest.raises(errors.TaskFailed):
        read_task(408, raw({"type": "timeout", "message": "too slow", "refund_processed": False}))
