"""The figures by which the fake lives; each is Discord's own unless a test says otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FakeDiscordSettings:
    """All times in seconds.

    `nonce_window` is our reading of "the past few minutes" (docs: resources/message, `enforce_nonce`), as
    there is no figure. `attachment_lifetime` is undocumented too; a day is what others observed.
    `servers_a_shard` is what Discord takes before it closes with 4011, and recommends as many shards by.
    `cdn` is what addresses of attachments begin with, such as https://cdn.discordapp.com; empty for the
    fake's own, where alone they can be fetched.
    """

    token: str = "MTAwMDAwMDAwMDAwMDAwMDAw.fake.not-a-secret"
    answer_within: float = 3.0
    token_lifetime: float = 15 * 60.0
    nonce_window: float = 180.0
    attachment_lifetime: float = 24 * 60 * 60.0
    cdn: str = ""
    rate_limits: bool = False
    servers_a_shard: int = 2500
    max_concurrency: int = 1
    sessions_left: int = 1000
    sessions_reset_after: float = 24 * 60 * 60.0
    seed: int = 0
