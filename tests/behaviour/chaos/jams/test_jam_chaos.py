"""Killed again and again, relays and contests lose nothing and say, count and pay nothing twice."""

from pathlib import Path

import pytest

from tests.behaviour.chaos.report import report
from tests.behaviour.chaos.run import Plan, jams, play
from tests.fakes.sound import FixedSound

_CALM = (0.0, 0.0)
_POST = "discord POST /channels/*"

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


async def test_a_few_kills_lose_nothing_and_repeat_nothing(fixed_sound: FixedSound, tmp_path: Path) -> None:
    figures = await play(Plan(seed=20, kills=6, jobs=2, life=1.2), fixed_sound, tmp_path, jams)
    reports = figures.reports
    assert reports.broken == [], report(figures)
    assert figures.errors == 0
    assert sum(reports.jams.values()) >= 2
    assert min(reports.entries, reports.parts) > 0, report(figures)
    assert min(figures.api.struck, figures.discord.struck) > 0, "there was a storm"


@pytest.mark.parametrize(
    ("plan", "broken_promise"),
    [
        (Plan(1, 1, 1, _CALM, broken="fresh jam nonce", aim=(_POST, True)), "posted_twice"),
        (Plan(1, 0, 1, (0.0, 0.4), broken="lost answer believed"), "lost"),
        (Plan(1, 0, 1, _CALM, broken="ballot appended"), "miscounted"),
    ],
    ids=lambda each: each.broken if isinstance(each, Plan) else "",
)
async def test_a_bot_without_one_of_its_promises_is_found_out(
    fixed_sound: FixedSound, tmp_path: Path, *, plan: Plan, broken_promise: str
) -> None:
    figures = await play(plan, fixed_sound, tmp_path, jams)
    assert getattr(figures.reports, broken_promise), report(figures)
