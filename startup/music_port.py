"""Joins `musicapi` to what `jobs` asks for: its errors by what the engine does next, its models to ours."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import musicapi
from jobs.credits.keyring import Keyring
from jobs.models import OWN_ACCOUNT, Balance, Found, Params, Reason, Result, ResultState, Started
from jobs.models.secret import Secret
from jobs.ports import AnswerLost, Declined, FileTooBig, LinkGone, NothingSent, PortError, TurnedAway
from musicapi.download import Downloader, DownloadFailed, FileGone, FileTooLarge

_REASONS: tuple[tuple[type[musicapi.MusicApiError], Reason], ...] = (
    (musicapi.ContentRefused, Reason.CONTENT),
    (musicapi.NoCredits, Reason.CREDITS),
    (musicapi.Unauthorized, Reason.KEY),
    (musicapi.Retired, Reason.RETIRED),
    (musicapi.InvalidRequest, Reason.INPUT),
    (musicapi.InvalidInput, Reason.INPUT),
    (musicapi.TaskFailed, Reason.TASK),
    (musicapi.TaskUnknown, Reason.FORGOTTEN),
    (musicapi.Refused, Reason.REFUSED),
)

# Answers to a look that are about the task itself.
_OF_THE_TASK = (musicapi.TaskFailed, musicapi.TaskUnknown, musicapi.ContentRefused, musicapi.Retired)


class MusicPort:
    """Satisfies `jobs.ports.MusicApi`.

    Args:
        client: With the bot's own key. Every other key uses its connections, for one call at a time.
        key_of: The key of an account, raising as the port says; without it there are none but the bot's.
    """

    def __init__(
        self,
        client: musicapi.MusicApiClient,
        downloader: Downloader,
        key_of: Callable[[int], Secret] | None = None,
    ) -> None:
        self._client = client
        self._downloader = downloader
        self._key_of = key_of or Keyring().key_of

    def _at(self, account: int) -> musicapi.MusicApiClient:
        return self._client if account == OWN_ACCOUNT else self._client.keyed(self._key_of(account).reveal())

    async def submit(self, operation: str, params: Params, account: int = OWN_ACCOUNT) -> Started:
        """Start the work; see the port."""
        client = self._at(account)
        try:
            submission = await client.submit(operation, params)
        except musicapi.MusicApiError as error:
            raise _translated(error) from None
        return Started(submission.task_id, _results(submission, self._client.profile))

    async def poll(self, provider: str, task_id: str, account: int = OWN_ACCOUNT) -> Found:
        """How it is doing; see the port. A look costs nothing, so a lost answer is as good as none."""
        client = self._at(account)
        try:
            status = await client.poll(provider, task_id)
        except _OF_THE_TASK as error:
            raise _translated(error) from None
        except musicapi.RateLimited as error:
            raise NothingSent(error.reason, retry_after=error.retry_after) from None
        except musicapi.Refused as error:  # a wrong key or a proxy's refusal says nothing about the task
            raise TurnedAway(error.reason) from None
        except musicapi.MusicApiError as error:
            raise NothingSent(error.reason) from None
        return Found(tuple(_result(clip, self._client.profile) for clip in status.clips))

    async def balance(self, account: int = OWN_ACCOUNT) -> Balance:
        """The account's credits; see the port."""
        return await _credits(self._at(account))

    async def try_key(self, key: Secret) -> Balance:
        """The credits behind a key; see the port."""
        return await _credits(self._client.keyed(key.reveal()))

    async def fetch(self, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        """A file to disk; see the port."""
        try:
            download = await self._downloader.fetch(url, into, max_bytes=max_bytes, image=image)
        except FileTooLarge as error:
            raise FileTooBig(str(error)) from None
        except FileGone as error:
            raise LinkGone(str(error)) from None
        except DownloadFailed as error:
            raise NothingSent(str(error)) from None
        return download.path.rename(into.with_suffix(download.suffix))


class ProfileCatalogue:
    """Satisfies `jobs.ports.Catalogue` with a profile of the API."""

    def __init__(self, profile: musicapi.Profile) -> None:
        self._profile = profile

    @property
    def submit_interval(self) -> float:
        """Seconds that must lie between two submits."""
        return self._profile.submit_interval

    def terms(self, operation: str) -> musicapi.Terms:
        """The terms of an operation."""
        return self._profile.terms(operation)

    def price(self, operation: str, params: Params) -> int:
        """Credits that it costs."""
        return self._profile.price(operation, params)

    def check(self, operation: str, params: Params) -> tuple[str, str] | None:
        """The first parameter that is wrong, and why."""
        try:
            musicapi.build(operation, params, self._profile)
        except musicapi.InvalidInput as error:
            return error.field, error.reason
        return None

    def limit(self, field: str, *, operation: str, model: str = "") -> int:
        """Characters that a text field may have."""
        return self._profile.limit(field, operation=operation, model=model)

    def range(self, field: str, *, operation: str) -> tuple[float, float] | None:
        """The least and the greatest number that a field may be."""
        return self._profile.range(field, operation=operation)

    def models(self, provider: str) -> Sequence[tuple[str, str]]:
        """The models a member can choose, the default first."""
        return [(model.name, model.model_id) for model in self._profile.models.get(provider, ())]

    def options(self, operation: str, field: str) -> Sequence[tuple[str, str]]:
        """What a field may be, with its names for members."""
        return list(self._profile.options(operation, field).items())

    def operations(self) -> Sequence[str]:
        """The names of all operations."""
        return list(self._profile.operations)


async def _credits(client: musicapi.MusicApiClient) -> Balance:
    try:
        found = await client.credits()
    except musicapi.OutcomeUnknown as error:
        raise NothingSent(error.reason) from None
    except musicapi.MusicApiError as error:
        raise _translated(error) from None
    return Balance(found.total, found.extra_credits, time.time())


def _translated(error: musicapi.MusicApiError) -> PortError:
    if isinstance(error, musicapi.RateLimited):
        return NothingSent(error.reason, retry_after=error.retry_after)
    if isinstance(error, musicapi.NotSent):
        return NothingSent(error.reason)
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return Declined(error.reason, reason)
    return AnswerLost(error.reason)


def _results(submission: musicapi.Submission, profile: musicapi.Profile) -> tuple[Result, ...]:
    """What a synchronous operation has brought; nothing while there is a task to look at."""
    done: ResultState = "succeeded"
    if submission.persona_id:
        return (Result(submission.persona_id, done),)
    if submission.lyrics:
        return tuple(Result("", done, each.title, lyrics=each.lyrics) for each in submission.lyrics)
    return tuple(_result(clip, profile) for clip in submission.clips)


def _result(clip: musicapi.Clip, profile: musicapi.Profile) -> Result:
    return Result(
        clip_id=clip.clip_id,
        state=clip.state.value,
        title=clip.title,
        tags=clip.tags,
        lyrics=clip.lyrics,
        model=profile.model_name(clip.model),
        audio_url=clip.audio_url,
        image_url=clip.image_url,
        duration=clip.duration,
        error=clip.error,
    )
