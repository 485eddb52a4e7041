"""The table of operations: one row for each thing that the API can be asked to do.

A new operation is a row here, a validator, a maker of its clips (or of its answer), a price and a duration.
"""

from collections.abc import Callable
from typing import Final

from sandbox.music_api import nuro, riffusion, suno, uploads, validation
from sandbox.music_api.orders import Operation, Order
from sandbox.music_api.riffusion import CLASSIC, RENAMED, Dialect
from sandbox.music_api.songs import Change

_CONTINUED: Final = ("continue_clip_id",)
_ONE_CLIP: Final = ("clip_id",)

SUNO: Final = (
    Operation("suno.create", "create", (None, "create_music"), validation.suno_create, make_clips=suno.songs),
    Operation(
        "suno.extend",
        "create",
        ("extend_music", "extend_upload_music"),
        validation.suno_extend,
        _CONTINUED,
        make_clips=suno.extensions,
    ),
    Operation(
        "suno.concat", "create", ("concat_music",), validation.suno_concat, _CONTINUED, make_clips=suno.joined
    ),
    Operation(
        "suno.cover",
        "create",
        ("cover_music", "cover_upload_music"),
        validation.suno_cover,
        _CONTINUED,
        make_clips=suno.covers,
    ),
    Operation(
        "suno.persona_music",
        "create",
        ("persona_music",),
        validation.suno_persona_music,
        make_clips=suno.persona_songs,
    ),
    Operation(
        "suno.stems_basic",
        "stems/basic",
        (),
        validation.known_clip,
        _ONE_CLIP,
        make_clips=suno.basic_stems,
    ),
    Operation(
        "suno.stems_full", "stems/full", (), validation.known_clip, _ONE_CLIP, make_clips=suno.full_stems
    ),
    Operation(
        "suno.persona",
        "persona",
        (),
        validation.suno_persona,
        (*_CONTINUED, *_ONE_CLIP),
        answer=suno.persona,
    ),
    Operation("suno.upload", "upload", (), uploads.validate("url"), answer=uploads.upload_at_once("url")),
    Operation("suno.wav", "wav", (), validation.known_clip, _ONE_CLIP, answer=suno.wav),
    Operation("suno.lyrics", "lyrics", (), validation.suno_lyrics, answer=suno.lyrics),
)


def _riffusion(dialect: Dialect) -> tuple[Operation, ...]:
    """The operations that both dialects know, on their one path."""

    def change(
        name: str, task_types: tuple[str, ...], check: riffusion.Check, made: Callable[[Order], Change]
    ) -> Operation:
        return Operation(
            f"riffusion.{name}",
            "create",
            task_types,
            check,
            (dialect.clip,),
            make_clips=dialect.versions(made),
            prefixes=(dialect.prefix,),
        )

    both = dialect.check_change("lyrics", "sound")
    swap = dialect.check_change("lyrics")
    return (
        Operation(
            "riffusion.create",
            "create",
            (None, "create_music"),
            dialect.check_create,
            make_clips=riffusion.songs,
            prefixes=(dialect.prefix,),
        ),
        change("cover", ("cover_music", "cover_upload_music"), both, riffusion.cover),
        change("extend", ("extend_music", "extend_upload_music"), dialect.check_extend, riffusion.extension),
        change(
            "replace", ("replace_music", "replace_upload_music"), dialect.check_replace, dialect.replacement
        ),
        change("swap_sound", ("swap_music_sound", "swap_upload_music_sound"), swap, riffusion.sound_swap),
        change("swap_vocals", ("swap_music_vocals", "swap_upload_music_vocals"), swap, riffusion.vocal_swap),
    )


RIFFUSION: Final = (
    *_riffusion(CLASSIC),
    Operation(
        "riffusion.upload",
        "upload",
        (),
        uploads.validate("url"),
        answer=uploads.upload_at_once("url"),
        prefixes=(CLASSIC.prefix,),
    ),
    *_riffusion(RENAMED),
    Operation(
        "riffusion.variation",
        "create",
        ("music_variation",),
        RENAMED.check_change(),
        (RENAMED.clip,),
        make_clips=RENAMED.versions(riffusion.variation),
        prefixes=(RENAMED.prefix,),
    ),
    Operation(
        "riffusion.upload",
        "upload",
        (),
        uploads.validate("audio_url"),
        make_clips=uploads.uploaded("audio_url"),
        prefixes=(RENAMED.prefix,),
    ),
    Operation(
        "riffusion.download",
        "download",
        (),
        riffusion.check_download,
        _ONE_CLIP,
        make_clips=riffusion.download,
        prefixes=(RENAMED.prefix,),
    ),
)

NURO: Final = (
    Operation("nuro.vocal", "create", ("vocal",), nuro.check_vocal, make_clips=nuro.vocal, selector="type"),
    Operation("nuro.bgm", "create", ("bgm",), nuro.check_bgm, make_clips=nuro.bgm, selector="type"),
)

OPERATIONS: Final = (*SUNO, *RIFFUSION, *NURO)
