"""Sentences about credits: what is left, what was spent."""

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from io import StringIO

from cogs.text import labels
from cogs.text.clean import clean, clean_label, credits_text, mention, timestamp
from cogs.text.job_messages import STATES
from jobs.models import Balance, Drift, OwnerReport, Spending, Statement, Usage
from jobs.models.states import JobState

_WEEK = 7
_SHOWN, _KINDS_SHOWN = 3, 10
CHART_TITLES = ("Credits a day", "Credits by member")
BALANCE_HIDDEN = "The moderators of this server keep the balance to themselves."
COLUMNS = (
    *("job", "ordered_at", "member", "member_id", "command", "title", "channel"),
    *("state", "price", "charged", "unresolved"),
)
# What a spreadsheet would calculate; in East Asian ones also the wide forms of these, and what hides one.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\u200c\u200d")
_CELL = 200


def balance(known: Balance | None, *, reserved: int, fresh: bool) -> str:
    if known is None:
        return "The music API does not say how many credits are left. Try again in a minute."
    extra = f" ({known.extra:,} of them extra credits, spent first)" if known.extra else ""
    held_text = f", {reserved:,} of them reserved for jobs under way" if reserved else ""
    age = "" if fresh else f", as of {timestamp(known.at)}: the music API does not answer now"
    return f"**{known.total:,} credits** are left{extra}{held_text}{age}."


def usage(what: str, used: Usage) -> str:
    held_text = f", {credits_text(used.reserved)} reserved" if used.reserved else ""
    held_text += f", {credits_text(used.unresolved)} unresolved" if used.unresolved else ""
    jobs = "1 job" if used.jobs == 1 else f"{used.jobs:,} jobs"
    return f"{what}: {used.spent:,} credits for {jobs}{held_text}."


def outlook(known: Balance | None, reserved: int, found: Spending) -> str:
    rate = sum(found.by_day[-_WEEK:]) / min(len(found.by_day), _WEEK)
    burn = f"Burn rate: {rate:,.1f} credits a day in the last {_WEEK} days"
    if known is None or not rate:
        return f"{burn}."
    days = max(known.total - reserved, 0) / rate
    return f"{burn}, so what is left lasts {days:,.0f} days."


def spending(found: Spending, days: int) -> str:
    open_ = _unresolved(found.unresolved)
    lines = [f"**Spent in {days} days: {sum(found.by_day):,} credits**, reservations included{open_}."]
    for number, (user_id, amount) in enumerate(found.by_member, 1):
        lines.append(f"{number}. <@{user_id}>: {amount:,} credits")
    if found.other_members:
        others = "1 other" if found.other_members == 1 else f"{found.other_members:,} others"
        lines.append(f"and {credits_text(found.other_credits)} by {others}")
    lines += _by_command(found.by_command)
    if found.failed_jobs:
        jobs = "1 job" if found.failed_jobs == 1 else f"{found.failed_jobs:,} jobs"
        lines.append(
            f"Failed but charged: {jobs}, {credits_text(found.failed_credits)}; they have not come back."
        )
    return "\n".join(lines)


def _by_command(found: Sequence[tuple[str, int]]) -> list[str]:
    """A line for each kind of job, and one for those that there is no room for."""
    if not found:
        return []
    lines = [
        f"- {clean(labels.in_reports(operation), 60)}: {credits_text(amount)}"
        for operation, amount in found[:_KINDS_SHOWN]
    ]
    if rest := found[_KINDS_SHOWN:]:
        others = "1 other" if len(rest) == 1 else f"{len(rest)} others"
        lines.append(f"- and {credits_text(sum(amount for _, amount in rest))} in {others}")
    return ["", "**By command**", *lines]


def _unresolved(credits_: int) -> str:
    """What of a sum may not have been taken at all."""
    if not credits_:
        return ""
    return (
        f"; of these {credits_:,} are unresolved, as the API gave no answer and the balance does not tell yet"
    )


def drift(found: Sequence[Drift]) -> str:
    """List changes of the balance that no job explains; empty where there are none."""
    lines = []
    for one in found[:_SHOWN]:
        if one.job_id is not None:
            lines.append(
                f"{timestamp(one.at, 'd')}: job #{one.job_id} ({labels.operation(one.operation)}) should "
                f"cost {credits_text(one.price)}, and the balance shows {one.price - one.credits:,}."
            )
        else:
            what = "came that no job explains (a top-up?)" if one.credits > 0 else "went that no job took"
            lines.append(f"{timestamp(one.at, 'd')}: {abs(one.credits):,} credits {what}.")
    if not lines:
        return ""
    return "**The balance and the jobs differ** (another program may use the same key):\n" + "\n".join(lines)


def cut(rows: int) -> str:
    return f"The CSV file holds the latest {rows:,} jobs; ask for fewer days to have all of them."


def of_all(report: OwnerReport, servers: Mapping[int, str], days: int) -> str:
    """List what each server spent, for the bot's owner."""
    cap = "no cap; `DAILY_CAP` sets one" if report.cap is None else f"of {report.cap:,} allowed"
    open_ = _unresolved(report.unresolved)
    lines = [
        f"Today (UTC): {report.today:,} credits, {cap}.",
        f"**In {days} days**, reservations included{open_}:",
    ]
    for guild_id, amount in report.by_server:
        name = clean(servers.get(guild_id, "a server that I am no longer in"), 80)
        lines.append(f"{name} (`{guild_id}`): {amount:,} credits")
    return "\n".join(lines if report.by_server else lines[:1])


def low(threshold: int, known: Balance) -> str:
    return (
        f"**Low balance**: {known.total:,} credits are left, below the {threshold:,} of your alert. "
        "`/credits server` shows who spends them, `/quota set` limits that."
    )


def csv_file(
    found: Sequence[Statement], zone: tzinfo, members: Mapping[int, str], channels: Mapping[int, str]
) -> bytes:
    """Make a CSV file of jobs that a spreadsheet opens by a double click.

    The mark at its beginning says that it is UTF-8. An id stands as Discord writes a mention, as a number of
    18 digits would be rounded; the time is by the server's clock, as spreadsheets read it.
    """
    into = StringIO()
    writer = csv.writer(into)
    writer.writerow(COLUMNS)
    for one in found:
        member, channel = members.get(one.user_id, ""), channels.get(one.channel_id, "")
        texts = (member, mention(one.user_id), labels.in_reports(one.operation), one.title)
        figures = (one.price, one.charged, one.unresolved)
        at = f"{datetime.fromtimestamp(one.created_at, zone):%Y-%m-%d %H:%M:%S}"
        where = (channel or f"<#{one.channel_id}>", STATES[JobState(one.state)])
        writer.writerow((one.job_id, at, *map(_cell, (*texts, *where)), *figures))
    return into.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """Make a text a cell of one line that no spreadsheet takes for a formula."""
    shown = clean_label(text, _CELL)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def place(number: int) -> str:
    """What a member is called in the picture whose name cannot be had, or not be drawn."""
    return f"No. {number}"
