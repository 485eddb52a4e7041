"""Settings in words, as they are after a change: for the answer to it, and for the audit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cogs.text.clean import clean, credits_text, mention, timestamp
from cogs.text.limit_messages import REASON, amount, whose
from jobs.models import Block, Change
from jobs.models.quota import Unit
from jobs.rules.admission import ANY


def saved(changes: Sequence[Change], *, guild_id: int) -> str:
    """What a moderator has just changed, first thing in the answer."""
    if not changes:
        return "Nothing has changed: it was set like that already."
    return "\n".join(f"**Saved.** {sentence(change, guild_id)}" for change in changes)


def audit(changes: Sequence[Change], *, guild_id: int) -> str:
    """Who changed what, newest first."""
    lines = (f"{timestamp(one.at, 'f')} {mention(one.user_id)}: {sentence(one, guild_id)}" for one in changes)
    return "\n".join(lines) or "Nothing has been changed yet."


def sentence(change: Change, guild_id: int) -> str:
    """One change as a sentence; a setting of a newer or older version by its name."""
    if change.name == "quotas":
        return _quotas(change, guild_id)
    if change.name in _DIFFERENCES:
        return _DIFFERENCES[change.name](change)
    if change.name in _VALUES:
        return _VALUES[change.name](change.after)
    return f"{change.name.replace('_', ' ')}: {clean(str(change.after), 100)}."


def _results(value: int | None) -> str:
    return (
        f"All results are posted in <#{value}>." if value else "Results are posted where they are asked for."
    )


def _log(value: int | None) -> str:
    return f"Orders are listed in <#{value}>." if value else "Orders are listed nowhere."


def _alerts(value: int | None) -> str:
    return f"Low-balance alerts are posted in <#{value}>." if value else "Low-balance alerts are off."


_VALUES: Mapping[str, Callable[[Any], str]] = {
    "API key": lambda key: (
        "This server pays with its own key." if key != "none" else "Its own key was removed."
    ),
    "removed": lambda job_id: f"The result of job #{job_id} was removed.",
    "threads": lambda on: f"Each song is posted {'in a thread of its own' if on else 'in the channel'}.",
    "results_channel": _results,
    "in_flight": lambda jobs: f"A member may have {jobs or 'any number of'} jobs under way.",
    "confirm_from": lambda price: (
        f"Members are asked before they spend {credits_text(price)} or more."
        if price
        else "Members are never asked about a price."
    ),
    "balance_for_all": lambda on: f"The balance is shown to {'everybody' if on else 'moderators only'}.",
    "jam_pot": lambda credits_: f"The pot of a jam holds up to {credits_text(credits_)}.",
    "jam peek": lambda what: f"looked whose an entry of a jam is: {clean(str(what), 20)}.",
    "timezone": lambda name: f"Days, weeks and months are those of {clean(name, 60)}.",
    "alert_channel": _alerts,
    "log_channel": _log,
    "alert_at": lambda numbers: (
        f"Alerts come below {', '.join(f'{number:,}' for number in numbers)} credits."
    ),
}
_LISTS = {
    "jam_hosts": ("<@&{}>", "may start jams now.", "may no longer start jams."),
    "exempt_roles": ("<@&{}>", "is exempt from quotas.", "is no longer exempt from quotas."),
}
_BY_FAMILY = {"channels": "<#{}>", "roles": "<@&{}>"}


def _list(change: Change) -> str:
    form, added, removed = _LISTS[change.name]
    return _difference(change.before, change.after, form, added, removed)


def _blocks(change: Change) -> str:
    """Who may make nothing now, until when and why; who may again. One that had ended is no news."""
    before, after = (
        {one.user_id: one for one in map(_block, rows)} for rows in (change.before, change.after)
    )
    told = [
        f"{mention(one.user_id)} may not make anything{_until(one)}"
        for one in after.values()
        if before.get(one.user_id) != one
    ]
    told += [
        f"{mention(one.user_id)} may make things again."
        for one in before.values()
        if one.user_id not in after and one.holds(change.at)
    ]
    return " ".join(told) or "Blocks that had ended were taken off the list."


def _block(row: Any) -> Block:  # noqa: ANN401 - as in JSON; an earlier version noted ids alone
    return Block(row) if isinstance(row, int) else Block(*row)


def _until(block: Block) -> str:
    until = f" until {timestamp(block.until, 'f')}" if block.until else " until somebody lifts that"
    return f"{until}: {clean(block.reason, REASON)}." if block.reason else f"{until}."


def _words(change: Change) -> str:
    told = []
    for words, what in (
        ([one for one in change.after if one not in change.before], "Forbidden now"),
        ([one for one in change.before if one not in change.after], "Allowed again"),
    ):
        if words:
            told.append(f"{what}: {', '.join(clean(word, 60) for word in words)}.")
    return " ".join(told)


def _families(change: Change) -> str:
    """Which channels or roles a family of commands gained or lost."""
    form = _BY_FAMILY[change.name]
    told = []
    for family in {**change.before, **change.after}:
        before, after = change.before.get(family, []), change.after.get(family, [])
        if before != after:
            name = "All other commands" if family == ANY else f"`{family}` commands"
            added, removed = f"may now use {name.lower()}.", f"may no longer use {name.lower()}."
            if change.name == "channels":
                added, removed = f"now takes {name.lower()}.", f"no longer takes {name.lower()}."
            told.append(_difference(before, after, form, added, removed))
            if not after:
                told.append(
                    f"{name} may be used {'everywhere' if change.name == 'channels' else 'by everybody'}."
                )
    return " ".join(told)


def _difference(
    before: Sequence[object], after: Sequence[object], form: str, added: str, removed: str
) -> str:
    told = []
    for ids, what in (
        ([one for one in after if one not in before], added),
        ([one for one in before if one not in after], removed),
    ):
        if ids:
            told.append(f"{', '.join(form.format(one) for one in ids)} {what}")
    return " ".join(told)


def _quotas(change: Change, guild_id: int) -> str:
    """Each quota that came, went or has another amount; as [subject, id, unit, period, amount]."""
    before, after = ({tuple(one[:4]): one[4] for one in quotas} for quotas in (change.before, change.after))
    told = []
    for key in {**before, **after}:
        if before.get(key) == after.get(key):
            continue
        who, unit, period = whose(key[0], key[1], guild_id), Unit(key[2]), key[3]
        now = (
            f"{amount(unit, after[key])} a {period}"
            if key in after
            else f"no quota of {unit.value} a {period}"
        )
        was = f" (before: {amount(unit, before[key])})" if key in before else ""
        told.append(f"{who}: {now}{was}.")
    return " ".join(told)


_DIFFERENCES: Mapping[str, Callable[[Change], str]] = {
    "blocked": _blocks,
    "forbidden_words": _words,
    **dict.fromkeys(_LISTS, _list),
    **dict.fromkeys(_BY_FAMILY, _families),
}
