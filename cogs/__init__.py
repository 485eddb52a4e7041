"""The Discord surface: commands at the top; below them ordering, delivery, ui and text.

No SQL, HTTP or environment here: commands ask `jobs.orders.service`, delivery serves `jobs.engine` through
`jobs.ports.Outbox`. Every sentence for members is in `text`.
"""

# As in `pyproject.toml`; the bot runs from its folder, so there is no installed package to ask.
__version__ = "0.1.0"
