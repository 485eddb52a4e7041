"""Every entry of the API's shapes: what we send is what it says, and what it answers is understood."""

from typing import Any

import pytest

import musicapi
from musicapi import errors
from musicapi.requests.bodies import OPERATIONS
from musicapi.responses import read_credits, read_submission, read_task
from tests.musicapi import shapes_of
from tests.musicapi.shapes_of import Entry, label, raw

EMPTY: list[dict[str, Any]] = [
    {"code": 200, "message": "success"}, {"data": {}}, {"results": []}, {"results": [{"title": "x"}]},
    {"persona_id": ""}, {"clip_id": True}, {"task_id": ""},
]  # fmt: skip


def test_every_operation_has_an_entry_in_every_family_that_offers_it(profile: musicapi.Profile) -> None:
    offered = {name for name in OPERATIONS if not profile.terms(name).retired}
    assert {
        entry["operation"] for entry in shapes_of.OPERATIONS if entry["profile"] == profile.name
    } == offered


@pytest.mark.parametrize("entry", shapes_of.OPERATIONS, ids=label)
def test_the_body_and_the_path_are_those_of_the_entry(entry: Entry) -> None:
    profile = musicapi.load_profile(entry["profile"])
    body = musicapi.build(entry["operation"], entry["params"], profile)
    assert body == entry["body"]
    assert raw(body)  # it is JSON
    assert profile.terms(entry["operation"]).path == entry["path"]


@pytest.mark.parametrize("entry", shapes_of.OPERATIONS, ids=label)
def test_the_reply_to_a_submit_is_understood(entry: Entry) -> None:
    makes = musicapi.load_profile(entry["profile"]).terms(entry["operation"]).makes
    reply = entry["reply"]
    assert read_submission(reply["status"], raw(reply["body"]), makes=makes) == expected(entry)


def expected(entry: Entry) -> musicapi.Submission:
    body: dict[str, Any] = entry["reply"]["body"]
    done = musicapi.ClipState.SUCCEEDED
    match entry["means"]:
        case "task":
            return musicapi.Submission(body["task_id"])
        case "upload":
            return musicapi.Submission(clips=(musicapi.Clip(body["clip_id"], done),))
        case "wav":
            return musicapi.Submission(clips=(musicapi.Clip("", done, audio_url=body["data"]["wav_url"]),))
        case "persona":
            return musicapi.Submission(clips=(musicapi.Clip(body["persona_id"], done),))
    written = [musicapi.Clip("", done, one["title"], lyrics=one["lyrics"]) for one in body["results"]]
    return musicapi.Submission(clips=tuple(written))


@pytest.mark.parametrize("entry", shapes_of.OPERATIONS, ids=label)
def test_a_reply_that_has_lost_its_result_may_have_been_paid(entry: Entry) -> None:
    makes = musicapi.load_profile(entry["profile"]).terms(entry["operation"]).makes
    for body in EMPTY:
        with pytest.raises(errors.OutcomeUnknown):
            read_submission(200, raw(body), makes=makes)


@pytest.mark.parametrize("entry", shapes_of.LOOKS, ids=label)
def test_looks_are_understood(entry: Entry) -> None:
    if isinstance(entry["means"], str):
        with pytest.raises(errors.MusicApiError) as caught:
            read_task(entry["status"], raw(entry["body"]), task_id="t1")
        assert type(caught.value) is getattr(errors, entry["means"])
        return
    status = read_task(entry["status"], raw(entry["body"]), task_id="t1")
    assert [clip.state for clip in status.clips] == entry["means"]
    for clip in status.clips:
        assert bool(clip.audio_url) is (clip.state is musicapi.ClipState.SUCCEEDED)
        assert clip.clip_id == "t1" if entry["prefix"] == "nuro" else clip.clip_id


def test_the_words_of_the_successor_and_of_nuro_stand_for_a_style() -> None:
    [done] = [entry for entry in shapes_of.LOOKS if entry["name"] == "producer, succeeded"]
    assert {clip.tags for clip in read_task(200, raw(done["body"])).clips} == {"bluegrass"}
    [done] = [entry for entry in shapes_of.LOOKS if entry["name"] == "nuro, succeeded"]
    [clip] = read_task(200, raw(done["body"]), task_id="t1").clips
    assert (clip.clip_id, clip.tags, clip.lyrics, clip.duration) == (
        "t1", "Pop, Chill", "[Verse]\nMoss on the milestone", 93.5,
    )  # fmt: skip


@pytest.mark.parametrize("entry", shapes_of.ERRORS, ids=label)
def test_errors_are_understood(entry: Entry) -> None:
    with pytest.raises(errors.MusicApiError) as caught:
        read_submission(entry["status"], raw(entry["body"]))
    assert type(caught.value) is getattr(errors, entry["means"])


def test_the_balance_is_understood() -> None:
    credits_ = read_credits(shapes_of.CREDITS["status"], raw(shapes_of.CREDITS["body"]))
    assert credits_ == musicapi.Credits(480, 60)
