"""What the file says of jams, by statements of its own."""

import json
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from tests.jobs.model.observer import Observer
from tests.jobs.model.terms import ref_of

AT_TURN = ("offered", "working", "choosing", "joining")


@dataclass(frozen=True)
class JamRow:
    """A jam as the file has it."""

    id: int
    channel_id: int
    state: str
    state_at: float
    due_at: float
    votes_for: float
    pot: int
    share: int
    picks: int
    seed: str
    kind: str
    turns: int
    stalled_left: float | None
    hidden: bool
    order: str

    @property
    def in_turn(self) -> bool:
        return self.kind == "relay"

    @property
    def hides(self) -> bool:
        return self.state in ("open", "closing", "voting")

    @property
    def has_ended(self) -> bool:
        return self.state in ("done", "cancelled")


@dataclass(frozen=True)
class EntryRow:
    """A try or turn as the file has it; `ref` and `join_ref` are the API's numbers of its orders."""

    id: int
    jam_id: int
    user_id: int
    job_id: int
    state: str
    position: int
    letter: str
    points: int
    place: int | None
    turn: int
    state_at: float
    reason: str
    join_id: int
    ref: int = 0
    join_ref: int = 0

    @property
    def is_heard(self) -> bool:
        """Whether it is in the vote: what nobody can hear counts, and cannot be picked."""
        return self.state == "entered" and self.reason != "unheard"


@dataclass(frozen=True)
class PostRow:
    """A message of a jam as the file has it."""

    id: int
    jam_id: int
    name: str
    seq: int
    entry_id: int | None
    message_id: int | None


class JamFile(Observer):
    """Reads the file of a world with jams."""

    _jam_moves_seen = 0

    def jams(self) -> list[JamRow]:
        rows = self._rows(
            "SELECT id, channel_id, state, state_at, due_at, votes_for, pot, share, picks, seed, kind, "
            "turns, stalled_left, hidden, json_extract(brief, '$.order') FROM jam ORDER BY id"
        )
        return [JamRow(*row) for row in rows]

    def jam(self, jam_id: int) -> JamRow:
        return next(one for one in self.jams() if one.id == jam_id)

    def fix_lots(self) -> None:
        """Let lots fall in the same way each time."""
        self._connection.execute("UPDATE jam SET seed = 'seed ' || id WHERE state IN ('planned', 'open')")

    def entries(self, jam_id: int) -> list[EntryRow]:
        rows = self._rows(
            "SELECT e.id, e.jam_id, e.user_id, e.job_id, e.state, e.position, e.letter, e.points, e.place, "
            "e.turn, e.state_at, e.reason, e.join_id, j.params, w.params FROM jam_entry e "
            "LEFT JOIN job j ON j.id = e.job_id LEFT JOIN job w ON w.id = e.join_id "
            "WHERE e.jam_id = ? ORDER BY e.id",
            jam_id,
        )
        return [
            EntryRow(*row[:-2], *(ref_of(json.loads(one)) if one else 0 for one in row[-2:])) for row in rows
        ]

    def link(self, job_id: int, position: int) -> str:
        """Where a result of a job is at the API."""
        where = "SELECT audio_url FROM clip WHERE job_id = ? AND position = ?"
        return str(self._rows(where, job_id, position)[0][0])

    def at_turn(self, jam_id: int) -> EntryRow | None:
        """The turn that is not over; where there are two, the first."""
        return next((one for one in self.entries(jam_id) if one.turn and one.state in AT_TURN), None)

    def members(self, jam_id: int) -> dict[int, int]:
        """Who takes part in turns, with the turns in a row that they missed."""
        return dict(self._rows("SELECT user_id, missed FROM jam_member WHERE jam_id = ?", jam_id))

    def kept_out(self, jam_id: int) -> set[int]:
        kept_out = "SELECT user_id FROM jam_mark WHERE jam_id = ? AND mark = 'kept out'"
        return {user for (user,) in self._rows(kept_out, jam_id)}

    def refs(self, jam_id: int) -> list[tuple[int, str]]:
        """The API's numbers of all orders for a jam, each with the state of its job."""
        rows = self._rows("SELECT params, state FROM job WHERE jam_id = ? ORDER BY id", jam_id)
        return [(ref_of(json.loads(params)), state) for params, state in rows]

    def posts(self, jam_id: int) -> list[PostRow]:
        rows = self._rows(
            "SELECT id, jam_id, name, seq, entry_id, message_id FROM jam_post WHERE jam_id = ? ORDER BY id",
            jam_id,
        )
        return [PostRow(*row) for row in rows]

    def leaves(self, nonce: str) -> bool:
        """Whether it is noted that a message may be under way."""
        noted = "SELECT 1 FROM jam_post WHERE nonce = ? AND first_try_at IS NOT NULL AND message_id IS NULL"
        return bool(self._rows(noted, nonce))

    def ballots(self, jam_id: int) -> dict[int, set[int]]:
        """Entries picked, by voter."""
        found: dict[int, set[int]] = defaultdict(set)
        for user_id, entry_id in self._rows(
            "SELECT user_id, entry_id FROM jam_ballot WHERE jam_id = ?", jam_id
        ):
            found[user_id].add(entry_id)
        return dict(found)

    def used(self, jam_id: int) -> int:
        """What the jobs of a jam have taken of its pot, have reserved, or may have taken."""
        return int(
            self._rows(
                "SELECT COALESCE(SUM(CASE WHEN state IN ('accepted', 'submitting') THEN price ELSE 0 END "
                "+ charged - returned + unresolved), 0) FROM job WHERE jam_id = ?",
                jam_id,
            )[0][0]
        )

    def member_sums(self) -> list[int]:
        """Members who have used anything of their own."""
        return [user for (user,) in self._rows("SELECT DISTINCT user_id FROM spend WHERE user_id <> 0")]

    def new_jam_moves(self) -> list[tuple[str, int, str, str]]:
        """The moves since the last time: (jam or entry, its number, old state, new state)."""
        rows = self._rows(
            "SELECT rowid, what, id, old, new FROM jam_moved WHERE rowid > ?", self._jam_moves_seen
        )
        self._jam_moves_seen = rows[-1][0] if rows else self._jam_moves_seen
        return [(what, of, old, new) for _, what, of, old, new in rows]


def drawn(jam: JamRow, entered: list[EntryRow]) -> list[EntryRow]:
    """Entries in the order of their lots."""
    return sorted(entered, key=lambda one: sha256(f"{jam.seed}:{one.id}".encode()).hexdigest())
