"""Scheduled events of a guild, of the external kind (docs: resources/guild-scheduled-event).

They begin and end by themselves at their times; Create Events makes them and changes one's own.
"""

from datetime import datetime

from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.keys import BODY, guild_in, id_in, world_of
from tests.fakes.discord.model import EventStatus, Guild, JsonObject, ScheduledEvent
from tests.fakes.discord.payloads import timestamp, user_payload
from tests.fakes.discord.permissions import Permission, in_guild
from tests.fakes.discord.problems import Problems
from tests.fakes.discord.rest.answers import json_answer
from tests.fakes.discord.world import World

_EXTERNAL, _FOR_THE_SERVER, _MOST = 3, 2, 100
_NEXT = {
    EventStatus.SCHEDULED: (EventStatus.ACTIVE, EventStatus.CANCELED),
    EventStatus.ACTIVE: (EventStatus.COMPLETED,),
}


def _looked_at(world: World, event: ScheduledEvent) -> ScheduledEvent:
    """Begin and end an event whose time has come."""
    now = world.clock()
    if event.status is EventStatus.SCHEDULED and now >= event.starts:
        event.status = EventStatus.ACTIVE
    if event.status is EventStatus.ACTIVE and now >= event.ends:
        event.status = EventStatus.COMPLETED
    return event


def _open(world: World, guild: Guild) -> list[ScheduledEvent]:
    return [one for one in guild.events.values() if _looked_at(world, one).status in _NEXT]


async def _list(request: web.Request) -> web.Response:
    world, guild = world_of(request), guild_in(request)
    return json_answer([_payload(guild, one) for one in _open(world, guild)])


async def _create(request: web.Request) -> web.Response:
    world, guild, body = world_of(request), guild_in(request), request[BODY].object
    _check_right(world, guild)
    problems = Problems()
    problems.choice("privacy_level", body.get("privacy_level"), among=(_FOR_THE_SERVER,))
    problems.choice("entity_type", body.get("entity_type"), among=(_EXTERNAL,))
    problems.choice("channel_id", body.get("channel_id"), among=(None,))
    for name in ("name", "scheduled_start_time", "scheduled_end_time", "entity_metadata"):
        problems.require(name, body.get(name))
    problems.raise_if_any()
    event = ScheduledEvent(world.new_id(), world.bot)
    _fill(world, event, body)
    if len(_open(world, guild)) >= _MOST:
        raise errors.too_many_events()
    guild.events[event.id] = event
    world.changes.announce()
    return json_answer(_payload(guild, event))


async def _get(request: web.Request) -> web.Response:
    return json_answer(_payload(guild_in(request), _event_in(request)))


async def _modify(request: web.Request) -> web.Response:
    world, guild, body = world_of(request), guild_in(request), request[BODY].object
    event = _event_in(request)
    _check_right(world, guild)
    if event.status not in _NEXT:
        raise errors.event_is_over()
    if "status" in body and body["status"] not in _NEXT[event.status]:
        problems = Problems()
        problems.choice("status", body["status"], among=_NEXT[event.status])
        problems.raise_if_any()
    _fill(world, event, body)
    event.status = EventStatus(body.get("status", event.status))
    world.changes.announce()
    return json_answer(_payload(guild, event))


def _fill(world: World, event: ScheduledEvent, body: JsonObject) -> None:
    """Take what a body says of an event.

    Raises:
        DiscordError: 400 with code 50035, and the event is as it was.
    """
    name, description = body.get("name", event.name), body.get("description", event.description)
    location = (body.get("entity_metadata") or {}).get("location", event.location)
    starts, ends = (
        datetime.fromisoformat(body[field]).timestamp() if field in body else before
        for field, before in (("scheduled_start_time", event.starts), ("scheduled_end_time", event.ends))
    )
    problems = Problems()
    problems.length("name", name, least=1, most=100)
    problems.length("description", description, least=0, most=1000)
    problems.length("entity_metadata.location", location, least=1, most=100)
    if "scheduled_start_time" in body and (
        starts <= world.clock() or event.status is not EventStatus.SCHEDULED
    ):
        problems.add("scheduled_start_time", "EVENT_SCHEDULE_PAST", message="Cannot schedule it in the past.")
    if ends <= max(starts, world.clock()) and "status" not in body:
        problems.add("scheduled_end_time", "EVENT_END_BEFORE_START", message="Must end after it starts.")
    problems.raise_if_any()
    event.name, event.description, event.location = name, description, location
    event.starts, event.ends = starts, ends


def _event_in(request: web.Request) -> ScheduledEvent:
    event = guild_in(request).events.get(id_in(request, "event_id"))
    if event is None:
        raise errors.unknown_event()
    return _looked_at(world_of(request), event)


def _check_right(world: World, guild: Guild) -> None:
    if Permission.CREATE_EVENTS not in in_guild(guild, world.bot.id):
        raise errors.missing_permissions()


def _payload(guild: Guild, event: ScheduledEvent) -> JsonObject:
    return {
        "id": str(event.id),
        "guild_id": str(guild.id),
        **dict.fromkeys(("channel_id", "entity_id", "image", "recurrence_rule")),
        "creator_id": str(event.creator.id),
        "creator": user_payload(event.creator),
        "name": event.name,
        "description": event.description,
        "scheduled_start_time": timestamp(event.starts),
        "scheduled_end_time": timestamp(event.ends),
        "privacy_level": _FOR_THE_SERVER,
        "status": int(event.status),
        "entity_type": _EXTERNAL,
        "entity_metadata": {"location": event.location},
    }


_ALL, _ONE = "/guilds/{guild_id}/scheduled-events", "/guilds/{guild_id}/scheduled-events/{event_id}"
ROUTES = [web.get(_ALL, _list), web.post(_ALL, _create), web.get(_ONE, _get), web.patch(_ONE, _modify)]
