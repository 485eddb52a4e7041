"""The tables of `docs/reliability.md` are those of the tests: one row, one test."""

import re

from tests import ROOT
from tests.behaviour.faults import api_outcomes, discord_outcomes

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def table(head: str) -> list[tuple[str, ...]]:
    """The rows of the table under a heading line."""
    body = PAGE.split(head, 1)[1].split("\n\n", 1)[0]
    rows = [
        tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in body.strip().splitlines()
    ]
    return rows[1:]


def test_the_end_states_of_delivery() -> None:
    rows = [(row.name, row.state.value, row.posted) for row in discord_outcomes.OUTCOMES]
    assert table("| Discord's answer | end state | posted |") == rows


def test_the_fault_kinds_of_the_api() -> None:
    rows = [(row.name, row.state.value, str(row.charges), row.posted) for row in api_outcomes.OUTCOMES]
    assert table("| fault | end state | charged | posted |") == rows


def test_no_name_stands_twice_and_there_are_as_many_kinds_as_the_page_says() -> None:
    names = [row.name for row in (*discord_outcomes.OUTCOMES, *api_outcomes.OUTCOMES)]
    assert len(set(names)) == len(names)
    told = re.search(r"\| (\d+) of Discord, (\d+) of the API \|", PAGE)
    assert told is not None
    faults_of_discord = len(discord_outcomes.OUTCOMES) - 1  # one row is the case without any
    assert (int(told[1]), int(told[2])) == (faults_of_discord, len(api_outcomes.OUTCOMES))
    assert min(faults_of_discord, len(api_outcomes.OUTCOMES)) >= 40
