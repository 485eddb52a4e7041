"""Webhooks of the API: what a submit asks for, and whether a call that comes in is one. Pure.

Signed are the time and the body; of the headers only the time and the signature are worth anything.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

EVENT, TIMESTAMP, SIGNATURE = "X-Webhook-Event", "X-Webhook-Timestamp", "X-Webhook-Signature"
# The events that say that a task is not over yet.
UNDER_WAY = frozenset({"song.streaming"})
_SCHEME = "sha256="
# Seconds between the two clocks beyond which a call is not taken for one of now.
LASTS = 300.0
_DIGITS, _LONG = 12, len(_SCHEME) + 64


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the API says that a task is over, and what it signs that with."""

    url: str
    secret: str = field(repr=False)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return _SCHEME + hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether a call bears what may be a signature."""
    return len(headers.get(SIGNATURE, "")) == _LONG


def is_of_now(headers: Mapping[str, str], now: float) -> bool:
    """Whether the time that a call says of itself is near enough."""
    said = headers.get(TIMESTAMP, "")
    return said.isascii() and said.isdecimal() and len(said) <= _DIGITS and abs(now - int(said)) <= LASTS


def is_genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Compare in constant time. The time must have been found right before: it is part of what is signed."""
    said = headers.get(SIGNATURE, "").encode(errors="replace")
    return hmac.compare_digest(said, signature(secret, headers.get(TIMESTAMP, ""), body).encode())
