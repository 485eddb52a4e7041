"""The books of jams, from outside: what members pressed and were told, against what stands in the channels.

The bot's database is asked how everything ended, and by which nonce it knows each message.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from sandbox.music_api import Charge
from tests.behaviour.chaos.jams.hall import Hall
from tests.behaviour.chaos.jams.one_jam import OneJam
from tests.behaviour.chaos.jams.reports import TAKEN, JamReports
from tests.behaviour.chaos.jams.rows import rows_of
from tests.behaviour.end_to_end.conftest import Outside

_WORDS = re.compile(r"words \d+ in (hall-\d+)\.")
_JOIN = "suno.concat"


def audit(halls: Sequence[Hall], outside: Outside) -> JamReports:
    """Compare all of it."""
    reports = JamReports()
    charges = outside.api.charges
    spent, unresolved = outside.query(
        "SELECT COALESCE(SUM(charged - returned), 0), COALESCE(SUM(unresolved), 0) FROM job"
    )[0]
    reports.spent, reports.unresolved = int(str(spent)), int(str(unresolved))
    reports.charged, reports.kept = len(charges), sum(one.credits for one in charges if not one.refunded_at)
    if not reports.spent <= reports.kept <= reports.spent + reports.unresolved:
        reports.untrue.append(f"the books say {spent} and {unresolved}, the API {reports.kept}")
    jams = rows_of(outside, "jam", "id", "channel_id", "kind", "state", "pot")
    for hall in halls:
        for press in hall.presses:
            reports.acts[press.act] += 1
            reports.acts[f"{press.act} taken"] += press.is_taken(TAKEN.get(press.act, "~"))
            reports.acts[f"{press.act} unknown"] += press.is_unknown
        mine = [one for one in jams if one["channel_id"] == hall.channel.id]
        if len(mine) > 1:
            reports.posted_twice.append(f"{hall.channel.name}: its command began {len(mine)} jams")
        elif mine:
            OneJam(hall, mine[0], outside, reports).check()
        elif hall.start.is_taken("Jam #"):
            reports.lost.append(f"{hall.channel.name}: what was said to begin is nowhere")
    reports.charged_twice += _charged_twice(halls, charges)
    return reports


def _charged_twice(halls: Sequence[Hall], charges: Sequence[Charge]) -> Iterator[str]:
    """Requests that were charged more often than somebody asked for."""
    by_name = {hall.channel.name: hall for hall in halls}
    again = sum(len(hall.of("join-again")) for hall in halls)
    kept = [one for one in charges if one.operation != _JOIN or one.refunded_at is None]
    for asked, times in Counter(map(_asked, kept)).items():
        found = _WORDS.search(asked)
        if found is None and not asked.startswith(_JOIN):
            yield f"{asked} was charged and asked for by nobody"
        elif times > 1 + (len(by_name[found[1]].of("retry")) if found else again):
            yield f"{asked} was charged {times} times"


def _asked(charge: Charge) -> str:
    """What tells requests apart: the words of a member, or the part that is joined."""
    found = _WORDS.search(str(charge.body))
    return found[0] if found else f"{charge.operation} {charge.body}"
