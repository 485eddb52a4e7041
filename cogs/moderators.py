"""Who may do what moderators do."""

from cogs.answers import Interaction
from jobs.gate import Refusal


def only_moderators(interaction: Interaction) -> None:
    """Refuse everybody else. Discord hides these commands, but a server can show them to anyone."""
    if not interaction.permissions.manage_guild:
        raise Refusal("moderator")
