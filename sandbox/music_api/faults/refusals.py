"""Refusals: the API answers, and the answer is no (or says so after having done the work)."""

import abc
from dataclasses import dataclass

from aiohttp import web

from sandbox.music_api import errors
from sandbox.music_api.calls import Call
from sandbox.music_api.errors import ApiError
from sandbox.music_api.faults.rules import Fault, Phase


class Refusal(Fault):
    """An error answer instead of the effect."""

    @abc.abstractmethod
    def error(self) -> ApiError:
        """What the API says."""

    async def act(self, call: Call, reply: web.Response | None) -> None:
        """Say it."""
        del call, reply
        raise self.error()


class NoCredits(Refusal):
    """403: the account is empty, as the classic API says it."""

    def error(self) -> ApiError:
        """The remaining credits are not enough."""
        return errors.not_enough_credits()


class NoCredits402(Refusal):
    """402: the account is empty, as newer deployments say it."""

    def error(self) -> ApiError:
        """Not enough credits."""
        return errors.not_enough_credits(402)


class NoSubscription(Refusal):
    """403: the plan has run out, so that not even the extra credits can be spent."""

    def error(self) -> ApiError:
        """An active subscription is required."""
        return errors.forbidden("An active subscription is required.")


class BadLyricsFormat(Refusal):
    """403: the moderation could not read the text as lyrics."""

    def error(self) -> ApiError:
        """The lyrics format is invalid."""
        return errors.forbidden("The lyrics format is invalid.")


class NeedsReview(Refusal):
    """403: the moderation wants a person to look at the request first."""

    def error(self) -> ApiError:
        """The request needs a review."""
        return errors.forbidden("This request needs moderation review.")


@dataclass(frozen=True, slots=True)
class Quoted(Refusal):
    """403: the moderation refuses some words and quotes them."""

    words: str = "these very words"

    @property
    @abc.abstractmethod
    def kind(self) -> str:
        """The kind of offence."""

    def error(self) -> ApiError:
        """The kind of offence and the words."""
        return errors.forbidden(f"{self.kind}: '{self.words}'")


class ArtistNames(Quoted):
    """403: the prompt names an artist."""

    kind = "artist names"


class CopyrightedContent(Quoted):
    """403: the lyrics belong to someone."""

    kind = "copyrighted content"


class InappropriateContent(Quoted):
    """403: the words offend the vendor's rules."""

    kind = "inappropriate content"


class ProducerTags(Quoted):
    """403: the prompt holds a producer's spoken signature."""

    kind = "producer tags"


class Retired(Refusal):
    """410: the vendor has taken the endpoint down for good."""

    def error(self) -> ApiError:
        """The endpoint has been retired."""
        return errors.retired()


@dataclass(frozen=True, slots=True)
class RateLimited(Refusal):
    """429: too many requests; `retry_after` in seconds becomes the header, None leaves it out."""

    retry_after: float | None = None

    def error(self) -> ApiError:
        """Too many requests."""
        return errors.rate_limited(self.retry_after)


class ServerError(Refusal):
    """500 before anything was done: the API broke on the request."""

    def error(self) -> ApiError:
        """Internal server error."""
        return errors.server_error()


class UpstreamError(Refusal):
    """502 before anything was done: the generator behind the API is unreachable."""

    def error(self) -> ApiError:
        """The upstream service is unavailable."""
        return errors.upstream_error()


class GatewayTimeout(Refusal):
    """504 before anything was done: the API gave up waiting for its generator."""

    def error(self) -> ApiError:
        """The request timed out."""
        return errors.timed_out()


class LateServerError(ServerError):
    """500 although the work was started and charged: the API broke while writing its answer."""

    phase = Phase.AFTER


class LateUpstreamError(UpstreamError):
    """502 although the work was started and charged: a proxy lost the answer."""

    phase = Phase.AFTER


class LateGatewayTimeout(GatewayTimeout):
    """504 although the work was started and charged: a proxy was less patient than the API."""

    phase = Phase.AFTER
