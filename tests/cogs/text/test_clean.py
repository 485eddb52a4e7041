"""Foreign text: harmless whatever it is, and never longer than it may be."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogs.text import clean, job_messages
from cogs.ui import buttons, clip_cards, embeds, lists
from cogs.ui.job_cards import job_card
from jobs.models import Card, Clip, Family, Job, Listed, ListedJob, Place, Post, Reason, Shelf
from jobs.models.states import JobState
from musicapi import load_profile

AWAY = Place(2**63, 2**63)
CATALOGUE = load_profile("classic")

HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "@everyone", "@here", "<@1>", "<@&2>", "<#3>", "</cmd:4>", "<t:1:R>", "<:a:5>",
                "[x](https://y.z)",
                "https://evil.example", "discord.gg/abc", "`", "```", "**", "__", "||", "~~", "> ",
                "# ", "\\",
                "\u202e", "\u2066", "\u200f", "\U0001f600", "\ud83d",
                "e" + "\u0301" * 50, "\x00", "\x1b[31m", "\n", "\u2028", "\U000e0041", "مرحبا",
            ]
        ),
    ),
    max_size=30,
).map("".join)  # fmt: skip

MENTION = re.compile(r"@everyone|@here|<[@#:/t]")


def job(**changes: object) -> Job:
    values: dict[str, object] = {
        "id": 7, "guild_id": 1, "channel_id": 2, "user_id": 3, "operation": "suno.create", "provider": "suno",
        "params": {}, "summary": "", "source_clip_id": "", "price": 10, "state": JobState.FAILED,
        "state_at": 0.0, "created_at": 0.0, "upload_limit": 1, "charged": 10, "outcome_at": 1.0,
        **changes,
    }  # fmt: skip
    return Job(**values)  # type: ignore[arg-type] # a table of a test


@given(HOSTILE, st.integers(2, 400))
def test_clean_text_can_neither_ping_nor_link_nor_hide(foreign: str, limit: int) -> None:
    shown = clean.clean(foreign, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert not MENTION.search(shown)
    assert "://" not in shown
    assert "](" not in re.sub(r"\\.", "", shown)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(HOSTILE)
def test_formatting_is_shown_as_it_was_typed(foreign: str) -> None:
    shown = clean.clean(foreign, 10_000)
    bare = re.sub(r"\\.", "", shown)
    assert not set(bare) & set("*_~|`[]\\"), "every sign of formatting is escaped"
    assert not re.match(r"[#>+-]|\d+[.)]", shown), "no heading, quote or list"


@given(HOSTILE)
def test_the_label_of_a_link_cannot_end_it(foreign: str) -> None:
    shown = clean.clean_link(foreign + "\\", 10_000)
    assert not set(shown) & set("[]")
    assert not re.search(r"(?<!\\)(?:\\\\)*\\$", shown)
    assert MENTION.search(shown) is None


@given(HOSTILE, st.integers(2, 100))
def test_plain_text_keeps_to_its_limit(foreign: str, limit: int) -> None:
    shown = clean.clean_label(foreign, limit)
    assert len(shown) <= limit
    assert "\n" not in shown


@settings(deadline=None)  # a busy machine is no failure
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(Reason), st.booleans())
def test_no_card_is_over_discords_limits(
    title: str, words: str, part: str, reason: Reason, linked: bool
) -> None:
    url = "https://cdn.example/" + "x" * 400
    clips = [
        Clip(7, n, f"id-{n}", "song", title * 9, part=part * 9, audio_url=url, tags=words * 9, duration=61.0)
        for n in range(24)
    ]
    failed = job(summary=words * 9, reason=reason, reason_text=title * 9)
    attached = frozenset() if linked else frozenset(range(24))
    for embed in (
        job_card(job(summary=words * 9), Card(1.0, results_in=2))["embed"],
        clip_cards.results(job(), clips, attached),
        embeds.bad_news(failed),
        embeds.bad_news(job(state=JobState.HELD, reason=Reason.LOST_ANSWER)),
        embeds.details(failed, clips),
        clip_cards.clip_card(
            replace(clips[0], lyrics=words * 99), job(), Family(tuple(clips), tuple(clips)), {}, ""
        ),
        clip_cards.personas(clips),
        clip_cards.results(
            job(), [replace(clip, kind="lyrics", lyrics=words * 99) for clip in clips], attached
        ),
        lists.jobs(
            1, "Jobs", 1, [ListedJob(job(id=10**9, summary=words * 9), title * 9, AWAY)] * 8, whose=True
        ),
        lists.songs(1, Shelf(words, "stem", 2**63, 3), 1, [Listed(clip, 10**9, AWAY) for clip in clips[:8]]),
        lists.top(1, "all", 10**4, [Listed(clip, 10**9, AWAY) for clip in clips[:8]]),
    ):
        assert len(embed) <= 6000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
        for field in embed.fields:
            assert 0 < len(field.value or "") <= 1024


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("dub, ska", 8, "dub, ska"),
        ("dub, ska", 7, "dub"),
        ("dub, ska, folk", 8, "dub, ska"),
        ("slow dub", 5, "slow"),
        ("duuuub", 3, "duu"),
        ("", 3, ""),
    ],
)
def test_a_style_is_shortened_after_one_of_its_words(text: str, limit: int, shown: str) -> None:
    assert clean.shortened(text, limit) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("one\ntwo", 7, "one\ntwo"),
        ("one\ntwo", 6, "one\n…"),
        ("one\ntwo\nthree", 10, "one\ntwo\n…"),
        ("one\n\ntwo\nthree", 8, "one\n…"),
        ("\n\none\n", 10, "one"),
        ("and took first the lamps", 17, "and took first…"),
        ("and took first the lamps", 13, "and took…"),
        ("漢字漢字漢字", 4, "漢字漢…"),
        ("a_b_c\nd", 9, "a\\_b\\_c\nd"),
        ("", 5, ""),
    ],
)
def test_words_are_cut_at_the_end_of_a_line_or_of_a_word(text: str, limit: int, shown: str) -> None:
    assert clean.clean_lines(text, limit) == shown


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("returned", [0, 10])
def test_every_failure_says_what_happened_what_it_cost_and_what_to_do(reason: Reason, returned: int) -> None:
    said = job_messages.failure(job(reason=reason, returned=returned, task_id="t", reason_text="because"))
    assert len(said.split(". ")) >= 2
    assert ("were given back" in said) is bool(returned)
    assert "Traceback" not in said


def test_what_an_earlier_lost_call_may_have_cost_is_not_kept_quiet() -> None:
    said = job_messages.failure(job(reason=Reason.CREDITS, charged=0, unresolved=10))
    assert "Whether 10 credits were taken by an earlier try is not known yet" in said
    assert "Nothing was charged" not in said
    given_up = job_messages.cancelled(job(state=JobState.CANCELLED, charged=0, unresolved=10), 3)
    assert "Whether 10 credits were taken is not known yet" in given_up
    assert "Nothing was charged" not in given_up
    free = job_messages.cancelled(job(state=JobState.CANCELLED, charged=0), 3)
    assert "Nothing was charged" in free


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": Reason.LOST_UNMOVED}, "The balance has not moved so far"),
        ({"reason": Reason.LOST_ANSWER}, "The balance has moved, and it is not clear yet"),
        ({"reason": Reason.LOST_BALANCE}, "The balance could not be read"),
    ],
)
def test_a_lost_answer_is_told_with_what_the_balance_shows_and_the_risk(
    changes: dict[str, object], said: str
) -> None:
    text = job_messages.held(job(state=JobState.HELD, charged=0, unresolved=10, **changes))
    assert text.startswith("The music API gave no answer.")
    assert said in text
    assert "**Try again** sends it once more for 10 credits" in text
    assert "both cost" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": Reason.LOST_TASK}, "The balance shows that 10 credits were taken."),
        ({"reason": Reason.LOST_FREE, "charged": 0}, "Nothing was charged."),
        ({"reason": Reason.LOST_TASK, "charged": 10, "returned": 10}, "The 10 credits were given back."),
    ],
)
def test_the_end_of_a_lost_call_says_what_it_cost(changes: dict[str, object], said: str) -> None:
    text = job_messages.failure(job(**changes))
    assert text.startswith("The music API gave no answer")
    assert said in text
    assert "**Try again**" in text


def test_a_single_result_offers_all_that_can_be_done_with_it() -> None:
    whole = job(operation="suno.concat")
    one = Clip(7, 0, "c", "song", "T", provider="suno", operation="suno.concat")
    menu, row = buttons.result_buttons(whole, [one], Post(1, 7, 0, 0, "0" * 16), CATALOGUE).to_components()
    [menu] = menu["components"]
    assert menu["custom_id"] == f"encore-menu:7:{'0' * 16}"
    assert [option["label"].partition(" · ")[0] for option in menu["options"]] == [
        "Stems, 2 tracks", "All stems", "WAV", "Extend", "Cover", "Persona", "Job #7",
    ]  # fmt: skip
    assert [button["label"] for button in row["components"]] == ["Stems · 10 cr", "All stems · 50 cr", "♥"]


def test_a_task_that_may_still_end_is_looked_at_again_before_it_is_paid_again() -> None:
    def labels(failed: Job) -> list[str]:
        view = buttons.news_buttons(failed, Post(1, 7, 0, 0, "0" * 16), CATALOGUE)
        return [str(getattr(child.item, "label", "")) for child in view.children]  # type: ignore[attr-defined] # ours

    assert labels(job(reason=Reason.DEADLINE, task_id="t")) == [
        "Look again · free",
        "Try again · 10 credits",
        "Change and try again",
        "Job #7",
    ]
    assert labels(job(reason=Reason.CREDITS)) == ["Try again · 10 credits", "Change and try again", "Job #7"]


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        (Reason.RETIRED, []),
        (Reason.MODEL, []),
        (Reason.LINK, []),
        (Reason.SOURCE, []),
        (Reason.INPUT, ["Change and try again"]),
        (Reason.CONTENT, ["Change and try again"]),
        (Reason.REFUSED, ["Try again · 10 credits", "Change and try again"]),
        (Reason.SUBSCRIPTION, ["Try again · 10 credits", "Change and try again"]),
        (Reason.TASK, ["Try again · 10 credits", "Change and try again"]),
    ],
)
def test_what_must_end_the_same_way_is_not_offered(reason: Reason, offered: list[str]) -> None:
    view = buttons.news_buttons(job(reason=reason), Post(1, 7, 0, 0, "0" * 16), CATALOGUE)
    labels = [str(getattr(child.item, "label", "")) for child in view.children]  # type: ignore[attr-defined] # ours
    assert labels == [*offered, "Job #7"]
    assert ("Try again" in job_messages.failure(job(reason=reason))) <= bool(offered)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("task_id", ["", "t"])
def test_a_sentence_is_whole_where_the_api_gave_no_words(reason: Reason, task_id: str) -> None:
    for nothing in ("", " ", "\u2060"):
        said = job_messages.failure(job(reason=reason, reason_text=nothing, task_id=task_id))
        assert ": " not in said.replace("`: ", "")
        assert ":\n" not in said
        assert ">" not in said
    quoted = job_messages.failure(job(reason=Reason.TASK, reason_text="Too loud.", task_id="t"))
    assert quoted.startswith(
        "The music API took the job, and then it failed there:\n> Too loud.\nIt was charged"
    )


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(154.32, "2:34.32"), (154.0, "2:34"), (154.999, "2:34.99"), (0.3, "0:00.30"), (3723.5, "1:02:03.50")],
)
def test_a_moment_is_told_as_exactly_as_it_is_sent(seconds: float, shown: str) -> None:
    assert clean.moment(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (0.4, "0:00"), (61, "1:01"), (154.32, "2:34"), (3723, "1:02:03")]
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert clean.duration(seconds) == shown


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "ftp://x/y", "https://", "https://x/\u202ey", "https://x/a b", "x" * 600],
)
def test_what_is_no_plain_web_address_is_not_linked(url: str) -> None:
    assert embeds.link("listen", url) == ""


def test_a_link_cannot_break_out_of_its_brackets() -> None:
    assert embeds.link("listen", "https://x/a)(b>") == "[listen](<https://x/a%29%28b%3E>)"


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"state": JobState.DONE}, "10 credits"),
        ({"state": JobState.DONE, "unresolved": 10}, "10 credits; 10 credits that may have been taken"),
        ({"state": JobState.DONE, "price": 0, "charged": 0}, "free"),
        ({"state": JobState.ACCEPTED, "charged": 0}, "10 credits, not spent yet"),
        ({"task_id": "t", "returned": 10}, "10 credits, given back"),
        ({"task_id": "t"}, "10 credits"),
        ({"charged": 0}, "nothing"),  # declined
        ({"state": JobState.CANCELLED, "charged": 0}, "nothing"),
        (
            {"state": JobState.CANCELLED, "charged": 0, "unresolved": 10},
            "10 credits that may have been taken",
        ),
    ],
)
def test_what_a_job_cost(changes: dict[str, object], cost: str) -> None:
    assert job_messages.cost(job(**changes)) == cost


@given(
    st.lists(
        st.lists(st.text("abc ", min_size=1, max_size=30).map(str.strip).filter(bool), min_size=1), min_size=1
    )
)
def test_a_long_text_is_split_between_lines_and_entries_and_loses_nothing(lines: list[list[str]]) -> None:
    text = "\n".join(", ".join(entries) for entries in lines)
    shown = clean.pages(text, 40)
    assert all(0 < len(page) <= 40 for page in shown)
    assert "".join(shown).replace("\n", "") == text.replace("\n", "")
