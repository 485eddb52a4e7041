"""No secret reaches the log, in whatever form it was handed over."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from jobs.engine import current_job
from jobs.secret import Secret
from startup import log
from tests import ROOT

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcaNaR.yTq-canaryCanaryCanary_canaryC"
KEY = "plain-canary-4471"
LINK = "https://cdn.example.com/x.mp3"


QUOTED = 'canary"with\\signs-of-json'
logger = logging.getLogger("tests.startup.logs")


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    """What a logger of its own writes, with the job of the context."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(log.with_job)
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.fixture
def line() -> Iterator[io.StringIO]:
    """As text."""
    with written(log.Redacting([Secret(TOKEN), Secret(KEY), Secret("")])) as stream:
        yield stream


@pytest.fixture
def event() -> Iterator[io.StringIO]:
    """As JSON."""
    with written(log.Json([Secret(TOKEN), Secret(KEY), Secret(QUOTED)])) as stream:
        yield stream


class Odd:
    def __repr__(self) -> str:
        return f"Odd({KEY!r})"


@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_known_secrets_in_every_form(line: io.StringIO, secret: str) -> None:
    logger.warning(f"in the text {secret}")  # noqa: G004 - a form that must not leak either
    logger.warning("as an argument %s", secret)
    logger.warning("in quotes %r", secret)
    logger.warning("in a %s", {"header": [secret, ("Bearer", secret)]})
    logger.warning("%(name)s", {"name": secret})
    logger.warning("in bytes %r", secret.encode())
    logger.warning("twice %s%s", secret, secret)
    logger.warning("%s", Odd())
    text = line.getvalue()
    assert secret not in text
    assert KEY not in text
    assert text.count("***") >= 9


@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_known_secrets_in_errors_and_what_caused_them(line: io.StringIO, secret: str) -> None:
    def fail() -> None:
        try:
            raise OSError(5, f"no {secret}", f"/data/{secret}")  # noqa: TRY301 - the case
        except OSError as error:
            raise RuntimeError({"key": secret}, secret) from error

    try:
        fail()
    except RuntimeError as error:
        error.add_note(f"a note with {secret}")
        logger.exception("it failed: %s", error)  # noqa: TRY401 - a form that must not leak either
    text = line.getvalue()
    assert secret not in text
    assert "RuntimeError" in text
    assert "OSError" in text
    assert "a note with ***" in text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"token {TOKEN[:-3]}xyz of another bot", TOKEN[:-3]),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("authorization: bearer abc.def", "abc.def"),
        ("POST /webhooks/1234/aW50ZXJhY3Rpb24-x_y.z/messages", "aW50ZXJhY3Rpb24"),
        ("/api/v10/interactions/1234/aW50ZXJh/callback", "aW50ZXJh"),
        ("the key sk_live_0123456789abcdef", "0123456789abcdef"),
        (f"{LINK}?ex=68aa&is=6899&hm=0123abcd&", "0123abcd"),
        (f"{LINK}?a=1&sig=0123abcd", "0123abcd"),
        (f"{LINK}?token=0123abcd&b=2", "0123abcd"),
        (f"{LINK}?Key=0123abcd", "0123abcd"),
        (f"{LINK}?Expires=1&Signature=0123abcd~&Key-Pair-Id=K", "0123abcd"),
        (f"{LINK}?X-Amz-Credential=AKIA0123&X-Amz-Signature=0123abcd", "0123abcd"),
        (f"{LINK}?X-Amz-Credential=AKIA0123&X-Amz-Signature=0123abcd", "AKIA0123"),
        (f"{LINK}?X-Goog-Signature=0123abcd", "0123abcd"),
        (f"'{LINK}?token=0123abcd'", "0123abcd"),
    ],
)
def test_shapes_of_secrets(line: io.StringIO, text: str, hidden: str) -> None:
    logger.warning("%s", text)
    assert hidden not in line.getvalue()
    assert "***" in line.getvalue()


def test_what_is_no_secret_stays_readable(line: io.StringIO) -> None:
    harmless = (
        "job 12 is task 4f9a2c61-07de-4b83-a5c4-1e8b3f60d927 (a bearer of bad news; ask_me; "
        f"{LINK}?exit=5&island=6&page=2); discord.py 2.7.1"
    )
    logger.warning("%s", harmless)
    assert harmless.replace("bearer of", "bearer ***") in line.getvalue()


def test_a_secret_that_is_part_of_another_one() -> None:
    for secrets in ([Secret("abc"), Secret("abcdef")], [Secret("abcdef"), Secret("abc")]):
        assert log.Redacting(secrets).redact("abcdef abc") == "*** ***"


class Mute:
    def __str__(self) -> str:
        raise RuntimeError(f"of {KEY}")


@pytest.mark.parametrize("form", ["line", "event"])
def test_arguments_that_do_not_fit_are_left_out(
    form: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    stream: io.StringIO = request.getfixturevalue(form)
    logger.warning("one of two: %s %s", KEY)  # noqa: PLE1206 - the case
    logger.warning("a number: %d", KEY)
    logger.warning("mute: %s", Mute())
    told = capsys.readouterr()
    text = stream.getvalue() + told.out + told.err
    assert KEY not in text
    assert text.count("arguments left out") == 3
    assert text.count("\n") == 3


def test_no_secret_hides_nothing(line: io.StringIO) -> None:
    logger.warning("plain")
    assert "***" not in line.getvalue()
    assert line.getvalue().endswith("WARNING tests.startup.logs: plain\n")


def test_an_event_is_one_line_whatever_came_over_the_wire(line: io.StringIO) -> None:
    logger.warning("refused (%s)", "no\n2026-01-01 ERROR jobs: all is lost\r\nreally")
    assert line.getvalue().count("\n") == 1
    assert "no\\n2026-01-01" in line.getvalue()


_PROGRAM = """
import asyncio, logging, sys, threading
from startup import log
from jobs.secret import Secret

for _ in range(2):
    log.set_up("INFO", [Secret(sys.argv[1])])
logging.getLogger("jobs.engine.loop").info("ours at info")
logging.getLogger("jobs.engine.loop").debug("ours at debug")
for name in sys.argv[2:]:
    logging.getLogger(name).info("theirs at info")
    logging.getLogger(name).warning("theirs at warning")

def fail():
    raise ZeroDivisionError("by " + sys.argv[1])

async def in_a_callback():
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)

asyncio.run(in_a_callback())
thread = threading.Thread(target=fail)
thread.start()
thread.join()
raise RuntimeError("the end of " + sys.argv[1])
"""
_LIBRARIES = (
    "aiohttp.access", "aiosqlite", "alembic", "asyncio", "discord.http", "filelock", "sqlalchemy.engine",
)  # fmt: skip


def whole(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of ours that ends with an error and says nothing on its standard output."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert KEY not in done.stderr
    return done


def test_a_whole_program_says_what_it_should_once_and_no_more() -> None:
    done = whole(_PROGRAM, KEY, *_LIBRARIES)
    assert done.stderr.count("ours at info") == 1
    assert "ours at debug" not in done.stderr
    assert "theirs at info" not in done.stderr
    assert done.stderr.count("theirs at warning") == len(_LIBRARIES)
    assert done.stderr.count("ZeroDivisionError: by ***") == 2
    assert done.stderr.count("RuntimeError: the end of ***") == 1


def test_as_json_an_event_is_one_object_on_one_line(event: io.StringIO) -> None:
    logger.warning("refused (%s)", 'no\n"really"')
    assert event.getvalue().count("\n") == 1
    read = json.loads(event.getvalue())
    assert datetime.fromisoformat(read.pop("at"))
    assert read == {
        "level": "WARNING",
        "logger": "tests.startup.logs",
        "message": 'refused (no\n"really")',
    }


@pytest.mark.parametrize("secret", [TOKEN, KEY, QUOTED])
def test_as_json_no_secret_is_left_in_the_text_or_in_errors(event: io.StringIO, secret: str) -> None:
    try:
        try:
            raise OSError(5, f"no {secret}")  # noqa: TRY301 - the case
        except OSError as error:
            error.add_note(f"a note with {secret}")
            raise RuntimeError(f"of {secret}") from error
    except RuntimeError:
        logger.exception("it failed with %s: Bearer %s", secret, "abc.def")
    read = json.loads(event.getvalue())
    assert secret not in read["message"] + read["error"]
    assert "abc.def" not in read["message"]
    assert "canary" not in event.getvalue()
    assert "RuntimeError" in read["error"]
    assert "a note with ***" in read["error"]


def test_every_line_about_a_job_says_so_whoever_writes_it(event: io.StringIO) -> None:
    for job, extra in ((12, {}), (13, {"job": 14}), (None, {})):
        current_job.set(job)
        logger.warning("a library inside", extra=extra)
    jobs = [json.loads(text).get("job") for text in event.getvalue().splitlines()]
    assert jobs == [12, 14, None]


def test_as_text_the_job_stands_after_the_name(line: io.StringIO) -> None:
    logger.warning("by a library", extra={"job": 12})
    assert line.getvalue().endswith("WARNING tests.startup.logs [12]: by a library\n")


def test_a_whole_program_speaks_json_to_its_very_end() -> None:
    done = whole(_PROGRAM.replace("[Secret(sys.argv[1])])", "[Secret(sys.argv[1])], 'json')"), KEY)
    events = [json.loads(text) for text in done.stderr.splitlines()]
    assert "RuntimeError: the end of ***" in events[-1]["error"]


def test_a_key_that_comes_while_the_bot_runs_is_hidden_from_then_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers[:])
    level = root.level
    try:
        log.set_up("INFO", ())
        log.hide(Secret("given-canary-77"))
        root.error("it is %s", "given-canary-77")
    finally:
        root.setLevel(level)
    err = capsys.readouterr().err
    assert "it is ***" in err
    assert "canary" not in err
