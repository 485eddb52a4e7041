"""The Discord surface: commands, buttons, forms, cards, delivery.

No SQL, no HTTP, no environment here: commands ask `jobs.desk`, delivery serves `jobs.engine` through
`jobs.ports.Outbox`. Every sentence that a member reads is in `messages`.
"""
