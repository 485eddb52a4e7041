"""What is known of the API's webhooks: what a job asks for, what a call is worth, whether they come at all.

A call says no more than that looking is worth while now; the poll stays the truth. Everything here is memory
of one process: what a restart forgets costs a few more polls, which are free.
"""

import hmac
from collections.abc import Mapping
from enum import StrEnum

from jobs.secret import Secret
from musicapi import Terms, Webhook
from musicapi.webhooks import EVENT, LASTS, SIGNATURE, UNDER_WAY, is_genuine, is_of_now, is_signed

# So many jobs are remembered for which the API has called.
_REMEMBERED = 10_000
# 128 bits.
_SECRET_CHARACTERS = 32
_NONE = Secret("")


class Verdict(StrEnum):
    TAKEN = "taken"
    UNDER_WAY = "under_way"  # the API says that a song can be streamed, which is nothing to us
    REPEATED = "repeated"
    STALE = "stale"  # not of now, by either clock
    FORGED = "forged"


class Webhooks:
    """Without a URL there are none, and nobody asks for any.

    Args:
        url: Where the API is to call; empty for nowhere.
        root: What the secret of each job is derived from, so that one that leaks forges the calls of one job.
    """

    def __init__(self, url: str = "", root: Secret = _NONE) -> None:
        self._url = url
        self._root = root.reveal().encode()
        self._called: dict[int, None] = {}
        self._seen: dict[str, float] = {}
        self._come: set[str] = set()

    def of(self, job_id: int) -> Webhook | None:
        return Webhook(f"{self._url}/hook/{job_id}", self._secret(job_id)) if self._url else None

    def judge_head(self, headers: Mapping[str, str], now: float) -> Verdict | None:
        """Judge a call by its head alone; None for one whose body must be read."""
        if not is_signed(headers):
            return Verdict.FORGED
        if headers.get(EVENT) in UNDER_WAY:
            return Verdict.UNDER_WAY
        return None if is_of_now(headers, now) else Verdict.STALE

    def judge(self, job_id: int, headers: Mapping[str, str], body: bytes, now: float) -> Verdict:
        """Judge a call whose head is right, and remember a genuine one until it is too old to come again."""
        if not is_genuine(headers, body, self._secret(job_id)):
            return Verdict.FORGED
        signature = headers[SIGNATURE]
        if signature in self._seen:
            return Verdict.REPEATED
        while self._seen and self._seen[oldest := next(iter(self._seen))] < now - 2 * LASTS:
            del self._seen[oldest]
        self._seen[signature] = now
        self.note_call(job_id)
        return Verdict.TAKEN

    def note_call(self, job_id: int) -> None:
        """Remember that a genuine call for a job has come, to whichever process."""
        self._called[job_id] = None
        if len(self._called) > _REMEMBERED:  # of jobs that were over when the API called
            del self._called[next(iter(self._called))]

    def was_called(self, job_id: int) -> bool:
        """Whether a call for a job has come since that was last asked."""
        return self._called.pop(job_id, self) is None

    def come_for(self, terms: Terms) -> bool:
        """Whether calls about such tasks can be expected to come."""
        return terms.webhook and terms.provider in self._come

    def learn(self, terms: Terms, *, came: bool) -> None:
        """A task is over, and a call has said so or not: so will the next."""
        if came:
            self._come.add(terms.provider)
        elif terms.webhook:
            self._come.discard(terms.provider)

    def _secret(self, job_id: int) -> str:
        return hmac.digest(self._root, b"%d" % job_id, "sha256").hex()[:_SECRET_CHARACTERS]
