"""The page of an album: one file that plays those beside it, at a desk and on a phone, without any script."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from cogs.text.clean import clean_label, duration, jump, plain_lines
from cogs.text.jams import album as text
from cogs.text.jams import posts
from jobs.models.jams.album import Album, Track

# Words that the page holds in all: a zip has room for no more beside its tracks.
_MOST_WORDS = 400_000
_TITLE = 120
_POLICY = "default-src 'none'; media-src 'self' file:; img-src 'self' file:; style-src 'unsafe-inline'"

_STYLE = """
:root { color-scheme: dark }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: #17181c; color: #e6e7ea;
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
header { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: center; margin-bottom: 1.5rem }
header div { flex: 1 1 14rem }
header img { width: 13rem; max-width: 100%; border-radius: .75rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 0 }
p { margin: .3rem 0 }
.quiet, li small, details { color: #a5a8b0 }
ol { list-style: none; margin: 0; padding: 0 }
li { background: #212329; border-radius: .75rem; padding: 1rem; margin-bottom: .75rem }
audio { display: block; width: 100%; margin: .7rem 0 .3rem }
summary { cursor: pointer; padding: .25rem 0 }
pre { font: inherit; white-space: pre-wrap; margin: .4rem 0; color: #e6e7ea }
a { color: #8ea1ff }
@media (max-width: 30rem) { header img { width: 100% } h1 { font-size: 1.4rem } }
"""


def papers_of(
    album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str
) -> Mapping[str, str]:
    """The texts that go into a zip, by the names of their files."""
    return {text.CREDITS: text.written(album, names, files), text.PAGE: _page(album, names, files, cover)}


def _page(album: Album, names: Mapping[int, str], files: Mapping[int, str], cover: str) -> str:
    title = escape(clean_label(album.jam.theme, posts.THEME))
    room = _MOST_WORDS // max(len(album.tracks), 1)
    tracks = "\n".join(_track(track, album, names, files, room) for track in album.tracks)
    picture = f'<img src="{quote(cover)}" alt="">' if cover else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
{picture}
<div><h1>{title}</h1>
{_lines(text.about(album, names), "p")}
<p class="quiet">{escape(text.HOW_TO_PLAY)}</p></div>
</header>
<ol>
{tracks}
</ol>
</body>
</html>
"""


def _track(track: Track, album: Album, names: Mapping[int, str], files: Mapping[int, str], room: int) -> str:
    clip, file = track.clip, files.get(track.clip.position)
    who, standing = escape(text.whose(track, names)), escape(text.standing(track))
    length = duration(clip.duration)
    if file:
        player = f'<audio controls preload="none" src="{quote(file)}"></audio>'
    else:
        player = f"<p>{escape(text.NOT_IN_ZIPS)}{_there(track, album)}</p>"
    words = plain_lines(clip.lyrics, room)
    lyrics = f"<details><summary>{text.WORDS}</summary><pre>{escape(words)}</pre></details>" if words else ""
    return f"""<li>
<h2>{track.number}. {escape(clean_label(posts.titled(clip), _TITLE))}</h2>
<p>{who}{f" · {length}" if length else ""}</p>
{player}
<p class="quiet">{standing}</p>
{lyrics}
<details><summary>{text.MADE}</summary>{_lines(text.made(track, names), "p")}</details>
</li>"""


def _there(track: Track, album: Album) -> str:
    if track.place is None:
        return ""
    return f' · <a href="{escape(jump(album.jam.guild_id, track.place))}">{text.LISTEN_THERE}</a>'


def _lines(lines: Sequence[str], tag: str) -> str:
    return "\n".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)
