"""What is offered under each message. `cogs.ui.controls` shows it, `cogs.ordering.button_actions` does it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from discord import ui

from cogs.text import job_messages, labels
from cogs.text.clean import ID, clean_label, credits_text
from cogs.text.form_specs import FORMS
from cogs.ui.controls import BLUE, GREY, RED, Control, button, controls, folded, view
from jobs.models import Clip, Job, Params, Post, Profile
from jobs.models.states import JobState
from jobs.orders.results import next_steps, wav_of

# Results that lead on to something, each in several ways.
_LEADING = frozenset({"song", "upload", "persona", "lyrics"})
_SOUNDS = frozenset({"song", "stem"})
# Buttons for the next steps, beside the menu that holds all of them.
_STEP_BUTTONS = 2
# With what concerns the job, they fill a menu; of more takes than the API makes `/clip` has the rest.
_MOST_STEPS = 17
_TEXTS = 2
# By (job, position).
Likes = Mapping[tuple[int, int], int]
_LAST_NUMBER = re.compile(r"\d+$")


def cancel_button(job: Job) -> ui.View:
    return folded([Control(labels.CANCEL, "cancel", str(job.id))])


def send_button(job: Job) -> ui.View:
    return folded([Control(labels.REPOST, "send", str(job.id), style=BLUE)])


def result_buttons(
    job: Job,
    clips: Sequence[Clip],
    post: Post,
    catalogue: Profile,
    likes: Likes = MappingProxyType({}),
    *,
    branches: bool = False,
    album_of: int = 0,
) -> ui.View:
    """Offer the next steps for each result, a like, and the job itself.

    `branches` tells that it is part of a jam in which others go on from it, `album_of` which jam's one song
    it is.
    """
    number = str(job.id)
    offered = []
    if branches and post.said:
        offered.append(
            Control(labels.BRANCH, "jam-branch", number, labels.BRANCH, BLUE, hint=labels.BRANCH_HINT)
        )
    if album_of:
        offered.append(
            Control(labels.ALBUM, "jam-album", str(album_of), labels.ALBUM, hint=labels.ALBUM_HINT)
        )
    if post.missing or post.failed or post.lost:
        offered.append(Control(labels.LOOK_AGAIN, "look", number, labels.LOOK_AGAIN, BLUE))
    good = [clip for clip in clips if not clip.error]
    steps = [*_steps(good, catalogue)][:_MOST_STEPS]
    # A phone has no room for more beside the one that a jam is about.
    offered += [*([replace(one, short="") for one in steps] if branches else steps), *_lyrics(good)]
    if post.said or post.lost:
        offered += [*_together(job, clips, catalogue), *_again(job, catalogue)]
        offered.append(Control(labels.REMOVE, "remove", number, hint=labels.REMOVE_HINT))
    offered += [_details(number), *_like(job, clips, likes)]
    return controls(offered, number, mark=marker(post))


def news_buttons(job: Job, post: Post, catalogue: Profile) -> ui.View:
    """Offer the ways on after bad news, the free one first."""
    number = str(job.id)
    details = _details(number)
    offered = [button(control.label, control) for control in _ways_on(job, number, catalogue)]
    return view([*offered, button(details.label, details, mark=marker(post))])


def _ways_on(job: Job, number: str, catalogue: Profile) -> Iterator[Control]:
    if job.operation in catalogue.operations:
        cost = _cost(catalogue, job.operation, job.params)
    else:  # a zip, or of an edition that we no longer have
        cost = credits_text(job.price)
    if job.state is JobState.UNDELIVERABLE:
        yield Control(labels.REPOST, "send", number, style=BLUE)
    elif job.state is JobState.HELD:
        yield Control(labels.CHECK_AGAIN, "check", number)
        yield Control(f"{labels.TRY_AGAIN} · {cost}", "retry", number, style=BLUE)
        yield Control(labels.GIVE_UP, "give-up", number, style=RED)
    elif job.state is not JobState.CANCELLED:
        if job_messages.can_look_again(job):
            yield Control(labels.LOOK_AGAIN, "look", number, style=BLUE)
        if job_messages.can_try_again(job):
            yield Control(f"{labels.TRY_AGAIN} · {cost}", "again", number)
        if job.operation in FORMS and job_messages.can_try_again(job, changed=True):
            yield Control(labels.CHANGE_AND_TRY_AGAIN, "edit", number)


def clip_buttons(clip: Clip, catalogue: Profile, likes: int = 0) -> ui.View:
    hearts = [_heart(clip, "like", labels.heart(likes))] if clip.kind == "song" else []
    return controls([*_steps([clip], catalogue), *hearts], "clip")


def take_buttons(takes: Sequence[Clip], likes: Likes) -> ui.View:
    """Offer to like each of several takes."""
    return folded(
        [
            _heart(clip, "vote", f"{name} · {labels.likes(likes.get((clip.job_id, clip.position), 0))}")
            for clip in takes
            for name in [clean_label(clip.part.capitalize() or clip.title, 50)]
        ]
    )


def remove_button(job_id: int) -> ui.View:
    return folded([Control(labels.REMOVE_IT, "remove-it", str(job_id), style=RED)])


def choice_buttons(clips: Sequence[Clip], operation: str, catalogue: Profile) -> ui.View:
    """Offer the clips of a message that holds several."""
    cost = _cost(catalogue, operation, {})
    return controls(
        [
            Control(
                f"{clean_label(clip.part.capitalize() or clip.title, 50)} · {cost}",
                operation,
                clip.clip_id,
                style=BLUE,
            )
            for clip in clips
        ],
        "choice",
    )


def edit_button(draft_id: int) -> ui.View:
    return folded([Control(labels.CHANGE_IT, "draft", str(draft_id), style=BLUE)])


def agree_button(draft_id: int, price: int) -> ui.View:
    """Agree to a price; the button names it, as prices can change."""
    label = f"{labels.ORDER_IT} · {credits_text(price)}"
    return folded([Control(label, "agree", f"{draft_id}-{price}", style=BLUE)])


def zip_buttons(job: Job, post: Post) -> ui.View:
    number = str(job.id)
    remove = Control(labels.REMOVE, "remove", number, hint=labels.REMOVE_HINT)
    return controls([remove, _details(number)], number, mark=marker(post))


def agree_to_wavs(job: Job, price: int) -> ui.View:
    label = f"{labels.ORDER_THEM} · {credits_text(price)}"
    return folded([Control(label, "wavs-agree", f"{job.id}-{price}", style=BLUE)])


def marker(post: Post) -> str:
    """Return the part of a `custom_id` by which a delivered message can be found."""
    return f":{post.nonce}"


def _steps(clips: Sequence[Clip], catalogue: Profile) -> Iterator[Control]:
    """Offer what can be done with each clip, the most used of each also as buttons."""
    leading = sum(clip.kind in _LEADING for clip in clips)
    for clip in clips:
        if clip.kind == "lyrics":
            yield _sing_this(clip, numbered=leading > 1)
        elif ID.fullmatch(clip.clip_id):
            steps = sorted(next_steps(clip, catalogue), key=labels.step_order)
            in_row = _STEP_BUTTONS if leading == 1 else 1 if clip.kind in _LEADING else 0
            for index, operation in enumerate(steps):
                yield _step(clip, operation, catalogue, numbered=leading > 1, first=index < in_row)


def _step(clip: Clip, operation: str, catalogue: Profile, *, numbered: bool, first: bool) -> Control:
    price = catalogue.price(operation, {})
    name, part = labels.step(operation), clean_label(clip.part, 40)
    if clip.kind not in _LEADING:
        label = f"{name}: {part}" if part else name
    else:
        label = (
            f"{part.capitalize()} · {labels.whole_step(operation)}"
            if numbered and part
            else labels.whole_step(operation)
        )
    short = f"{name}{_number(clip) if numbered else ''} · {labels.short_price(price)}"
    return Control(
        f"{label} · {credits_text(price)}",
        operation,
        clip.clip_id,
        short if first else "",
        BLUE if first else GREY,
    )


def _lyrics(clips: Sequence[Clip]) -> Iterator[Control]:
    """Offer all words of a song; its takes mostly share theirs."""
    songs = [clip for clip in clips if clip.kind == "song" and clip.lyrics and ID.fullmatch(clip.clip_id)]
    sung = {clip.lyrics: clip for clip in reversed(songs) if not clip.instrumental}
    for clip in sorted(sung.values(), key=lambda one: one.position)[:_TEXTS]:
        name = f"{clean_label(clip.part, 20).capitalize()} · " if len(sung) > 1 and clip.part else ""
        yield Control(f"{name}{labels.ALL_LYRICS}", "text", clip.clip_id, hint=labels.ALL_LYRICS_HINT)


def _sing_this(clip: Clip, *, numbered: bool) -> Control:
    name = f"{clean_label(clip.part, 20).capitalize()} · " if numbered and clip.part else ""
    short = f"{labels.SING_THIS}{_number(clip) if numbered else ''}"
    return Control(f"{name}{labels.SING_THIS}", "words", f"{clip.job_id}-{clip.position}", short, BLUE)


def _number(clip: Clip) -> str:
    """The number of a take or version, with a blank before it; empty where it has none."""
    found = _LAST_NUMBER.search(clip.part)
    return f" {found[0]}" if found else ""


def _together(job: Job, clips: Sequence[Clip], catalogue: Profile) -> Iterator[Control]:
    """Offer what can be done with all results of a job at once, whichever message they are in."""
    good, several = [clip for clip in clips if not clip.error], catalogue.terms(job.operation).clips > 1
    stems = [clip for clip in good if wav_of(clip, catalogue)]
    if stems and several:
        price = catalogue.price(wav_of(stems[0], catalogue), {})
        each = f"{labels.short_price(price)} each" if price else labels.short_price(price)
        label = f"{labels.ALL_WAVS} · {each}"
        yield Control(label, "wavs", str(job.id), label, BLUE)
    if several and any(clip.kind in _SOUNDS for clip in good):
        yield Control(labels.ONE_ZIP, "zip", str(job.id), labels.ONE_ZIP if stems else "")


def _again(job: Job, catalogue: Profile) -> Iterator[Control]:
    """Offer the same job again, or changed; a second persona of one song would be nothing new."""
    if job.operation not in FORMS or catalogue.terms(job.operation).makes == "persona":
        return
    price = catalogue.price(job.operation, job.params)
    short = f"{labels.AGAIN} · {labels.short_price(price)}"
    yield Control(f"{labels.AGAIN} · {credits_text(price)}", "again", str(job.id), short)
    yield Control(labels.AGAIN_CHANGED, "edit", str(job.id))


def _like(job: Job, clips: Sequence[Clip], likes: Likes) -> Iterator[Control]:
    """One heart a message: with several takes it asks which, and counts them together."""
    songs = [clip for clip in clips if clip.kind == "song" and not clip.error]
    label = labels.heart(sum(likes.get((clip.job_id, clip.position), 0) for clip in songs))
    if len(songs) == 1:
        yield _heart(songs[0], "like", label)
    elif songs:
        yield Control(label, "likes", str(job.id), in_menu=False)


def _heart(clip: Clip, action: str, label: str) -> Control:
    return Control(label, action, f"{clip.job_id}-{clip.position}", in_menu=False)


def _details(number: str) -> Control:
    return Control(f"Job #{number}", "job", number, hint=labels.JOB_HINT)


def _cost(catalogue: Profile, operation: str, params: Params) -> str:
    return credits_text(catalogue.price(operation, params))
