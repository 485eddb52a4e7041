"""`/jobs`: where everything stands, cancel, repost."""

from discord import app_commands

from cogs.ordering import button_actions
from cogs.ordering.permissions import is_moderator
from cogs.ui import embeds
from cogs.ui.autocomplete import job_choices
from cogs.ui.base_bot import ServiceCog
from cogs.ui.buttons import list_buttons
from cogs.ui.interactions import Interaction, guild_of, respond
from jobs.store.queries import jobs

_LISTED = 10


class Jobs(ServiceCog):
    group = app_commands.Group(
        name="jobs", description="See, cancel or repost what was asked for", guild_only=True
    )

    @group.command(name="mine")
    async def mine(self, interaction: Interaction) -> None:
        """See where your jobs stand."""
        mine = await self._service.read(
            jobs.recent, guild_of(interaction), user_id=interaction.user.id, limit=_LISTED
        )
        await respond(interaction, ephemeral=True, embed=embeds.job_list("Your jobs", mine))

    @group.command(name="server")
    @app_commands.check(is_moderator)
    async def server(self, interaction: Interaction) -> None:
        """See where the jobs of this server stand, and cancel those that can be (moderators)."""
        latest = await self._service.read(jobs.recent, guild_of(interaction), limit=_LISTED)
        embed = embeds.job_list("Jobs of this server", latest, with_member=True)
        await respond(interaction, ephemeral=True, embed=embed, view=list_buttons(latest))

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

    @cancel.autocomplete("job")
    @repost.autocomplete("job")
    async def _jobs(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        return await job_choices(interaction, str(typed), mine=not is_moderator(interaction))
