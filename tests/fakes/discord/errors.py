"""Refusals, with Discord's own status, code and words (docs: topics/opcodes-and-status-codes, "JSON")."""

from collections.abc import Callable

from tests.fakes.discord.model import JsonObject


class DiscordError(Exception):
    """An answer of 4xx: raised anywhere below a route, shown to the bot by the edge."""

    def __init__(self, status: int, code: int, message: str, *, errors: JsonObject | None = None) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}".strip())
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def payload(self) -> JsonObject:
        """Return the JSON body of the answer."""
        body: JsonObject = {"message": self.message, "code": self.code}
        return body if self.errors is None else body | {"errors": self.errors}


def _refusal(status: int, code: int, message: str) -> Callable[[], DiscordError]:
    return lambda: DiscordError(status, code, message)


not_found = _refusal(404, 0, "404: Not Found")
method_not_allowed = _refusal(405, 0, "405: Method Not Allowed")
unauthorized = _refusal(401, 0, "401: Unauthorized")
unknown_channel = _refusal(404, 10003, "Unknown Channel")
unknown_guild = _refusal(404, 10004, "Unknown Guild")
unknown_message = _refusal(404, 10008, "Unknown Message")
unknown_webhook = _refusal(404, 10015, "Unknown Webhook")
unknown_event = _refusal(404, 10070, "Unknown Guild Scheduled Event")
unknown_interaction = _refusal(404, 10062, "Unknown interaction")
too_many_commands = _refusal(400, 30032, "Maximum number of application commands reached (100)")
too_many_events = _refusal(400, 30038, "Maximum number of guild scheduled events reached (100)")
entity_too_large = _refusal(413, 40005, "Request entity too large")
already_acknowledged = _refusal(400, 40060, "Interaction has already been acknowledged.")
missing_access = _refusal(403, 50001, "Missing Access")
not_your_message = _refusal(403, 50005, "Cannot edit a message authored by another user")
empty_message = _refusal(400, 50006, "Cannot send an empty message")
wrong_channel_type = _refusal(400, 50024, "Cannot execute action on this channel type")
closed_to_you = _refusal(403, 50007, "Cannot send messages to this user")
missing_permissions = _refusal(403, 50013, "Missing Permissions")
invalid_webhook_token = _refusal(401, 50027, "Invalid Webhook Token")
archived_thread = _refusal(400, 50083, "Thread is archived")
invalid_json = _refusal(400, 50109, "The request body contains invalid JSON.")
uploaded_file_missing = _refusal(400, 50146, "Uploaded file not found.")
cannot_reply_without_history = _refusal(
    403, 160002, "Cannot reply without permission to read message history"
)
thread_exists = _refusal(400, 160004, "A thread has already been created for this message")
thread_locked = _refusal(400, 160005, "Thread is locked")
event_is_over = _refusal(400, 180000, "Cannot update a finished event")
