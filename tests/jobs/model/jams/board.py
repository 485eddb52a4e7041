"""What jams have said in the channels, as it stands there; sent, lost and found as all messages are."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cogs.ui.jams.messages import content_of
from jobs.models import Attachment
from jobs.models.jam import Jam, JamPost, Say
from jobs.models.jams.figures import JamFigures
from jobs.ports import NothingSent, Undeliverable
from tests.jobs.model.api import sound_at
from tests.jobs.model.channel import FOLDS_FOR, ModelChannels
from tests.jobs.model.jams.file import EntryRow, JamFile

_OVER = ("showing", "done", "cancelled")


@dataclass
class Notice:
    """A message of a jam."""

    id: int
    channel_id: int
    post: JamPost
    words: str
    file: str
    at: float
    there: bool = True


@dataclass
class ModelBoard:
    """Outlives every process.

    Attributes:
        broken: What must never happen, and did.
        troubles: Edits and deletions to come that are not taken.
        unheard: Letters that were posted without their sound.
        fixed: Messages that were not there to be changed, or could not be.
    """

    channels: ModelChannels
    file: JamFile
    notices: list[Notice] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    troubles: int = 0
    fixed: set[int] = field(default_factory=set)
    news: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def say(self, jam: Jam, post: JamPost, figures: JamFigures, files: Sequence[Attachment]) -> int:
        words = self._words(jam, post, figures)
        if not self.file.leaves(post.nonce):
            self.broken.append(f"jam {jam.id}: {post.name} {post.seq} left before that was committed")
        if post.name is Say.GALLERY:
            self._heard(jam, post, files, words)
        if jam.about.in_turn:
            self._heard_in_turn(jam, post, files)
        if post.name is Say.NEWS:
            self.news[jam.id].add(words.replace(str(post.user_id), "").replace(post.nonce, ""))
        name = files[0].name if files else ""
        return await self.channels.send(
            jam.channel_id, lambda: self._land(jam, post, words, name), with_files=bool(files)
        )

    def _words(self, jam: Jam, post: JamPost, figures: JamFigures) -> str:
        """What is about to be sent. As long as the file hides a jam, it names nobody's entry."""
        words = text_of(content_of(jam, post, figures))
        if self.file.jam(jam.id).state not in _OVER and not jam.about.in_turn:
            for entry in self.file.entries(jam.id):
                own = entry.user_id == post.user_id
                secrets = [f"Song {entry.ref}-", f"words {entry.ref}", *([] if own else [str(entry.user_id)])]
                for secret in secrets:
                    if secret in words:
                        self.broken.append(f"jam {jam.id}: {post.name} tells {secret!r}: {words}")
        return words

    def _heard(self, jam: Jam, post: JamPost, files: Sequence[Attachment], words: str) -> None:
        """A letter comes with the sound of the take that counts."""
        entry = self.entry_of(post)
        if not files or entry is None or not entry.letter:
            return
        [file] = files
        if f"**{entry.letter}**" not in words or file.name.partition(".")[0] != entry.letter:
            self.broken.append(f"jam {jam.id}: {entry} is called {file.name}: {words}")
        if file.path.read_bytes() != self._sound(entry.job_id, entry.position):
            self.broken.append(f"jam {jam.id}: {entry} sounds like another")

    def _heard_in_turn(self, jam: Jam, post: JamPost, files: Sequence[Attachment]) -> None:
        """A turn goes on from the song so far; of a blind jam only the last part is heard before the end."""
        made = self.file.entries(jam.id)
        parts = [one for one in made if one.state == "entered"]
        if not files or not parts or any(one.state == "removed" for one in made):
            return
        last = parts[-1]
        part = self._sound(last.job_id, last.position)
        whole = self._sound(last.join_id, 0) if last.join_id else part
        heard = {one.path.read_bytes() for one in files}
        if post.name is Say.RESULT and heard != {whole}:
            self.broken.append(f"jam {jam.id}: {heard} is no song of {last}")
        if post.name in (Say.TURN, Say.AGAIN) and heard != {part if jam.hidden else whole}:
            self.broken.append(f"jam {jam.id}: {heard} is not what {last} came to")
        if jam.hidden and post.name is Say.PART:
            self.broken.append(f"jam {jam.id}: takes are heard, though it is blind")

    def _sound(self, job_id: int, position: int) -> bytes:
        return sound_at(self.file.link(job_id, position))

    def entry_of(self, post: JamPost) -> EntryRow | None:
        return next((one for one in self.file.entries(post.jam_id) if one.id == post.entry_id), None)

    def _land(self, jam: Jam, post: JamPost, words: str, file: str) -> int:
        now = self.channels.time.now()
        for notice in self.notices:
            if notice.post.nonce == post.nonce and now - notice.at < FOLDS_FOR:
                return notice.id
        place = post.jam_id, post.name, post.seq
        if any((one.post.jam_id, one.post.name, one.post.seq) == place for one in self.notices):
            self.broken.append(f"jam {jam.id}: {post.name} {post.seq} was posted twice")
        self.notices.append(Notice(len(self.notices) + 1, jam.channel_id, post, words, file, now))
        return len(self.notices)

    async def find(self, jam: Jam, post: JamPost) -> int | None:
        await asyncio.sleep(0.1)
        if jam.channel_id in self.channels.closed:
            raise Undeliverable("closed")
        known = (one for one in self.notices if one.there and one.channel_id == jam.channel_id)
        return next((one.id for one in known if one.post.nonce == post.nonce), None)

    async def edit(self, jam: Jam, post: JamPost, figures: JamFigures) -> None:
        words = self._words(jam, post, figures)
        notice = await self._changeable(jam, post)
        if notice is not None:
            notice.words = words

    async def delete(self, jam: Jam, post: JamPost) -> None:
        notice = await self._changeable(jam, post)
        if notice is not None:
            notice.there = False

    async def _changeable(self, jam: Jam, post: JamPost) -> Notice | None:
        await asyncio.sleep(0.1)
        if jam.channel_id in self.channels.closed:
            self.fixed.add(post.message_id or 0)
            raise Undeliverable("closed")
        if self.troubles:
            self.troubles -= 1
            self.fixed.add(post.message_id or 0)
            raise NothingSent("not now")
        return next((one for one in self.notices if one.id == post.message_id and one.there), None)

    def of(self, jam_id: int, name: Say) -> list[Notice]:
        """What a jam has said under a name, in order."""
        found = [one for one in self.notices if (one.post.jam_id, one.post.name) == (jam_id, name)]
        return sorted(found, key=lambda one: one.post.seq)


def text_of(content: Mapping[str, Any]) -> str:
    """All that Discord would be given to show."""
    embed, view = content["embed"], content["view"]
    shown = [content["content"], embed.to_dict() if embed else "", view.to_components()]
    return " ".join(map(str, shown))
