"""Turns a body and its files into what a message shows: files kept, references resolved, ids filled in."""

import copy
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.fakes.discord import errors
from tests.fakes.discord.bodies import UploadedFile
from tests.fakes.discord.links import Links
from tests.fakes.discord.mentions import mentions_of
from tests.fakes.discord.model import Attachment, JsonObject, Message
from tests.fakes.discord.rules.components import walk

_REFERENCE = "attachment://"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_EMBED_MEDIA = (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url"))


@dataclass(frozen=True, slots=True)
class Composer:
    """Fills messages; `new_id` numbers their attachments."""

    new_id: Callable[[], int]
    links: Links

    def fill(
        self, message: Message, payload: JsonObject, files: Mapping[int, UploadedFile]
    ) -> list[Attachment]:
        """Lay a checked body over a message; fields that it does not name stay as they are.

        Returns:
            The attachments that are new.

        Raises:
            DiscordError: the body names a file that was not sent, or the message would be empty.
        """
        draft = copy.copy(message)
        fresh = self._files(draft, payload, files)
        if "content" in payload:
            draft.content = (payload["content"] or "").strip()
        if payload.get("allowed_mentions") is not None or "content" in payload:
            draft.allowed_mentions = payload.get("allowed_mentions")
        if "embeds" in payload:
            draft.embeds = [self._embed(draft, embed) for embed in payload["embeds"] or []]
        if "components" in payload:
            draft.components = _numbered(payload["components"] or [])
        if not (draft.content or draft.embeds or draft.files or draft.components):
            raise errors.empty_message()
        draft.mentions = mentions_of(draft)
        # All is well: only now may the message itself change.
        for name in ("files", "content", "allowed_mentions", "embeds", "components", "mentions"):
            setattr(message, name, getattr(draft, name))
        return fresh

    def _files(
        self, draft: Message, payload: JsonObject, files: Mapping[int, UploadedFile]
    ) -> list[Attachment]:
        listed: list[JsonObject] | None = payload.get("attachments")
        described = {str(entry.get("id")): entry for entry in listed or []}
        before = {str(file.id): file for file in draft.files}
        if not set(described) <= set(before) | {str(index) for index in files}:
            raise errors.uploaded_file_missing()
        kept = [f for key, f in before.items() if listed is None or key in described]
        fresh = [
            self._attachment(draft, file, described.get(str(index), {}))
            for index, file in sorted(files.items())
        ]
        draft.files = kept + fresh
        return fresh

    def _attachment(self, draft: Message, file: UploadedFile, entry: JsonObject) -> Attachment:
        name = entry.get("filename") or file.filename
        safe = _UNSAFE.sub("", name.replace(" ", "_")) or "unknown"
        return Attachment(
            id=self.new_id(),
            channel_id=draft.channel.id,
            filename=safe,
            content_type=mimetypes.guess_type(safe)[0] or "application/octet-stream",
            data=file.data,
            title=None if safe == name else name.rpartition(".")[0] or name,
            description=entry.get("description"),
            is_ephemeral=draft.ephemeral,
        )

    def _embed(self, draft: Message, embed: JsonObject) -> JsonObject:
        shown = copy.deepcopy(embed) | {"type": "rich"}
        for part, key in _EMBED_MEDIA:
            media = shown.get(part)
            if media and media.get(key):
                url = self._resolve(draft, media[key])
                media |= {key: url, f"proxy_{key}": url}
        return shown

    def _resolve(self, draft: Message, url: str) -> str:
        if not url.startswith(_REFERENCE):
            return url
        name = url.removeprefix(_REFERENCE)
        for attachment in draft.files:
            if attachment.filename == name:
                attachment.referenced = True
                return self.links.to_attachment(attachment)
        raise errors.uploaded_file_missing()


def _numbered(components: list[JsonObject]) -> list[JsonObject]:
    """The components with an id each."""
    shown = copy.deepcopy(components)
    found = [component for _, component in walk(shown)]
    taken = {component["id"] for component in found if component.get("id")}
    free = (number for number in range(1, 1 + len(found) + len(taken)) if number not in taken)
    for component in found:
        component["id"] = component.get("id") or next(free)
    return shown
