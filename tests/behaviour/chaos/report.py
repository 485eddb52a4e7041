"""The figures of a run as Markdown, ready for `docs/reliability.md`."""

from tests.behaviour.chaos.run import Figures, R, machine


def report(figures: Figures[R], wanted: str = "jobs") -> str:
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
        *reports.rows(),
        ("errors of the bot's own in its log", figures.errors),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows]
    command = (
        f"python -m tests.behaviour.chaos --kills {plan.kills} --{wanted} {plan.jobs} --seed {plan.seed}"
    )
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
