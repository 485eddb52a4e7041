"""What members type and databases keep: every parameter is taken in its own type, or refused in words."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import musicapi
from musicapi.requests.bodies import OPERATIONS
from musicapi.times import clock, seconds
from tests.musicapi.shapes_of import raw

CLIP = "b81d5e07-62fa-4c39-9e14-70d3ac5f2b68"
CLASSIC = musicapi.load_profile("classic")
EXTEND = {"clip_id": CLIP, "lyrics": "la", "clip_duration": 125.04}
REPLACE = {"clip_id": CLIP, "lyrics": "la", "sound": "ska", "clip_duration": 60.0}
FORM = "must look like `intro 10, verse 30, chorus 30`"


def refused(operation: str, params: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(musicapi.InvalidInput) as caught:
        musicapi.build(operation, params, CLASSIC)
    return caught.value.field, caught.value.reason


@pytest.mark.parametrize(
    ("operation", "params", "field", "reason"),
    [
        ("suno.create", {"description": "x" * 412}, "description",
         "has 412 characters; the API takes up to 400"),
        ("suno.create", {"description": 5}, "description", "is not text"),
        ("suno.create", {"description": "x", "instrumental": "no"}, "instrumental", "must be yes or no"),
        ("suno.custom", {"lyrics": "la", "style_weight": 1.1}, "style_weight", "must be between 0 and 1"),
        ("suno.custom", {"lyrics": "la", "style_weight": True}, "style_weight", "is not a number"),
        ("suno.custom", {"lyrics": "la", "style_weight": float("nan")}, "style_weight", "is not a number"),
        ("suno.custom", {"style": "dub", "instrumental": True, "auto_lyrics": True}, "auto_lyrics",
         "does not go together with an instrumental"),
        ("suno.custom", {"auto_lyrics": True}, "lyrics", "is empty"),
        ("suno.create", {"description": "x", "vocal_gender": "f", "instrumental": True}, "vocal_gender",
         "does not go together with an instrumental"),
        ("suno.custom", {"lyrics": "la", "vocal_gender": "f", "model": "chirp-v4"}, "vocal_gender",
         "cannot be chosen with the model v4"),
        ("suno.custom", {"lyrics": "la", "vocal_gender": "robot"}, "vocal_gender",
         "is not one of those that the API knows: pick from the list"),
        ("suno.extend", {**EXTEND, "continue_at": 0}, "continue_at",
         "must be after the beginning of the clip"),
        ("suno.extend", EXTEND, "continue_at", "must be a time such as 1:23 or 83.5"),
        ("suno.extend", {**EXTEND, "continue_at": "1:60"}, "continue_at",
         "must be a time such as 1:23 or 83.5"),
        ("suno.extend", {**EXTEND, "continue_at": 125.2}, "continue_at",
         "is after the end of the clip, which is 2:05 long"),
        ("suno.extend", {**EXTEND, "continue_at": -1}, "continue_at", "must not be before second 0"),
        ("suno.sing", {"persona_id": "the miller", "lyrics": "la"}, "persona_id",
         "is not the id of a persona"),
        ("suno.sing", {"persona_id": CLIP}, "lyrics", "is empty"),
        ("suno.persona", {"clip_id": CLIP, "name": "x" * 81, "description": "x"}, "name",
         "has 81 characters; the API takes up to 80"),
        ("suno.persona", {"clip_id": CLIP, "name": "x", "description": "x" * 201}, "description",
         "has 201 characters; the API takes up to 200"),
        ("suno.lyrics", {"description": "x" * 121}, "description",
         "has 121 characters; the API takes up to 120"),
        ("riffusion.lyrics", {"instrumental": True}, "sound", "is empty"),
        ("riffusion.lyrics", {"sound": "ska"}, "lyrics", "is empty"),
        ("riffusion.cover", {"clip_id": CLIP, "lyrics": "la"}, "sound", "is empty"),
        ("riffusion.extend", {**REPLACE, "continue_at": 0.5}, "continue_at", "must not be before second 1"),
        ("riffusion.replace", {**REPLACE, "starts": 30, "ends": "0:30"}, "ends", "must come after `starts`"),
        ("riffusion.replace", {**REPLACE, "starts": 1, "ends": 70}, "ends",
         "is after the end of the clip, which is 1:00 long"),
        ("nuro.song", {"lyrics": "x" * 2001}, "lyrics", "has 2001 characters; the API takes up to 2000"),
        ("nuro.song", {"lyrics": "la", "duration": 29}, "duration", "must be between 30 and 240 seconds"),
        ("nuro.song", {"lyrics": "la", "duration": 30.5}, "duration", "must be a whole number of seconds"),
        ("nuro.song", {"lyrics": "la", "genre": "Skiffle"}, "genre",
         "is not one of those that the API knows: pick from the list"),
        ("nuro.instrumental", {"description": "x", "duration": 61}, "duration",
         "must be between 1 and 60 seconds"),
        ("nuro.instrumental", {"description": "x", "version": "v2.0", "duration": 29}, "duration",
         "must be between 30 and 120 seconds"),
        ("nuro.instrumental", {"description": "x" * 201, "version": "v2.0"}, "description",
         "has 201 characters; the API takes up to 200"),
        ("nuro.instrumental", {"description": "x", "mood": "happy, bright, cool, fun, light, soft"}, "mood",
         "takes up to 5 entries"),
        ("nuro.instrumental", {"description": "x", "mood": 7}, "mood", "must be a list"),
        ("nuro.instrumental", {"description": "x", "mood": "soft", "version": "v2.0"}, "mood",
         "needs version v1.0"),
        ("nuro.instrumental", {"description": "x", "segments": "intro 30"}, "segments", "needs version v2.0"),
    ],
)  # fmt: skip
def test_what_is_refused_and_in_which_words(
    operation: str, params: dict[str, Any], field: str, reason: str
) -> None:
    assert refused(operation, params) == (field, reason)


@pytest.mark.parametrize(
    ("segments", "reason"),
    [
        ("intro", FORM),
        ("intro ten", FORM),
        ("intro 10,, outro 30", FORM),
        ([{"name": "intro"}], FORM),
        ([{"name": 5, "duration": 30}], FORM),
        (["intro 10"], FORM),
        ({"intro": 30}, FORM),
        (30, FORM),
        ("intro 30, solo 30", "may only be called intro, verse, chorus, inst, bridge, outro"),
        ("intro 4, verse 30", "must last between 5 and 120 seconds each"),
        ("intro 10, verse 15", "must add up to between 30 and 120 seconds; these make 25"),
        ("intro 60, verse 61", "must add up to between 30 and 120 seconds; these make 121"),
    ],
)
def test_forms_that_are_refused(segments: object, reason: str) -> None:
    params = {"description": "x", "version": "v2.0", "segments": segments}
    assert refused("nuro.instrumental", params) == ("segments", reason)


def test_numbers_of_the_form_may_be_many() -> None:
    params = {"description": "x", "version": "v2.0", "segments": [{"name": "Inst", "duration": "0:30"}]}
    body = musicapi.build("nuro.instrumental", params, CLASSIC)
    assert body["segments"] == [{"name": "inst", "duration": 30}]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [(124, 124), ("2:05", 125), ("83.5", 83.5), (" 1:23.5 ", 83.5), (125.1, 125.04), (0.1, 0.1)],
)
def test_times_may_lie_a_rounding_beyond_the_end(typed: object, sent: float) -> None:
    body = musicapi.build("suno.extend", {**EXTEND, "continue_at": typed}, CLASSIC)
    assert body["continue_at"] == sent


def test_an_id_that_the_api_itself_has_told_need_be_no_uuid() -> None:
    told = {"clip_id": "Song_7", "known": True}
    assert musicapi.build("suno.stems_basic", told, CLASSIC) == {"clip_id": "Song_7"}
    assert refused("suno.stems_basic", {**told, "known": False})[0] == "clip_id"
    assert refused("suno.stems_basic", {**told, "clip_id": "a song"})[0] == "clip_id"


def test_without_a_length_any_time_will_do() -> None:
    for length in (None, 0):
        params = {**EXTEND, "clip_duration": length, "continue_at": "59:00"}
        assert musicapi.build("suno.extend", params, CLASSIC)["continue_at"] == 3540
    assert refused("suno.extend", {**EXTEND, "clip_duration": "long", "continue_at": 1})[0] == "clip_duration"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1:02:03", 3723.0), ("0:00.25", 0.25), (" 7 ", 7.0), (7, 7.0), ("90:00", 5400.0),
        ("1:60:00", None), ("1:75", None), ("-1", None), ("1e3", None), ("\u0661", None), ("", None),
        (":30", None), (True, None), (10**400, None), (float("inf"), None), (None, None), ([1], None),
    ],
)  # fmt: skip
def test_times(typed: object, read: float | None) -> None:
    assert seconds(typed) == read


def test_times_as_members_read_them() -> None:
    assert [clock(value) for value in (0, 5.4, 59.6, 125.04, 3723)] == [
        "0:00",
        "0:05",
        "1:00",
        "2:05",
        "1:02:03",
    ]


@given(st.integers(0, 359_999))
def test_a_time_is_read_as_it_is_written(value: int) -> None:
    assert seconds(clock(value)) == value


def test_control_characters_are_not_sent() -> None:
    params = {
        "lyrics": "\x00[Verse]\r\n\tla\x1b la\u2028\ud800\x85la\r",
        "title": "Night\nBus\t2",
        "style": "\u05e9\u05b7\u05c1\u05dc\u05d5\u05b9\u05dd\u200f, \U0001f3b8",
    }
    body = musicapi.build("suno.custom", params, CLASSIC)
    assert body["prompt"] == "[Verse]\n\tla la\nla"
    assert body["title"] == "Night Bus 2"
    assert body["tags"] == params["style"]


def test_only_what_would_be_sent_is_counted() -> None:
    musicapi.build("suno.custom", {"title": "la", "lyrics": "\x00" * 50 + "\U0001f3b8" * 5000}, CLASSIC)
    assert refused("suno.custom", {"lyrics": "\x00\U0001f3b8" * 5001})[1].startswith("has 5001 ")


@pytest.mark.parametrize("hidden", ["\x07", "\x00", "\x1b", "\x7f", "\ud800", "\u202e", "\u2066", "\u2069"])
@pytest.mark.parametrize("field", ["title", "style", "negative_tags"])
def test_a_name_with_something_hidden_in_it_is_refused(field: str, hidden: str) -> None:
    params = {"lyrics": "la", field: f"Night{hidden}Bus"}
    assert refused("suno.custom", params) == (
        field, f"holds an invisible character (U+{ord(hidden):04X}); type it without"
    )  # fmt: skip


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(CLIP) | st.just("v2.0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
NAMES = sorted(
    {"description", "instrumental", "model", "title", "style", "lyrics", "negative_tags", "style_weight"}
    | {
        "weirdness_constraint",
        "vocal_gender",
        "auto_lyrics",
        "clip_id",
        "continue_at",
        "uploaded",
        "known",
        "url",
    }
    | {"clip_duration", "audio_weight", "name", "persona_id", "sound", "starts", "ends", "gender", "genre"}
    | {"mood", "timbre", "duration", "version", "instrument", "theme", "segments"}
)
VALID: dict[str, Any] = {
    "description": "x", "lyrics": "la", "sound": "ska", "clip_id": CLIP, "persona_id": CLIP, "name": "x",
    "continue_at": 5, "starts": 1, "ends": 2, "url": "https://media.example.com/x.mp3",
}  # fmt: skip


def built(
    operation: str, asked: dict[str, Any], profile: musicapi.Profile
) -> tuple[dict[str, Any], musicapi.InvalidInput | None]:
    try:
        return musicapi.build(operation, asked, profile), None
    except musicapi.InvalidInput as error:
        return {}, error


@given(
    operation=st.sampled_from(sorted(OPERATIONS)),
    family=st.sampled_from(["classic", "renamed"]),
    params=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4),
)
@example("suno.extend", "classic", {"continue_at": 10**400})
@example("nuro.instrumental", "classic", {"mood": [["happy"]], "segments": [[]]})
@example("nuro.instrumental", "classic", {"version": "v2.0", "segments": [{"name": "intro", "duration": {}}]})
def test_whatever_the_parameters_hold_it_is_a_body_or_a_refusal(
    operation: str, family: str, params: dict[str, Any]
) -> None:
    profile = musicapi.load_profile(family)
    asked = {**VALID, **params}
    body, refusal = built(operation, asked, profile)
    if refusal is not None:
        assert refusal.field in {*NAMES, "operation"}
        assert refusal.reason
        return
    assert raw(body).decode("ascii")
    assert "NaN" not in raw(body).decode()
    assert all(value not in (None, "", []) for value in body.values())
