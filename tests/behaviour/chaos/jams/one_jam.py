"""One jam: what stands in its channel against what was pressed, and what the bot has noted."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.behaviour.chaos.jams.hall import Hall, is_result, text_of
from tests.behaviour.chaos.jams.recount import answered_wrong, ballots_wrong
from tests.behaviour.chaos.jams.reports import TAKEN, JamReports
from tests.behaviour.chaos.jams.rows import Row, rows_of
from tests.behaviour.end_to_end.conftest import Outside

_LETTER = re.compile(r"^\*\*([A-Z]+)\*\*")
_LINE = re.compile(r"\*\*([A-Z]+)\*\* · .*? · <@(\d+)>(?: · (\d+) votes?)?$", re.MULTILINE)
_TELLS_END = ("It is over", "It was cancelled")
# Of an outage, which whoever waits in a channel is told of.
_NOTICES = ("which I will say here", "What waited here")
_OVER = ("done", "cancelled")
_OPEN_ENTRIES = ("offered", "working", "choosing", "joining")


class OneJam:
    """One jam, compared."""

    def __init__(self, hall: Hall, row: Row, outside: Outside, reports: JamReports) -> None:
        self.hall, self.row, self.reports = hall, row, reports
        self.name = f"jam {row['id']} ({row['kind']}, {row['state']})"
        where = f"jam_id = {row['id']}"
        columns = ("id", "user_id", "state", "position", "letter", "points", "turn", "job_id", "reason")
        self.entries = rows_of(outside, "jam_entry", *columns, where=where)
        self.posts = rows_of(
            outside, "jam_post", "name", "seq", "nonce", "entry_id", "message_id", "said", where=where
        )
        self.jobs = rows_of(outside, "job", "id", "state", "charged", "returned", "unresolved", where=where)
        self.entered = [one for one in self.entries if one["state"] == "entered"]

    def check(self) -> None:
        reports, state = self.reports, str(self.row["state"])
        reports.jams[f"{self.row['kind']} {state}"] += 1
        reports.posts += len(self.posts)
        reports.lost += self._lost()
        reports.posted_twice += self._posted_twice()
        used = sum(int(str(one["charged"])) - int(str(one["returned"])) for one in self.jobs)
        if used > int(str(self.row["pot"])):
            reports.charged_twice.append(f"{self.name}: {used} credits of a pot of {self.row['pot']}")
        panel = self.hall.panel
        reports.stale += panel is not None and not any(word in text_of(panel) for word in _TELLS_END)
        if state == "done":
            self._check_result()
        reports.miscounted += [*self._choices(), *answered_wrong(self.name, self.hall)]

    def _lost(self) -> Iterator[str]:
        """What never ended, or was never said."""
        over = self.row["state"] in _OVER
        if not over or len(self.hall.ends) != 1:
            yield f"{self.name}: its end was told {len(self.hall.ends)} times"
        for post in self.posts:
            unsaid = post["message_id"] in (None, 0) and self.row["state"] != "cancelled"
            there = any(one.nonce == post["nonce"] for one in self.hall.channel.messages.values())
            if post["message_id"] and not there:
                yield f"{self.name}: {post['name']} {post['seq']} is not there"
            if unsaid and post["name"] != "reminder":
                yield f"{self.name}: {post['name']} {post['seq']} was not said ({post['message_id']})"
        for entry in self.entries:
            if over and self.row["state"] == "done" and entry["state"] in _OPEN_ENTRIES:
                yield f"{self.name}: entry {entry['id']} is {entry['state']} for ever"
        if self.hall.kind == "contest":
            yield from self._untold()

    def _untold(self) -> Iterator[str]:
        """Tries of which their member was told nothing."""
        told = Counter(post["entry_id"] for post in self.posts if post["name"] == "news")
        given_up = {one["id"] for one in self.jobs if one["state"] == "cancelled"}
        for entry in self.entries:
            wanted = entry["state"] != "working" and entry["job_id"] not in given_up
            if wanted and self.row["state"] == "done" and told[entry["id"]] != 1:
                yield f"{self.name}: entry {entry['id']}, {entry['state']}: told {told[entry['id']]} times"
        for member in self.hall.members:
            asked = sum(one.is_taken(TAKEN["enter"]) for one in self.hall.of("enter", member))
            made = sum(entry["user_id"] == member.id for entry in self.entries)
            if made < asked:
                yield f"{self.name}: {asked} tries of {member.user.name} were taken, {made} are there"

    def _posted_twice(self) -> Iterator[str]:
        """Messages that are there twice, or that nobody has noted."""
        messages = [one for one in self.hall.channel.messages.values() if one.author is self.hall.bot]
        notices = {one.nonce for one in messages if any(word in text_of(one) for word in _NOTICES)}
        known = {str(post["nonce"]): f"{post['name']} {post['seq']}" for post in self.posts}
        for nonce, times in Counter(one.nonce for one in messages if one.nonce).items():
            if times > 1 or nonce not in known.keys() | notices:
                yield f"{self.name}: {known.get(str(nonce), 'what nobody noted')} is there {times} times"
        said = [_kind_of(one.content, text_of(one)) for one in self.hall.said]
        said += [f"{one['name']} {one['entry_id']}" for one in self.posts if one["name"] in ("turn", "part")]
        for kind, times in Counter(filter(None, said)).items():
            if times > 1:
                yield f"{self.name}: {kind} was said {times} times"

    def _check_result(self) -> None:
        [*results] = filter(is_result, self.hall.said)
        text = " ".join(map(text_of, results))
        if self.hall.kind == "relay":
            self.reports.parts += len(self.entered)
            turns = [one["turn"] for one in self.entered]
            if sorted(map(int, map(str, turns))) != list(range(1, len(turns) + 1)):
                self.reports.lost.append(f"{self.name}: its parts are {turns}")
            for entry in self.entered:
                if f"<@{entry['user_id']}>" not in text:
                    self.reports.lost.append(f"{self.name}: part {entry['turn']} is not in the result")
            return
        self.reports.entries += len(self.entered)
        listed = {letter: (int(user), int(votes or 0)) for letter, user, votes in _LINE.findall(text)}
        noted = {str(e["letter"]): (int(str(e["user_id"])), int(str(e["points"]))) for e in self.entered}
        if listed != noted:
            self.reports.lost.append(f"{self.name}: the result lists {listed}, entered is {noted}")
        masked = [
            one for one in self.hall.said if _LETTER.match(text_of(one).strip()) and "<@" not in text_of(one)
        ]
        if masked:
            self.reports.untrue.append(f"{self.name}: {len(masked)} entries do not say whose they are")
        found = re.search(r"(\d+) ballots?, (\d+) votes?", text)
        shown = int(found[1]) if found else 0
        self.reports.ballots += shown
        if len(noted) > 1:
            self.reports.miscounted += ballots_wrong(self.name, self.hall, listed, shown)

    def _choices(self) -> Iterator[str]:
        """Takes that their members chose, and that others went on from."""
        by_id = {str(entry["id"]): entry for entry in self.entries}
        for member in self.hall.members:
            chosen = [one for act in ("choose", "goes-on") for one in self.hall.of(act, member)]
            per_entry = {one.value[0].partition("-")[0]: one for one in chosen if not one.is_unknown}
            last = chosen[-1:] if self.hall.kind == "contest" else per_entry.values()
            for one in last:
                entry_id, _, position = one.value[0].partition("-")
                taken, entry = one.is_taken(TAKEN[one.act]), by_id.get(entry_id)
                if not taken or (one.act == "choose" and "this counts" not in one.told):
                    continue
                if (
                    entry is None
                    or str(entry["position"]) != position
                    or (one.act == "choose" and entry["state"] not in ("entered", "failed"))
                ):
                    yield f"{self.name}: {member.user.name} chose {one.value[0]}, and it is {entry}"


def _kind_of(content: str, text: str) -> str:
    """What a message is of which a jam has one; empty for others."""
    if letter := _LETTER.match(text.strip()):
        return f"entry {letter[1]}"
    once = ("*Pot* up to", "are closed: ", "letter by letter above", "has begun: ")
    return next((words for words in once if words in text and not content), "")
