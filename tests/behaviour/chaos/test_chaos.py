"""Nothing lost, nothing paid twice, never silent; and whoever breaks that is found out."""

from pathlib import Path

import pytest

from tests.behaviour.chaos.report import report
from tests.behaviour.chaos.run import Plan, play, songs
from tests.fakes.sound import FixedSound

_CALM = (0.0, 0.0)
# Lives that end at the call where the break shows.
_IN_A_POST = ("discord POST /channels/*", True)
_BEFORE_A_POST = ("api file.jpeg", False)
_IN_THE_PAID_CALL = ("api suno.create", True)

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("unmeasured")]


async def test_twenty_kills_lose_nothing_and_repeat_nothing(fixed_sound: FixedSound, tmp_path: Path) -> None:
    figures = await play(Plan(seed=20, kills=20, jobs=20, life=0.5), fixed_sound, tmp_path, songs)
    reports = figures.reports
    assert reports.broken == [], report(figures)
    assert figures.errors == 0
    assert reports.cards >= 20
    told = reports.delivered + reports.failed + reports.cancelled + reports.cancelled_unheard + reports.held
    assert told == reports.cards, "every card has an end"
    assert reports.delivered > reports.cards / 2
    assert min(figures.api.struck, figures.discord.struck) > 0, "there was a storm"


@pytest.mark.parametrize(
    ("plan", "broken_promise"),
    [
        (Plan(1, 2, 5, _CALM, broken="fresh nonce", aim=_IN_A_POST), "posted_twice"),
        (Plan(1, 0, 12, (0.6, 0.0), broken="blind retry"), "charged_twice"),
        (Plan(1, 2, 5, _CALM, broken="done before post", aim=_BEFORE_A_POST), "lost"),
        (Plan(1, 2, 5, _CALM, broken="call before commit", aim=_IN_THE_PAID_CALL), "charged_twice"),
    ],
    ids=lambda each: each.broken if isinstance(each, Plan) else "",
)
async def test_a_bot_without_one_of_its_promises_is_found_out(
    fixed_sound: FixedSound, tmp_path: Path, *, plan: Plan, broken_promise: str
) -> None:
    figures = await play(plan, fixed_sound, tmp_path, songs)
    assert getattr(figures.reports, broken_promise), report(figures)
