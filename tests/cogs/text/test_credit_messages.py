"""What was spent, in words and as a sheet: nothing alike, nothing left out, nothing that calculates."""

import csv
from datetime import UTC

import pytest

from cogs.text import labels
from cogs.text.credit_messages import csv_file, spending
from jobs.models import Spending, Statement
from musicapi import load_profile

AT = 1_800_000_000.0
JOB = Statement(7, AT, 10**17, 5, "suno.create", "Harbour Lights", "done", 10, 10)


def row(job: Statement, members: dict[int, str], channels: dict[int, str]) -> dict[str, str]:
    content = csv_file([job], UTC, members, channels).decode("utf-8-sig")
    [found] = csv.DictReader(content.splitlines())
    return found


@pytest.mark.parametrize("profile", ["classic", "renamed"])
def test_no_two_commands_look_alike_in_a_report(profile: str) -> None:
    names = [labels.in_reports(operation) for operation in load_profile(profile).operations]
    assert len(set(names)) == len(names)


def test_what_there_is_no_line_for_is_summed_up() -> None:
    kinds = tuple((f"kind {number}", 20 - number) for number in range(13))
    text = spending(Spending((100,), ((1, 60), (2, 30)), 3, 10, kinds), 30)
    assert "2. <@2>: 30 credits\nand 10 credits by 3 others\n\n**By command**\n- kind 0: 20 credits" in text
    assert "- kind 9: 11 credits\n- and 27 credits in 3 others" in text
    assert "kind 10" not in text


def test_a_sheet_names_people_and_places_and_keeps_ids_whole() -> None:
    found = row(JOB, {10**17: "Mia"}, {5: "#jam"})
    assert (found["member"], found["member_id"]) == ("Mia", f"<@{10**17}>")
    assert (found["title"], found["channel"], found["state"]) == ("Harbour Lights", "#jam", "delivered")
    assert found["ordered_at"] == "2027-01-15 08:00:00"
    unknown = row(JOB, {}, {})
    assert (unknown["member"], unknown["channel"]) == ("", "<#5>")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        " =1",
        "\r=1",
        "\u200b=1",
        "\ufeff=1",
        "\uff1d1+1",
        "\uff20SUM(1)",
        "\u200d=1",
    ],
)
def test_what_a_member_typed_is_never_calculated(text: str) -> None:
    job = Statement(7, AT, 1, 5, "suno.create", text, "done", 10, 10)
    found = row(job, {1: text}, {5: text})
    for name in ("title", "member", "channel"):
        assert found[name][:2] in ("'=", "'+", "'-", "'@", "'\uff1d", "'\uff20", "'\u200d"), name


def test_a_title_of_several_lines_stays_one_cell() -> None:
    job = Statement(7, AT, 1, 5, "suno.create", 'a "b",\nc;d', "done", 10, 10)
    assert row(job, {}, {})["title"] == 'a "b", c;d'
