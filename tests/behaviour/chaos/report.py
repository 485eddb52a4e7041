"""The figures of a run as Markdown, ready for `docs/reliability.md`."""

from tests.behaviour.chaos.run import Figures, machine


def report(figures: Figures) -> str:
    """A table, the command that makes it again, and every broken promise."""
    plan, reports = figures.plan, figures.reports
    rows: list[tuple[str, object]] = [
        ("kills (SIGKILL)", f"{plan.kills}, {figures.at_a_call} of them in the middle of a call"),
        ("calls to the music API", figures.api),
        ("calls to Discord", figures.discord),
        ("limits of 35 s on all that the bot sends", figures.long_limits),
        ("moments in which a side refused connections", figures.outages),
        (
            "absences longer than Discord remembers a nonce",
            f"{figures.absences}, after which the history was searched {figures.searches} times",
        ),
        ("asked for by members", f"{reports.asked:,}"),
        ("accepted: the member saw a card", f"{reports.cards:,}"),
        ("… delivered", f"{reports.delivered:,}"),
        ("… of these in several messages, as results came later", f"{reports.in_parts:,}"),
        ("… of these not whole, and said so", f"{reports.incomplete:,}"),
        ("… told as failed", f"{reports.failed:,}"),
        ("… cancelled or given up", f"{reports.cancelled + reports.cancelled_unheard:,}"),
        ("… of these without an answer, until the balance told", reports.lost_calls),
        ("… held to the end", reports.held),
        ("noted although the card was never seen", f"{reports.without_card:,}"),
        ("charges on the API's account", f"{reports.charged:,}"),
        ("credits spent and unresolved by the books", f"{reports.spent:,} and {reports.unresolved:,}"),
        ("credits that the API kept", f"{reports.kept:,}"),
        ("**charged twice**", f"**{len(reports.charged_twice)}**"),
        ("**posted twice**", f"**{len(reports.posted_twice)}**"),
        ("**lost**", f"**{len(reports.lost)}**"),
        ("**results missing without a word**", f"**{len(reports.missing)}**"),
        ("**untrue about money**", f"**{len(reports.untrue)}**"),
        ("errors of the bot's own in its log", figures.errors),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows]
    command = f"python -m tests.behaviour.chaos --kills {plan.kills} --jobs {plan.jobs} --seed {plan.seed}"
    broken = [f"- {sentence}" for sentence in reports.broken]
    return "\n".join(
        [
            f"`{command}`: {figures.seconds:.0f} s on {machine()}",
            "",
            "| what | figure |",
            "| --- | --- |",
            *lines,
            *(["", "Broken promises:", *broken] if broken else []),
            "",
        ]
    )
