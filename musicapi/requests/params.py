"""Reading parameters: each in its own type and within the profile's rules, or `InvalidInput`.

Parameters come from forms and from the database, so nothing is taken for granted about their types. An
absent one, None and the empty text all mean: not given. Reasons complete the sentence "The <field> …".
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from musicapi.errors import InvalidInput
from musicapi.profile import Params, Profile, Terms
from musicapi.times import clock, plain, seconds

Body = dict[str, Any]

# What the API sings of nothing; it asks for some lyrics even where nobody is to sing.
INSTRUMENTAL = "[Instrumental]"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# The API promises UUIDs; what it gave instead is sent back as it is.
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
# Control characters other than line ends and tabs, and lone surrogates, which no encoding takes.
_UNSENT = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
# Overrides, embeddings and isolates of the direction of writing; plain marks are part of some scripts.
_TURNS = r"\u202a-\u202e\u2066-\u2069"
_NOT_IN_TEXT, _NOT_IN_LINE = re.compile(f"[{_UNSENT}]"), re.compile(f"[{_UNSENT}{_TURNS}]")
# By so many seconds a time may lie beyond a clip's end: whoever typed it has seen the length rounded.
_ROUNDING = 0.1


def given(**fields: object) -> Body:
    """Keep the fields that hold something; False and 0 do."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


@dataclass(frozen=True, slots=True)
class RequestParams:
    """Reads the parameters of one request by the rules of a profile."""

    operation: str
    params: Params
    profile: Profile

    @property
    def terms(self) -> Terms:
        return self.profile.terms(self.operation)

    def has(self, name: str) -> bool:
        return self.params.get(name) not in (None, "", [], ())

    def text(self, name: str, *, required: bool = True, version: str = "") -> str:
        """Read text of several lines; control characters are dropped."""
        text = _NOT_IN_TEXT.sub("", _LINE_ENDS.sub("\n", self._raw_text(name)))
        return self._within_limit(name, text, required=required, version=version)

    def line(self, name: str, *, required: bool = False) -> str:
        """Read text of one line. Hidden or direction-changing characters are refused: it is a name."""
        line = _LINE_ENDS.sub(" ", self._raw_text(name)).replace("\n", " ").replace("\t", " ")
        hidden = _NOT_IN_LINE.search(line)
        if hidden:
            code = f"U+{ord(hidden[0]):04X}"
            raise InvalidInput(name, f"holds an invisible character ({code}); type it without")
        return self._within_limit(name, line, required=required)

    def flag(self, name: str) -> bool:
        """Read a switch; off by default."""
        value = self.params.get(name)
        if not isinstance(value, bool) and self.has(name):
            raise InvalidInput(name, "must be yes or no")
        return value is True

    def id_of(self, name: str, what: str) -> str:
        """Read an id: a UUID, or (where `known` is set) whatever the API gave us before."""
        value = self.params.get(name)
        found = value.strip() if isinstance(value, str) else ""
        if _UUID.fullmatch(found):
            return found.lower()
        if self.flag("known") and _ID.fullmatch(found):
            return found
        raise InvalidInput(name, f"is not the id of a {what}")

    def model(self) -> str:
        """Read the model; the provider's default where none is given."""
        model = self.params.get("model") or self.profile.default_model(self.terms.provider)
        if not isinstance(model, str) or self.profile.model(self.terms.provider, model) is None:
            raise InvalidInput("model", "is not a model that the API offers now")
        return model

    def number(self, name: str, *, version: str = "", unit: str = "") -> int | float | None:
        """Read a number within the profile's range; None where none is given."""
        if not self.has(name):
            return None
        number = seconds(self.params[name])
        if number is None:
            raise InvalidInput(name, "is not a number")
        allowed = self.profile.range(name, operation=self.operation, version=version)
        if allowed and not allowed[0] <= number <= allowed[1]:
            raise InvalidInput(name, f"must be between {allowed[0]:g} and {allowed[1]:g}{unit}")
        return plain(number)

    def whole_seconds(self, name: str, *, version: str = "") -> int | None:
        """Read whole seconds; None where none are given."""
        number = self.number(name, version=version, unit=" seconds")
        if isinstance(number, float):
            raise InvalidInput(name, "must be a whole number of seconds")
        return number

    def moment(self, name: str, *, least: float = 0.0) -> int | float:
        """Read a time within the clip; `clip_duration` bounds it where it is known."""
        at = seconds(self.params.get(name))
        if at is None:
            raise InvalidInput(name, "must be a time such as 1:23 or 83.5")
        if at < least:
            raise InvalidInput(name, f"must not be before second {least:g}")
        length = self.number("clip_duration")
        if not length or at <= length:
            return plain(at)
        if at > length + _ROUNDING:
            raise InvalidInput(name, f"is after the end of the clip, which is {clock(length)} long")
        return plain(float(length))

    def choice(self, name: str) -> str:
        """Read one of the profile's options, in the API's spelling; empty where none is given."""
        value = self.params.get(name)
        return self._option(name, value) if self.has(name) else ""

    def choices(self, name: str) -> list[str]:
        """Read several of the profile's options, from a list or from text separated by commas."""
        value = self.params.get(name) or ()
        entries = re.findall(r"[^,\s][^,]*", value) if isinstance(value, str) else value
        if not isinstance(entries, list | tuple):
            raise InvalidInput(name, "must be a list")
        found = list(dict.fromkeys(self._option(name, entry) for entry in entries if entry))
        allowed = self.profile.range("entries", operation=self.operation)
        if allowed and len(found) > allowed[1]:
            raise InvalidInput(name, f"takes up to {allowed[1]:g} entries")
        return found

    def link(self, name: str) -> str:
        """Read an https link. The API fetches it and guards its own network, so only its form is checked."""
        link = self._within_limit(name, self._raw_text(name), required=True)
        problem = _link_problem(link)
        if problem:
            raise InvalidInput(name, problem)
        return link

    def _option(self, name: str, value: object) -> str:
        typed = value.strip().casefold() if isinstance(value, str) else ""
        for shown, sent in self.profile.options(self.operation, name).items():
            if typed in (shown.casefold(), sent.casefold()):
                return sent
        raise InvalidInput(name, "is not one of those that the API knows: pick from the list")

    def _raw_text(self, name: str) -> str:
        value = self.params.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InvalidInput(name, "is not text")
        return value

    def _within_limit(self, name: str, text: str, *, required: bool, version: str = "") -> str:
        text = text.strip()
        if required and not text:
            raise InvalidInput(name, "is empty")
        model = version or str(self.params.get("model") or "")
        limit = self.profile.limit(name, operation=self.operation, model=model)
        if len(text) > limit:
            raise InvalidInput(name, f"has {len(text)} characters; the API takes up to {limit}")
        return text


def _link_problem(link: str) -> str | None:
    """Complete "The link …", or None."""
    if not link.lower().startswith("https://"):
        return "must begin with https://"
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "is not a link"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if not host or not link.isascii() or not link.isprintable() or " " in link:
        return "is not a link"
    return None
