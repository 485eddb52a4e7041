"""The Discord surface: commands, buttons, forms, cards, delivery.

No SQL, no HTTP, no environment here: commands ask `jobs.orders.service`, delivery serves `jobs.engine.loop` through
`jobs.ports.Outbox`. Every sentence that a member reads is in `messages` or a sibling of it.
"""

# As in `pyproject.toml`; the bot runs from its folder, so there is no installed package to ask.
__version__ = "0.1.0"
