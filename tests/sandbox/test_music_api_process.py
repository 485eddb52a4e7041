import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from sandbox.music_api import FixedSound, RealSound
from sandbox.music_api.__main__ import configured, options
from sandbox.music_api.faults import refusals
from tests import ROOT
from tests.sandbox.music_api_client import DESCRIPTION, Answer, running


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    pipe = asyncio.subprocess.PIPE
    # Unbuffered output would hide that the address has to be flushed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.music_api", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=pipe,
        stderr=pipe,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on http://127.0.0.1:"), await process.communicate()
        yield process, line.removeprefix("listening on ").strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _ask(session: ClientSession, method: str, url: str, body: object = None) -> Answer:
    async with session.request(method, url, json=body) as response:
        return Answer(response.status, dict(response.headers), await response.read())


@pytest.mark.process
async def test_the_process_serves_says_what_it_did_and_stops_when_told() -> None:
    arguments = ("--keys", "sk_one", "sk_two", "--credits", "70", "--extra-credits", "5", "--control")
    async with (
        _process(*arguments, "--sound", "fixed", "--price", "suno.create=7", "--seed", "3") as (process, url),
        ClientSession(headers={"Authorization": "Bearer sk_two"}) as session,
    ):
        control = url.removesuffix("/api/v1") + "/_control"
        task_id = (await _ask(session, "POST", f"{url}/suno/create", DESCRIPTION)).json["task_id"]
        state = (await _ask(session, "GET", f"{control}/state")).json
        assert state["balance"] == {"credits": 68, "extra_credits": 0}
        [charge] = state["charges"]
        assert (charge["operation"], charge["task_id"], charge["credits"]) == ("suno.create", task_id, 7)
        assert [task["task_id"] for task in state["tasks"]] == [task_id]
        [request] = state["requests"]
        assert request["body"] == DESCRIPTION

        wish = {"fault": "RateLimited", "args": {"retry_after": 9}, "on": "credits", "times": 1}
        assert (await _ask(session, "POST", f"{control}/faults", wish)).json["hits"] == 0
        assert (await _ask(session, "GET", f"{url}/get-credits")).headers["Retry-After"] == "9"

        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        async with asyncio.timeout(30):
            assert await process.wait() == 0
            assert await process.stderr.read() == b""


async def test_the_control_pages_are_off_unless_switched_on() -> None:
    async with running() as client:
        assert (await client.get(f"{client.api.origin}/_control/state")).status == 404
        assert (await client.ask("POST", f"{client.api.origin}/_control/reset")).status == 404


async def test_a_reset_starts_over() -> None:
    async with running(control=True, extra_credits=3) as client:
        task_id = await client.start()
        client.api.faults.add(refusals.ServerError(), "suno.*", times=None)
        assert (await client.ask("POST", f"{client.api.origin}/_control/reset")).status == 200
        state = (await client.get(f"{client.api.origin}/_control/state")).json
        assert state == {
            "balance": {"credits": 500, "extra_credits": 3},
            "charges": [],
            "requests": [],
            "tasks": [],
            "faults": [],
        }
        assert (await client.look(task_id)).error == (400, "validation_error", "task not found.")


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"fault": "Nothing"},
        {"fault": "Slow"},
        {"fault": "Slow", "args": {"seconds": 1}, "where": "*"},
        {"fault": "Slow", "args": {"minutes": 1}},
        [],
        None,
    ],
)
async def test_a_wish_for_a_fault_that_makes_no_sense_is_refused(wish: object) -> None:
    async with running(control=True) as client:
        answer = await client.ask("POST", f"{client.api.origin}/_control/faults", body=wish)
        assert answer.status == 400
        assert client.api.faults.rules == []


def test_the_command_line_has_the_defaults_of_the_sandbox() -> None:
    chosen = configured(options([]))
    assert (chosen.port, chosen.keys, chosen.credits, chosen.control) == (0, ["sk_test"], 500, False)
    assert isinstance(chosen.sound, RealSound)


def test_the_command_line_sets_what_it_says() -> None:
    arguments = "--sound fixed --seconds suno.create=1.5 --price suno.wav=2 --time-scale 3 --port 8 --seed 4"
    chosen = configured(options(arguments.split()))
    assert isinstance(chosen.sound, FixedSound)
    assert (chosen.seconds, chosen.prices) == ({"suno.create": 1.5}, {"suno.wav": 2})
    assert (chosen.time_scale, chosen.port, chosen.seed) == (3, 8, 4)
