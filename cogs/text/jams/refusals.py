"""Why something about a jam is refused."""

from collections.abc import Callable, Mapping

from cogs.text.clean import credits_text, timestamp
from jobs.models.rejections import JamProblem, JamRefused

_AFTERWARDS = "`/jam show` says how it stands."
_SENTENCES: Mapping[JamProblem, Callable[[JamRefused], str]] = {
    JamProblem.GONE: lambda _: "There is no such jam here. `/jam list` shows those that there are.",
    JamProblem.WHICH: lambda _: "Say which jam you mean: pick one from the list of `jam:`.",
    JamProblem.NOT_BEGUN: lambda why: (
        f"Jam #{why.jam_id} begins {timestamp(why.until)}."
        if why.until
        else f"Jam #{why.jam_id} has not begun: **Begin** begins it, and `/jam cancel` ends it."
    ),
    JamProblem.NOT_THERE: lambda _: "You can start a jam only in a channel that you see and may write in.",
    JamProblem.SONG_OR_PERSONA: lambda _: "Name a song or a persona, not both.",
    JamProblem.OVER: lambda why: (
        f"Jam #{why.jam_id} takes no more entries: they ended {timestamp(why.until)}. {_AFTERWARDS}"
    ),
    JamProblem.WAY: lambda why: (
        f"Entries of jam #{why.jam_id} are not made like that. Press **Enter** under its message."
    ),
    JamProblem.KEPT_OUT: lambda why: f"A moderator keeps you from taking part in jam #{why.jam_id}.",
    JamProblem.SHARE: lambda why: (
        f"You have used your {_tries(why.number)} of jam #{why.jam_id}; one comes back if it fails. "
        "**My entry** shows what you have."
    ),
    JamProblem.FULL: lambda why: f"Jam #{why.jam_id} is full: {why.number} members have entered.",
    JamProblem.POT: lambda why: (
        f"The pot of jam #{why.jam_id} has {credits_text(why.number) if why.number else 'nothing'} left, "
        "which is not enough for this."
    ),
    JamProblem.NOT_A_HOST: lambda _: (
        "Only moderators start jams here, and the roles that they chose with `/settings jam-hosts`."
    ),
    JamProblem.NOT_YOURS: lambda why: f"Only the host of jam #{why.jam_id} and moderators can do that.",
    JamProblem.POT_TOO_LARGE: lambda why: (
        f"You may set a pot of up to {credits_text(why.number)}; a larger one is for moderators."
    ),
    JamProblem.POT_TOO_SMALL: lambda why: (
        f"It needs a pot of at least {credits_text(why.number)}, and this one would hold less. "
        "`/settings jam-pot` lets hosts set a larger one."
    ),
    JamProblem.TOO_MANY: lambda why: (
        f"{why.number} jams at once is the most; wait until one has ended."
        if why.number > 1
        else "You host a jam already; wait until it has ended."
    ),
    JamProblem.TIME_UNREADABLE: lambda _: (
        "I cannot read that time. Give a span such as `90m`, `3d` or `1d12h`, or a moment of this server's "
        "time zone such as `20:00` or `2026-12-01 20:00`."
    ),
    JamProblem.TIME_OUT_OF_BOUNDS: lambda why: (
        f"That is too soon or too late: from 10 minutes to {why.number} days is fine."
    ),
    JamProblem.MOVED_MEANWHILE: lambda why: (
        f"Jam #{why.jam_id} has just gone on, so that cannot be done any more. {_AFTERWARDS}"
    ),
    JamProblem.NO_VOTE: lambda why: (
        f"Jam #{why.jam_id} takes no votes now. {_AFTERWARDS}"
        if not why.until
        else f"The vote of jam #{why.jam_id} is not open: it ended or ends {timestamp(why.until)}."
    ),
    JamProblem.OWN: lambda _: "That one is yours, and nobody votes for their own.",
    JamProblem.NO_ENTRY: lambda why: f"Jam #{why.jam_id} has no entry of that letter in the vote now.",
    JamProblem.TOO_MANY_PICKS: lambda why: (
        f"Everybody has {why.number} {'vote' if why.number == 1 else 'votes'}: take one back first. "
        "Your ballot is as it was."
    ),
    JamProblem.JOINED_LATER: lambda why: (
        f"This vote is for members who were here before it began, {timestamp(why.until, 'f')}."
    ),
    JamProblem.ACCOUNT_TOO_NEW: lambda _: "This vote is for accounts that are older than 7 days.",
    JamProblem.TURN: lambda why: f"It is not your turn in jam #{why.jam_id}: {_whose(why)}. {_AFTERWARDS}",
    JamProblem.SONG_WENT_ON: lambda why: (
        f"The song of jam #{why.jam_id} has changed since you opened that form: open it anew with **Take the "
        "turn**. Nothing was charged."
    ),
    JamProblem.STALLED: lambda why: (
        f"The account cannot pay for jam #{why.jam_id} now, so its clocks stand. Its host was told; nothing "
        "is lost."
    ),
    JamProblem.IN_A_ROW: lambda _: (
        "The last one was yours, or you did not use this one: somebody else comes first."
    ),
    JamProblem.JOINED: lambda why: f"You take part in jam #{why.jam_id} already.",
    JamProblem.NOT_JOINED: lambda why: f"You do not take part in jam #{why.jam_id}.",
    JamProblem.TOO_FEW: lambda why: f"It takes at least {why.number} who have joined.",
    JamProblem.BUILT_ON: lambda why: (
        f"Jam #{why.jam_id} has no such turn that could be taken out: only the present one and the last, as "
        "others went on from those before."
    ),
    JamProblem.NOTHING_TO_ENTER: lambda why: (
        f"There is nothing to enter or to withdraw: it is made, or out of jam #{why.jam_id}, already."
    ),
    JamProblem.NOT_OVER: lambda why: f"Jam #{why.jam_id} is not over, or has no result. {_AFTERWARDS}",
    JamProblem.NO_WAY: lambda _: (
        "Nothing can be made for this jam now: the API has retired every way. Its host can cancel it."
    ),
    JamProblem.NO_BRANCH: lambda why: (
        f"That is no part of jam #{why.jam_id} any more, or not yet. **Enter** shows what you can go on from."
    ),
    JamProblem.ONE_SONG: lambda why: (
        f"Jam #{why.jam_id} makes one song: press play under its messages. `/jam album` posts it once more."
    ),
    JamProblem.PARTY_HERE: lambda _: (
        "A listening party is on in this channel; **Stop** under its latest song ends it."
    ),
    JamProblem.NO_VOICE: lambda _: (
        "This bot has no voice. Whoever runs it can give it one; without `voice` the songs come as messages."
    ),
    JamProblem.CALL_HERE: lambda _: (
        "Songs are heard in a voice channel of this server already; **Stop** under the latest ends that."
    ),
    JamProblem.PARTY_OVER: lambda _: "Nothing comes after that song any more.",
    JamProblem.PARTY_TIME: lambda _: "From one song to the next it takes from 1 minute to 1 hour.",
    JamProblem.NOT_WINNER: lambda why: (
        f"Only whoever won jam #{why.jam_id} by votes can do that, once the result is there."
    ),
    JamProblem.NOT_LENT: lambda why: (
        f"Who won {f'jam #{why.jam_id}' if why.jam_id else 'a jam here'} has lent no persona: "
        "**Winner's persona** under the result does."
    ),
    JamProblem.NOTHING_TO_HEAR: lambda why: f"Of jam #{why.jam_id} there is nothing to be heard.",
}


def refusal(why: JamRefused) -> str:
    return _SENTENCES[why.problem](why)


def _whose(why: JamRefused) -> str:
    if not why.number:
        return "it has just moved on"
    return f"it is <@{why.number}>'s, until {timestamp(why.until)}"


def _tries(number: int) -> str:
    return "one try" if number == 1 else f"{number} tries"
