"""What a changed setting is called, in the answer to the change and in the audit."""

from typing import Any

import pytest

from cogs.text.change_messages import audit, saved
from jobs.models import Change

GUILD, AT = 11, 1_800_000_000.0


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("quotas", [], [["server", 0, "songs", "day", 2]], "All members together: 2 songs a day."),
        ("quotas", [["role", GUILD, "credits", "week", 5]], [["role", GUILD, "credits", "week", 1]],
         "Each member: 1 credit a week (before: 5 credits)."),
        ("quotas", [["member", 7, "songs", "month", 3]], [["role", 8, "songs", "day", 1]],
         "<@7>: no quota of songs a month (before: 3 songs). Each <@&8>: 1 song a day."),
        ("confirm_from", 0, 20, "Members are asked before they spend 20 credits or more."),
        ("confirm_from", 20, 0, "Members are never asked about a price."),
        ("blocked", [1], [1, 2], "<@2> may not make anything until somebody lifts that."),
        ("blocked", [1, 2], [2], "<@1> may make things again."),
        ("blocked", [[1, None, ""]], [[1, None, ""], [2, AT + 60, "*spam*"]],
         "<@2> may not make anything until <t:1800000060:f>: \\*spam\\*."),
        ("blocked", [[1, None, ""]], [[1, None, "spam"]],
         "<@1> may not make anything until somebody lifts that: spam."),
        ("blocked", [[1, AT - 60, ""], [2, AT + 60, ""]], [], "<@2> may make things again."),
        ("blocked", [[1, AT - 60, ""]], [[3, None, ""]],
         "<@3> may not make anything until somebody lifts that."),
        ("forbidden_words", ["a"], ["b", "@everyone"],
         "Forbidden now: b, @\u200beveryone. Allowed again: a."),
        ("log_channel", None, 4, "Orders are listed in <#4>."),
        ("log_channel", 4, None, "Orders are listed nowhere."),
        ("exempt_roles", [], [3], "<@&3> is exempt from quotas."),
        ("channels", {}, {"suno": [5]}, "<#5> now takes `suno` commands."),
        ("channels", {"any": [5]}, {"any": []},
         "<#5> no longer takes all other commands. All other commands may be used everywhere."),
        ("roles", {"stems": [5]}, {"stems": [5, 6]}, "<@&6> may now use `stems` commands."),
        ("threads", False, True, "Each song is posted in a thread of its own."),
        ("results_channel", 4, None, "Results are posted where they are asked for."),
        ("in_flight", 0, 3, "A member may have 3 jobs under way."),
        ("alert_channel", 4, None, "Low-balance alerts are off."),
        ("alert_at", [100], [50, 5], "Alerts come below 50, 5 credits."),
        ("timezone", "UTC", "Europe/Berlin", "Days, weeks and months are those of Europe/Berlin."),
        ("API key", "a key (1)", "none", "Its own key was removed."),
        ("of_a_newer_version", 1, "@everyone", "of a newer version: @\u200beveryone."),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence(name: str, before: Any, after: Any, says: str) -> None:  # noqa: ANN401 - JSON
    change = Change(33, name, before, after, AT)
    assert saved([change], guild_id=GUILD) == f"**Saved.** {says}"
    assert audit([change], guild_id=GUILD) == f"<t:1800000000:f> <@33>: {says}"


def test_where_nothing_changed_the_answer_says_so() -> None:
    assert saved([], guild_id=GUILD) == "Nothing has changed: it was set like that already."
    assert audit([], guild_id=GUILD) == "Nothing has been changed yet."
