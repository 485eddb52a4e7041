"""Links that the API is to fetch: decided by their spelling, without a connection."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import musicapi

NO_LINK = "is not a link"


def problem_with(link: str) -> str | None:
    """Why a link is refused; None where it is sent as it is."""
    try:
        body = musicapi.build("suno.upload", {"url": link}, musicapi.load_profile("classic"))
    except musicapi.InvalidInput as error:
        return error.reason
    assert body == {"url": link.strip()}
    return None


@pytest.mark.parametrize(
    "link",
    [
        "https://cdn.discordapp.com/attachments/1/2/hum.mp3?ex=6a&is=6b&hm=0f&",
        "https://media.example.com./x.mp3", "HTTPS://Media.Example.COM:8443/x%20y.mp3#t=1",
        "https://8.8.8.8/x.mp3", "https://[2606:4700:4700::1111]/x.mp3", "https://[::ffff:8.8.8.8]/x.mp3",
        "https://xn--bcher-kva.example.com/a(1).mp3", " https://media.example.com/x.mp3\n",
    ],
)  # fmt: skip
def test_what_may_be_fetched(link: str) -> None:
    assert problem_with(link) is None


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("http://media.example.com/x.mp3", "must begin with https://"),
        ("ftp://media.example.com/x.mp3", "must begin with https://"),
        ("media.example.com/x.mp3", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("https:media.example.com/x.mp3", "must begin with https://"),
        ("https://", NO_LINK),
        ("https:///x.mp3", NO_LINK),
        ("https://me@media.example.com/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com:x@127.0.0.1/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com:port/x.mp3", NO_LINK),
        ("https://media.example.com:99999/x.mp3", NO_LINK),
        ("https://[::1/x.mp3", NO_LINK),
        ("https://media.example.com\\@127.0.0.1/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com/a b.mp3", NO_LINK),
        ("https://media.example.com/\nx.mp3", NO_LINK),
        ("https://\uff11\uff12\uff17.0.0.1/x.mp3", NO_LINK),
        ("https://127\u30020\u30020\u30021/x.mp3", NO_LINK),
        ("https://m\u00e9dia.example.com/x.mp3", NO_LINK),
    ],
)
def test_what_is_no_link_for_the_api(link: str, problem: str) -> None:
    assert problem_with(link) == problem


@pytest.mark.parametrize("url", ["", None, 5, ["https://media.example.com"], "https://a.com/" + "x" * 2035])
def test_what_is_refused_before_it_is_read(url: object) -> None:
    for operation in ("suno.upload", "riffusion.upload"):
        with pytest.raises(musicapi.InvalidInput) as caught:
            musicapi.build(operation, {"url": url}, musicapi.load_profile("renamed"))
        assert caught.value.field == "url"


@given(st.text())
@example("[")
@example("[v1.a]/")
def test_any_text_is_answered(text: str) -> None:
    for link in (text, f"https://{text}", f"https://media.example.com{text}"):
        assert problem_with(link) != ""
