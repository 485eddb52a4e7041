"""What members read when a limit of the server or of the owner says no: which one, and how it goes on."""

from collections.abc import Callable, Sequence

from cogs.text import labels
from cogs.text.clean import clean, credits_text, timestamp
from jobs.models import GuildSettings, Order
from jobs.models.quota import Period, Quota, Subject, Unit, Use
from jobs.rules.admission import Refusal

PERIODS = {Period.DAY: "today", Period.WEEK: "this week", Period.MONTH: "this month"}
_SHOWN = 30
_TEXT = 3900


def amount(unit: Unit, number: int) -> str:
    """A number of what a quota counts."""
    if unit is Unit.CREDITS:
        return "1 credit" if number == 1 else f"{number:,} credits"
    return "1 song" if number == 1 else f"{number:,} songs"


def _channel(error: Refusal) -> str:
    where = ", ".join(f"<#{channel}>" for channel in error.ids[:10])
    return (
        f"That command is for other channels of this server: {where}. Send it there. Where none of them "
        "exists any more, a moderator forgets them with `/settings channel` and `allowed: False`."
    )


def _role(error: Refusal) -> str:
    which = ", ".join(f"<@&{role}>" for role in error.ids[:10])
    return (
        f"That command is for members with one of these roles here: {which}. "
        "Ask a moderator for one. Where none of them exists any more, a moderator forgets them with "
        "`/settings role` and `allowed: False`."
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
    if error.until is None:
        return (
            f"{whose} quota is {amount(quota.unit, quota.amount)} a {quota.period}, and this alone takes "
            f"{amount(quota.unit, error.amounts[0])}. Choose something smaller, or ask a moderator."
        )
    what = f"{whose} {amount(quota.unit, quota.amount)} of {when}"
    verb = "is" if quota.amount == 1 else "are"
    used = (
        f"{verb} used but for {use.left:,}, and this takes {error.amounts[0]:,}"
        if use.left
        else f"{verb} used"
    )
    return f"{what} {used}, next at {timestamp(error.until, 'f')}."


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
    "cap": lambda error: (
        "Whoever runs this bot lets it spend so much a day and no more, and "
        + (
            f"that is reached. It goes on at {timestamp(error.until, 'f')}."
            if error.until
            else "this costs more than that. Choose something smaller, or ask them."
        )
    ),
    "balance": lambda _: (
        "The music API does not say how many credits are left, and whoever runs this bot wants to be sure "
        "before anything is spent. Try again in a few minutes."
    ),
    "credits": _credits,
    "owner": lambda _: "Only whoever runs this bot can see that. `/credits server` is for moderators.",
    "full": lambda error: f"There are {error.amounts[0]:,} already, which is the most. Remove one first.",
    "two_subjects": lambda _: "Name a member or a role, not both.",
    "closed": lambda error: (
        f"I could not post in <#{error.ids[0]}>: I am missing {', '.join(error.names)} there. "
        "Allow that and send the command again, or choose another channel; nothing was changed."
    ),
    "timezone": lambda _: (
        "There is no such time zone. Pick one from the list that opens while you type, such as Europe/Berlin."
    ),
    "thresholds": lambda _: "Give up to five whole numbers of credits, such as `100, 20`.",
    "family": lambda _: "There is no such family of commands. Pick one from the list.",
    "used": lambda _: (
        "That was ordered already, or is too old. `/jobs mine` shows your jobs; "
        "send the command again for another one."
    ),
}


def ask(order: Order, price: int) -> str:
    """Whether a member agrees to a price."""
    return (
        f"**{labels.operation(order.operation)}** costs {credits_text(price)}, and this server has me ask "
        "first. Nothing has been ordered yet: press the button, or dismiss this message."
    )


def own(uses: Sequence[Use]) -> str:
    """A member's quotas, with what is left of them and when they begin anew."""
    lines = []
    for use in uses:
        quota = use.quota
        whose = "All members together" if quota.subject is Subject.SERVER else "You"
        left = f"{use.left:,} of {amount(quota.unit, quota.amount)}"
        lines.append(f"{whose}: {left} left {PERIODS[quota.period]}, anew {timestamp(use.until)}.")
    return "\n".join(lines) or "There is no quota for you here."


def quotas(chosen: GuildSettings, *, guild_id: int) -> str:
    """The quotas of a server, and who is blocked."""
    lines = [
        f"{_whose(one, guild_id)}: {amount(one.unit, one.amount)} a {one.period}" for one in chosen.quotas
    ]
    if not lines:
        lines = ["No quotas: members may use what the balance holds. `/quota set` makes one."]
    if chosen.exempt_roles:
        lines.append("Exempt: " + ", ".join(f"<@&{role}>" for role in chosen.exempt_roles[:_SHOWN]))
    if chosen.blocked:
        more = len(chosen.blocked) - _SHOWN
        listed = ", ".join(f"<@{member}>" for member in chosen.blocked[-_SHOWN:])
        lines.append(f"Blocked: {listed}" + (f" and {more} more" if more > 0 else ""))
    lines.append(f"Days, weeks and months are those of {clean(chosen.timezone, 60)} (`/settings timezone`).")
    while sum(map(len, lines)) + len(lines) > _TEXT:
        lines.pop(0)
    return "\n".join(lines)


def _whose(quota: Quota, guild_id: int) -> str:
    if quota.subject is Subject.SERVER:
        return "**All members together**"
    if quota.subject is Subject.MEMBER:
        return f"<@{quota.subject_id}>"
    return "**Each member**" if quota.subject_id == guild_id else f"Each <@&{quota.subject_id}>"
