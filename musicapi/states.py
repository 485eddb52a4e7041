"""States by the meaning of their words: the API has come with new ones before. Pure but for a log."""

import logging
import re
from functools import lru_cache

from musicapi.models import ClipState

log = logging.getLogger(__name__)

# What is still under way: a participle (`processing`, even `cancelling`), or one of these.
_UNDER_WAY = re.compile(
    r"(?<!warn|miss)ing$|^(?:not|pend|queue|wait|submit|creat|start|schedul|accept|init|(?:in)?progress|inqueue|stream|paus|retr[iy]"
    r"|new|hold|held|idle|active|draft)"
)
_FAILED = re.compile(
    r"^(?:fail|err|abort|cancel|reject|refus|den(?:y|ied|ial)|expir|time(?:d|out|$)|block|invalid|crash|terminat|kill"
    r"|unsuccess|forbid|violat|moderat|copyright|bann|dead|drop|broke|stop|interrupt|exception|delet|remov|lost)"
)
_SUCCEEDED = re.compile(r"^(?:succe|complet|finish|done|ready|ok$|avail|generated|ended)")
# What stands last says how far that is which stands before it: `streaming_done`.
_OVER = re.compile(r"^(?:done|finished|completed?|succeeded)$")
# A placeholder that plays while the song is made: no file to keep.
_STREAM = re.compile(r"audiopipe|//stream|/stream\b|\.m3u8", re.IGNORECASE)


@lru_cache(maxsize=256)
def state_of(word: str) -> ClipState | None:
    """What a state means; None for no word and for an unknown one, which is logged once."""
    parts = _parts(word)
    for meaning, state in (
        (_UNDER_WAY, ClipState.RUNNING),
        (_FAILED, ClipState.FAILED),
        (_SUCCEEDED, ClipState.SUCCEEDED),
    ):
        if meaning is _UNDER_WAY and parts and _OVER.search(parts[-1]) and "not" not in parts:
            continue
        if any(meaning.search(part) for part in parts):
            return state
    if parts:
        log.warning("the API calls a state %s, which I do not know; its link decides", ascii(word[:40]))
    return None


def is_partial(word: str) -> bool:
    """Whether it means success and failure, as `completed_with_errors` does: what has a file is a result."""
    return all(any(meaning.search(part) for part in _parts(word)) for meaning in (_FAILED, _SUCCEEDED))


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[^a-z]+", word.lower()) if part]


def is_final(link: str) -> bool:
    """Whether a link leads to a file, and not to what streams in the meantime."""
    return bool(link) and not _STREAM.search(link)
