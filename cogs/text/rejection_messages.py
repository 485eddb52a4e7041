"""A sentence for each type of rejection: the reason and the next step."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from cogs.text import key_messages, labels, limit_messages
from cogs.text.clean import clean, duration, timestamp
from cogs.text.jams import refusals
from jobs.models import Clip, rejections
from jobs.models.rejections import Denied, JamProblem, KeyProblem, Rejection, Retired, WrongInput, WrongTarget
from jobs.rules.names import full_title

_CHANGE = "Change it and send the command again."
_KEPT = "**Change it** opens the form with what you typed."
_PICK = "Pick one from the list that appears as you type."
# The whole must fit into one message.
_MAX_LISTED, _LINE_END = 12, "\n"
_DENIED: Mapping[Denied, str] = {
    Denied.NOT_A_MODERATOR: "Only moderators (Manage Server) can do that; ask one of them.",
    Denied.NOT_THE_OWNER: "Only whoever runs this bot can see that. `/credits server` is for moderators.",
    Denied.SERVER_UNKNOWN: "Discord has not told me yet which channels you can see, so I show nothing made "
    "elsewhere. Try again in a minute.",
    Denied.UNKNOWN_CHANNEL: "I do not know this kind of channel, so I could not deliver anything here. "
    "Use another channel.",
    Denied.OPERATION_GONE: "I no longer know how to do that. Type `/` to see what I can do now.",
    Denied.ORDERED_ALREADY: "You have already ordered this, or the button has expired. `/jobs mine` shows "
    "your jobs; send the command again for another one.",
    Denied.BALANCE_UNKNOWN: limit_messages.UNKNOWN_BALANCE,
    Denied.PERSONA_UNKNOWN: "The persona was not made in this server. `/persona list` shows those that "
    f"were. {_PICK}",
    Denied.CLIP_UNKNOWN: "I don't know that song. Pick one from the list that appears as you type, or paste "
    "a clip id.",
    Denied.MESSAGE_WITHOUT_CLIP: f"That message holds no song of mine. {_PICK}",
    Denied.MESSAGE_ELSEWHERE: f"That message is in another server. {_PICK}",
    Denied.UNKNOWN_TIMEZONE: "There is no such time zone. Pick one from the list that opens while you "
    "type, such as Europe/Berlin.",
    Denied.UNKNOWN_FAMILY: "There is no such family of commands. Pick one from the list.",
    Denied.THRESHOLDS_UNREADABLE: "Give up to five whole numbers of credits, such as `100, 20`.",
    Denied.NO_ALERT_CHANNEL: "Name a channel for the alerts: none is set yet.",
    Denied.NO_LOG_CHANNEL: "Name a channel for the log: none is set yet.",
    Denied.WORDS_UNREADABLE: "Give words or phrases of up to 60 characters, with commas between them.",
}

_NO_ORDERS: frozenset[object] = frozenset(
    {
        Denied.NOT_A_MODERATOR, Denied.NOT_THE_OWNER, Denied.ORDERED_ALREADY, Denied.UNKNOWN_TIMEZONE,
        Denied.UNKNOWN_FAMILY, Denied.THRESHOLDS_UNREADABLE, Denied.NO_ALERT_CHANNEL, Denied.NO_LOG_CHANNEL,
        Denied.WORDS_UNREADABLE, KeyProblem.MALFORMED, KeyProblem.WRONG, KeyProblem.UNCHECKED,
        KeyProblem.NO_SECRET,
    }
)  # fmt: skip


# Of jams, what an order may have met; the rest is about votes and hosts.
_TRIES = (JamProblem.OVER, JamProblem.WAY, JamProblem.SHARE, JamProblem.POT)


def rejection(why: Rejection, *, kept: bool = False, money: bool = True) -> str:
    """Explain a rejection; `kept`: a button opens its form again, `money`: what was asked may have cost."""
    text = _sentence(why)
    if kept:
        text = f"{text.removesuffix(_CHANGE).rstrip()} {_KEPT}"
    if not money or _is_no_order(why):
        return text.rstrip()
    return f"{text}{'' if text.endswith(_LINE_END) else ' '}Nothing was charged."


def _is_no_order(why: Rejection) -> bool:
    """Whether what is refused would not have cost anything, or has been ordered before."""
    if isinstance(why, rejections.JamRefused):
        return why.problem not in _TRIES
    return why in _NO_ORDERS or isinstance(why, rejections.ChannelClosed | rejections.ListFull | WrongTarget)


def _sentence(why: Rejection) -> str:  # noqa: C901, PLR0911, PLR0912 - one case a type, so that none is missing
    match why:
        case Denied():
            return _DENIED[why]
        case KeyProblem():
            return key_messages.PROBLEMS[why]
        case rejections.JamRefused():
            return refusals.refusal(why)
        case rejections.MissingPermissions(names):
            return _permissions(names)
        case rejections.ChannelClosed(channel_id, names):
            return _closed(channel_id, names)
        case rejections.WrongChannel(allowed):
            return limit_messages.channels(allowed)
        case rejections.MissingRole(allowed):
            return limit_messages.roles(allowed)
        case rejections.Blocked(block):
            return limit_messages.blocked(block)
        case rejections.ForbiddenWord():
            return _forbidden(why)
        case rejections.TooManyJobs(under_way):
            return limit_messages.in_flight(under_way)
        case rejections.QuotaUsedUp():
            return limit_messages.used_up(why)
        case rejections.DailyCapReached(until):
            return limit_messages.cap(until)
        case rejections.NotEnoughCredits():
            return limit_messages.too_few(why)
        case Retired():
            return _retired(why)
        case rejections.WrongProvider(found, needed):
            return _provider(found, needed)
        case rejections.WrongKind(found, needed):
            return f"That is {labels.kind(found)}, and this needs {_kinds(needed)}. {_PICK}"
        case rejections.NothingUsable(needed):
            return f"That message holds nothing that can be used here: this needs {_kinds(needed)}. {_PICK}"
        case rejections.StillRunning(job_id):
            return f"Job #{job_id} is still being made. Try again when its result is here."
        case rejections.SeveralClips():
            return _several(why)
        case WrongInput():
            return _input(why)
        case rejections.ListFull(most):
            return f"There are {most:,} already, which is the most. Remove one first."
        case WrongTarget():
            return limit_messages.wrong_target(why)
        case _:
            assert_never(why)


def _permissions(names: tuple[str, ...]) -> str:
    missing = ", ".join(f"**{name}**" for name in names)
    return (
        f"I could not deliver anything here: I am missing {missing} in this channel. "
        "Ask a moderator to allow that, or use another channel."
    )


def _closed(channel_id: int, names: tuple[str, ...]) -> str:
    return (
        f"I could not post in <#{channel_id}>: I am missing {', '.join(names)} there. "
        "Allow that and send the command again, or choose another channel; nothing was changed."
    )


def _forbidden(why: rejections.ForbiddenWord) -> str:
    field = labels.field(why.field, why.operation) or clean(why.field, 40)
    return (
        f"{field} holds **{clean(why.word, 60)}**, which is on the list of words that the moderators of this "
        f"server do not want here. {_CHANGE}"
    )


def _retired(why: Retired) -> str:
    model = f" with the model {clean(why.model, 40)}" if why.model else ""
    gone = f"{labels.operation(why.operation)}{model} has been retired by the API."
    if why.until is None:
        return f"{gone} Try another command."
    return f"{gone} I ask it again {timestamp(why.until)}. Try another command or model."


def _provider(found: str, needed: tuple[str, ...]) -> str:
    wanted = " or ".join(map(labels.provider, needed))
    return f"That clip is by {labels.provider(found)}, and this works with clips by {wanted} only. {_PICK}"


def _kinds(needed: tuple[str, ...]) -> str:
    return " or ".join(map(labels.kind, needed)) or "a clip"


def _several(why: rejections.SeveralClips) -> str:
    said = "That message holds several clips. Paste the id of one of them:"
    if why.by_name:
        said = f"Several fit that. {_PICK} Or paste the id of one of them:"
        if len(why.clips) == 1:
            said = f"That is not its whole name. {_PICK} Or paste its id:"
    lines = [_line(one, why.clips) for one in why.clips[:_MAX_LISTED]]
    if len(why.clips) > _MAX_LISTED:
        lines.append(f"- and {len(why.clips) - _MAX_LISTED} more")
    return "\n".join([said, *lines, ""])


def _line(one: Clip, among: Sequence[Clip]) -> str:
    """Name a clip; with its length and job where the others are of other jobs."""
    facts = [clean(full_title(one), 80)]
    if any(other.job_id != one.job_id for other in among):
        facts += [duration(one.duration), f"#{one.job_id}"]
    return f"- {' · '.join(filter(None, facts))} `{one.clip_id}`"


def _input(why: WrongInput) -> str:
    field = labels.field(why.field, why.operation) or clean(why.field, 40)
    hint = {
        "clip_id": _PICK,
        "model": _PICK,
    }.get(why.field, _CHANGE)
    return f"{field} {why.reason}. {hint}"
