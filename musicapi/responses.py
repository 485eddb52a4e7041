"""HTTP answers into models or typed errors. Pure, and total: any bytes give one of the two.

The provider's spelling lives here, in `envelope` and behind `operations` alone.
"""

from http import HTTPStatus
from typing import Any

from musicapi.error_responses import SUCCESS, envelope, number, raise_task_failure, reason_of, text, told
from musicapi.errors import OutcomeUnknown, TaskFailed
from musicapi.models import Clip, ClipState, Credits, Submission, TaskStatus

# Riffusion's successor says "SUCCESS" of the whole task.
_STATES = {
    "succeeded": ClipState.SUCCEEDED,
    "success": ClipState.SUCCEEDED,
    "failed": ClipState.FAILED,
    "pending": ClipState.RUNNING,
    "running": ClipState.RUNNING,
}
_ONLY_AT_ONCE = ("persona", "lyrics")
_MAX_ID = 64
_MAX_CLIPS = 100


def read_submission(status: int, body: bytes, *, makes: str = "song", retry_after: str = "") -> Submission:
    """The answer to a submit: a task id, or the result of a synchronous operation.

    Args:
        status: The HTTP status.
        body: The bytes of the answer.
        makes: What the operation makes, as its terms say; some results come at once.
        retry_after: The header of that name.

    Raises:
        Refused: Nothing was started, with the subclass that says why.
        OutcomeUnknown: The answer cannot be read, or the API broke; something may have been started.
    """
    reply = envelope(status, body, retry_after)
    inner = reply.get("data")
    table = {**inner, **reply} if isinstance(inner, dict) else reply
    task_id = "" if makes in _ONLY_AT_ONCE else text(table.get("task_id"))
    submission = _at_once(makes, table) or Submission(task_id)
    if submission == Submission():
        raise OutcomeUnknown("the API accepted the request but its answer names neither a task nor a result")
    return submission


def _at_once(makes: str, table: dict[str, Any]) -> Submission | None:
    done = ClipState.SUCCEEDED
    if makes == "wav" and (url := text(table.get("wav_url"))):
        return Submission(clips=(Clip("", done, audio_url=url),))
    if makes == "upload" and (clip_id := text(table.get("clip_id"))[:_MAX_ID]):
        return Submission(clips=(Clip(clip_id, done),))
    if makes == "persona" and (persona_id := text(table.get("persona_id"))[:_MAX_ID]):
        return Submission(clips=(Clip(persona_id, done),))
    results = table.get("results")
    if makes == "lyrics" and isinstance(results, list):
        sheets = (each for each in results[:_MAX_CLIPS] if isinstance(each, dict))
        written = (Clip("", done, text(one.get("title")), lyrics=text(one.get("lyrics"))) for one in sheets)
        return Submission(clips=tuple(clip for clip in written if clip.lyrics))
    return None


def read_task(status: int, body: bytes, *, task_id: str = "", retry_after: str = "") -> TaskStatus:
    """One look at a task.

    Args:
        status: The HTTP status.
        body: The bytes of the answer.
        task_id: The task; it is also the id of Nuro's only clip.
        retry_after: The header of that name.

    Raises:
        TaskFailed: The task failed, told in the HTTP style or without any clip.
        TaskUnknown: The API does not know the task.
        Refused: The look was refused (wrong key, too many requests, retired).
        OutcomeUnknown: The answer cannot be read; look again later.
    """
    if status not in SUCCESS:
        raise_task_failure(status, body)
    reply = envelope(status, body, retry_after)
    if reply.get("type") == "not_ready":
        return TaskStatus()
    data, word = _listing(reply.get("data")), text(reply.get("status")).lower()
    whole = _STATES.get(word, ClipState.RUNNING) if word else None
    if data is not None:
        return _listed(data, whole)
    if whole is not None and "audio_url" in reply:
        return TaskStatus((_flat(reply, whole, task_id),))
    if whole is ClipState.RUNNING:
        return TaskStatus()
    if whole is ClipState.FAILED or reply.get("refund_processed") is True:
        raise TaskFailed(reason_of(reply, status))
    if status == HTTPStatus.ACCEPTED:  # not ready, without the word for it
        return TaskStatus()
    raise OutcomeUnknown("the API's answer about the task holds no list of clips")


def _listing(data: object) -> list[Any] | None:
    """None where there is none; a single clip may come without its list."""
    if isinstance(data, dict) and "clip_id" in data:
        return [data]
    return data if isinstance(data, list) else None


def _listed(data: list[Any], whole: ClipState | None) -> TaskStatus:
    """Read the clips. `whole`, the state of the task, stands in for a clip that has no state of its own."""
    clips = [_clip(item, whole) for item in data[:_MAX_CLIPS] if isinstance(item, dict)]
    # A finished clip that has lost its id can still be heard; only its buttons are missing then.
    kept = {
        clip.clip_id or str(place): clip
        for place, clip in enumerate(clips)
        if clip.clip_id or clip.state is ClipState.SUCCEEDED
    }
    if whole is ClipState.FAILED and not kept:
        raise TaskFailed("the API says that the task failed")
    return TaskStatus(tuple(kept.values()))


def _flat(reply: dict[str, Any], state: ClipState, task_id: str) -> Clip:
    """Nuro's only song is the answer itself; genre and mood stand in for a style."""
    facts = [text(reply.get(name)) for name in ("genre", "mood")]
    item = {
        **reply,
        "clip_id": task_id,
        "state": state.value,
        "tags": ", ".join(filter(None, facts)),
        "error_message": told(reply) if state is ClipState.FAILED else "",
    }
    return _clip(item, state)


def read_credits(status: int, body: bytes, *, retry_after: str = "") -> Credits:
    """The balance.

    Raises:
        Refused: The key is wrong, or too many requests.
        OutcomeUnknown: The answer cannot be read.
    """
    reply = envelope(status, body, retry_after)
    inner = reply.get("data")
    table = inner if isinstance(inner, dict) else reply
    amounts = [number(table.get(name)) for name in ("credits", "extra_credits")]
    if amounts[0] is None:
        raise OutcomeUnknown("the API's answer holds no balance")
    return Credits(int(amounts[0]), int(amounts[1] or 0))


def _clip(item: dict[str, Any], whole: ClipState | None) -> Clip:
    state = _STATES.get(text(item.get("state")).lower())
    if state is None or (whole is ClipState.FAILED and state is ClipState.RUNNING):
        state = whole or ClipState.RUNNING
    clip_id, audio_url = text(item.get("clip_id"))[:_MAX_ID], text(item.get("audio_url"))
    if state is ClipState.RUNNING or (state is ClipState.SUCCEEDED and not audio_url):
        return Clip(clip_id, ClipState.RUNNING)  # there is nothing to keep yet
    return Clip(
        clip_id=clip_id,
        state=state,
        title=text(item.get("title")),
        tags=text(item.get("tags")) or text(item.get("sound")),
        lyrics=text(item.get("lyrics")),
        model=text(item.get("mv")),
        audio_url=audio_url if state is ClipState.SUCCEEDED else "",
        image_url=text(item.get("image_url")),
        duration=number(item.get("duration")),
        error=text(item.get("error_message")),
    )
