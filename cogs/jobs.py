"""`/jobs`: where everything stands; cancel, repost, look again, remove."""

from discord import app_commands

from cogs.ordering import button_actions
from cogs.ordering.lists import show_jobs
from cogs.ordering.permissions import is_moderator
from cogs.ui.autocomplete import job_choices
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction


class Jobs(ServiceCog):
    group = app_commands.Group(
        name="jobs", description="See, cancel, repost or remove what was asked for", guild_only=True
    )

    @group.command(name="mine")
    async def mine(self, interaction: Interaction) -> None:
        """See where your jobs stand."""
        await show_jobs(interaction, self._service, "mine")

    @group.command(name="server")
    async def server(self, interaction: Interaction) -> None:
        """See where the jobs of this server stand, and cancel those that can be (moderators)."""
        await show_jobs(interaction, self._service, "server")

    @group.command(name="cancel")
    @app_commands.describe(job="The number of the job")
    async def cancel(self, interaction: Interaction, job: int) -> None:
        """Cancel a job that has not been sent to the API, or give up one that waits for a decision."""
        await button_actions.cancel(interaction, self._service, str(job))

    @group.command(name="repost")
    @app_commands.describe(job="The number of the job")
    async def repost(self, interaction: Interaction, job: int) -> None:
        """Post the results of a job once more, in this channel. Costs nothing."""
        await button_actions.send_again(interaction, self._service, str(job))

    @group.command(name="look-again")
    @app_commands.describe(job="The number of the job")
    async def look_again(self, interaction: Interaction, job: int) -> None:
        """Ask again for what a job has not brought so far. Costs nothing."""
        await button_actions.look_again(interaction, self._service, str(job))

    @group.command(name="remove")
    @app_commands.describe(job="The number of the job")
    async def remove(self, interaction: Interaction, job: int) -> None:
        """Take the results of a job out of its channel and of all lists. They can be brought back."""
        await button_actions.ask_to_remove(interaction, self._service, str(job))

    @cancel.autocomplete("job")
    @repost.autocomplete("job")
    @look_again.autocomplete("job")
    @remove.autocomplete("job")
    async def _jobs(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await job_choices(interaction, str(typed), mine=not is_moderator(interaction))
