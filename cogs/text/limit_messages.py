"""Sentences about limits of the server or the owner: which one was reached, and the next step."""

from collections.abc import Sequence

from cogs.text import labels
from cogs.text.clean import clean, credits_text, mention, timestamp
from jobs.models import Block, GuildSettings, Order
from jobs.models.quota import Period, Subject, Unit, Use
from jobs.models.rejections import NotEnoughCredits, QuotaUsedUp, WrongTarget
from jobs.rules.admission import NeedsConfirmation

# Of the reason of a block, in characters.
REASON = 200
PERIODS = {Period.DAY: "today", Period.WEEK: "this week", Period.MONTH: "this month"}


def amount(unit: Unit, number: int) -> str:
    one = "credit" if unit is Unit.CREDITS else "song"
    return f"1 {one}" if number == 1 else f"{number:,} {one}s"


def channels(allowed: Sequence[int]) -> str:
    where = ", ".join(f"<#{channel}>" for channel in allowed[:10])
    return (
        f"That command is for other channels of this server: {where}. Send it there. Where none of them "
        "exists any more, a moderator forgets them with `/settings channel` and `allowed: False`."
    )


def roles(allowed: Sequence[int]) -> str:
    which = ", ".join(f"<@&{role}>" for role in allowed[:10])
    return (
        f"That command is for members with one of these roles here: {which}. "
        "Ask a moderator for one. Where none of them exists any more, a moderator forgets them with "
        "`/settings role` and `allowed: False`."
    )


def in_flight(count: int) -> str:
    jobs = "1 job is" if count == 1 else f"{count} jobs are"
    return (
        f"{jobs} under way for you, as many as this server allows at once. Send it again when one has come; "
        "`/jobs mine` shows them, and `/jobs cancel` ends one that has not begun."
    )


def used_up(why: QuotaUsedUp) -> str:
    quota, when = why.use.quota, PERIODS[why.use.quota.period]
    whose = "This server's" if quota.subject is Subject.SERVER else "Your"
    if quota.amount == 0:
        return f"{whose} quota has no {quota.unit.value} for {when}. The moderators decide about it; ask one."
    if why.until is None:
        return (
            f"{whose} quota is {amount(quota.unit, quota.amount)} a {quota.period}, and this alone takes "
            f"{amount(quota.unit, why.asked)}. Choose something smaller, or ask a moderator."
        )
    what = f"{whose} {amount(quota.unit, quota.amount)} of {when}"
    verb = "is" if quota.amount == 1 else "are"
    left = why.use.left
    used = f"{verb} used but for {left:,}, and this takes {why.asked:,}" if left else f"{verb} used"
    return f"{what} {used}, next at {timestamp(why.until, 'f')}."


def cap(until: float | None) -> str:
    how = (
        f"that is reached. It goes on at {timestamp(until, 'f')}."
        if until
        else "this costs more than that. Choose something smaller, or ask them."
    )
    return f"Whoever runs this bot lets it spend so much a day and no more, and {how}"


def too_few(why: NotEnoughCredits) -> str:
    if not why.shown:
        return (
            f"The credits of this server do not cover the {credits_text(why.price)} of this. "
            "The moderators see the balance; ask one of them."
        )
    held = f" ({why.reserved:,} more are reserved for jobs under way)" if why.reserved else ""
    return (
        f"This costs {credits_text(why.price)}, and {why.left:,} are left{held}. "
        "Send something smaller, or ask a moderator to have the account topped up."
    )


def wrong_target(why: WrongTarget) -> str:
    if why.surplus:
        named = " and ".join(f"`{name}`" for name in why.surplus)
        return f"`who: {why.who}` goes without {named}. Leave it out, or choose another `who`."
    return f"`who: {why.who}` needs the option `{why.needed}` too. Add it and send the command again."


def blocked(block: Block) -> str:
    """Told to the member, when they order and in `/credits mine`."""
    until = f" until {timestamp(block.until, 'f')} ({timestamp(block.until)})" if block.until else ""
    why = f" Reason: {clean(block.reason, REASON)}." if block.reason else ""
    end = "It ends by itself, or a moderator lifts it." if block.until else "Only a moderator can lift that."
    return f"A moderator has blocked you from using Encore on this server{until}.{why} {end}"


NOT_YET = "Nothing is ordered until you press the button."
UNKNOWN_BALANCE = (
    "The music API does not say how many credits are left, and whoever runs this bot wants to be sure "
    "before anything is spent. Try again in a few minutes."
)


def price_question(order: Order, needed: NeedsConfirmation) -> str:
    """Name the price, and what is left to pay it from."""
    left = [] if needed.left is None else [f"{credits_text(needed.left)} are left on the account."]
    quotas = [remaining(needed.uses)] if needed.uses else []
    what = clean(order.summary, 150)
    first = f"**{labels.operation(order.operation)}** for **{credits_text(needed.price)}**?"
    return "\n".join([first, *([what] if what else []), *left, *quotas, NOT_YET])


def remaining(uses: Sequence[Use]) -> str:
    lines = []
    for use in uses:
        quota = use.quota
        whose = "All members together" if quota.subject is Subject.SERVER else "You"
        left = f"{use.left:,} of {amount(quota.unit, quota.amount)}"
        lines.append(f"{whose}: {left} left {PERIODS[quota.period]}; resets {timestamp(use.until)}.")
    return "\n".join(lines) or "You have no quota on this server."


def block_text(block: Block) -> str:
    """A block as moderators read it."""
    until = f" until {timestamp(block.until, 'f')}" if block.until else ""
    return f"<@{block.user_id}>{until}" + (f": {clean(block.reason, REASON)}" if block.reason else "")


def quotas(chosen: GuildSettings, *, guild_id: int, now: float) -> str:
    lines = [
        f"**{whose(q.subject, q.subject_id, guild_id)}**: {amount(q.unit, q.amount)} a {q.period}"
        for q in chosen.quotas
    ]
    if not lines:
        lines = ["No quotas: members may spend the whole balance. Set one with `/quota set`."]
    if chosen.exempt_roles:
        lines.append("Exempt: " + ", ".join(f"<@&{role}>" for role in chosen.exempt_roles))
    blocks = [one for one in chosen.blocked if one.holds(now)]
    plain = [f"<@{one.user_id}>" for one in blocks if one.until is None and not one.reason]
    if plain:
        lines.append("Blocked: " + ", ".join(plain))
    lines += [f"Blocked: {block_text(one)}" for one in blocks if one.until or one.reason]
    lines.append(f"Days, weeks and months are those of {clean(chosen.timezone, 60)} (`/settings timezone`).")
    return "\n".join(lines)


def whose(subject: str, subject_id: int, guild_id: int) -> str:
    """Name those whom a quota limits; a server's id is also that of its role @everyone."""
    if subject == Subject.SERVER:
        return "All members together"
    if subject == Subject.MEMBER:
        return mention(int(subject_id))
    return "Each member" if subject_id == guild_id else f"Each <@&{subject_id}>"
