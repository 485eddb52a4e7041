"""Acts on what jobs brought: clips, their families, the messages that deliver them."""

from collections.abc import Collection, Sequence

from jobs.models import Clip, Family, Job, Post
from jobs.store.acts import Acts
from jobs.store.queries import clips as clip_rows
from jobs.store.queries import posts
from jobs.store.queries.posts import Plan


class ResultActs(Acts):
    """Results, and where they were posted."""

    async def clips(self, job_id: int) -> list[Clip]:
        """The results of a job, in order."""
        return await self._db.read(lambda c: clip_rows.of_job(c, job_id))

    async def keep_clips(self, job: Job, clips: Sequence[Clip]) -> None:
        """Write the results of a job anew: fresh links."""
        await self._db.write(lambda c: clip_rows.keep(c, job.guild_id, clips))

    async def clip(self, guild_id: int, clip_id: str) -> Clip | None:
        """A clip that this server made."""
        return await self._db.read(lambda c: clip_rows.of_clip(c, guild_id, clip_id))

    async def family(self, guild_id: int, clip: Clip) -> Family:
        """Where a clip comes from, and what was made from it in this server."""
        return await self._db.read(lambda c: clip_rows.family(c, guild_id, clip))

    async def search(
        self,
        guild_id: int,
        text: str,
        *,
        kinds: Collection[str] = ("song", "stem"),
        limit: int = 25,
        provider: str = "",
    ) -> list[Clip]:
        """Results of a server by title, newest first, of these kinds or made by these operations."""
        return await self._db.read(
            lambda c: clip_rows.search(c, guild_id, text, kinds=kinds, limit=limit, provider=provider)
        )

    async def plan(self, job: Job, plan: Plan) -> None:
        """Note the messages of this round before any is sent."""
        await self._db.write(lambda c: posts.plan(c, job, plan))

    async def posts(self, job: Job) -> list[Post]:
        """The messages of the job's present round."""
        return await self._db.read(lambda c: posts.of_round(c, job))

    async def trying(self, post: Post, *, now: float) -> None:
        """Commit the intent to post before the post leaves."""
        await self._db.write(lambda c: posts.trying(c, post.id, now=now))

    async def posted(self, post: Post, message_id: int) -> None:
        """Remember that the message is there."""
        await self._db.write(lambda c: posts.posted(c, post.id, message_id=message_id))

    async def linked_instead(self, post: Post, *, nonce: str) -> None:
        """Send links where Discord takes no files."""
        await self._db.write(lambda c: posts.linked_instead(c, post, nonce=nonce))
