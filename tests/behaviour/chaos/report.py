"""The figures of a run as Markdown, ready for `docs/reliability.md`."""

from tests.behaviour.chaos.run import Figures, machine


def report(figures: Figures) -> str:
    """A table, the command that makes it again, and every broken promise."""
    plan, books = figures.plan, figures.books
    held = books.held
    rows: list[tuple[str, object]] = [
        ("kills (SIGKILL)", f"{plan.kills}, {figures.at_a_call} of them in the middle of a call"),
        ("calls to the music API", figures.api),
        ("calls to Discord", figures.discord),
        ("moments in which a side refused connections", figures.outages),
        (
            "absences longer than Discord remembers a nonce",
            f"{figures.absences}, after which the history was searched {figures.searches} times",
        ),
        ("asked for by members", f"{books.asked:,}"),
        ("accepted: the member saw a card", f"{books.cards:,}"),
        ("… delivered, every result of it", f"{books.delivered:,}"),
        ("… told as failed", f"{books.failed:,}"),
        ("… cancelled or given up", f"{books.cancelled + books.cancelled_unheard:,}"),
        ("… held, the balance shows the charge", held["taken"]),
        ("… held, the balance cannot tell: other jobs moved it", held["could not tell"]),
        ("… held, the balance could not be read", held["not read"]),
        ("noted although the card was never seen", f"{books.without_card:,}"),
        ("charges on the API's account", f"{books.charged:,}"),
        ("**charged twice**", f"**{len(books.charged_twice)}**"),
        ("**posted twice**", f"**{len(books.posted_twice)}**"),
        ("**lost**", f"**{len(books.lost)}**"),
        ("**untrue about money**", f"**{len(books.untrue)}**"),
        ("errors of the bot's own in its log", figures.errors),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows]
    command = f"python -m tests.behaviour.chaos --kills {plan.kills} --jobs {plan.jobs} --seed {plan.seed}"
    broken = [f"- {sentence}" for sentence in books.broken]
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
