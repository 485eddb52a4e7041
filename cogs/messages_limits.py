"""What members read when a limit of the server or of the owner says no: which one, and how it goes on."""

from collections.abc import Callable

from cogs.money import credits_text
from cogs.text import timestamp
from jobs.gate import Refusal
from jobs.quota import Period, Subject, Unit

PERIODS = {Period.DAY: "today", Period.WEEK: "this week", Period.MONTH: "this month"}


def amount(unit: Unit, number: int) -> str:
    """A number of what a quota counts."""
    if unit is Unit.CREDITS:
        return "1 credit" if number == 1 else f"{number:,} credits"
    return "1 song" if number == 1 else f"{number:,} songs"


def _channel(error: Refusal) -> str:
    where = ", ".join(f"<#{channel}>" for channel in error.ids[:10])
    return f"That command is for other channels of this server: {where}. Send it there."


def _role(error: Refusal) -> str:
    which = ", ".join(f"<@&{role}>" for role in error.ids[:10])
    return (
        f"That command is for members with one of these roles here: {which}. "
        "Ask a moderator for one. Where none of them exists any more, `/settings roles` chooses others."
    )


def _in_flight(error: Refusal) -> str:
    count = error.amounts[0]
    jobs = "1 job is" if count == 1 else f"{count} jobs are"
    return (
        f"{jobs} under way for you, as many as this server allows at once. Send it again when one has come; "
        "`/jobs mine` shows them, and `/jobs cancel` ends one that has not begun."
    )


def _quota(error: Refusal) -> str:
    use = error.use
    if use is None:
        raise ValueError("a refusal for a quota names it")
    quota, when = use.quota, PERIODS[use.quota.period]
    whose = "This server's" if quota.subject is Subject.SERVER else "Your"
    if quota.amount == 0:
        return f"{whose} quota has no {quota.unit.value} for {when}. The moderators decide about it; ask one."
    what = f"{whose} {amount(quota.unit, quota.amount)} of {when}"
    verb = "is" if quota.amount == 1 else "are"
    used = (
        f"{verb} used but for {use.left:,}, and this takes {error.amounts[0]:,}"
        if use.left
        else f"{verb} used"
    )
    return f"{what} {used}, next at {timestamp(error.until or 0.0, 'f')}."


def _credits(error: Refusal) -> str:
    price, left, reserved, seen = error.amounts
    if not seen:
        return (
            f"The credits of this server do not cover the {credits_text(price)} of this. "
            "The moderators see the balance; ask one of them."
        )
    held = f" ({reserved:,} more are reserved for jobs under way)" if reserved else ""
    return (
        f"This costs {credits_text(price)}, and {left:,} are left{held}. "
        "Send something smaller, or ask a moderator to have the account topped up."
    )


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "channel": _channel,
    "blocked": lambda _: (
        "The moderators of this server have blocked you from making things with me. Ask one of them."
    ),
    "role": _role,
    "in_flight": _in_flight,
    "quota": _quota,
    "key": lambda _: (
        "This server has no API key of its own, and whoever runs this bot does not lend theirs. "
        "A moderator can give one with `/settings key`."
    ),
    "cap": lambda error: (
        "Whoever runs this bot lets it spend so much a day and no more, and that is reached. "
        f"It goes on at {timestamp(error.until or 0.0, 'f')}."
    ),
    "balance": lambda _: (
        "The music API does not say how many credits are left, and whoever runs this bot wants to be sure "
        "before anything is spent. Try again in a few minutes."
    ),
    "credits": _credits,
    "used": lambda _: (
        "That was ordered already, or is too old. `/jobs mine` shows your jobs; "
        "send the command again for another one."
    ),
}
