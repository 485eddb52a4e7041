"""What the fake API refuses, in the API's own words, and that a refusal costs nothing."""

import pytest

from sandbox.music_api import Balance, Options
from tests.sandbox.client import CUSTOM, DESCRIPTION, cover, extend, running

Changes = dict[str, object]


def invalid(name: str, *values: object, **more: object) -> list[tuple[Changes, str]]:
    return [({name: value, **more}, f"The '{name}' field is invalid.") for value in values]


def required(*names: str) -> list[tuple[Changes, str]]:
    return [({name: None}, f"The '{name}' field is required.") for name in names]


def long(name: str, limit: int, **more: object) -> list[tuple[Changes, str]]:
    text = f"The {name} character length should be less than {limit}."
    return [({name: "x" * (limit + 1), **more}, text)]


DESCRIPTIONS: list[tuple[Changes, str]] = [
    *invalid("mv", None, "chirp-v2", ["chirp-v5"], "sonic-v5"),
    *required("custom_mode", "gpt_description_prompt"),
    ({"custom_mode": "false"}, "The 'custom_mode' field should be boolean."),
    ({"make_instrumental": 1}, "The 'make_instrumental' field should be boolean."),
    *invalid("gpt_description_prompt", 7),
    *long("gpt_description_prompt", 400),
    *invalid("auto_lyrics", True),  # noqa: FBT003 - a value like any other
    *invalid("task_type", "make_coffee"),
]
CUSTOMS: list[tuple[Changes, str]] = [
    *required("prompt"),
    *long("prompt", 5000),
    *long("prompt", 3000, mv="chirp-v4"),
    *long("tags", 1000),
    *long("tags", 200, mv="chirp-v3-5"),
    *long("title", 80),
    *invalid("negative_tags", ["metal"]),
    *invalid("vocal_gender", "x"),
    *invalid("vocal_gender", "f", mv="chirp-v4"),
    *invalid("style_weight", 1.5, True),  # noqa: FBT003 - a value like any other
    *invalid("weirdness_constraint", "much"),
]
EXTENDS: list[tuple[Changes, str]] = [
    *invalid("custom_mode", False),  # noqa: FBT003 - a value like any other
    *required("custom_mode", "prompt", "continue_clip_id", "continue_at"),
    *invalid("mv", None),
    *long("prompt", 5000),
    *long("tags", 1000),
    *long("title", 80),
    ({"continue_clip_id": "0b8f4c3e"}, "clip not found."),
    *invalid("continue_at", 0, -1, "1", True, 2.2, 10**400),  # noqa: FBT003 - a value like any other
    *invalid("style_weight", 2),
    *invalid("weirdness_constraint", -0.1),
    *invalid("vocal_gender", "f", mv="chirp-v4"),
    *invalid("negative_tags", 5),
]
COVERS: list[tuple[Changes, str]] = [
    *invalid("custom_mode", False),  # noqa: FBT003 - a value like any other
    *required("prompt", "continue_clip_id"),
    *invalid("audio_weight", 1.1),
]
PERSONAS: list[tuple[Changes, str]] = [
    ({"name": ""}, "name and continue_clip_id are required"),
    ({"continue_clip_id": None}, "name and continue_clip_id are required"),
    ({"description": ""}, "description is required"),
    *long("name", 80),
    *long("description", 200),
    ({"continue_clip_id": "nothing"}, "clip not found."),
]
SUNG: list[tuple[Changes, str]] = [
    *required("persona_id", "prompt"),
    ({"persona_id": "nobody"}, "persona not found."),
    *invalid("custom_mode", False),  # noqa: FBT003 - a value like any other
    *invalid("mv", "FUZZ-1.1"),
]
LYRICS: list[tuple[Changes, str]] = [
    ({}, "description is required"),
    *long("description", 120),
    *invalid("description", 5),
]
TABLES: dict[str, list[tuple[Changes, str]]] = {
    "description": DESCRIPTIONS, "custom": CUSTOMS, "extend": EXTENDS, "cover": COVERS, "persona": PERSONAS,
    "sing": SUNG, "lyrics": LYRICS,
}  # fmt: skip
ROWS = [(name, changes, text) for name, rows in TABLES.items() for changes, text in rows]


@pytest.mark.parametrize(("name", "changes", "text"), ROWS)
async def test_a_wrong_request_is_refused_and_costs_nothing(name: str, changes: Changes, text: str) -> None:
    async with running() as client:
        clip_id = (await client.song())["clip_id"]
        persona = {"name": "Harbor", "description": "warm", "continue_clip_id": clip_id}
        path, body = {
            "description": ("create", DESCRIPTION),
            "custom": ("create", CUSTOM),
            "extend": ("create", extend(clip_id)),
            "cover": ("create", cover(clip_id)),
            "sing": ("create", {**CUSTOM, "task_type": "persona_music", "persona_id": "x"}),
            "persona": ("persona", persona),
            "lyrics": ("lyrics", {}),
        }[name]
        if name == "sing":
            body = {**body, "persona_id": await client.persona(clip_id)}
        before = client.api.balance
        answer = await client.post(f"/suno/{path}", {**body, **changes})
        assert answer.error == (400, "validation_error", text)
        assert answer.json["code"] == 400
        assert client.api.balance == before


async def test_the_widest_request_is_accepted() -> None:
    widest = {
        **CUSTOM, "prompt": "x" * 5000, "tags": "x" * 1000, "title": "x" * 80, "negative_tags": "metal",
        "style_weight": 0, "weirdness_constraint": 1.0, "vocal_gender": "m", "make_instrumental": False,
        "webhook_url": "https://example.com/hook", "unknown_to_all": {"a": 1},
    }  # fmt: skip
    async with running() as client:
        assert (await client.post("/suno/create", widest)).status == 200
        longest = {**DESCRIPTION, "gpt_description_prompt": "x" * 400}
        assert (await client.post("/suno/create", longest)).status == 200
        song = await client.song()
        assert (await client.post("/suno/create", extend(song["clip_id"], continue_at=2.05))).status == 200


@pytest.mark.parametrize("path", ["/suno/stems/basic", "/suno/stems/full", "/suno/wav"])
async def test_only_a_finished_clip_of_this_account_can_be_worked_on(path: str) -> None:
    async with running() as client:
        task_id = await client.start()
        client.clock.advance(1)
        [unfinished, _] = await client.clips(task_id)
        charged = client.api.charges
        for clip_id, text in (
            (unfinished["clip_id"], "clip not found."),
            ("0b8f4c3e-6d21-4a57-9f0e-2a7c51d9e604", "clip not found."),
            (17, "The 'clip_id' field is invalid."),
            (None, "The 'clip_id' field is required."),
        ):
            answer = await client.post(path, {"clip_id": clip_id})
            assert answer.error == (400, "validation_error", text)
        assert client.api.charges == charged


async def test_what_a_stem_and_a_song_are_not_good_for() -> None:
    async with running() as client:
        song = await client.song()
        [stem, _] = await client.made("/suno/stems/basic", {"clip_id": song["clip_id"]})
        [more, _] = await client.made("/suno/create", extend(song["clip_id"]))
        joined = {"task_type": "concat_music", "continue_clip_id": more["clip_id"]}
        [whole] = await client.made("/suno/create", joined)
        part, charged = stem["clip_id"], client.api.charges
        for path, body in (
            ("create", extend(part)),
            ("create", cover(part)),
            ("persona", {"name": "x", "description": "x", "continue_clip_id": part}),
            ("create", {**joined, "continue_clip_id": song["clip_id"]}),
            ("create", {**joined, "continue_clip_id": whole["clip_id"]}),
        ):
            answer = await client.post(f"/suno/{path}", body)
            assert answer.error == (400, "validation_error", "The 'continue_clip_id' field is invalid.")
        answer = await client.post("/suno/stems/full", {"clip_id": part})
        assert answer.error == (400, "validation_error", "The 'clip_id' field is invalid.")
        assert client.api.charges == charged


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (None, "Authorization header is missing."),
        ("sk_test", "Invalid authorization format."),
        ("Basic sk_test", "Invalid authorization format."),
        ("Bearer sk_other", "Invalid API key."),
    ],
)
async def test_no_key_no_answer(header: str | None, text: str) -> None:
    async with running(keys=("sk_test", "sk_second")) as client:
        headers = {} if header is None else {"Authorization": header}
        async with client.session.get(f"{client.api.url}/get-credits", headers=headers) as response:
            body = await response.json()
            assert (response.status, body["type"], body["error"]) == (401, "unauthorized", text)
        assert (await client.ask("GET", "/get-credits", key="sk_second")).status == 200


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("a song like Taylor  Swift", None),
        ("a song like Taylor Swift, slow", "artist names: 'Taylor Swift'"),
        ("daft punks", None),
        ("a Copyrighted Line here", "copyrighted content: 'Copyrighted Line'"),
        ("an inappropriate line", "inappropriate content: 'inappropriate line'"),
        ("mustard on the beat", "producer tags: 'mustard on the beat'"),
        ("[lyrics format]", "The lyrics format is invalid."),
        ("for moderation review", "This request needs moderation review."),
    ],
)
async def test_the_moderation_reads_every_text_and_quotes_what_it_refuses(
    words: str, text: str | None
) -> None:
    async with running() as client:
        song = (await client.song())["clip_id"]
        before = client.api.charges
        bodies = (
            ("create", {**DESCRIPTION, "gpt_description_prompt": words}),
            *(("create", {**CUSTOM, name: words}) for name in ("prompt", "title", "tags")),
            ("create", extend(song, prompt=words)),
            ("persona", {"name": words, "description": "x", "continue_clip_id": song}),
        )
        for path, body in bodies:
            answer = await client.post(f"/suno/{path}", body)
            assert answer.status == 200 if text is None else answer.error == (403, "forbidden", text)
        assert len(client.api.charges) - len(before) == (len(bodies) if text is None else 0)


async def test_the_moderation_has_the_words_it_is_given() -> None:
    async with running(options=Options(moderation={"artist names: '{found}'": ["ferry"]})) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (403, "forbidden", "artist names: 'ferry'")


async def test_what_is_not_covered_is_refused_and_nothing_is_taken() -> None:
    async with running(credits=4, extra_credits=5) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (403, "forbidden", "The remaining credits are not enough.")
        assert client.api.balance == Balance(4, 5)
    async with running(credits=4, extra_credits=6) as client:
        assert (await client.post("/suno/create", DESCRIPTION)).status == 200
    async with running(credits=9, options=Options(no_credits_status=402)) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (402, "insufficient_credits", "Not enough credits.")


async def test_a_limit_on_creates_says_when_to_come_back() -> None:
    async with running(options=Options(create_interval=3)) as client:
        await client.start()
        client.clock.advance(0.5)
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (429, "rate_limited", "Too many requests.")
        assert answer.headers["Retry-After"] == "3"
        client.clock.advance(2.5)
        await client.start()
        assert len(client.api.charges) == 2


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"5", b"", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    async with running() as client:
        headers = {"Authorization": "Bearer sk_test"}
        url = f"{client.api.url}/suno/create"
        async with client.session.post(url, data=raw, headers=headers) as response:
            assert response.status == 400
            body = await response.json()
            assert (body["type"], body["error"]) == (
                "validation_error",
                "The request body should be a JSON object.",
            )


async def test_paths_methods_and_tasks_that_do_not_exist_are_refused_in_json() -> None:
    async with running() as client:
        for path in ("/suno/make-lyrics", "/riffusion/nothing", client.api.origin + "/files/x.mp3"):
            assert (await client.get(path)).error[:2] == (404, "not_found")
        for method, path, allowed in (
            ("GET", "/suno/create", "POST"),
            ("DELETE", "/get-credits", "GET, HEAD"),
            ("POST", "/suno/task/x", "GET, HEAD"),
        ):
            answer = await client.ask(method, path)
            assert answer.error == (405, "method_not_allowed", "Method not allowed.")
            assert answer.headers["Allow"] == allowed
        assert (await client.look("nothing")).error == (400, "validation_error", "task not found.")
        for path in ("/suno/task", "/sonic/task/"):
            assert (await client.get(path)).error == (400, "validation_error", "missing task id")
