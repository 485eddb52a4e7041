"""REST as a bare client sees it: messages, nonces, history, commands, files, errors."""

from tests.fakes.discord import FakeDiscord, Permission
from tests.fakes.discord.conftest import Caller


async def test_answers_carry_exactly_the_headers_that_discord_py_looks_for(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    status, me = await caller.call("GET", "/users/@me")
    assert (status, me["id"]) == (200, str(fake_discord.bot.id))
    assert caller.headers["Content-Type"] == "application/json"
    assert caller.headers["Via"] == "1.1 google"


async def test_a_wrong_token_is_unauthorized_but_unknown_routes_are_not_found(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    assert await caller.call("GET", "/users/@me", token="wrong") == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )
    assert await caller.call("GET", "/no/such/route") == (404, {"message": "404: Not Found", "code": 0})
    assert (await caller.call("PUT", "/users/@me"))[0] == 405
    assert fake_discord.traffic.unknown_routes == ["GET /no/such/route", "PUT /users/@me"]


async def test_a_nonce_folds_repeats_within_its_window_only(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    other = fake_discord.add_channel("other")
    _, first = await caller.send(content="song", nonce="n", enforce_nonce=True)
    assert first["nonce"] == "n"
    # The scope is author and nonce, not the channel.
    elsewhere = f"/channels/{other.id}/messages"
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    assert (await caller.call("POST", elsewhere, body))[1]["id"] == first["id"]
    assert (await caller.send(content="x", nonce="n"))[1]["id"] != first["id"]
    fake_discord.own_clock.advance(fake_discord.settings.nonce_window + 1)
    assert (await caller.send(content="x", nonce="n", enforce_nonce=True))[1]["id"] != first["id"]
    assert (fake_discord.world.messages_created, fake_discord.world.messages_folded) == (3, 1)


async def test_history_shows_no_nonce(fake_discord: FakeDiscord, caller: Caller) -> None:
    await caller.send(content="song", nonce="n", enforce_nonce=True)
    _, (shown,) = await caller.call("GET", f"/channels/{fake_discord.channel.id}/messages")
    assert "nonce" not in shown


async def test_the_nonce_of_a_deleted_message_is_unknown(fake_discord: FakeDiscord, caller: Caller) -> None:
    _, first = await caller.send(content="song", nonce="n", enforce_nonce=True)
    fake_discord.channel.messages[int(first["id"])].deleted = True
    status, error = await caller.send(content="song", nonce="n", enforce_nonce=True)
    assert (status, error["code"]) == (404, 10008)


async def test_history_pages_in_every_direction(fake_discord: FakeDiscord, caller: Caller) -> None:
    ids = [str(fake_discord.member.write(fake_discord.channel, str(number)).id) for number in range(6)]

    async def page(query: str) -> str:
        _, found = await caller.call("GET", f"/channels/{fake_discord.channel.id}/messages?{query}")
        return "".join(message["content"] for message in found)

    assert await page("limit=2") == "54"
    assert await page(f"limit=2&before={ids[3]}") == "21"
    assert await page(f"limit=2&after={ids[1]}") == "32"
    assert await page(f"limit=3&around={ids[3]}") == "432"
    status, error = await caller.call("GET", f"/channels/{fake_discord.channel.id}/messages?limit=101")
    assert (status, error["code"]) == (400, 50035)


async def test_what_is_gone_or_foreign_answers_with_its_code(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    theirs = fake_discord.member.write(fake_discord.channel, "mine")
    one = f"/channels/{fake_discord.channel.id}/messages"
    for method, path, code in (
        ("GET", "/channels/1", 10003),
        ("GET", f"{one}/1", 10008),
        ("GET", "/guilds/1", 10004),
        ("PATCH", f"{one}/{theirs.id}", 50005),
    ):
        assert (await caller.call(method, path, {}))[1]["code"] == code, path
    fake_discord.world.delete_channel(fake_discord.channel)
    assert (await caller.send(content="x"))[1]["code"] == 10003


async def test_rights_are_checked_by_roles_and_overwrites(fake_discord: FakeDiscord, caller: Caller) -> None:
    embed = {"title": "song"}
    for right, body, code in (
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [embed]}, 50013),
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
    ):
        fake_discord.deny(fake_discord.channel, right)
        status, error = await caller.send(**body)
        assert (status, error["code"]) == (403, code), right
    fake_discord.world.remove_bot(fake_discord.guild)
    assert (await caller.call("GET", f"/guilds/{fake_discord.guild.id}"))[1]["code"] == 50001
    assert (await caller.call("GET", "/users/@me/guilds"))[1] == []


async def test_guilds_show_the_rights_that_the_bot_has(caller: Caller) -> None:
    _, (guild,) = await caller.call("GET", "/users/@me/guilds")
    assert int(guild["permissions"]) & Permission.SEND_MESSAGES
    assert not int(guild["permissions"]) & Permission.ADMINISTRATOR


async def test_closed_direct_messages_answer_50007(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/channels/{fake_discord.member.direct_channel.id}/messages"
    assert (await caller.call("POST", path, {"content": "song"}))[0] == 200
    fake_discord.member.user.accepts_direct_messages = False
    assert (await caller.call("POST", path, {"content": "song"}))[1]["code"] == 50007


async def test_an_edit_keeps_the_files_that_it_lists(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/channels/{fake_discord.channel.id}/messages"
    _, sent = await caller.call("POST", path, {}, files={"one.mp3": b"1", "two.mp3": b"2"})
    one, two = sent["attachments"]
    kept = {"attachments": [{"id": two["id"]}, {"id": 0, "filename": "three.mp3"}]}
    _, edited = await caller.call("PATCH", f"{path}/{sent['id']}", kept, files={"three.mp3": b"3"})
    assert [file["filename"] for file in edited["attachments"]] == ["two.mp3", "three.mp3"]
    described = {"attachments": [{"id": 0, "filename": "my song!.mp3", "description": "a song"}]}
    _, named = await caller.call("POST", path, described, files={"x": b"x"})
    facts = [named["attachments"][0][key] for key in ("filename", "title", "description")]
    assert facts == ["my_song.mp3", "my song!", "a song"]
    assert edited["edited_timestamp"] is not None
    _, error = await caller.call("PATCH", f"{path}/{sent['id']}", {"attachments": [{"id": one["id"]}]})
    assert error["code"] == 50146


async def test_an_address_is_signed_anew_each_time_and_known_again(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    path = f"/channels/{fake_discord.channel.id}/messages"
    _, sent = await caller.call("POST", path, {}, files={"song.mp3": b"la"})
    url = sent["attachments"][0]["url"]
    fake_discord.own_clock.advance(fake_discord.settings.attachment_lifetime + 2)
    _, again = await caller.call("GET", f"{path}/{sent['id']}")
    fresh = again["attachments"][0]["url"]
    assert fresh != url
    wanted = {"attachment_urls": [url, url.replace("hm=", "hm=0")]}
    _, found = await caller.call("POST", "/attachments/refresh-urls", wanted)
    assert [one["refreshed"] for one in found["refreshed_urls"]] == [fresh, None]


async def test_component_ids_are_filled_in(caller: Caller) -> None:
    buttons = [{"type": 2, "style": 1, "label": "go", "custom_id": str(n)} for n in range(2)]
    row = {"type": 1, "components": [buttons[0] | {"id": 2}, buttons[1]]}
    _, sent = await caller.send(components=[row])
    [shown] = sent["components"]
    assert [shown["id"], *(button["id"] for button in shown["components"])] == [1, 2, 3]


async def test_allowed_mentions_decide_who_is_pinged(fake_discord: FakeDiscord, caller: Caller) -> None:
    text = f"{fake_discord.member.user.mention} @everyone"
    _, loud = await caller.send(content=text)
    _, quiet = await caller.send(content=text, allowed_mentions={"parse": []})
    assert [user["id"] for user in loud["mentions"]] == [str(fake_discord.member.id)]
    assert (loud["mention_everyone"], quiet["mention_everyone"], quiet["mentions"]) == (False, False, [])
    kept = fake_discord.channel.messages[int(quiet["id"])]
    assert kept.allowed_mentions == {"parse": []}
    assert not kept.mentions
    assert fake_discord.channel.messages[int(loud["id"])].mentions


async def test_everyone_and_roles_are_pinged_by_those_who_may(
    fake_discord: FakeDiscord, caller: Caller
) -> None:
    role = fake_discord.world.add_role(fake_discord.guild, "listeners")
    text = f"@everyone <@&{role.id}> <@1>"
    assert (await caller.send(content=text))[1]["mention_roles"] == []
    fake_discord.allow(fake_discord.channel, Permission.MENTION_EVERYONE)
    _, loud = await caller.send(content=text)
    assert (loud["mention_everyone"], loud["mention_roles"], loud["mentions"]) == (True, [str(role.id)], [])
    _, named = await caller.send(content=text, allowed_mentions={"roles": [str(role.id)]})
    assert (named["mention_everyone"], named["mention_roles"]) == (False, [str(role.id)])
    kept = fake_discord.channel.messages[int(named["id"])]
    assert kept.mentions


async def test_replies_name_what_they_answer_or_fail(fake_discord: FakeDiscord, caller: Caller) -> None:
    card = fake_discord.member.write(fake_discord.channel, "card")
    _, reply = await caller.send(content="song", message_reference={"message_id": str(card.id)})
    assert (reply["type"], reply["referenced_message"]["content"]) == (19, "card")
    status, error = await caller.send(content="x", message_reference={"message_id": "1"})
    assert (status, list(error["errors"])) == (400, ["message_reference"])
    lenient = {"message_id": "1", "fail_if_not_exists": False}
    assert (await caller.send(content="x", message_reference=lenient))[1]["type"] == 0
    fake_discord.deny(fake_discord.channel, Permission.READ_MESSAGE_HISTORY)
    _, error = await caller.send(content="x", message_reference={"message_id": str(card.id)})
    assert error["code"] == 160002


async def test_threads_are_made_once_and_can_be_locked(fake_discord: FakeDiscord, caller: Caller) -> None:
    card = fake_discord.member.write(fake_discord.channel, "card")
    path = f"/channels/{fake_discord.channel.id}/messages/{card.id}/threads"
    status, thread = await caller.call("POST", path, {"name": "stems"})
    assert (status, thread["id"], thread["type"]) == (201, str(card.id), 11)
    assert (await caller.call("POST", path, {"name": "stems"}))[1]["code"] == 160004
    inside = f"/channels/{thread['id']}/messages"
    fake_discord.world.channels[card.id].archived = True
    assert (await caller.call("POST", inside, {"content": "song"}))[0] == 200
    assert not fake_discord.world.channels[card.id].archived
    fake_discord.world.channels[card.id].locked = True
    assert (await caller.call("POST", inside, {"content": "song"}))[1]["code"] == 160005


async def test_commands_of_an_old_name_keep_their_id(fake_discord: FakeDiscord, caller: Caller) -> None:
    path = f"/applications/{fake_discord.bot.id}/commands"
    body = {"name": "stems", "description": "Splits a song"}
    status, [made] = await caller.call("PUT", path, [body])
    assert (status, made["name_localizations"]) == (200, None)
    assert (await caller.call("PUT", path, [body]))[1] == [made]
    _, replaced = await caller.call("PUT", path, [{"name": "wav", "description": "As WAV"}, body])
    assert [command["id"] == made["id"] for command in replaced] == [False, True]
    _, [edited] = await caller.call("PUT", path, [body | {"description": "Splits"}])
    assert (edited["id"], edited["description"]) == (made["id"], "Splits")
    assert edited["version"] != made["version"]
    assert (await caller.call("GET", path))[1] == [edited]
