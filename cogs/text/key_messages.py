"""Sentences about servers' keys. No part of a key is ever shown."""

from collections.abc import Mapping

from cogs.text.clean import credits_text, mention, timestamp
from jobs.credits.server_keys import Paying
from jobs.models import Balance
from jobs.models.rejections import KeyProblem

HINT = "sk_…"
FORM = "It is checked, kept encrypted and never shown again."
NONE = "This server has given no key of its own, so there is none to remove."
_MAKE = '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'


def given(balance: Balance) -> str:
    left = credits_text(balance.total) if balance.total else "no credits"
    return (
        f"The music API accepts the key; its account has {left} left. It pays for this server from now on. "
        "It is kept encrypted and never shown again; `/settings key-remove` forgets it. "
        "What is under way ends with the key that it began with."
    )


def removed(paying: Paying) -> str:
    next_ = (
        "The key of whoever runs this bot pays for this server from now on."
        if paying.lent
        else "Nothing can be made here until there is another: `/settings key`."
    )
    return (
        "The key is forgotten. Jobs that began with it can no longer be fetched or refunded through me; "
        f"each ends and says so in its channel. {next_}"
    )


def who_pays(paying: Paying) -> str:
    if paying.own is None:
        lent, none = "that of whoever runs this bot", "none; nothing can be made here without one"
        return lent if paying.lent else none
    who = f"this server's own, given by {mention(paying.own.user_id)} {timestamp(paying.own.given_at)}"
    return who if paying.readable else f"{who}, which I cannot read any more; give it again"


_NO_KEY = (
    "This server has no API key of its own, and whoever runs this bot does not lend theirs. "
    "A moderator can give one with `/settings key`."
)
_UNREADABLE = (
    "I cannot read the API key of this server any more, as the `SECRET_KEY` of this bot has changed. "
    "A moderator can give the key again with `/settings key`, or whoever runs this bot restore that."
)


def no_balance(paying: Paying) -> str:
    """Say why there is no balance to ask for; empty where there is one."""
    if paying.own is None and not paying.lent:
        return _NO_KEY
    return _UNREADABLE if paying.own is not None and not paying.readable else ""


PROBLEMS: Mapping[KeyProblem, str] = {
    KeyProblem.NONE: _NO_KEY,
    KeyProblem.UNREADABLE: _UNREADABLE,
    KeyProblem.CHANGED: "That job began with another API key than the one that pays for this server now, "
    "so it cannot go on. **Give up** ends it; send the command again for another one.",
    KeyProblem.MALFORMED: "That is not an API key: one is a single word of 8 to 200 letters, digits and "
    "signs. Copy it again from the dashboard of the music API; nothing was changed.",
    KeyProblem.WRONG: "The music API does not accept that key, so it was not kept, and nothing was "
    "changed. It may be wrong, expired or revoked: copy it again from the dashboard of the music API.",
    KeyProblem.UNCHECKED: "The music API does not say now whether it accepts that key, so it was not "
    "kept, and nothing was changed. Try again in a few minutes.",
    KeyProblem.NO_SECRET: "Keys of servers are kept encrypted, and this bot has nothing to encrypt them "
    f"with. Whoever runs it makes a secret with {_MAKE}, puts it into the settings as `SECRET_KEY`, and "
    "starts the bot again.",
}
