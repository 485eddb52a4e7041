"""Limits of a message's body, however it is sent (docs: resources/message, "Create Message")."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.discord import errors
from tests.fakes.discord.bodies import UploadedFile
from tests.fakes.discord.model import NO_FLAGS, JsonObject, MessageFlag
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rules.components import check_components
from tests.fakes.discord.rules.embeds import check_embeds

MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a body is to go: the size limit in bytes for one file there, and what already stands."""

    size_limit: int
    is_interaction: bool = False
    is_callback: bool = False
    is_edit: bool = False
    kept_files: int = 0


def check_message(payload: JsonObject, files: Mapping[int, UploadedFile], *, at: Surroundings) -> None:
    """Refuse a message or an edit whose fields break a limit; emptiness is judged after composing.

    Raises:
        DiscordError: 413 for a file over the limit, 400 with code 50035 for all else.
    """
    if any(len(file.data) > at.size_limit for file in files.values()):
        raise errors.entity_too_large()
    problems = Problems("data" if at.is_callback else "")
    content = payload.get("content")
    if content is not None and problems.of_type("content", content, kind=str):
        problems.length("content", content, most=2000)
    _check_flags(payload, problems, at=at)
    check_embeds(payload.get("embeds") or [], problems)
    check_components(payload.get("components") or [], problems)
    if payload.get("nonce") is not None:
        problems.length("nonce", str(payload["nonce"]), most=25)
    kept = payload.get("attachments")
    count = len(kept) if kept is not None else at.kept_files + len(files)
    problems.length("attachments", range(max(count, len(files))), most=MOST_FILES)
    _check_allowed_mentions(payload.get("allowed_mentions"), problems)
    problems.raise_if_any()


def _check_flags(payload: JsonObject, problems: Problems, *, at: Surroundings) -> None:
    asked = payload.get("flags") or 0
    settable = int(MessageFlag.EPHEMERAL if at.is_interaction else NO_FLAGS)
    # An edit's other flags "are currently ignored without error" (docs: resources/message, "Edit Message").
    if problems.of_type("flags", asked, kind=int) and asked & ~settable and not at.is_edit:
        problems.add("flags", "FLAGS_NOT_SETTABLE", message="A flag that only Discord may set.")


def _check_allowed_mentions(allowed: JsonObject | None, problems: Problems) -> None:
    if not allowed:
        return
    parse = allowed.get("parse") or []
    for index, kind in enumerate(parse):
        problems.choice(f"allowed_mentions.parse.{index}", kind, among=("users", "roles", "everyone"))
    for key in ("users", "roles"):
        ids = allowed.get(key) or []
        problems.length(f"allowed_mentions.{key}", ids, most=100)
        if ids and key in parse:
            problems.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                message=f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.',
            )
