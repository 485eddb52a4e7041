"""Which POSTs are Discord's: signed, of now, not seen before. Imported only where PUBLIC_KEY is set."""

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

_SIGNATURE, _TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
_IS_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}", re.ASCII)
_IS_TIMESTAMP: Final = re.compile(r"\d{1,12}", re.ASCII)
# Discord takes an answer for three seconds; a clock of ours may be wrong by more.
_LASTS: Final = 300.0
_PING: Final = 1
_KINDS: Final = (2, 3, 4, 5)


class Verdict(StrEnum):
    TAKEN = "taken"
    PING = "ping"
    REPEATED = "repeated"  # dealt with already
    STALE = "stale"
    FORGED = "forged"
    UNREADABLE = "unreadable"

    @property
    def status(self) -> int:
        """The status to answer with. The answer proper is another request, as it is over the gateway."""
        return _STATUS[self]

    @property
    def body(self) -> bytes:
        return b'{"type": 1}' if self is Verdict.PING else b""


# 202 is for interactions that are answered by a callback (docs: receiving-and-responding).
_STATUS: Final = {
    Verdict.TAKEN: HTTPStatus.ACCEPTED,
    Verdict.PING: HTTPStatus.OK,
    Verdict.REPEATED: HTTPStatus.ACCEPTED,
    Verdict.STALE: HTTPStatus.UNAUTHORIZED,
    Verdict.FORGED: HTTPStatus.UNAUTHORIZED,
    Verdict.UNREADABLE: HTTPStatus.BAD_REQUEST,
}


class Interactions:
    """Judges requests, and hands on what an interaction says.

    Args:
        public_key: The application's, as Discord writes it.
        take: Takes an interaction; must not wait.
    """

    def __init__(self, public_key: str, take: Callable[[dict[str, Any]], None]) -> None:
        self._key = VerifyKey(bytes.fromhex(public_key))
        self._take = take
        self._signatures: dict[str, float] = {}
        self._ids: dict[str, float] = {}

    def judge_head(self, headers: Mapping[str, str], now: float) -> Verdict | None:
        """Judge a request by its head alone; None for one whose body must be read."""
        signature, said = headers.get(_SIGNATURE, ""), headers.get(_TIMESTAMP, "")
        if not _IS_SIGNATURE.fullmatch(signature) or not _IS_TIMESTAMP.fullmatch(said):
            return Verdict.FORGED
        if abs(now - int(said)) > _LASTS:
            return Verdict.STALE
        return Verdict.REPEATED if signature in self._signatures else None

    def judge(self, headers: Mapping[str, str], body: bytes, now: float) -> Verdict:
        """Judge a request whose head is right, and take it if it is a new interaction."""
        signature = headers[_SIGNATURE]
        try:
            self._key.verify(headers[_TIMESTAMP].encode() + body, bytes.fromhex(signature))
        except BadSignatureError:
            return Verdict.FORGED
        try:
            event = json.loads(body)
            kind, said_id = event["type"], event["id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return Verdict.UNREADABLE
        if kind == _PING:
            return Verdict.PING
        if kind not in _KINDS or not isinstance(said_id, str):
            return Verdict.UNREADABLE
        is_new = said_id not in self._ids
        self._remember(signature, said_id, now)
        if is_new:
            self._take(event)
        return Verdict.TAKEN if is_new else Verdict.REPEATED

    def _remember(self, signature: str, said_id: str, now: float) -> None:
        """Remember what was taken until it is too old to come again."""
        for seen, one in ((self._signatures, signature), (self._ids, said_id)):
            while seen and seen[oldest := next(iter(seen))] < now - 2 * _LASTS:
                del seen[oldest]
            seen.setdefault(one, now)
