"""Sentences for moderators: the settings of their server, and the list of orders that it may have."""

from collections.abc import Mapping, Sequence

from cogs.text import labels
from cogs.text.clean import clean, credits_text, jump, timestamp
from cogs.text.key_messages import who_pays
from jobs.credits.server_keys import Paying
from jobs.models import GuildSettings, Job, Place
from jobs.rules.admission import ANY

ORDERS_TITLE = "Orders"
_WORDS = 60


def settings(chosen: GuildSettings, paying: Paying) -> str:
    threads = "in a thread of its own" if chosen.threads else "in the channel, as a reply to its card"
    results = "where they are asked for"
    if chosen.results_channel is not None:
        results, threads = f"all in <#{chosen.results_channel}>", "with the other results, without one"
    ask = f"from {credits_text(chosen.confirm_from)}" if chosen.confirm_from else "never"
    alerts = "off"
    if chosen.alert_channel is not None:
        below = ", ".join(f"{number:,}" for number in chosen.alert_at)
        alerts = f"<#{chosen.alert_channel}>, below {below} credits"
    lines = (
        ("Threads", f"a song is posted {threads}", "threads"),
        ("Results", results, "results"),
        ("Channels", _lists(chosen.channels, "<#{}>", "everywhere"), "channel"),
        ("Roles", _lists(chosen.roles, "<@&{}>", "everybody"), "role"),
        ("Jobs of one member at once", f"{chosen.in_flight or 'any number'}", "max-jobs"),
        ("Ask before spending", ask, "confirm"),
        ("The balance is seen by", "everybody" if chosen.balance_for_all else "moderators", "balance"),
        ("Time zone", clean(chosen.timezone, 60), "timezone"),
        ("Low-balance alerts", alerts, "alerts"),
        ("Log of orders", f"<#{chosen.log_channel}>" if chosen.log_channel else "off", "log"),
        ("Forbidden words", f"{len(chosen.forbidden_words) or 'none'}", "words"),
        ("Jams are started by", _hosts(chosen), "jam-hosts"),
        ("The largest pot of a jam", credits_text(chosen.jam_pot), "jam-pot"),
        ("API key", who_pays(paying), "key"),
    )
    text = "\n".join(f"**{what}**: {value} · `/settings {name}`" for what, value, name in lines)
    return f"{text}\nQuotas and blocked members: `/quota show`. Who changed what: `/settings audit`."


def _hosts(chosen: GuildSettings) -> str:
    return ", ".join(["moderators", *(f"<@&{role_id}>" for role_id in chosen.jam_hosts)])


def words(forbidden: Sequence[str]) -> str:
    """List the words that this server forbids."""
    if not forbidden:
        return "No words are forbidden. `/settings words` with `add` forbids some."
    return f"Orders that hold one of these are refused: {', '.join(clean(word, 60) for word in forbidden)}"


def closed(channel_id: int, names: Sequence[str]) -> str:
    """Say that what was set cannot be done as things are in Discord."""
    if not names:
        return f"**<#{channel_id}> is gone**, or hidden from me: nothing can be posted there."
    return f"**I cannot post in <#{channel_id}>**: I am missing {', '.join(names)} there."


def _lists(lists: Mapping[str, Sequence[int]], form: str, without: str) -> str:
    named = [
        f"{'all others' if family == ANY else family}: " + ", ".join(form.format(one) for one in ids)
        for family, ids in sorted(lists.items())
        if ids
    ]
    return "; ".join(named) or without


def orders(jobs: Sequence[Job]) -> str:
    """Say who ordered what, for how much, with a link to the card of each."""
    return "\n".join(map(_line, jobs))


def _line(job: Job) -> str:
    who = f"{timestamp(job.created_at, 't')} <@{job.user_id}>"
    words = f" - {clean(job.summary, _WORDS)}" if job.summary else ""
    cost = credits_text(job.price)
    return f"{who}: **{labels.name(job)}**, {cost}{words} · [job #{job.id}]({_card(job)})"


def _card(job: Job) -> str:
    if job.card_message_id:
        return jump(job.guild_id, Place(job.channel_id, job.card_message_id))
    return f"https://discord.com/channels/{job.guild_id}/{job.channel_id}"
