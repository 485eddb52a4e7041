"""What the winner of a jam reads about a persona of their song, and what it is called elsewhere."""

from cogs.text.clean import clean, clean_label, credits_text
from cogs.text.jams.posts import titled
from jobs.models import Clip
from jobs.models.jam import Jam

OFFER, LEND, TAKE_BACK = "Winner's persona", "Let contests sing with it", "Take that back"
_TITLE, _NAME = 80, 100
_DAY = 24 * 3600.0
_OLD = " The API wants songs of less than a day for that, and yours is older, so it may refuse; that is free."


def offer(jam: Jam, song: Clip, now: float) -> str:
    """Before there is a persona: what it is for, and that making it is a yes to that."""
    return (
        f"You won jam #{jam.id}. A persona keeps the voice and style of *{clean(titled(song), _TITLE)}*; it "
        "is an order of yours, at the usual price. Making it here lets hosts of contests choose it as "
        f"`persona: winner of #{jam.id}`, and members read whose it is. You can take that back."
        + (_OLD if now - song.created_at > _DAY else "")
    )


def make(price: int) -> str:
    return f"Make it · {credits_text(price)}"


def made(jam: Jam, persona: Clip, *, lent: bool) -> str:
    """Once there is one: whether contests may sing with it."""
    may = (
        f"Contests may sing with it: `/jam contest persona: winner of #{jam.id}`."
        if lent
        else "No contest can choose it as the winner's; as any persona it is in `/persona list`."
    )
    return f"Your persona of jam #{jam.id} is *{clean(persona.title, _TITLE)}*. {may}"


def choice(jam: Jam, persona: Clip) -> str:
    """In the list of personas of a contest."""
    return clean_label(f"Winner of #{jam.id}: {persona.title} · {jam.theme}", _NAME)
