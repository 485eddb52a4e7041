"""The books, from outside: what members see in their channels against what the API has taken.

A charge belongs to a request by what is unique in both: the prompt of a song, the clip of what is made from
it. A message belongs to a job by the number that it shows. The bot's database is asked only how jobs ended of
which no member has seen a card, and whether anything is left open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.music_api import Charge
from tests.behaviour.chaos import seen
from tests.behaviour.chaos.crowd import Crowd, Key, RequestParams
from tests.behaviour.chaos.seen import Kind
from tests.fakes.discord import Message

_PARTS = {"suno.create": 2, "suno.stems_basic": 2, "suno.stems_full": 12, "suno.wav": 1}
_LOST = "The music API gave no answer"


@dataclass(slots=True)
class Said:
    """All that a channel heard of one job."""

    by_kind: dict[Kind, list[Message]] = field(default_factory=lambda: defaultdict(list))

    def parts(self) -> Counter[str]:
        """How often each result was posted."""
        return Counter(part for message in self.by_kind[Kind.RESULTS] for part in seen.parts(message))

    def last(self) -> Kind | None:
        """How the job stands, as far as the channel knows; None while there is only its card."""
        heard = [(m.id, kind) for kind in Kind for m in self.by_kind[kind] if kind is not Kind.CARD]
        return max(heard, key=lambda each: each[0])[1] if heard else None


@dataclass(slots=True)
class CreditReports:
    """The outcome of a run. What breaks a promise is a list of sentences; a list must be empty."""

    asked: int = 0
    cards: int = 0
    delivered: int = 0
    in_parts: int = 0
    incomplete: int = 0
    failed: int = 0
    cancelled: int = 0
    cancelled_unheard: int = 0
    held: int = 0
    lost_calls: int = 0
    without_card: int = 0
    charged: int = 0
    charged_twice: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    spent: int = 0
    unresolved: int = 0
    kept: int = 0

    @property
    def broken(self) -> list[str]:
        """Every promise that was broken."""
        return [*self.charged_twice, *self.posted_twice, *self.lost, *self.missing, *self.untrue]

    def rows(self) -> Iterator[tuple[str, object]]:
        """Tell it as rows of a table."""
        yield "asked for by members", f"{self.asked:,}"
        yield "accepted: the member saw a card", f"{self.cards:,}"
        yield "… delivered", f"{self.delivered:,}"
        yield "… of these in several messages, as results came later", f"{self.in_parts:,}"
        yield "… of these not whole, and said so", f"{self.incomplete:,}"
        yield "… told as failed", f"{self.failed:,}"
        yield "… cancelled or given up", f"{self.cancelled + self.cancelled_unheard:,}"
        yield "… of these without an answer, until the balance told", self.lost_calls
        yield "… held to the end", self.held
        yield "noted although the card was never seen", f"{self.without_card:,}"
        yield "charges on the API's account", f"{self.charged:,}"
        yield "credits spent and unresolved by the books", f"{self.spent:,} and {self.unresolved:,}"
        yield "credits that the API kept", f"{self.kept:,}"
        yield "**charged twice**", f"**{len(self.charged_twice)}**"
        yield "**posted twice**", f"**{len(self.posted_twice)}**"
        yield "**lost**", f"**{len(self.lost)}**"
        yield "**results missing without a word**", f"**{len(self.missing)}**"
        yield "**untrue about money**", f"**{len(self.untrue)}**"


def audit(
    crowd: Crowd, charges: Sequence[Charge], ends: Mapping[int, str], *, spent: int, unresolved: int
) -> CreditReports:
    """Compare; `ends` holds the state of every job in the bot's database by its number.

    `spent` and `unresolved` are what its books say.
    """
    said: dict[int, Said] = defaultdict(Said)
    for message in crowd.messages():
        kind, number = seen.read(message)
        said[number].by_kind[kind].append(message)
    paid: dict[Key, list[Charge]] = defaultdict(list)
    for charge in charges:
        paid[_key(charge)].append(charge)
    numbers = {ask.number: ask for ask in crowd.asks if ask.number}
    reports = CreditReports(asked=len(crowd.asks), cards=len(numbers), charged=len(charges))
    reports.spent, reports.unresolved = spent, unresolved
    reports.kept = sum(charge.credits for charge in charges if charge.refunded_at is None)
    for number, ask in numbers.items():
        _end(reports, number, ask, said[number], crowd=crowd, state=ends.get(number, "not noted"))
        reports.untrue += _untrue(number, said[number], paid[ask.key])
    reports.charged_twice += _charged_twice(crowd, paid)
    for number, one in said.items():
        reports.posted_twice += _posted_twice(number, one, crowd)
    for number in ends.keys() - numbers.keys():
        reports.without_card += 1
        if said[number].last() is None and ends[number] != "cancelled":
            reports.lost.append(f"job {number} without a card ended {ends[number]} and nothing was said")
    return reports


def _end(
    reports: CreditReports, number: int, ask: RequestParams, said: Said, *, crowd: Crowd, state: str
) -> None:
    """How an accepted job ended for those in the channel."""
    last = said.last()
    if last is Kind.RESULTS:
        _delivered(reports, number, ask, said)
    elif last is Kind.FAILED:
        reports.failed += 1
        reports.lost_calls += any(_LOST in seen.words(message) for message in said.by_kind[Kind.FAILED])
    elif last is Kind.CANCELLED:
        reports.cancelled += 1
    elif state == "cancelled" and (crowd.presses["cancel", number] or crowd.presses["give-up", number]):
        reports.cancelled_unheard += 1  # the answer to the press died with the process
    elif last is Kind.HELD and state == "held":
        reports.held += 1
    else:
        heard = last.value if last else "nothing"
        reports.lost.append(
            f"job {number} ({ask.key}): accepted, last heard {heard}, in the database {state}"
        )


def _delivered(reports: CreditReports, number: int, ask: RequestParams, said: Said) -> None:
    """Whether all of it came, or the last that was said of it names what did not."""
    messages = said.by_kind[Kind.RESULTS]
    reports.delivered += 1
    reports.in_parts += len(messages) > 1
    missing = _PARTS[ask.key[0]] - len(said.parts())
    if missing > 0 and seen.names_what_is_missing(messages[-1]):
        reports.incomplete += 1
    elif missing > 0:
        reports.missing.append(f"job {number} ({ask.key}): {missing} results are missing without a word")


def _charged_twice(crowd: Crowd, paid: Mapping[Key, Sequence[Charge]]) -> Iterator[str]:
    """Requests that were charged more often than somebody asked for."""
    asked = Counter(ask.key for ask in crowd.asks)
    for ask in crowd.asks:
        asked[ask.key] += crowd.presses["retry", ask.number] if ask.number else 0
    for key, charges in paid.items():
        if len(charges) > asked[key]:
            yield f"{key} was charged {len(charges)} times and asked for {asked[key]} times"


def _posted_twice(number: int, said: Said, crowd: Crowd) -> Iterator[str]:
    """Results, or bad news of one round, that are in the channel twice."""
    for part, times in said.parts().items():
        if times > 1:
            yield f"job {number}: {part or 'its result'} was posted {times} times"
    tries = 1 + crowd.presses["retry", number]
    for kind, rounds in ((Kind.HELD, tries), (Kind.FAILED, tries + crowd.presses["look", number])):
        if len(said.by_kind[kind]) > rounds:
            yield f"job {number}: {kind.value} was told {len(said.by_kind[kind])} times in {rounds} rounds"


def _untrue(number: int, said: Said, charges: Sequence[Charge]) -> Iterator[str]:
    """Sentences about money that the API's own books deny."""
    refunded = any(charge.refunded_at is not None for charge in charges)
    sentences = (
        (Kind.FAILED, "Nothing was charged", bool(charges), "nothing was charged, and it was"),
        (Kind.FAILED, "were given back", not refunded, "credits are back, and none are"),
        (Kind.FAILED, "It was charged", not charges, "it was charged, and it was not"),
        (Kind.FAILED, "and then it failed there", not refunded, "it failed at the API, and it did not"),
        (Kind.CANCELLED, "Nothing was charged", bool(charges), "nothing was charged, and it was"),
    )
    # Calls without an answer are alike where they cost the same: only their sum is known.
    if any(_LOST in seen.words(message) for message in said.by_kind[Kind.FAILED]):
        return
    for kind, sentence, is_denied, told in sentences:
        heard = any(sentence in f"{message.content} {seen.words(message)}" for message in said.by_kind[kind])
        if heard and is_denied:
            yield f"job {number}: told that {told}"


def _key(charge: Charge) -> Key:
    name = "gpt_description_prompt" if charge.operation == "suno.create" else "clip_id"
    return charge.operation, str(charge.body.get(name, ""))
