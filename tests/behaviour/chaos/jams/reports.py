"""What an audit of jams has found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# What a member reads who pressed something, and it was done.
TAKEN = {
    "enter": "Your try for jam", "vote": "Your ballot:", "take": "Your part for jam", "pass": "You pass.",
    "goes-on": "That one goes on.", "choose": "**Try", "close": "It ends now.", "move": "It ends",
}  # fmt: skip


@dataclass(slots=True)
class JamReports:
    """The outcome of a run. What breaks a promise is a list of sentences; a list must be empty."""

    jams: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    parts: int = 0
    posts: int = 0
    ballots: int = 0
    stale: int = 0
    charged: int = 0
    spent: int = 0
    unresolved: int = 0
    kept: int = 0
    lost: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    charged_twice: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """Every promise that was broken."""
        return [*self.lost, *self.posted_twice, *self.miscounted, *self.charged_twice, *self.untrue]

    def rows(self) -> Iterator[tuple[str, object]]:
        """Tell it as rows of a table."""
        kinds = ("relay done", "relay cancelled", "contest done", "contest cancelled")
        yield "jams that began", sum(self.jams.values())
        yield "… ended and told", ", ".join(f"{self.jams[kind]} {kind}" for kind in kinds)
        yield "entries that count, parts of songs", f"{self.entries:,}, {self.parts:,}"
        yield "messages to all", f"{self.posts:,}"
        for act in ("enter", "vote", "take", "pass", "goes-on", "choose", "close", "move"):
            told = (self.acts[act], self.acts[f"{act} taken"], self.acts[f"{act} unknown"])
            yield f"pressed: {act}", f"{told[0]:,}, taken {told[1]:,}, without an answer {told[2]:,}"
        yield "ballots in the results", f"{self.ballots:,}"
        yield "panels that do not say that it is over", self.stale
        yield "charges on the API's account", f"{self.charged:,}"
        yield "credits spent and unresolved by the books", f"{self.spent:,} and {self.unresolved:,}"
        yield "credits that the API kept", f"{self.kept:,}"
        yield "**lost or unsaid**", f"**{len(self.lost)}**"
        yield "**posted twice**", f"**{len(self.posted_twice)}**"
        yield "**ballots or choices miscounted**", f"**{len(self.miscounted)}**"
        yield "**charged twice, or over the pot**", f"**{len(self.charged_twice)}**"
        yield "**untrue**", f"**{len(self.untrue)}**"
