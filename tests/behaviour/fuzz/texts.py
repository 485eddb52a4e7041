"""Hostile prompts, titles and lyrics through every card, button and sentence that can show them."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord

from cogs.text import delivery_messages, job_messages
from cogs.ui import buttons, clip_cards, embeds, lists
from cogs.ui.job_cards import job_card
from cogs.ui.zip_cards import zip_content
from jobs.models import Card, Clip, Family, Job, Listed, ListedJob, Params, Place, Post, Reason, Shelf
from jobs.models.states import JobState
from musicapi import load_profile
from tests.fakes.discord.rules.messages import Surroundings, check_message

_CATALOGUE = load_profile("classic")
_PIECES = (
    "@everyone", "@here", "<@1>", "<@!1>", "<@&2>", "<#3>", "</cmd:4>", "<t:1:R>", "<:a:5>", "<a:b:6>",
    "<id:guide>", "[x](https://evil.example)", "[x](<https://evil.example>)", "https://evil.example", "HTTP://evil.example",
    "discord.gg/abc", "steam://run", "`", "```", "**", "__", "||", "~~", "> ", "# ", "- ", "1. ", "\\",
    "\\\\", "](", ")",
    "\u202e", "\u2066", "\u200b", "\u200d", "\U0001f600", "\ud83d", "e" + "\u0301" * 50, "\x00",
    "\x1b[31m", "\n", "\r",
    "\u2028", "\U000e0041", "مرحبا", "漢字", "word ", "a" * 400, "verse\n", "[Chorus]\n",
)  # fmt: skip
# What pings or leads somewhere. Ours are the requester, times, and the provider's link.
_PING = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^>]+:\d+>|<id:\w+>|<a?:\w+:\d+>")
_LINK = re.compile(r"(?<!\\)(?:\\\\)*\]\(|\w+://|discord\.gg", re.IGNORECASE)
_OURS = re.compile(
    r"<@3>|(?<!\\)(?:\\\\)*\]\(https://discord\.com/channels/1/1/2\)|<t:-?\d+:[RfdDtTF]>|\[[a-z: ]+\]\(<https://cdn\.example/[^>\s]*>\)"
    r"|<#2>|\[[a-z ]+\]\(https://discord\.com/channels/1/2/5\)"
)


def hostile(chance: random.Random) -> str:
    """One text."""
    return "".join(chance.choice(_PIECES) for _ in range(chance.randint(0, 40)))


def judge(chance: random.Random) -> None:
    """Raise AssertionError or DiscordError where a message could ping, lead away, or be refused."""
    job = _job(chance)
    clips = _clips(chance, job, _clips(chance, job, None)[0])
    attached = frozenset(clip.position for clip in clips if chance.random() < 0.5)
    post = Post(1, 7, 0, chance.choice((0, 1)), "0" * 16, attached=chance.choice(((), (0,))),
                lost=tuple(range(chance.randint(0, 9))), missing=(1,))  # fmt: skip
    note = delivery_messages.notes(job, post, clips, clips[0].kind, 12)
    failed = replace(job, state=JobState.FAILED, reason=chance.choice(list(Reason)), task_id="t")
    held = replace(job, state=JobState.HELD, reason=Reason.LOST_ANSWER)
    undeliverable = replace(job, state=JobState.UNDELIVERABLE)
    found = [Listed(replace(clip, user_id=3), chance.randint(0, 9), Place(1, 2)) for clip in clips[:8]]
    menu = lists.song_controls("songs", ("a", "b"), 1, found, more=True)
    shown = [
        (delivery_messages.heading(job, post, clips, clips[0].kind),
         clip_cards.results(job, clips, attached, note=note),
         buttons.result_buttons(job, clips, post, _CATALOGUE)),
        *(("", card["embed"], card["view"]) for card in _cards(job)),
        zip_content(job, replace(post, attached=tuple(attached), linked=(1, 3)), clips),
        ("", embeds.details(failed, clips), None),
        ("", clip_cards.clip_card(clips[0], job, Family(tuple(clips), tuple(clips)), {}, ""),
         buttons.clip_buttons(clips[0], _CATALOGUE)),
        ("", clip_cards.personas(clips), buttons.choice_buttons(clips, "suno.wav", _CATALOGUE)),
        ("", lists.jobs(1, "Jobs", 1, [ListedJob(job, clips[0].title, Place(1, 2))] * 8, whose=True), None),
        ("", lists.songs(1, Shelf(lists.searchable(job.summary)), 0, found), menu),
        ("", lists.top(1, "week", 0, found), buttons.take_buttons(clips[:5], {})),
        *((job_messages.not_ready(bad), embeds.bad_news(bad), buttons.news_buttons(bad, post, _CATALOGUE))
          for bad in (failed, held, undeliverable)),
    ]  # fmt: skip
    for content, embed, view in shown:
        _check(content, embed, view)


def run(count: int, seed: int = 1) -> int:
    """Judge so many jobs with results, each with texts of its own; how many."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
    for _ in range(count):
        judge(chance)
    return count


def _cards(job: Job) -> Iterator[dict[str, Any]]:
    """The card of a job in each of its states."""
    for state in JobState:
        for card in (Card(1.0), Card(60.0, 2, 9.0, 3), Card(message_id=5)):
            yield job_card(replace(job, state=state), card)


def _job(chance: random.Random) -> Job:
    params: Params = {name: hostile(chance) for name in ("description", "style", "continue_at")}
    return Job(
        id=7, guild_id=1, channel_id=2, user_id=3, operation=chance.choice([*_CATALOGUE.operations]),
        provider="suno", params=params,
        summary=hostile(chance), source_clip_id="", price=10, state=JobState.POSTING, state_at=0.0,
        created_at=0.0, upload_limit=1, charged=10, outcome_at=1.0, reason_text=hostile(chance),
    )  # fmt: skip


def _clips(chance: random.Random, job: Job, source: Clip | None) -> list[Clip]:
    kind = chance.choice(("song", "song", "stem", "lyrics", "persona", "upload"))
    return [
        Clip(7, n, f"id-{n}", kind, hostile(chance), part=hostile(chance), model=hostile(chance),
             lyrics=hostile(chance), tags=hostile(chance), audio_url=f"https://cdn.example/{n}",
             error=chance.choice(("", "", hostile(chance))), provider="suno", operation=job.operation,
             params=job.params, source=source)
        for n in range(chance.choice((1, 2, 12)))
    ]  # fmt: skip


def _check(content: str, embed: discord.Embed, view: discord.ui.View | None) -> None:
    card: dict[str, Any] = dict(embed.to_dict())
    payload = {
        "content": content,
        "embeds": [card],
        "components": view.to_components() if view is not None else [],
    }
    check_message(payload, {}, at=Surroundings(10_000_000))
    fields = [text for field in card.get("fields", ()) for text in (field["name"], field["value"])]
    for text in (content, card.get("title", ""), card.get("description", ""), *fields):
        foreign = _OURS.sub("", text)
        assert not _PING.search(foreign), text
        assert not _LINK.search(foreign), text
