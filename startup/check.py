"""`python bot.py --check`: everything that is wrong with the set-up, in one list."""

import errno
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import discord

import musicapi
from cogs.connection.reasons import reason
from cogs.connection.rest import go_by
from cogs.delivery import speakers
from cogs.ordering.place_order import INVITED, NEEDED
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.store import DatabaseInUse, StoreError, backup
from jobs.store.errors import Snapshot
from jobs.store.migrate import HEAD
from startup.addresses import is_postgres, is_public
from startup.api_check import check_api
from startup.environment import misspelt
from startup.settings import Settings, inspect


async def check(environment: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """(what is fine, what is wrong), one sentence each."""
    fine: list[str] = []
    settings, wrong = inspect(environment, profiles=musicapi.profile_names())
    if not wrong:
        fine.append("the settings are complete")
    wrong += misspelt(field.name.upper() for field in fields(Settings))
    _check_files(settings, fine, wrong)
    if settings.metrics_port:
        _check_port("METRICS_PORT", settings.metrics_host, settings.metrics_port, wrong)
    if settings.public_url:
        _check_port("PUBLIC_PORT", settings.public_host, settings.public_port, wrong)
        _check_public_url(settings, fine, wrong)
    fine.append(_voice())
    if settings.music_api_key:
        await check_api(settings, fine, wrong)
    if settings.discord_token:
        await _check_discord(settings, fine, wrong)
    return fine, wrong


def _voice() -> str:
    """Whether songs can be heard in voice channels; what is missing is no mistake."""
    if lacking := speakers.missing():
        return f"no voice: `/jam listen voice:` needs requirements/voice.txt (lacks {', '.join(lacking)})"
    return "a voice for `/jam listen voice:`; UDP must be let out to Discord, which only a call can prove"


def _check_files(settings: Settings, fine: list[str], wrong: list[str]) -> None:
    """Look at the database without making or changing it."""
    try:
        found = backup.look(settings.database_url)
        if is_postgres(settings.database_url):
            _check_server(settings, found, fine, wrong)
        elif found is None and not _can_be_made(settings.folder):
            wrong.append(f"DATABASE_URL: nothing can be written in {settings.folder}")
        elif found is None:
            fine.append(f"a new database will be made in {settings.folder}")
        else:
            older = "" if found.version == HEAD else "; the start brings it up to date"
            fine.append(f"the database is sound ({found.jobs} jobs{older})")
    except DatabaseInUse:
        fine.append("the database is in use by a running Encore")
    except StoreError as error:
        wrong.append(f"DATABASE_URL: {error}")


def _check_server(settings: Settings, found: Snapshot | None, fine: list[str], wrong: list[str]) -> None:
    holds = "is empty; the start makes the tables" if found is None else f"is there ({found.jobs} jobs)"
    fine.append(f"the database of PostgreSQL {holds}")
    wrong += [f"DATABASE_URL: {one}" for one in (found.warnings if found else ())]
    if not _can_be_made(settings.folder):
        wrong.append(f"DATA_FOLDER: nothing can be written in {settings.folder}")


def _can_be_made(folder: Path) -> bool:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):  # without a name: nothing is left of it
            return True
    except OSError:
        return False


def _check_port(name: str, host: str, port: int, wrong: list[str]) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        why = "is in use, by a running Encore or another program" if error.errno == errno.EADDRINUSE else None
        wrong.append(f"{name} {why or f'cannot be opened: {error.strerror}'}")


def _check_public_url(settings: Settings, fine: list[str], wrong: list[str]) -> None:
    """Tell what can be told from inside; whether the internet gets in, only somebody outside can see."""
    url = settings.public_url
    if settings.public_port == settings.metrics_port:
        wrong.append(
            "PUBLIC_PORT must be another port than METRICS_PORT: what is public must not be the same"
        )
    if url.endswith("/hook"):
        wrong.append("PUBLIC_URL must not end in /hook, which is added to it")
    if not is_public(url):
        wrong.append(f"PUBLIC_URL: {url} is no public address, so the music API cannot call it")
    else:
        fine.append(
            f"the music API will call {url}/hook/…; from outside, with the bot running, "
            f"`curl -i -X POST {url}/hook/1` must answer 401"
        )


async def _check_discord(settings: Settings, fine: list[str], wrong: list[str]) -> None:
    if settings.discord_api_url:
        go_by(settings.discord_api_url)
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.discord_token.reveal())
        # discord.py drops the permissions of this list on the way to its models.
        guilds = await client.http.get_guilds(limit=200, with_counts=False)
    except discord.LoginFailure:
        wrong.append("DISCORD_TOKEN: Discord does not accept it; copy it again from the Bot page")
        return
    except (discord.HTTPException, *TRANSPORT_ERRORS) as error:
        wrong.append(f"DISCORD_TOKEN: Discord cannot be reached ({reason(error)})")
        return
    finally:
        await client.close()
    fine.append(f"Discord accepts the token of {client.user}")
    _check_interactions(settings, client.application, fine, wrong)
    _check_guilds(client, [dict(guild) for guild in guilds], fine, wrong)


def _check_interactions(
    settings: Settings, application: discord.AppInfo | None, fine: list[str], wrong: list[str]
) -> None:
    """Tell whether Discord sends interactions where they are taken."""
    entered = (application and application.interactions_endpoint_url) or ""
    wanted = f"{settings.public_url}/interactions"
    if not settings.public_key and entered:
        wrong.append(
            f"Discord sends interactions to {entered}, and none by the gateway: set PUBLIC_KEY, or empty "
            "Interactions Endpoint URL on the application's General Information page"
        )
    elif settings.public_key and application is not None and application.verify_key != settings.public_key:
        wrong.append("PUBLIC_KEY is another application's; copy Public Key from its General Information page")
    elif settings.public_key and entered == wanted:
        fine.append(f"Discord sends interactions to {wanted}")
    elif settings.public_key:
        fine.append(
            f"while the bot runs, enter {wanted} as Interactions Endpoint URL on the application's General "
            f"Information page, which has {entered or 'none'} now"
        )


def _check_guilds(
    client: discord.Client, guilds: list[dict[str, object]], fine: list[str], wrong: list[str]
) -> None:
    to_speak = () if speakers.missing() else ("speak",)
    needed = discord.Permissions(**dict.fromkeys((*INVITED, *to_speak), True))
    link = discord.utils.oauth_url(
        client.application_id or 0, permissions=needed, scopes=("bot", "applications.commands")
    )
    if not guilds:
        wrong.append(f"the bot is in no server yet; invite it with {link}")
    else:
        fine.append(f"to invite the bot to another server: {link}")
    for guild in guilds:
        granted = discord.Permissions(int(str(guild.get("permissions", 0))))
        missing = [
            shown
            for name, shown in NEEDED.items()
            if not getattr(granted, name) and not granted.administrator
        ]
        if missing:
            wrong.append(f"server {guild.get('name')!r}: the bot lacks {', '.join(missing)}")
        else:
            fine.append(f"server {guild.get('name')!r}: the bot has every permission that it needs")
