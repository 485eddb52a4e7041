import pytest

from sandbox.music_api import Balance, Behaviour
from tests.sandbox.music_api_client import CUSTOM, DESCRIPTION, running

INVALID_DESCRIPTIONS: list[tuple[dict[str, object], str]] = [
    ({"mv": None}, "The 'mv' field is invalid."),
    ({"mv": "chirp-v2"}, "The 'mv' field is invalid."),
    ({"mv": ["chirp-v5"]}, "The 'mv' field is invalid."),
    ({"custom_mode": None}, "The 'custom_mode' field is required."),
    ({"custom_mode": "false"}, "The 'custom_mode' field should be boolean."),
    ({"make_instrumental": 1}, "The 'make_instrumental' field should be boolean."),
    ({"gpt_description_prompt": ""}, "The 'gpt_description_prompt' field is required."),
    ({"gpt_description_prompt": 7}, "The 'gpt_description_prompt' field is invalid."),
    (
        {"gpt_description_prompt": "x" * 401},
        "The gpt_description_prompt character length should be less than 400.",
    ),
    ({"auto_lyrics": True}, "The 'auto_lyrics' field is invalid."),
    ({"task_type": "make_coffee"}, "The 'task_type' field is invalid."),
    ({"webhook_url": "http://example.com"}, "The 'webhook_url' field is invalid."),
    (
        {"webhook_url": "https://example.com/" + "x" * 1024},
        "The webhook_url character length should be less than 1024.",
    ),
]
INVALID_CUSTOMS: list[tuple[dict[str, object], str]] = [
    ({"prompt": ""}, "The 'prompt' field is required."),
    ({"prompt": "x" * 5001}, "The prompt character length should be less than 5000."),
    ({"prompt": "x" * 3001, "mv": "sonic-v4"}, "The prompt character length should be less than 3000."),
    ({"tags": "x" * 1001}, "The tags character length should be less than 1000."),
    ({"tags": "x" * 201, "mv": "chirp-v3-5"}, "The tags character length should be less than 200."),
    ({"title": "x" * 81}, "The title character length should be less than 80."),
    ({"negative_tags": ["metal"]}, "The 'negative_tags' field is invalid."),
    ({"vocal_gender": "x"}, "The 'vocal_gender' field is invalid."),
    ({"vocal_gender": "f", "mv": "chirp-v4"}, "The 'vocal_gender' field is invalid."),
    ({"style_weight": 1.5}, "The 'style_weight' field is invalid."),
    ({"weirdness_constraint": "much"}, "The 'weirdness_constraint' field is invalid."),
    ({"style_weight": True}, "The 'style_weight' field is invalid."),
]
WIDEST: dict[str, object] = {
    **CUSTOM,
    "prompt": "x" * 5000,
    "tags": "x" * 1000,
    "title": "x" * 80,
    "negative_tags": "metal",
    "style_weight": 0,
    "weirdness_constraint": 1.0,
    "vocal_gender": "m",
    "make_instrumental": False,
    "webhook_url": "https://example.com/hook",
    "webhook_secret": "canary",
    "unknown_to_all": {"a": 1},
}


@pytest.mark.parametrize(("changes", "text"), INVALID_DESCRIPTIONS)
async def test_a_wrong_description_request_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        answer = await client.post("/suno/create", {**DESCRIPTION, **changes})
        assert answer.error == (400, "validation_error", text)
        assert answer.json["code"] == 400
        assert client.api.charges == ()


@pytest.mark.parametrize(("changes", "text"), INVALID_CUSTOMS)
async def test_a_wrong_custom_request_is_refused(changes: dict[str, object], text: str) -> None:
    async with running() as client:
        answer = await client.post("/suno/create", {**CUSTOM, **changes})
        assert answer.error == (400, "validation_error", text)
        assert client.api.charges == ()


async def test_the_widest_request_is_accepted() -> None:
    async with running() as client:
        assert (await client.post("/suno/create", WIDEST)).status == 200
        longest = {**DESCRIPTION, "gpt_description_prompt": "x" * 400}
        assert (await client.post("/suno/create", longest)).status == 200


@pytest.mark.parametrize("path", ["/suno/stems/basic", "/suno/stems/full", "/suno/wav"])
async def test_only_a_finished_clip_of_this_account_can_be_worked_on(path: str) -> None:
    async with running() as client:
        task_id = await client.start()
        client.clock.advance(1)
        [unfinished, _] = await client.clips(task_id)
        charged = client.api.charges
        for clip_id in (unfinished["clip_id"], "0b8f4c3e-6d21-4a57-9f0e-2a7c51d9e604", 17):
            answer = await client.post(path, {"clip_id": clip_id})
            text = "The 'clip_id' field is invalid." if clip_id == 17 else "clip not found."
            assert answer.error == (400, "validation_error", text)
        answer = await client.post(path, {})
        assert answer.error == (400, "validation_error", "The 'clip_id' field is required.")
        assert client.api.charges == charged


async def test_a_stem_cannot_be_taken_apart_again() -> None:
    async with running() as client:
        song = await client.song()
        [stem, _] = await client.finished(
            await client.start("/suno/stems/basic", {"clip_id": song["clip_id"]})
        )
        answer = await client.post("/suno/stems/full", {"clip_id": stem["clip_id"]})
        assert answer.error == (400, "validation_error", "The 'clip_id' field is invalid.")


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
async def test_the_moderation_quotes_what_it_refuses(words: str, text: str | None) -> None:
    async with running() as client:
        for body in (
            {**DESCRIPTION, "gpt_description_prompt": words},
            {**CUSTOM, "prompt": words},
            {**CUSTOM, "title": words},
            {**CUSTOM, "tags": words},
        ):
            answer = await client.post("/suno/create", body)
            assert answer.status == 200 if text is None else answer.error == (403, "forbidden", text)
        assert len(client.api.charges) == (4 if text is None else 0)


async def test_the_moderation_has_the_words_it_is_given() -> None:
    behaviour = Behaviour(moderation={"artist names: '{found}'": ["ferry"]})
    async with running(behaviour=behaviour) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (403, "forbidden", "artist names: 'ferry'")


async def test_what_is_not_covered_is_refused_and_nothing_is_taken() -> None:
    async with running(credits=4, extra_credits=5) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (403, "forbidden", "The remaining credits are not enough.")
        assert client.api.balance == Balance(4, 5)
    async with running(credits=4, extra_credits=6) as client:
        assert (await client.post("/suno/create", DESCRIPTION)).status == 200
    async with running(credits=9, behaviour=Behaviour(no_credits_status=402)) as client:
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (402, "insufficient_credits", "Not enough credits.")


async def test_a_limit_on_creates_says_when_to_come_back() -> None:
    async with running(behaviour=Behaviour(create_interval=3)) as client:
        await client.start()
        client.clock.advance(0.5)
        answer = await client.post("/suno/create", DESCRIPTION)
        assert answer.error == (429, "rate_limited", "Too many requests.")
        assert answer.headers["Retry-After"] == "3"
        client.clock.advance(2.5)
        await client.start()
        assert len(client.api.charges) == 2


@pytest.mark.parametrize("body", [[], "text", 5, None])
async def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    async with running() as client:
        answer = await client.post("/suno/create", body)
        assert answer.error == (400, "validation_error", "The request body should be a JSON object.")


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_json_is_refused(raw: bytes) -> None:
    async with running() as client:
        headers = {"Authorization": "Bearer sk_test"}
        async with client.session.post(
            f"{client.api.url}/suno/create", data=raw, headers=headers
        ) as response:
            assert response.status == 400
            assert (await response.json())["type"] == "validation_error"


async def test_paths_and_methods_that_do_not_exist_are_refused_in_json() -> None:
    async with running() as client:
        for path in ("/suno/make-lyrics", "/riffusion/nothing", client.api.origin + "/files/x.mp3"):
            assert (await client.get(path)).error[:2] == (404, "not_found")
        for method, path, allowed in (
            ("GET", "/suno/create", "POST"),
            ("DELETE", "/get-credits", "GET"),
            ("POST", "/suno/task/x", "GET"),
        ):
            answer = await client.ask(method, path)
            assert answer.error == (405, "method_not_allowed", "Method not allowed.")
            assert answer.headers["Allow"] == allowed


async def test_an_unknown_task_is_a_400() -> None:
    async with running() as client:
        assert (await client.look("nothing")).error == (400, "validation_error", "task not found.")
        for path in ("/suno/task", "/sonic/task/"):
            assert (await client.get(path)).error == (400, "validation_error", "missing task id")
