"""What `/help` says."""

from cogs.text.clean import credits_text
from jobs.models import Profile

# One line a family: its heading, and what can be done in it with the operation that sets the price.
_FAMILIES = (
    (
        "Suno",
        ("`/suno create` from a description", "suno.create"),
        ("`/suno custom` from your own words", "suno.custom"),
    ),
    (
        "Riffusion",
        ("`/riffusion create` from a description", "riffusion.describe"),
        ("`/riffusion custom` from your own words", "riffusion.lyrics"),
    ),
    (
        "Nuro",
        ("`/nuro custom` from your own words", "nuro.song"),
        ("`/nuro instrumental` without any", "nuro.instrumental"),
    ),
    ("Lyrics", ("`/lyrics` writes two versions", "suno.lyrics")),
    (
        "Stems",
        ("`/stems` splits a song into vocals and instrumental", "suno.stems_basic"),
        ("or into every instrument", "suno.stems_full"),
    ),
    ("WAV", ("`/wav` gives any song or stem as a lossless WAV", "suno.wav")),
    ("Your own audio", ("`/suno upload`, to extend or cover it", "suno.upload")),
    (
        "A voice",
        ("`/persona create` keeps that of a song", "suno.persona"),
        ("`/persona sing` uses it", "suno.sing"),
    ),
)
FIRST_STEPS = (
    "1. `/suno create`, and say what the song should be like.\n"
    "2. Two takes come back here. **What next?** under them extends, covers or splits one.\n"
    "3. `/credits mine` shows what you spent and may still spend, `/jobs mine` where your jobs stand."
)
GREETING_TITLE = "Hello, I'm Encore"
GREETING = (
    "**Make a song:** type `/suno create`, and say what it should be like. It comes back into this channel.\n"
    "**See everything:** `/help` lists what can be made and what it costs; only you see the answer.\n"
    "**Moderators:** `/settings show` has every setting. Songs cost credits: `/quota set` limits who spends "
    "how many."
)
_FINDING = (
    "`/songs list` finds what was made here, `/songs top` the most liked: **♥** under a song likes it.\n"
    "`/jam list` shows the jams that run: **Enter**, **Join** and **Vote** are under their messages. "
    "`/jam season` says who leads over several.\n"
    "`/defaults set` keeps your model and style. `/jobs remove` takes a result of yours down."
)
_MODERATORS = (
    "`/settings show` has every setting with its command. `/quota set` limits what members spend, "
    "`/credits server` shows who spent what. `/quota block`, `/settings words` and `/settings log` are for "
    "what is not wanted."
)


def families(catalogue: Profile) -> str:
    """List what can be made, each with its price; what this edition of the API lacks is left out."""
    lines = []
    for name, *ways in _FAMILIES:
        offered = [
            f"{sentence} ({credits_text(catalogue.price(operation, {}))})"
            for sentence, operation in ways
            if operation in catalogue.operations and not catalogue.terms(operation).retired
        ]
        lines += [f"**{name}**: {', '.join(offered)}"] if offered else []
    return "\n".join(lines)


def privacy(keep_days: int | None, owner_id: int | None) -> dict[str, str]:
    """The parts of `/privacy`, by their headings."""
    who = f"<@{owner_id}>, who runs this bot" if owner_id else "whoever runs this bot"
    old = _KEPT if keep_days is None else _PRUNED.format(days=keep_days)
    return {
        "What I keep about you": _KEEPING,
        "Who else gets some of it": _GIVING,
        "How long": old,
        "How it is deleted": _DELETING.format(who=who),
    }


_KEEPING = (
    "By your Discord id: what you ordered, where and when, with the words that you typed; titles, lyrics and "
    "links of what came back; what it cost. Also what you like, your defaults, forms that are still open, "
    "settings that you changed, and what moderators set about you: blocks and quotas. Of jams: what you "
    "entered, its sound for a week after the end, and your votes until they are counted.\n"
    "I store no name, no other sound, and nothing that you write in chat."
)
_GIVING = (
    "The music API gets your prompts, titles, lyrics and uploads, and never who you are. Moderators of this "
    "server see who ordered what, for how much. Whoever runs this bot has the database."
)
_KEPT = "Until whoever runs this bot deletes it."
_PRUNED = (
    "Orders that made nothing, and changes of settings, are deleted after {days:,} days. Songs stay, as the "
    "buttons under them need them, until they are deleted as below."
)
_DELETING = (
    "`/jobs remove` takes a result out of its channel, `/defaults clear` forgets your defaults. To have "
    "everything forgotten, ask {who}, for whom it is one command. What the books need stays then, without "
    "your id and words. Messages on Discord are for you or the moderators to delete."
)


def sections(catalogue: Profile, *, moderator: bool) -> dict[str, str]:
    """The parts of `/help`, by their headings."""
    found = {
        "First steps": FIRST_STEPS,
        "What can be made": families(catalogue),
        "Find, like and keep": _FINDING,
    }
    if moderator:
        found["For moderators"] = _MODERATORS
    return found
