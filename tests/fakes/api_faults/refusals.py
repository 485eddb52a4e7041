"""Refusals: the API answers, and the answer is no (or says so after having done the work)."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from sandbox.music_api import ApiError, Call
from sandbox.music_api.errors import rate_limited
from tests.fakes.api_faults.rules import Fault, Phase


class Refusal(Fault):
    """An error answer instead of the effect; each is one row: status, type, text."""

    row: ClassVar[tuple[int, str, str]]

    def error(self) -> ApiError:
        return ApiError(*self.row)

    async def act(self, call: Call, reply: web.Response | None) -> None:
        del call, reply
        raise self.error()


class NoCredits(Refusal):
    """The account is empty, as the classic API says it."""

    row = (403, "forbidden", "The remaining credits are not enough.")


class NoCredits402(Refusal):
    """The account is empty, as newer deployments say it."""

    row = (402, "insufficient_credits", "Not enough credits.")


class NoSubscription(Refusal):
    """The plan has run out, so that not even the extra credits can be spent."""

    row = (403, "forbidden", "An active subscription is required.")


class BadLyricsFormat(Refusal):
    """The moderation could not read the text as lyrics."""

    row = (403, "forbidden", "The lyrics format is invalid.")


class NeedsReview(Refusal):
    """The moderation wants a person to look at the request first."""

    row = (403, "forbidden", "This request needs moderation review.")


@dataclass(frozen=True, slots=True)
class Quoted(Refusal):
    """The moderation refuses some words and quotes them after the row's text."""

    words: str = "these very words"

    def error(self) -> ApiError:
        status, kind, text = self.row
        return ApiError(status, kind, f"{text}: '{self.words}'")


class ArtistNames(Quoted):
    """The prompt names an artist."""

    row = (403, "forbidden", "artist names")


class CopyrightedContent(Quoted):
    """The lyrics belong to someone."""

    row = (403, "forbidden", "copyrighted content")


class InappropriateContent(Quoted):
    """The words offend the vendor's rules."""

    row = (403, "forbidden", "inappropriate content")


class ProducerTags(Quoted):
    """The prompt holds a producer's spoken signature."""

    row = (403, "forbidden", "producer tags")


class Retired(Refusal):
    """The vendor has taken the endpoint down for good."""

    row = (410, "endpoint_retired", "This endpoint has been retired.")


@dataclass(frozen=True, slots=True)
class RateLimited(Refusal):
    """Too many requests; `retry_after` in seconds becomes the header, None leaves it out."""

    retry_after: float | None = None

    def error(self) -> ApiError:
        return rate_limited(self.retry_after)


class ServerError(Refusal):
    """The API broke on the request."""

    row = (500, "server_error", "Internal Server Error.")


class UpstreamError(Refusal):
    """The generator behind the API is unreachable."""

    row = (502, "upstream_error", "The upstream service is unavailable.")


class GatewayTimeout(Refusal):
    """The API gave up waiting for its generator."""

    row = (504, "timeout", "The request timed out.")


class Failed(Refusal):
    """A poll is told that the task failed, in the API's own shape and without a refund."""

    row = (500, "failed", "Generation failed upstream.")


class LateServerError(ServerError):
    """The work was started and charged: the API broke while writing its answer."""

    phase = Phase.AFTER


class LateUpstreamError(UpstreamError):
    """The work was started and charged: a proxy lost the answer."""

    phase = Phase.AFTER


class LateGatewayTimeout(GatewayTimeout):
    """The work was started and charged: a proxy was less patient than the API."""

    phase = Phase.AFTER
