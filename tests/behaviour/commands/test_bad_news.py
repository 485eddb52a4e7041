"""What the API refuses or loses: told in the channel, with the cost and the next step."""

import pytest

from jobs.models.states import JobState
from tests.behaviour.commands.acts import answer, buttons, told
from tests.conftest import Jam
from tests.fakes.api_faults import Fault, bodies, connection, files, gateways, polls, refusals
from tests.jobs.shelf import touch

CLIP = "5e2d7c10-8f4b-4a96-b3e1-6c09d8a1f742"


async def news(jam: Jam, count: int = 1) -> str:
    message = await jam.reply(count)
    assert message.content.startswith(f"<@{jam.mia.id}>")
    return str(message.embeds[0].description)


async def test_refused_content_is_quoted(jam: Jam) -> None:
    await jam.mia.slash(jam.channel, "suno create", prompt="a duet with Daft Punk on the moon")
    text = await news(jam)
    assert "refused the words" in text
    assert "daft punk" in text.lower()
    assert "Nothing was charged." in text
    assert jam.api.charges == ()


async def test_what_starts_from_a_clip_that_the_api_does_not_know_is_not_tried_again(jam: Jam) -> None:
    for number, command in enumerate(("stems", "suno extend"), 1):
        result = await jam.mia.slash(jam.channel, command, clip_id=CLIP)
        if result.modal is not None:
            result = await jam.mia.submit_modal(result, {"continue_at": "0:01"})
        await jam.state(number, JobState.FAILED)
        news = await jam.reply(number)
        text = str(news.embeds[0].description)
        assert text.startswith("The music API does not know what this starts from:\n> clip not found.\n")
        assert "Nothing was charged. Send the command again with something from the list" in text
        assert buttons(news) == [f"Job #{number}"]


async def test_no_credits(jam: Jam) -> None:
    jam.api.faults.add(refusals.NoCredits(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert "has not enough credits" in await news(jam)


async def test_a_retired_endpoint(jam: Jam) -> None:
    jam.api.faults.add(refusals.Retired(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert "no longer offers this" in await news(jam)


@pytest.mark.parametrize("fault", [polls.TaskFails(style) for style in ("clips", "error", "timeout")])
async def test_a_task_that_fails_says_what_the_balance_shows(jam: Jam, fault: Fault) -> None:
    jam.api.faults.add(fault, "suno.task", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    text = await news(jam)
    assert "then it failed there" in text
    assert "The 10 credits were given back." in text
    assert jam.api.balance.total == 500


async def test_a_task_that_was_given_up_on_is_looked_at_again_with_one_free_press(jam: Jam) -> None:
    stuck = jam.api.faults.add(polls.NotReady(), "suno.task", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    waiting = await jam.state(1, JobState.WAITING)
    await touch(jam.parts.store, waiting, deadline_at=waiting.created_at)
    message = await jam.reply()
    assert "did not finish in time" in str(message.embeds[0].description)
    stuck.times = 0
    pressed = await jam.mia.click(message, label="Look again · free")
    assert told(pressed).startswith("Job #1: I ask the music API once more")
    await jam.state(1, JobState.DONE)
    song = await jam.reply(2)
    assert sum(file.filename.endswith(".mp3") for file in song.attachments) == 2
    assert len(jam.api.charges) == 1


async def test_trying_again_after_bad_news_is_one_press(jam: Jam) -> None:
    jam.api.faults.add(refusals.NoCredits(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    await jam.ravi.click(message, label="Try again · 10 credits")
    await jam.state(2, JobState.DONE)


@pytest.mark.parametrize("fault", [refusals.RateLimited(0.01), connection.CutBeforeReading()])
async def test_too_many_requests_are_tried_again_silently(jam: Jam, fault: Fault) -> None:
    if isinstance(fault, connection.CutBeforeReading):
        jam.api.faults.add(fault, "suno.task", times=2)
    else:
        jam.api.faults.add(fault, "suno.create", times=2)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    await jam.state(1, JobState.DONE)
    assert len(jam.api.charges) == 1


async def test_after_a_lost_answer_the_requester_or_a_moderator_decides(jam: Jam) -> None:
    jam.api.faults.add(connection.CutBeforeReading(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert "The balance has not moved so far" in await news(jam)
    message = await jam.reply()
    refused = await jam.ravi.click(message, label="Try again · 10 credits")
    assert told(refused).startswith("Only the person who asked")
    retried = await jam.mod.click(message, label="Try again · 10 credits")
    assert "sent job #1 again" in answer(retried).content
    await jam.state(1, JobState.DONE)
    assert len(jam.api.charges) == 1


async def test_what_the_balance_shows_at_once_needs_no_decision(jam: Jam) -> None:
    jam.api.faults.add(connection.CutAfterEffect(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    text = await news(jam)
    assert "The balance shows that 10 credits were taken." in text
    assert "without one the result cannot be fetched" in text
    assert len(jam.api.charges) == 1


async def test_a_held_job_can_be_given_up(jam: Jam) -> None:
    jam.api.faults.add(connection.CutBeforeReading(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    message = await jam.reply()
    given_up = await jam.mia.click(message, label="Give up")
    assert "Job #1 was cancelled" in answer(given_up).content
    await jam.state(1, JobState.CANCELLED)
    pressed_again = await jam.mia.click(message, label="Try again · 10 credits")
    assert pressed_again.ephemeral


async def test_a_page_instead_of_a_file_is_no_link_to_show(jam: Jam) -> None:
    jam.api.faults.add(files.PageNamedAudio(), "file.*", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    song = await jam.reply()
    assert song.attachments == []
    told = str(song.embeds[0].description)
    assert "The provider does not give out the files of take 1, take 2." in told
    assert "http" not in told


async def test_some_results_fail_and_the_rest_is_delivered(jam: Jam) -> None:
    jam.api.faults.add(polls.ClipsFail((0,)), "suno.task", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    song = await jam.reply()
    assert sum(file.filename.endswith(".mp3") for file in song.attachments) == 1
    told = "The API could not make: take 1.\n> Generation failed upstream."
    assert told in str(song.embeds[0].description)


# What a member reads where the API says no in its own ways, word by word.
SAYINGS: list[tuple[Fault, str]] = [
    (
        bodies.ErrorInSuccess(),
        (
            "The music API refused:\n> Too many words.\nNothing was charged. "
            "**Try again** sends the same request once more, at the price on it."
        ),
    ),
    (
        bodies.ErrorInSuccess({"code": "400", "message": "Too many words."}),
        (
            "The music API did not accept the request:\n> Too many words.\nNothing was charged. "
            "Change the request and send it again."
        ),
    ),
    (
        refusals.NoSubscription(),
        (
            "The account has no active subscription at the music API:\n"
            "> An active subscription is required.\nNothing was charged. "
            "Whoever runs this bot must renew it there; topping up does not help."
        ),
    ),
    (
        gateways.Moved(),
        (
            "The music API is not at the address that I was given, or is another edition of it. "
            "Nothing was charged. Whoever runs this bot must change `MUSIC_API_URL` or `MUSIC_API_PROFILE`; "
            "`python bot.py --check` says to what."
        ),
    ),
]


@pytest.mark.parametrize(("fault", "said"), SAYINGS)
async def test_a_no_is_told_once_and_in_full(jam: Jam, fault: Fault, said: str) -> None:
    jam.api.faults.add(fault, "suno.create", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    assert await news(jam) == said
    assert sum(request.method == "POST" for request in jam.api.requests) == 1
    assert jam.api.charges == ()


@pytest.mark.parametrize(
    ("reason", "told"), [("Too loud.", ":\n> Too loud.\n"), ("", ", without saying why. ")]
)
async def test_a_task_that_failed_as_a_flat_object_is_told_soon(jam: Jam, reason: str, told: str) -> None:
    jam.api.faults.add(polls.FlatFailure(reason), "suno.task", times=None)
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    text = await news(jam)
    assert text.startswith(
        f"The music API took the job, and then it failed there{told}It was charged 10 credits; "
    )


async def test_a_page_in_front_of_the_api_is_never_a_fault_of_the_request(jam: Jam) -> None:
    jam.api.faults.add(gateways.LateChallenge(), "suno.create")
    await jam.mia.slash(jam.channel, "suno create", prompt="x")
    text = await news(jam)
    assert "Change the request" not in text
    assert "refused" not in text
    assert len(jam.api.charges) == 1
