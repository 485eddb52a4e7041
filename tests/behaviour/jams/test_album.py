"""The album of a jam: zips of whole tracks under names that say whose each is, credits, a page, a cover."""

import io
from html.parser import HTMLParser
from urllib.parse import unquote

import discord
from PIL import Image
from simcord.results import InteractionResult

from jobs.models.jam import JamState
from tests.behaviour.commands.acts import answer, shown_to, told
from tests.behaviour.jams.conftest import Contest, unpacked, words_of

HOSTILE = '../..\\up & away <script>alert("x")</script> <img src=x onerror=y>'
SHOWN = "../..\\up &amp; away &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &lt;img src=x onerror=y&gt;"
HARMLESS = "up & away script alert( x ) script img src=x onerror=y"


class _Page(HTMLParser):
    """What a page loads, and what it would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources += [unquote(value or "") for name, value in attrs if name == "src"]


async def enter_with_words(contest: Contest, who: str, title: str) -> None:
    member = contest.members[who]
    asked = await member.click(await contest.panel(), label="Enter")
    form = await member.click(answer(asked).message, label="Own words · 10 credits")
    await member.submit_modal(form, {"title": title, "style": "folk", "lyrics": "[Verse]\n<i>low</i> & slow"})
    await contest.said(f"<@{member.id}>, there is news")


async def test_an_album_holds_every_song_under_whose_it_is(contest: Contest) -> None:
    await contest.start(theme=HOSTILE, picks=1)
    await enter_with_words(contest, "ravi", HOSTILE)
    await contest.entered("mia", "lanterns over the river")
    early = await contest.members["noor"].slash(contest.world.channel, "jam album")
    assert told(early).startswith("Jam #1 is not over")
    await contest.close()
    await contest.said("songs, letter by letter above")
    mine = told(await contest.pressed("ravi", await contest.panel(), "My entry"))
    await contest.vote("noor", mine.partition("letter ")[2][0])
    await contest.close()
    await contest.reach(JamState.DONE)

    pressed = await contest.pressed("noor", await contest.result(), "Album")
    assert told(pressed).startswith("I put the album together and post it here.")
    message = await contest.said("here is the album of jam #1.")
    assert f"<@{contest.members['noor'].id}>, here is the album" in words_of(message)
    assert f"<@{contest.members['ravi'].id}> · 1 vote" in words_of(message)
    held = await unpacked(message)
    [first, second] = sorted(name for name in held if name.endswith(".mp3"))
    assert first == f"01 - {HARMLESS} - ravi.mp3"
    assert second.startswith("02 - ")
    assert second.endswith(" - mia.mp3")
    assert held.keys() == {first, second, "credits.txt", "album.html", "cover.jpg"}
    assert len({held[first][:4], held[second][:4]}) == 1
    assert Image.open(io.BytesIO(held["cover.jpg"])).size == (900, 900)

    page = _Page(held["album.html"].decode())
    assert page.sources == ["cover.jpg", first, second]
    assert not page.tags & {"script", "iframe", "object", "link"}
    assert not {name for name in page.attributes if name.startswith("on")}
    assert held["album.html"].decode().count(SHOWN) >= 3, "in its title, its heading and its track"
    assert "&lt;i&gt;low&lt;/i&gt; &amp; slow" in held["album.html"].decode()
    said = held["credits.txt"].decode()
    assert "Place 1, with 1 vote" in said
    assert "ravi wrote: " in said
    assert "mia described: " in said
    assert said.count("model v4.5, clip ") == 2
    assert "The pot paid 20 credits." in said

    again = await contest.members["mia"].slash(contest.world.channel, "jam album")
    assert told(again).startswith("The album is here: https://discord.com/channels/")
    assert str(message.id) in told(again)
    assert len(contest.shown("here is the album")) == 1
    await message.delete()
    anew = await contest.members["mia"].slash(contest.world.channel, "jam album")
    assert told(anew).startswith("I put the album together and post it here.")
    other = await contest.said("here is the album of jam #1.")
    assert other.id != message.id
    after = await contest.members["noor"].slash(contest.world.channel, "jam album")
    assert str(other.id) in told(after), "the new one"


async def test_a_jam_in_a_closed_channel_is_unknown_to_those_who_do_not_see_it(contest: Contest) -> None:
    world = contest.world
    me = world.guild.me
    assert me is not None
    closed, seen = (discord.PermissionOverwrite(view_channel=may) for may in (False, True))
    backstage = world.guild.create_text_channel(
        "backstage", overwrites={world.guild.default_role: closed, me: seen, world.mod: seen, world.mia: seen}
    )
    wish = {"theme": "for two alone", "ends": "2h", "votes": "none", "pot": 100, "season": "Backstage"}
    await world.mod.slash(backstage, "jam contest", **wish)
    for who, known in (("mia", True), ("noor", False)):
        member = contest.members[who]
        assert bool(await member.autocomplete(world.channel, "jam album", "jam", "")) is known
        assert ("for two alone" in embed_of(await member.slash(world.channel, "jam list"))) is known
        assert bool(await member.autocomplete(world.channel, "jam season", "name", "")) is known
        assert ("for two alone" in shown_to(await member.slash(world.channel, "jam season"))) is known
        refused = told(await member.slash(world.channel, "jam album", jam=1))
        assert refused.startswith("Jam #1 is not over" if known else "There is no such jam here.")
    assert told(await world.mod.slash(backstage, "jam album")).startswith("Jam #1 is not over")


def embed_of(result: InteractionResult) -> str:
    return " ".join(one.description or "" for one in answer(result).embeds)
