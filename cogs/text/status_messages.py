"""Sentences about the state of the bot and the music API, by the rules of `job_messages`."""

from cogs.text import labels
from cogs.text.clean import credits_text, timestamp
from cogs.text.job_messages import STATES
from jobs.models.states import OPEN, JobState
from jobs.orders.status import Overview, ProviderHealth


def struggling(provider: str) -> str:
    """An outage has begun (sent to channels whose jobs wait for the provider)."""
    return (
        f"**The music API is struggling** ({labels.provider(provider)}). Your jobs wait, and nothing is "
        "lost: they go on by themselves when it answers again, which I will say here. Waiting costs nothing; "
        "`/jobs mine` shows where yours stand."
    )


def back(provider: str) -> str:
    """The outage is over (sent to channels that were notified)."""
    return f"**The music API is back** ({labels.provider(provider)}). What waited here goes on by itself."


def overview(seen: Overview) -> str:
    """Describe, for all members, the bot, the breakers, and this server's open jobs."""
    waiting = sum(count for state, count in seen.jobs.items() if state in OPEN)
    jobs = {0: "No open jobs", 1: "1 open job"}.get(waiting, f"{waiting:,} open jobs")
    here = f"{jobs} on this server."
    if job := seen.oldest:
        here += f" The oldest is #{job.id}, {STATES[job.state]}, asked for {timestamp(job.created_at)}."
    return "\n".join([_pulse(seen), *map(_providers, seen.breakers), here])


def limited(until: float) -> str:
    """Discord wants no requests from the bot."""
    return f"Discord takes no messages of mine until {timestamp(until, 't')}. Results wait and are not lost."


def still(since: float) -> str:
    """Discord answers nothing."""
    return f"Discord has answered none of my requests {timestamp(since)}. Results wait and are not lost."


def shards_away(away: int, count: int) -> str:
    """Discord reaches some servers, and others not."""
    return f"{away} of my {count} connections to Discord are down: some servers cannot use me at the moment."


def details(seen: Overview, *, version: str) -> str:
    states = ", ".join(f"{seen.jobs[state]:,} {STATES[state]}" for state in JobState if seen.jobs.get(state))
    lines = [
        f"Jobs of this server: {states or 'none yet'}.",
        f"Open in all servers: {seen.open_everywhere:,}.",
        f"Running since {timestamp(seen.started_at, 'f')} ({timestamp(seen.started_at)}), version {version}.",
    ]
    if seen.balance is not None:
        text = credits_text(seen.balance.total) if seen.balance.total else "no credits"
        lines.insert(2, f"The account had {text} left {timestamp(seen.balance.at)}.")
    return "\n".join(lines)


def _pulse(seen: Overview) -> str:
    if seen.last_pass_at is None:
        return "I have just started, and have not checked the jobs yet."
    return f"Jobs last checked {timestamp(seen.last_pass_at)}."


def _providers(at: ProviderHealth) -> str:
    name = labels.provider(at.provider)
    if at.struggling_since is None:
        return f"{name}: up."
    return (
        f"{name}: the music API has been struggling since {timestamp(at.struggling_since, 't')}. "
        f"Jobs wait and are not lost; one may be tried again {timestamp(at.next_try_at)}."
    )
