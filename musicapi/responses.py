"""HTTP answers into models or typed errors. Pure, and total: any bytes give one of the two.

The provider's spelling lives here, in `error_responses`, `fields`, `states` and behind `operations` alone.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from musicapi.error_responses import SUCCESS, checked, is_trouble, parsed, raise_task_failure
from musicapi.errors import MusicApiError, OutcomeUnknown, TaskFailed
from musicapi.fields import Table, amount, identifier, number, text, title, told
from musicapi.models import Clip, ClipState, Credits, Submission, TaskStatus
from musicapi.states import is_final, is_partial, state_of

_ONLY_AT_ONCE = ("persona", "lyrics")
_MAX_CLIPS = 100
_LISTS = ("data", "clips", "results", "songs", "tracks")


def read_submission(
    status: int, body: bytes, *, makes: str = "song", retry_after: float | None = None
) -> Submission:
    """The answer to a submit: a task id, or the result of a synchronous operation.

    Args:
        status: The HTTP status.
        body: The bytes of the answer.
        makes: What the operation makes, as its terms say; some results come at once.
        retry_after: For how long the header of that name asks to wait.

    Raises:
        Refused: Nothing was started, with the subclass that says why.
        OutcomeUnknown: The answer cannot be read, or the API broke; something may have been started.
    """
    reply = parsed(body)
    try:
        table = _unwrapped(checked(status, reply, retry_after))
    except MusicApiError as error:
        error.refunded = _given_back(reply)
        raise
    task_id = "" if makes in _ONLY_AT_ONCE else identifier(table.get("task_id"))
    submission = _at_once(makes, table) or Submission(task_id)
    if submission == Submission():
        raise OutcomeUnknown("the API accepted the request but its answer names neither a task nor a result")
    return submission


def _given_back(reply: Table | None) -> bool:
    """Whether the API says that it has given the credits of a task back."""
    return _unwrapped(reply or {}).get("refund_processed") in (True, "true")


def _unwrapped(reply: Table) -> Table:
    """The answer with what may stand one level deeper."""
    inner = reply.get("data")
    return {**inner, **reply} if isinstance(inner, dict) else reply


def _at_once(makes: str, table: Table) -> Submission | None:
    done = ClipState.SUCCEEDED
    if makes == "wav" and (url := text(table.get("wav_url"))):
        return Submission(clips=(Clip("", done, audio_url=url),))
    if makes == "upload" and (clip_id := identifier(table.get("clip_id"))):
        return Submission(clips=(Clip(clip_id, done),))
    if makes == "persona" and (persona_id := identifier(table.get("persona_id"))):
        return Submission(clips=(Clip(persona_id, done),))
    results = table.get("results")
    if makes == "lyrics" and isinstance(results, list):
        sheets = (each for each in results[:_MAX_CLIPS] if isinstance(each, dict))
        written = (Clip("", done, title(one.get("title")), lyrics=text(one.get("lyrics"))) for one in sheets)
        return Submission(clips=tuple(clip for clip in written if clip.lyrics))
    return None


def read_task(status: int, body: bytes, *, task_id: str = "", retry_after: float | None = None) -> TaskStatus:
    """One look at a task.

    Args:
        status: The HTTP status.
        body: The bytes of the answer.
        task_id: The task; it is also the id of Nuro's only clip.
        retry_after: For how long the header of that name asks to wait.

    Raises:
        TaskFailed: The task failed, in the API's own words.
        TaskUnknown: The API does not know the task.
        Refused: The look was refused (wrong key, too many requests, retired); it says nothing about the task.
        OutcomeUnknown: The answer cannot be read, or is not the API's; look again later.
    """
    reply = parsed(body)
    try:
        found = _task(status, reply, task_id, retry_after)
    except MusicApiError as error:
        error.refunded = _given_back(reply)
        raise
    return replace(found, refunded=_given_back(reply))


def _task(status: int, reply: Table | None, task_id: str, retry_after: float | None) -> TaskStatus:
    listing = _listing(reply) if reply is not None and status in SUCCESS else None
    if reply is None or not listing:
        table = _unwrapped(reply or {})
        _raise_if_failed(status, table, listing)
        reply = checked(status, reply, retry_after)
        if reply.get("type") == "not_ready":
            return TaskStatus()
    word = _word(_unwrapped(reply))
    whole = None if is_partial(word) else state_of(word) or (ClipState.RUNNING if word else None)
    if listing is not None:
        return _listed(listing, whole, reply)
    return _unlisted(status, _unwrapped(reply), word, task_id)


def _raise_if_failed(status: int, table: Table, listing: list[Any] | None) -> None:
    """Raise for a failed task: without a clip, its state alone says so, unless it is the look that failed."""
    raise_task_failure(status, table)
    if status not in SUCCESS or state_of(_word(table)) is not ClipState.FAILED:
        return
    if listing == [] or "audio_url" not in table:
        reason = told(table)
        if not is_trouble(reason):
            raise TaskFailed(reason)


def _unlisted(status: int, table: Table, word: str, task_id: str) -> TaskStatus:
    if "audio_url" in table and (word or is_final(text(table["audio_url"]))):
        return TaskStatus((_flat(table, word, task_id),))
    if word or status == HTTPStatus.ACCEPTED:  # not ready, in words of its own or without any
        return TaskStatus()
    raise OutcomeUnknown("the API's answer about the task holds no list of clips")


def _word(table: Table) -> str:
    """How a whole task, or a clip, is doing, as the API calls it."""
    return next((word for name in ("state", "status", "task_status") if (word := text(table.get(name)))), "")


def _listing(reply: Table) -> list[Any] | None:
    """None where there is none. It may stand one level deeper; a single clip may come without its list."""
    inner = reply.get("data")
    if isinstance(inner, dict) and "clip_id" in inner:
        return [inner]
    tables = (reply, inner) if isinstance(inner, dict) else (reply,)
    lists = (table.get(name) for table in tables for name in _LISTS)
    return next((one for one in lists if isinstance(one, list)), None)


def _listed(data: list[Any], whole: ClipState | None, reply: Table) -> TaskStatus:
    """Read the clips. `whole`, the state of the task, stands in for a clip that has no state of its own."""
    kept: list[Clip] = []
    for item in data[:_MAX_CLIPS]:
        clip = _clip(item, whole, reply) if isinstance(item, dict) else None
        # A finished clip that has lost its id can still be heard; only its buttons are missing then.
        if clip is not None and (clip.clip_id or clip.state is ClipState.SUCCEEDED):
            _add(kept, clip)
    if whole is ClipState.FAILED and not kept:
        raise TaskFailed(told(reply))
    return TaskStatus(tuple(kept))


def _add(kept: list[Clip], clip: Clip) -> None:
    """Add a clip: one that is listed twice counts once, as it was told last; two of one id are both heard."""
    for place, other in enumerate(kept):
        if not clip.clip_id or other.clip_id != clip.clip_id:
            continue
        if other.audio_url and clip.audio_url and other.audio_url != clip.audio_url:
            clip = replace(clip, clip_id="")  # the id leads to the first of them
            continue
        kept[place] = clip
        return
    kept.append(clip)


def _flat(table: Table, word: str, task_id: str) -> Clip:
    """Nuro's only song is the answer itself; genre and mood stand in for a style."""
    facts = [text(table.get(name)) for name in ("genre", "mood")]
    item = {**table, "clip_id": task_id, "state": word, "tags": ", ".join(filter(None, facts))}
    return _clip(item, None, {})


def read_credits(status: int, body: bytes, *, retry_after: float | None = None) -> Credits:
    """The balance.

    Raises:
        Refused: The key is wrong, or too many requests.
        OutcomeUnknown: The answer cannot be read.
    """
    reply = checked(status, parsed(body), retry_after)
    inner = reply.get("data")
    table = inner if isinstance(inner, dict) else reply
    amounts = [amount(table.get(name)) for name in ("credits", "extra_credits")]
    if amounts[0] is None:
        raise OutcomeUnknown("the API's answer holds no balance")
    return Credits(amounts[0], amounts[1] or 0)


def _clip(item: Table, whole: ClipState | None, reply: Table) -> Clip:
    clip_id, audio_url = identifier(item.get("clip_id")), text(item.get("audio_url")).strip()
    state = _state(_word(item), whole, audio_url)
    if state is ClipState.RUNNING or (state is ClipState.SUCCEEDED and not audio_url):
        return Clip(clip_id, ClipState.RUNNING)  # there is nothing to keep yet
    failed = state is ClipState.FAILED
    return Clip(
        clip_id=clip_id,
        state=state,
        title=title(item.get("title")),
        tags=text(item.get("tags")) or text(item.get("sound")),
        lyrics=text(item.get("lyrics")),
        model=text(item.get("mv")),
        audio_url="" if failed else audio_url,
        image_url=text(item.get("image_url")),
        duration=number(item.get("duration")),
        error=(told(item) or told(reply)) if failed else "",
    )


def _state(word: str, whole: ClipState | None, audio_url: str) -> ClipState:
    """A word that is known decides; for any other a final link is a result, whatever it is called."""
    state = state_of(word)
    if is_partial(word) and is_final(audio_url):
        return ClipState.SUCCEEDED
    if whole is ClipState.FAILED and state is not ClipState.SUCCEEDED:
        return ClipState.FAILED
    if state is None and (word or whole is not ClipState.RUNNING) and is_final(audio_url):
        return ClipState.SUCCEEDED
    return state or whole or ClipState.RUNNING
