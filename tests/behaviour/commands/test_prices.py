"""A price is told before the press: by commands, options, entries of menus and forms."""

from pathlib import Path

import pytest
from discord import AppCommandType, app_commands

from musicapi import profile_names
from startup.wiring import assemble
from tests.behaviour.commands.acts import answer, made, press
from tests.conftest import Jam, jam_with, settings_for
from tests.fakes.api_faults import FaultyMusicApi

# What orders something, by its family.
_ORDERING = ("suno", "riffusion", "nuro", "persona", "lyrics", "wav", "stems")


@pytest.mark.parametrize("edition", profile_names())
async def test_every_command_that_orders_says_what_that_costs(
    api: FaultyMusicApi, tmp_path: Path, edition: str
) -> None:
    settings = settings_for(api, tmp_path, MUSIC_API_PROFILE=edition)
    async with assemble(settings) as parts, jam_with(parts, api) as jam:
        catalogue, said = parts.service.catalogue, {}
        for command in jam.parts.bot.tree.walk_commands():
            if isinstance(command, app_commands.Command):
                said[command.qualified_name] = command.description
                assert len(command.description) <= 100
        wav = catalogue.price("suno.wav", {})
        assert said["wav"].endswith(f" ({'1 credit' if wav else 'free'}).")
        priced = {name for name, text in said.items() if text.endswith(("credits).", "credit).", "(free)."))}
        assert priced == {
            name for name in said if name.startswith(_ORDERING) and name not in ("stems", "persona list")
        }
        stems = jam.parts.bot.tree.get_command("stems")
        assert isinstance(stems, app_commands.Command)
        tracks = stems.get_parameter("tracks")
        assert tracks is not None
        two, twelve = (catalogue.price(f"suno.stems_{one}", {}) for one in ("basic", "full"))
        assert [choice.name for choice in tracks.choices] == [
            f"basic: vocals and instrumental ({two} credits)",
            f"full: every instrument ({twelve} credits)",
        ]
        menus = [menu.name for menu in jam.parts.bot.tree.get_commands(type=AppCommandType.message)]
        assert menus == [f"Stems of this · {two} credits", "Continue this", "Cover this"]


async def test_a_form_says_what_it_orders_costs(jam: Jam) -> None:
    song, _ = await made(jam, "suno create", prompt="rivers")
    shown = await jam.mia.slash(jam.channel, "suno extend", clip_id=song.clip_id)
    assert shown.modal is not None
    assert shown.modal["title"].endswith(" · 10 credits")
    shown = await press(jam, "mia", await jam.reply(), "Take 1 · Persona · 1 credit")
    assert shown.modal is not None
    assert shown.modal["title"].endswith(" · 1 credit")


async def test_a_model_says_whether_it_is_the_default_and_what_it_takes(jam: Jam) -> None:
    offered = await jam.mia.autocomplete(jam.channel, "suno create", "model", "")
    assert [choice["name"] for choice in offered][:2] == [
        "v4.5 (default, prompt up to 400)", "v5 (prompt up to 400)"
    ]  # fmt: skip
    offered = await jam.mia.autocomplete(jam.channel, "suno custom", "model", "v4")
    assert [choice["name"] for choice in offered] == [
        "v4.5 (default, lyrics up to 5,000, style up to 1,000)",
        "v4.5 plus (lyrics up to 5,000, style up to 1,000)",
        "v4 (lyrics up to 3,000, style up to 200)",
    ]
    assert answer(await jam.mia.slash(jam.channel, "suno create", prompt="x", model="v5"))
