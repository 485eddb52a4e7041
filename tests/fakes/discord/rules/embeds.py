"""Limits of embeds (docs: resources/message, "Embed Limits")."""

from tests.fakes.discord.model import JsonObject
from tests.fakes.discord.problems import Problems

MOST_EMBEDS = 10
MOST_TOGETHER = 6000
_TEXTS = {"title": 256, "description": 4096}
_SCHEMES = ("http://", "https://", "attachment://")


def check_embeds(embeds: list[JsonObject], problems: Problems) -> None:
    """Note what Discord would refuse in a message's list of embeds."""
    problems.length("embeds", embeds, most=MOST_EMBEDS)
    for index, embed in enumerate(embeds):
        _check_embed(embed, f"embeds.{index}", problems)
    if sum(map(_text_length, embeds)) > MOST_TOGETHER:
        problems.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            message=f"Embed size exceeds maximum size of {MOST_TOGETHER}",
        )


def _check_embed(embed: JsonObject, path: str, problems: Problems) -> None:
    for key, most in _TEXTS.items():
        problems.length(f"{path}.{key}", embed.get(key), most=most)
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    problems.length(f"{path}.author.name", author.get("name"), most=256)
    problems.length(f"{path}.footer.text", footer.get("text"), most=2048)
    for where, url in _links(embed):
        if not str(url).startswith(_SCHEMES):
            problems.add(
                f"{path}.{where}",
                "URL_TYPE_INVALID_SCHEME",
                message="Scheme must be one of ('http', 'https').",
            )
    fields = embed.get("fields") or []
    problems.length(f"{path}.fields", fields, most=25)
    for index, field in enumerate(fields):
        for key, most in (("name", 256), ("value", 1024)):
            if problems.require(f"{path}.fields.{index}.{key}", (field.get(key) or "").strip()):
                problems.length(f"{path}.fields.{index}.{key}", field[key], most=most)


def _links(embed: JsonObject) -> list[tuple[str, object]]:
    found = [("url", embed.get("url"))]
    for part, key in (
        ("image", "url"),
        ("thumbnail", "url"),
        ("author", "url"),
        ("author", "icon_url"),
        ("footer", "icon_url"),
    ):
        found.append((f"{part}.{key}", (embed.get(part) or {}).get(key)))
    return [(where, url) for where, url in found if url]


def _text_length(embed: JsonObject) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("author") or {}).get("name"), (embed.get("footer") or {}).get("text")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)
