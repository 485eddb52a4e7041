"""Clean foreign text before it is shown: whatever a member typed or an API answered.

Cleaned text cannot ping, link, format, reorder or hide anything, and keeps to its limit. In the content of a
message, which is what a phone notifies of, it stands as a title in a sentence of ours and nowhere else.
"""

import math
import re
import unicodedata

from jobs.models import NOBODY, Place

ELLIPSIS = "…"
# An API id that may be shown, offered and put into a button; UUIDs in practice, but not by contract.
ID = re.compile(r"[\w-]{1,64}", re.ASCII)
# The database's integers have 64 bits.
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_IN_A_LINK = str.maketrans("[]", "()", "\\")
_ZERO_WIDTH_SPACE = "\u200b"
_NO_LINK = f":{_ZERO_WIDTH_SPACE}//"
_SPECIAL = re.compile(r"[\\*_~|`\[\]]")
_LINE_START = re.compile(r"^(?:[#>+-]|\d+(?=[.)]))")
# Cf characters needed by emoji and scripts; all others of the category hide or reorder text.
_KEPT_FORMAT = frozenset("\u200c\u200d")
# No writing system needs a longer run of combining marks; towers of them cover the lines above.
_MAX_MARKS = 4
# In minutes, and in hours.
_HOUR, _DAY = 60, 24


def clean(text: str, limit: int) -> str:
    """Make foreign text one harmless line of at most `limit` characters, cut with an ellipsis."""
    plain = " ".join(_visible(text).split())
    shown = _escape(plain)
    if len(shown) <= limit:
        return shown
    length = min(len(plain), max(limit - 1, 0))
    while len(shown := _escape(plain[:length].rstrip()) + ELLIPSIS) > limit and length:
        length = min(length - 1, int(length * limit / len(shown)))
    return shown


def clean_link(text: str, limit: int) -> str:
    """Clean text for the label of a link, where Discord takes even an escaped bracket for the end."""
    return clean(text.translate(_IN_A_LINK), limit)


def clean_lines(text: str, limit: int) -> str:
    """Make foreign text harmless lines (lyrics) of at most `limit` characters, cut at the end of one."""
    kept: list[str] = []
    length = -1  # no line end before the first
    lines = text.strip().splitlines()
    for line in lines:
        shown = clean(line, 3 * len(line) + 1)  # whole: escaping makes two or three of one
        length += len(shown) + 1
        if length > limit:
            break
        kept.append(shown)
    else:
        return "\n".join(kept).strip()
    while kept and len("\n".join(kept)) + len(ELLIPSIS) + 1 > limit:
        kept.pop()
    words = "\n".join(kept).strip()
    return f"{words}\n{ELLIPSIS}" if words else _at_a_word(clean(lines[0], limit))


def _at_a_word(cut: str) -> str:
    """Take back the word in which a line was cut; some scripts have no blanks between them."""
    words, blank, _ = cut.rpartition(" ")
    return f"{words}{ELLIPSIS}" if blank and cut.endswith(ELLIPSIS) else cut


def clean_label(text: str, limit: int) -> str:
    """Clean text for places without formatting (choices, file names, button labels)."""
    line = " ".join(_visible(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def plain_lines(text: str, limit: int) -> str:
    """Clean lines for a file, where nothing is formatted; cut at the end of one."""
    kept: list[str] = []
    for line in text.strip().splitlines():
        shown = " ".join(_visible(line).split())
        limit -= len(shown) + 1
        if limit < 0:
            return "\n".join([*kept, ELLIPSIS])
        kept.append(shown)
    return "\n".join(kept)


def shortened(text: str, limit: int) -> str:
    """Cut a list of words after one of its entries, or else after a word; nothing shows that it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit + 1]
    between = next((sign for sign in (",", " ") if sign in cut), "")
    return cut.rpartition(between)[0].rstrip() if between else text[:limit]


def pages(text: str, limit: int = 4000) -> list[str]:
    """Split a text of ours into pages, between its lines, or within a long one between its entries."""
    parts: list[str] = []
    for line in text.split("\n"):
        entries = [line] if len(line) <= limit else re.split(r"(?<=, )", line)
        parts += [*entries[:-1], f"{entries[-1]}\n"]
    found = [""]
    for part in parts:
        if len(found[-1]) + len(part) > limit:
            found.append("")
        found[-1] += part
    return [page.strip("\n") for page in found if page.strip()]


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates and NUL: JSON can hold them, but they can be neither stored nor sent."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")


def number(digits: str) -> int:
    """Read the number in an id that came back; 0, which nothing has, for anything else."""
    return int(digits) if _NUMBER.fullmatch(digits) else 0


def duration(seconds: float | None) -> str:
    """Format seconds as `2:34`; empty where they are unknown."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """Format a span in words, as one says it: "40 seconds", "2 minutes"."""
    for size, unit in ((3600.0, "hour"), (60.0, "minute")):
        if seconds >= 1.5 * size:
            return f"{round(seconds / size)} {unit}s"
    whole = max(round(seconds), 1)
    return "1 second" if whole == 1 else f"{whole} seconds"


def age(seconds: float) -> str:
    """Format an age for plain text, where Discord shows no timestamps."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < _HOUR:
        return f"{minutes} min ago"
    hours = minutes // _HOUR
    if hours < _DAY:
        return f"{hours} h ago"
    return "1 day ago" if hours < 2 * _DAY else f"{hours // _DAY} days ago"


def moment(seconds: float) -> str:
    """Format a time as it is typed, `2:34.32`: to the hundredth, and never later."""
    whole, rest = divmod(math.floor(seconds * 100 + 1e-6), 100)
    return duration(whole) + (f".{rest:02}" if rest else "")


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many, with the word for it: "1 vote", "2 votes", "2 tries"."""
    return f"1 {one}" if number == 1 else f"{number} {many or f'{one}s'}"


def credits_text(amount: int) -> str:
    return "free" if amount == 0 else "1 credit" if amount == 1 else f"{amount:,} credits"


def jump(guild_id: int, place: Place) -> str:
    """The address of a message, which Discord shows as a way to it."""
    return f"https://discord.com/channels/{guild_id}/{place.channel_id}/{place.message_id}"


def mention(user_id: int) -> str:
    """Name a member; one who was forgotten has no name."""
    return "somebody who was forgotten" if user_id == NOBODY else f"<@{user_id}>"


def timestamp(at: float, style: str = "R") -> str:
    """Format a time that the reader's Discord keeps up to date, such as "in 2 minutes", without edits."""
    return f"<t:{round(at)}:{style}>"


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    result: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cc", "Zl", "Zp"):
            result.append(" ")
        elif category in ("Cs", "Co", "Cn") or marks > _MAX_MARKS:
            continue
        elif category != "Cf" or character in _KEPT_FORMAT:
            result.append(character)
    return "".join(result)


def _escape(line: str) -> str:
    """Escape formatting, mentions and links; `discord.utils.escape_markdown` skips masked links."""
    shown = _SPECIAL.sub(r"\\\g<0>", line)
    shown = _LINE_START.sub(r"\\\g<0>", shown)
    for sign in ("@", "<", "discord."):
        shown = shown.replace(sign, sign + _ZERO_WIDTH_SPACE)
    return shown.replace("://", _NO_LINK)
