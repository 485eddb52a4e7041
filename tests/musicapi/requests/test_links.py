"""Links that the API is to fetch: decided by their spelling, without a connection."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import musicapi
from musicapi.ssrf import link_problem

NOT_PUBLIC = "must lead to a public address"
NO_LINK = "is not a link"
HOSTS = [
    "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "255.255.255.255", "224.0.0.1",
    "2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "017700000001", "1.1", "8.8.8", "134744072",
    "127.0.0.1.", "0x", "1.2.3.4.5", "256.1.1.1", "08.8.8.8", "media.example.0x1", "a.1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::808:808]",
    "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[2002:7f00:1::1]", "[2001:db8::1]", "[::7f00:1]",
    "localhost", "media", "com.", "a.localhost", "a.local", "a.internal", "router.home.arpa", "a.lan",
    "a.home", "a.corp", "a.intranet", "a.private", "a.localdomain", "a.invalid",
    "a.onion",
    "A.LOCAL.", "a..com", ".com", "-a.com", "a-.com", "a%2ecom", "x" * 64 + ".com", "x." * 127 + "com",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_what_does_not_lead_to_a_public_host(host: str) -> None:
    assert link_problem(f"https://{host}/x.mp3") == NOT_PUBLIC
    assert link_problem(f"https://{host}:443/x.mp3") == NOT_PUBLIC


@pytest.mark.parametrize(
    "link",
    [
        "https://cdn.discordapp.com/attachments/1/2/hum.mp3?ex=6a&is=6b&hm=0f&",
        "https://media.example.com./x.mp3",
        "HTTPS://Media.Example.COM:8443/x%20y.mp3#t=1",
        "https://8.8.8.8/x.mp3",
        "https://[2606:4700:4700::1111]/x.mp3",
        "https://[::ffff:8.8.8.8]/x.mp3",
        "https://xn--bcher-kva.example.com/a(1).mp3",
    ],
)
def test_what_may_be_fetched(link: str) -> None:
    assert link_problem(link) is None
    assert musicapi.build("suno.upload", {"url": f" {link}\n"}, musicapi.load_profile("classic")) == {
        "url": link
    }


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("http://media.example.com/x.mp3", "must begin with https://"),
        ("ftp://media.example.com/x.mp3", "must begin with https://"),
        ("media.example.com/x.mp3", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("https:media.example.com/x.mp3", "must begin with https://"),
        ("https://", NOT_PUBLIC),
        ("https:///x.mp3", NOT_PUBLIC),
        ("https://me@media.example.com/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com:x@127.0.0.1/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com:port/x.mp3", NO_LINK),
        ("https://media.example.com:99999/x.mp3", NO_LINK),
        ("https://[::1/x.mp3", NO_LINK),
        ("https://media.example.com\\@127.0.0.1/x.mp3", "must not hold a user name or password"),
        ("https://media.example.com\\x.mp3", NO_LINK),
        ("https://media.example.com/a b.mp3", NO_LINK),
        ("https://media.example.com/\nx.mp3", NO_LINK),
        ("https://\uff11\uff12\uff17.0.0.1/x.mp3", NO_LINK),
        ("https://127\u30020\u30020\u30021/x.mp3", NO_LINK),
        ("https://m\u00e9dia.example.com/x.mp3", NO_LINK),
    ],
)
def test_what_is_no_link_for_the_api(link: str, problem: str) -> None:
    assert link_problem(link) == problem


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
        problem = link_problem(link)
        assert problem is None or problem
