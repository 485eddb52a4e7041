"""The story: four members make one song together, and then a blind contest of versions of it.

The page is open meanwhile, and whoever sits there may act as any of them: a step that is refused because
somebody was quicker is passed over, and what never comes ends the story with a word.
"""

from collections.abc import Callable

import discord
from simcord.actors import MemberActor

from sandbox.acts import ActFailed, Acts, answer_of, clip_of
from sandbox.world import World

_PAUSE_SECONDS = 1.2
_THEME = "paper lanterns"


async def play(world: World, say: Callable[[str], None]) -> None:
    """Play it from its first command to the last result."""
    acts = Acts(world, say, _PAUSE_SECONDS)
    try:
        song = await _song(acts)
        await _contest(acts, song)
    except ActFailed as error:
        say(f"\nThe story ends here: {error}.")
        return
    say("\nThe story has been told. The page stays open: play on.")


async def _song(acts: Acts) -> str:
    await acts.type(acts.world.mia, "suno create", prompt="a ferry at night, two gulls, a slow engine")
    return clip_of(await acts.said("", files=2))


async def _contest(acts: Acts, song: str) -> None:
    """A cover battle: each makes a version of the song, nobody knows whose is whose, all vote."""
    world = acts.world
    await acts.type(
        world.mod, "jam contest", theme=_THEME, ends="2h", votes="1h", pot=60, song=song
    )  # fmt: skip
    panel = await acts.said("Blind contest")
    styles = {
        world.mia: "a waltz for accordion",
        world.ravi: "slow dub",
        world.tove: "a brass band",
    }
    for who, style in styles.items():
        await _enter(acts, who, panel, style)
    for who in styles:
        await acts.said(f"<@{who.id}>, there is news")
    await acts.press(world.ravi, panel, "My entry")
    await _close(acts)
    vote = await acts.said("letter by letter above")
    own = {who: await _letter(acts, who, panel) for who in styles}
    others = [own[world.ravi], own[world.tove], own[world.mia]]
    for who in (world.mia, world.tove, world.mod, world.ravi):
        ballot = await acts.press(who, vote, "Vote")
        await acts.pick(who, answer_of(ballot), [next(one for one in others if one != own.get(who))])
    await _close(acts)
    await acts.said("the result")


async def _enter(acts: Acts, who: MemberActor, panel: discord.Message, style: str) -> None:
    """Two presses and a form."""
    offered = answer_of(await acts.press(who, panel, "Enter"))
    way = next(label for label in _labels(offered) if label.startswith("Cover"))
    await acts.press(who, offered, way, {"style": style})


async def _close(acts: Acts) -> None:
    """End the present phase, as its host may."""
    question = answer_of(await acts.type(acts.world.mod, "jam close"))
    await acts.press(acts.world.mod, question, "End it now")


async def _letter(acts: Acts, who: MemberActor, panel: discord.Message) -> str:
    shown = answer_of(await acts.press(who, panel, "My entry")).content
    return shown.partition("letter ")[2][:1]


def _labels(message: discord.Message) -> list[str]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [str(getattr(child, "label", "")) for row in rows for child in row.children]
