"""The fake API answers over HTTP in the shapes that the entries say, to what our client sends.

The fake reads paths, prices, models and limits from the profiles of the client: neither can witness for the
other. `shapes.json` is the independent witness: it is written by hand from the pages of the API, and both are
held against it, the client in `test_shapes.py`. It must never be generated from either.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.music_api import Options
from tests.fakes.api_faults import polls, refusals
from tests.musicapi import shapes_of
from tests.musicapi.shapes_of import IDS, Entry, label, shape
from tests.sandbox.client import AT_ONCE, CUSTOM, UPLOAD, Answer, Client, running

RIFFUSION = {
    "custom_mode": True, "make_instrumental": False, "mv": "FUZZ-1.1", "lyrics": "la", "sound": "ska",
}  # fmt: skip
# A request that starts a task below each prefix.
STARTS: Mapping[str, Mapping[str, object]] = {
    "suno": CUSTOM,
    "sonic": {**CUSTOM, "mv": "sonic-v4-5", "use_suno_cdn": True},
    "riffusion": RIFFUSION,
    "producer": {"mv": "FUZZ-2.0", "lyrics": "la", "sound": "ska"},
    "nuro": {"type": "vocal", "lyrics": "la"},
}

FAILURES = {
    "failed": polls.TaskFails("clips"),
    "failed by status": polls.TaskFails("error"),
    "timed out": polls.TaskFails("timeout"),
}


async def done(client: Client, prefix: str, body: Mapping[str, object]) -> str:
    """The id of the first clip of a task, once the sound of all is made."""
    started = await client.post(f"/{prefix}/create", body)
    return str((await ended(client, prefix, started.json["task_id"])).json["data"][0]["clip_id"])


async def ended(client: Client, prefix: str, task_id: str) -> Answer:
    client.clock.advance(1e6)
    while True:
        answer = await client.get(f"/{prefix}/task/{task_id}")
        if '"running"' not in answer.raw.decode():
            return answer


async def with_real_ids(client: Client, entry: Entry) -> dict[str, Any]:
    """The entry's body with clips that the fake knows."""
    text = json.dumps(entry["body"])
    provider = entry["operation"].partition(".")[0]
    if IDS["upload"] in text:
        text = text.replace(IDS["upload"], await client.upload(UPLOAD, provider=provider))
    if IDS["song"] in text:
        text = text.replace(IDS["song"], await done(client, provider, STARTS[provider]))
    if IDS["extension"] in text or IDS["persona"] in text:
        song = await done(client, "suno", CUSTOM)
        extended = {**CUSTOM, "task_type": "extend_music", "continue_clip_id": song, "continue_at": 1}
        persona = {"name": "x", "description": "x", "continue_clip_id": song}
        text = text.replace(IDS["extension"], await done(client, "suno", extended))
        text = text.replace(IDS["persona"], (await client.post("/suno/persona", persona)).json["persona_id"])
    body: dict[str, Any] = json.loads(text)
    return body


@pytest.mark.parametrize("entry", shapes_of.OPERATIONS, ids=label)
async def test_it_takes_what_we_send_and_answers_in_the_shape(entry: Entry) -> None:
    async with running(seconds=AT_ONCE) as client:
        answer = await client.post(entry["path"], await with_real_ids(client, entry))
        assert (answer.status, shape(answer.json)) == (
            entry["reply"]["status"],
            shape(entry["reply"]["body"]),
        )


@pytest.mark.parametrize("entry", shapes_of.LOOKS, ids=label)
async def test_it_tells_of_tasks_in_the_shape(entry: Entry) -> None:
    prefix, when = entry["prefix"], entry["when"]
    async with running() as client:
        started = await client.post(f"/{prefix}/create", entry.get("starts", STARTS[prefix]))
        task_id = "unknown" if when == "unknown" else started.json["task_id"]
        client.clock.advance(1.0 if when in ("running", *FAILURES) else 0.0)
        if when in FAILURES:
            provider = {"sonic": "suno", "producer": "riffusion"}.get(prefix, prefix)
            client.api.faults.add(FAILURES[when], f"{provider}.task")
            await client.get(f"/{prefix}/task/{task_id}")
        answer = await client.get(f"/{prefix}/task/{task_id}")
        if when == "succeeded":
            answer = await ended(client, prefix, task_id)
        assert (answer.status, shape(answer.json)) == (entry["status"], shape(entry["body"]))


@pytest.mark.parametrize("entry", shapes_of.ERRORS, ids=label)
async def test_it_refuses_in_the_shape(entry: Entry) -> None:
    async with running(options=Options(nuro_queue=0)) as client:
        if entry["fault"]:
            client.api.faults.add(getattr(refusals, entry["fault"])(), "suno.custom")
            answer = await client.post("/suno/create", CUSTOM)
        elif entry["status"] == 401:
            answer = await client.ask("POST", "/suno/create", body=CUSTOM, key="sk_of_nobody")
        elif entry["status"] == 400:
            answer = await client.post("/suno/create", {**CUSTOM, "mv": "hum"})
        else:
            answer = await client.post("/nuro/create", STARTS["nuro"])
        assert (answer.status, shape(answer.json)) == (entry["status"], shape(entry["body"]))


async def test_it_tells_the_balance_in_the_shape() -> None:
    async with running() as client:
        assert shape((await client.get("/get-credits")).json) == shape(shapes_of.CREDITS["body"])
