"""Every way a call to the API can end badly, sorted by what the caller may do next.

The tree answers one question first: *may the request have had an effect?*  `NotSent` and `Refused`
say no, `OutcomeUnknown` says nobody knows. The API documents no idempotency key, so a paid request
whose outcome is unknown must never be repeated blindly.
"""

from typing import ClassVar


class MusicApiError(Exception):
    """Base of all errors of the API's calls.

    Attributes:
        reason: The API's own words, or ours where it gave none. Never holds a URL or a header, so
            it may be logged; it may hold what the member typed, so it must be cleaned before it is shown.
        may_have_happened: Whether the request may have had its effect.
        ends_task: Whether it is the API's own word that a polled task is over; any other decides nothing.
        retry_after: Seconds to wait as whoever answered asks, or None where that was not said.
        refunded: Whether the API said that the credits of the task are back.
    """

    may_have_happened: ClassVar[bool] = True
    ends_task: ClassVar[bool] = False
    retry_after: float | None = None
    refunded: bool = False

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidInput(MusicApiError):
    """The parameters cannot make a valid request. Found before anything is sent.

    Attributes:
        field: The name of the parameter that is wrong.
    """

    may_have_happened = False

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class NotSent(MusicApiError):
    """No connection was made, so the API did not see the request. Safe to repeat."""

    may_have_happened = False


class OutcomeUnknown(MusicApiError):
    """The request left, and its answer was lost or unreadable. It may have been carried out."""


class Unavailable(OutcomeUnknown):
    """The API answered 5xx, or something in front of it did in its place: a page, a gateway's words.

    A read may be repeated; a paid request may have been carried out.
    """


class Refused(MusicApiError):
    """The API answered clearly that it will not do this. Nothing was started."""

    may_have_happened = False


class InvalidRequest(Refused):
    """HTTP 400 and other 4xx: the API does not accept the request as it is."""


class SourceUnknown(InvalidRequest):
    """The words for a clip, song or persona to start from that the API does not know; no other words help."""


class Unauthorized(Refused):
    """HTTP 401: the key is missing, wrong or expired."""


class NoCredits(Refused):
    """HTTP 402, or 403 with the words for it: the balance does not cover the price."""


class NoSubscription(Refused):
    """HTTP 402 or 403 with the words for it: the account's plan has run out, whatever its balance."""


class WrongAddress(Refused):
    """HTTP 404 or 405 for the path itself: the API is not what the profile and the address say."""


class Moved(WrongAddress):
    """A redirect, which is never followed: it would carry the key and a paid request elsewhere.

    Attributes:
        address: The base of the new address, for whoever runs the bot; by the API's word alone.
    """

    def __init__(self, reason: str, address: str = "") -> None:
        super().__init__(reason)
        self.address = address


class ContentRefused(Refused):
    """HTTP 403 from moderation.

    Attributes:
        quoted: The part of the text that was refused, as the API quotes it; empty where it does not.
    """

    def __init__(self, reason: str, quoted: str = "") -> None:
        super().__init__(reason)
        self.quoted = quoted


class Retired(Refused):
    """HTTP 410: no longer offered."""


class ModelRetired(Retired):
    """The words for a model that is not offered; others may be."""


class NoLongerOffered(InvalidInput, Retired):
    """The profile marks the operation as retired. Found before anything is sent."""

    def __init__(self, reason: str) -> None:
        super().__init__("operation", reason)


class RateLimited(Refused):
    """HTTP 429: refused for now, and not carried out."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class TaskFailed(MusicApiError):
    """The task itself failed, in the API's own words: a refund note, a type or a state, whatever the status.

    The reason is empty where it gave none.
    """

    may_have_happened = False
    ends_task = True


class TaskUnknown(MusicApiError):
    """The API does not know the task id, for now (HTTP 400 `task not found`, or 404 in the later era)."""

    may_have_happened = False


class DownloadFailed(Exception):
    """The file could not be fetched now; another try may succeed.

    Attributes:
        works: Whether the link was seen to give something, only nothing that can be attached.
    """

    works: ClassVar[bool] = False


class FileGone(DownloadFailed):
    """The link no longer works (401, 403, 404, 410); ask the API for a fresh one."""


class FileTooLarge(DownloadFailed):
    """The file is larger than was asked for."""

    works = True


class FileNotKept(DownloadFailed):
    """The disk here did not take it."""

    works = True


class FileRefused(DownloadFailed):
    """The link leads where we do not go, or to something that is not sound or a picture."""
