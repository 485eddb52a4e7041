"""Collects what is wrong with a body, and tells it in the nested form of Discord's code 50035."""

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.errors import DiscordError

if TYPE_CHECKING:
    from tests.fakes.discord.model import JsonObject


class Problems:
    """The findings about one request body; a path such as `embeds.0.title` names the field."""

    def __init__(self, root: str = "") -> None:
        self._root = root
        self._errors: JsonObject = {}

    def add(self, path: str, code: str, *, message: str) -> None:
        """Note a finding under `path`; an empty path is the body as a whole."""
        node = self._errors
        for key in filter(None, f"{self._root}.{path}".split(".")):
            node = node.setdefault(key, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def require(self, path: str, value: object) -> bool:
        """Note that a field is missing or empty; return whether it is there."""
        if value is None or value in ("", []):
            self.add(path, "BASE_TYPE_REQUIRED", message="This field is required")
            return False
        return True

    def length(self, path: str, value: Sized | None, *, least: int = 0, most: int) -> None:
        """Note that a text or list is too short or too long."""
        if value is None or least <= len(value) <= most:
            return
        if least == 0:
            self.add(path, "BASE_TYPE_MAX_LENGTH", message=f"Must be {most} or fewer in length.")
        else:
            self.add(path, "BASE_TYPE_BAD_LENGTH", message=f"Must be between {least} and {most} in length.")

    def choice(self, path: str, value: object, *, among: tuple[Any, ...]) -> bool:
        """Note that a value is none of those allowed; return whether it is one."""
        if value in among:
            return True
        self.add(path, "BASE_TYPE_CHOICES", message=f"Value must be one of {among}.")
        return False

    def of_type(self, path: str, value: object, *, kind: type | tuple[type, ...]) -> bool:
        """Note that a value has the wrong JSON type; return whether it has the right one."""
        # JSON's true is no number, though Python's is.
        if isinstance(value, kind) and not isinstance(value, bool):
            return True
        self.add(path, "BASE_TYPE_BAD_TYPE", message=f"Not a value of the type expected: {value!r}")
        return False

    def raise_if_any(self) -> None:
        """Refuse the body if anything was found.

        Raises:
            DiscordError: 400 with code 50035 and all findings.
        """
        if self._errors:
            raise DiscordError(400, 50035, "Invalid Form Body", errors=self._errors)
