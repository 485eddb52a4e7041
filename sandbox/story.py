"""The story: four members make one song together, and then a blind contest of versions of it.

The page is open meanwhile, and whoever sits there may act as any of them: a step that is refused because
somebody was quicker is passed over, and what never comes ends the story with a word.
"""

from collections.abc import Awaitable, Callable

import discord
from simcord.actors import MemberActor

from sandbox.acts import ActFailed, Acts, answer_of, buttons_of, clip_of
from sandbox.world import World

_PAUSE_SECONDS = 1.2
_FERRY, _LANTERNS = "a ferry at night", "paper lanterns"
_WORDS = ("[Verse]\nthe rope lets go", "two gulls follow", "the harbour comes to us")
_TAKEN_TOO_SOON, _PASSED = 2, 3


async def play(world: World, say: Callable[[str], None], restart: Callable[[], Awaitable[None]]) -> None:
    """Play it from its first command to the last result."""
    acts = Acts(world, say, _PAUSE_SECONDS)
    try:
        song = await _relay(acts)
        await _contest(acts, song, restart)
    except ActFailed as error:
        say(f"\nThe story ends here: {error}.")
        return
    say("\nThe story has been told. The page stays open: play on.")


async def _relay(acts: Acts) -> str:
    """One song by all, part by part; its clip in the end."""
    world = acts.world
    everybody = (world.mia, world.ravi, world.tove, world.mod)
    await acts.type(world.mod, "jam relay", theme=_FERRY, turns=len(_WORDS), turn_time="2h")
    for who in everybody:  # it begins by itself when there is one for each turn
        await acts.press(who, await acts.said("Relay."), "Join")
    for number, words in enumerate(_WORDS, 1):
        offered = await acts.said(f", turn {number} of")
        if number == _PASSED:
            await acts.press(_named(world, offered), offered, "Pass")
            offered = await acts.said(f"passes. <@{world.mod.id}>, turn {number} of")
        who = _named(world, offered)
        if number == _TAKEN_TOO_SOON:  # is told whose turn it is
            await acts.press(next(one for one in everybody if one is not who), offered, "Take the turn")
        await acts.press(who, offered, "Take the turn", {"lyrics": words})
        part = await acts.said(f"<@{who.id}>, your part is here, twice", files=2)
        await acts.press(who, part, "Go on with take 2")
    return clip_of(await acts.said(": the song", files=1))


def _named(world: World, message: discord.Message) -> MemberActor:
    """The member whom a message names last."""
    everybody = (world.mia, world.ravi, world.tove, world.mod)
    return max(everybody, key=lambda who: message.content.rfind(f"<@{who.id}>"))


async def _contest(acts: Acts, song: str, restart: Callable[[], Awaitable[None]]) -> None:
    """A cover battle: each makes a version of the song, nobody knows whose is whose, all vote."""
    world = acts.world
    await acts.type(world.mod, "jam contest", theme=_LANTERNS, ends="2h", votes="1h", pot=60, song=song)
    panel = await acts.said("Blind contest")
    styles = {world.mia: "a waltz for accordion", world.ravi: "slow dub", world.tove: "a brass band"}
    for who, style in styles.items():  # two presses and a form
        offered = answer_of(await acts.press(who, panel, "Enter"))
        way = next(one.label for one in buttons_of(offered) if one.label and one.label.startswith("Cover"))
        await acts.press(who, offered, way, {"style": style})
    await acts.said("there is news")
    acts.say("\nThe bot is stopped while it makes them, and started again: everything goes on.")
    await restart()
    for who in styles:
        await acts.said(f"<@{who.id}>, there is news")
    await acts.press(world.ravi, panel, "My entry")
    await _close(acts)
    vote = await acts.said("letter by letter above")
    own = {
        who: answer_of(await acts.press(who, panel, "My entry")).content.partition("letter ")[2][:1]
        for who in styles
    }
    for who in (world.mia, world.tove, world.mod, world.ravi):
        ballot = await acts.press(who, vote, "Vote")
        await acts.pick(who, answer_of(ballot), [next(one for one in own.values() if one != own.get(who))])
    await _close(acts)
    result = await acts.said(f"{_LANTERNS}: the result")
    await acts.press(world.tove, result, "Album")
    await acts.said("here is the album", files=1)


async def _close(acts: Acts) -> None:
    """End the present phase, as its host may."""
    question = answer_of(await acts.type(acts.world.mod, "jam close"))
    await acts.press(acts.world.mod, question, "End it now")
