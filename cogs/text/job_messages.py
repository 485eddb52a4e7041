"""Sentences about jobs; other subjects have their own `*_messages`. The style is in `docs/design.md`.

MUST: say what happened, what it cost, the job number, the next step. MUST NOT: show an internal error or an
internal word, or promise a refund that the balance has not shown. Foreign words pass `clean`.
"""

from cogs.text.clean import clean, credits_text
from jobs.models import OWN_ACCOUNT, Job, Reason
from jobs.models.states import JobState
from jobs.orders.decisions import LOOK_AGAIN

STATES = {
    JobState.ACCEPTED: "waiting for its turn",
    JobState.SUBMITTING: "being handed to the API",
    JobState.WAITING: "being made",
    JobState.READY: "ready, about to be posted",
    JobState.POSTING: "being posted",
    JobState.DONE: "delivered",
    JobState.FAILED: "failed",
    JobState.HELD: "waits for a decision",
    JobState.UNDELIVERABLE: "finished, but could not be posted",
    JobState.CANCELLED: "cancelled",
}

_QUOTE = 300
# Next steps for a server that has its own key.
_BY_MODERATORS = {
    Reason.KEY: "A moderator can give another one with `/settings key`.",
    Reason.CREDITS: "A moderator can have this server's account topped up; `/credits server` shows it.",
    Reason.SUBSCRIPTION: "A moderator can have the subscription of this server's account renewed; "
    "topping it up does not help.",
}
# What the API's words follow, and how the sentence ends where it gave none.
_QUOTING = {
    Reason.INPUT: ("The music API did not accept the request", ", without saying why"),
    Reason.SOURCE: ("The music API does not know what this starts from", ""),
    Reason.CONTENT: ("The music API refused the words", ""),
    Reason.REFUSED: ("The music API refused", ", without saying why"),
    Reason.SUBSCRIPTION: ("The account has no active subscription at the music API", ""),
    Reason.TASK: ("The music API took the job, and then it failed there", ", without saying why"),
    Reason.SILENT: ("The music API did not tell how this was doing, so I have stopped asking", ""),
}
# Sent again as it is, it would end the same way.
_IN_VAIN_CHANGED = frozenset({Reason.SOURCE, Reason.RETIRED, Reason.MODEL, Reason.LINK})
_IN_VAIN = _IN_VAIN_CHANGED | {Reason.INPUT, Reason.CONTENT}


def internal(reference: str) -> str:
    return (
        "That did not work because of an error of mine. `/jobs mine` shows whether a job was noted; "
        "if not, try again in a minute. If it stays, tell whoever runs this bot the reference "
        f"`{reference}`."
    )


def failure(job: Job) -> str:
    return f"{_why(job)} {_cost(job)} {_next_step(job)}".replace("\n ", "\n")


def ended(job: Job) -> str:
    """What came of a job that led to nothing, also where somebody stopped it."""
    if job.state is JobState.CANCELLED:
        return "It was cancelled, and nothing was charged." if not job.charged else "It was cancelled."
    return failure(job).strip()


def _why(job: Job) -> str:
    words = clean(job.reason_text, _QUOTE)
    if job.reason in _QUOTING:
        said, unsaid = _QUOTING[job.reason]
        return f"{said}:\n> {words}\n" if words else f"{said}{unsaid}."
    key = "I cannot ask how this is doing" if job.task_id else "nothing can be made for now"
    return {
        Reason.KEY: f"The music API does not accept {_whose(job)} key, so {key}.",
        Reason.KEY_GONE: "The moderators have removed the API key with which this began, and without it "
        "the music API tells me nothing about it.",
        Reason.CREDITS: "The account has not enough credits for this.",
        Reason.ADDRESS: "The music API is not at the address that I was given, or is another edition of it.",
        Reason.RETIRED: "The music API no longer offers this.",
        Reason.MODEL: "The music API no longer offers this model.",
        Reason.UNREACHABLE: "The music API could not be reached or was too busy, and I have stopped trying.",
        Reason.EXPIRED: "It waited for its turn for too long, because I was away or much was asked at once.",
        Reason.FORGOTTEN: "The music API no longer knows this job.",
        Reason.LINK: "Discord no longer has the file that was to be uploaded.",
        Reason.DEADLINE: "The music API did not finish in time, so I have stopped waiting.",
        Reason.LOST_TASK: "The music API gave no answer, and without one the result cannot be fetched.",
        Reason.LOST_FREE: "The music API gave no answer.",
    }.get(job.reason, "An error of mine ended this job.")


def _cost(job: Job) -> str:
    """What all tries came to: what was kept, what came back, and what nobody knows yet."""
    if not job.price:
        return "It was free."
    kept, said = job.charged - job.returned, []
    if kept:
        said.append(_kept(job, credits_text(kept)))
    if job.returned:
        said.append(f"The {credits_text(job.returned)} were given back.")
    if job.unresolved:
        earlier = " by an earlier try" if said or job.state is JobState.FAILED else ""
        said.append(
            f"Whether {credits_text(job.unresolved)} were taken{earlier} is not known yet; "
            f"the balance will tell, and **Job #{job.id}** then says so."
        )
    return " ".join(said) or "Nothing was charged."


def charge(job: Job) -> str:
    """What a job that ended badly has cost, in few words; continues a sentence."""
    kept, said = job.charged - job.returned, []
    if kept:
        said.append(f"{credits_text(kept)} charged")
    elif job.returned:
        said.append("all credits were given back")
    if job.unresolved:
        said.append(f"whether {credits_text(job.unresolved)} were taken is not known yet")
    return ", ".join(said) or "nothing was charged"


def _kept(job: Job, price: str) -> str:
    if job.reason is Reason.KEY_GONE:
        return f"It was charged {price} to the account of that key."
    if job.task_id and job.state is JobState.FAILED:
        return f"It was charged {price}; the balance does not show them back yet."
    return f"The balance shows that {price} were taken."


def _whose(job: Job) -> str:
    return "this bot's" if job.account == OWN_ACCOUNT else "this server's"


def _next_step(job: Job) -> str:
    if job.task_id and job.reason in (Reason.KEY, Reason.ADDRESS):
        return f"{_remedy(job)} {_again(job)}"
    return _remedy(job)


def _remedy(job: Job) -> str:
    if job.account != OWN_ACCOUNT and job.reason in _BY_MODERATORS:
        return _BY_MODERATORS[job.reason]
    return {
        Reason.INPUT: "Change the request and send it again.",
        Reason.SOURCE: "Send the command again with something from the list that appears while you type.",
        Reason.CONTENT: "Leave those words out and send it again.",
        Reason.KEY: "Whoever runs this bot must put a valid `MUSIC_API_KEY` in its settings.",
        Reason.CREDITS: "Whoever runs this bot can top the account up; `/credits mine` shows the balance.",
        Reason.SUBSCRIPTION: "Whoever runs this bot must renew it there; topping up does not help.",
        Reason.ADDRESS: "Whoever runs this bot must change `MUSIC_API_URL` or `MUSIC_API_PROFILE`; "
        "`python bot.py --check` says to what.",
        Reason.RETIRED: "Try another model or command. I ask the API again in a day.",
        Reason.MODEL: "Send the command with another `model`. I ask the API for this one again in a day.",
        Reason.LINK: "Upload it once more.",
    }.get(job.reason, _again(job))


def _again(job: Job) -> str:
    if can_look_again(job):
        return "**Look again** asks how it is doing, at no cost; **Try again** orders and pays it anew."
    return "**Try again** sends the same request once more, at the price on it."


def can_try_again(job: Job, *, changed: bool = False) -> bool:
    """Whether the same order, or a changed one, may end otherwise."""
    return job.reason not in (_IN_VAIN_CHANGED if changed else _IN_VAIN)


def can_look_again(job: Job) -> bool:
    """Whether the API may still finish the task of a failed job."""
    return bool(job.task_id) and job.reason in LOOK_AGAIN


def held(job: Job) -> str:
    price = credits_text(job.price)
    shows = {
        Reason.LOST_UNMOVED: "The balance has not moved so far, but the request may still be carried out.",
        Reason.LOST_ANSWER: "The balance has moved, and it is not clear yet whether by this.",
    }.get(job.reason, f"The balance could not be read, so it may or may not have taken the {price}.")
    return (
        f"The music API gave no answer. {shows} I go on reading the balance, and change this message when it "
        "tells more; **Check again** reads it now. I never send a paid request twice by myself: **Try "
        f"again** sends it once more for {price}, and should the first be carried out as well, both cost. "
        "**Give up** ends it. The requester and the moderators can press."
    )


def given_up(job: Job) -> str:
    return f"The music API gave no answer, and it was given up. {_cost(job)}"


def checked(job: Job, *, read: bool) -> str:
    """What a look at the balance showed of a job whose answer was lost."""
    if not read:
        return "The music API does not tell the balance now. Try again in a minute."
    if job.state is not JobState.HELD:
        return f"Job #{job.id} has been decided: {STATES[job.state]}. {_cost(job)}"
    if job.reason is Reason.LOST_UNMOVED:
        return f"Job #{job.id}: I have just read the balance, and it has not moved so far."
    return f"Job #{job.id}: I have just read the balance, and it does not tell yet."


def undeliverable(job: Job) -> str:
    return (
        f"Job #{job.id} is finished, but an error of mine kept me from posting it whole. The results are "
        "kept: **Repost** posts them in the channel where it is pressed, at no cost."
    )


def elsewhere(job: Job) -> str:
    return f"It was asked for in <#{job.channel_id}>."


def standing(job: Job) -> str:
    more = job.state is JobState.DONE and job.deadline_at is not None
    return "delivered as far as it is made; more may follow" if more else STATES[job.state]


def not_ready(job: Job) -> str:
    if job.state is JobState.HELD:
        return f"<@{job.user_id}>, job #{job.id} needs a decision."
    if job.state is JobState.UNDELIVERABLE:
        return f"<@{job.user_id}>, job #{job.id} is finished, but could not be posted."
    if job.state is JobState.CANCELLED:
        return f"<@{job.user_id}>, job #{job.id} was given up."
    return f"<@{job.user_id}>, job #{job.id} failed."


TOO_LATE_TO_CANCEL = (
    "Too late to cancel: it is already being made. It will be posted here; if it fails, I'll say so here."
)
NOT_YOURS = "Only the person who asked for it and the moderators can do that."
NO_SUCH_JOB = "There is no such job in this server. `/jobs mine` lists yours."
DECIDED = "That has been decided already. `/jobs mine` shows where each job stands."
YOURS, OF_SERVER = "Your jobs", "Jobs of this server"
NO_JOBS = "No jobs yet. Try `/suno create`."
UNKNOWN_CLIP = (
    "This server has not made that clip, so I know nothing about it. "
    "Commands that take a clip id work with it all the same."
)
OUTDATED = (
    "That command has changed since your Discord loaded it. Reload Discord (Ctrl+R) and try again; "
    "nothing was charged."
)
NOT_A_MEMBER = (
    "I am not a member of this server, so I could not deliver anything here. "
    "Ask whoever runs the server to invite me. Nothing was charged."
)
EMPTY_FORM = "The form was empty. Nothing was charged."
FORM_AGAIN = "I no longer know what that form was for. Please send the command again; nothing was charged."
NO_LYRICS = "Leave this empty for an instrumental"
NO_PERSONAS = "No personas yet. `/persona create` makes one from a song."
WHICH = "Which one?"


def form_is_cut(shown: int, whole: int) -> str:
    """Explain a field that cannot hold a whole text; Discord takes 100 characters here."""
    return f"The first {shown:,} of {whole:,} characters. Leave them as they are to keep all."


def not_open(link: str) -> str:
    """Say that there is nothing to cancel; `link` is the address of the results, or empty."""
    return f"Nothing to do: that job has ended{f', and [its results]({link}) are there' if link else ''}."


def cancelled(job: Job, by: int) -> str:
    return f"Job #{job.id} was cancelled by <@{by}>. {_cost(job)}"


def retried(job: Job, by: int) -> str:
    return f"<@{by}> sent job #{job.id} again, at {credits_text(job.price)}."


def cost(job: Job) -> str:
    """What a job has cost so far, in few words."""
    kept, said = job.charged - job.returned, []
    if kept or not job.price:
        said.append(credits_text(kept))
    elif job.state in (JobState.ACCEPTED, JobState.SUBMITTING):
        said.append(f"{credits_text(job.price)}, not spent yet")
    if job.returned:
        said.append(f"{credits_text(job.returned)}, given back")
    if job.unresolved:
        said.append(f"{credits_text(job.unresolved)} that may have been taken")
    return "; ".join(said) or "nothing"
