"""What follows a member's orders elsewhere says nothing of a try: the log of orders, copies, bad news."""

from jobs.models.states import JobState
from tests.behaviour.commands.acts import answer, told
from tests.behaviour.jams.conftest import Contest, words_of
from tests.behaviour.jams.listening import Wire
from tests.behaviour.jams.test_secrets import WORDS, wire
from tests.conftest import TIME_SCALE
from tests.fakes.api_faults import late, refusals

__all__ = ["wire"]


async def test_the_log_of_orders_and_copies_know_nothing_of_a_try(contest: Contest, wire: Wire) -> None:
    world = contest.world
    log = world.guild.create_text_channel("orders")
    await world.mod.slash(world.channel, "settings log", channel=log)
    await world.mia.slash(world.channel, "defaults set", copies=True)
    await contest.start()
    wire.sent.clear()
    wire.actor = "mia"
    await contest.entered("mia", f"a song of {WORDS['mia']}")
    await world.state(1, JobState.DONE)
    wire.actor = ""
    await world.mia.slash(world.channel, "suno create", prompt="an ordinary one")
    await world.reply()
    await world.until(lambda: list(log.history()), "the order that everybody may know of")
    assert [one for one in wire.seen_by_others("mia") if WORDS["mia"].encode() in one.data.lower()] == []
    listed = " ".join(words_of(one) for one in log.history())
    assert "an ordinary one" in listed
    assert "#2" in listed
    assert "#1" not in listed.replace("jam #1", "")
    direct = [one for one in wire.sent if b".mp3" in one.data and "/channels/" in one.path]
    assert all(b"try" not in one.data.lower() for one in direct)


async def test_bad_news_of_a_try_is_told_in_the_words_of_good_ones(contest: Contest, wire: Wire) -> None:
    world = contest.world
    await contest.start(tries=3)
    world.api.faults.add(refusals.InappropriateContent(), "suno.create")
    await contest.enter("mia", f"a song of {WORDS['mia']}")
    await world.state(1, JobState.FAILED)
    await contest.said(f"<@{contest.members['mia'].id}>, there is news")
    world.api.faults.add(late.LandsLate(14 * 60 * float(TIME_SCALE)), "suno.create")
    await contest.enter("mia", f"a song of {WORDS['mia']}")
    await world.state(2, JobState.HELD)
    await contest.said(f"<@{contest.members['mia'].id}>, there is news", 2)
    await contest.entered("ravi", f"a song of {WORDS['ravi']}")
    news = [words_of(one).replace(str(one.mentions[0].id), "?") for one in contest.shown("there is news")]
    assert len(set(news)) == 1
    assert [one for one in wire.sent if WORDS["mia"].encode() in one.data.lower() and not one.private] == []
    mine = told(await contest.pressed("mia", await contest.panel(), "My entry"))
    assert WORDS["mia"] in mine
    assert answer(await contest.pressed("ravi", await contest.panel(), "My entry")).message.attachments
