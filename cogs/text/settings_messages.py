"""Sentences for moderators about their server's settings."""

from collections.abc import Mapping, Sequence

from cogs.text.clean import clean, credits_text
from cogs.text.key_messages import who_pays
from jobs.credits.server_keys import Paying
from jobs.models import GuildSettings
from jobs.rules.admission import ANY


def settings(chosen: GuildSettings, paying: Paying) -> str:
    threads = "in a thread of its own" if chosen.threads else "in the channel, as a reply to its card"
    results = "where they are asked for"
    if chosen.results_channel is not None:
        results, threads = f"all in <#{chosen.results_channel}>", "with the other results, without one"
    ask = f"from {credits_text(chosen.confirm_from)} on" if chosen.confirm_from else "never"
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
        ("Members are asked about the price", ask, "confirm"),
        ("The balance is seen by", "everybody" if chosen.balance_for_all else "moderators", "balance"),
        ("Time zone", clean(chosen.timezone, 60), "timezone"),
        ("Low-balance alerts", alerts, "alerts"),
        ("API key", who_pays(paying), "key"),
    )
    text = "\n".join(f"**{what}**: {value} · `/settings {name}`" for what, value, name in lines)
    return f"{text}\nQuotas and blocked members: `/quota show`. Who changed what: `/settings audit`."


def _lists(lists: Mapping[str, Sequence[int]], form: str, without: str) -> str:
    named = [
        f"{'all others' if family == ANY else family}: " + ", ".join(form.format(one) for one in ids)
        for family, ids in sorted(lists.items())
        if ids
    ]
    return "; ".join(named) or without
