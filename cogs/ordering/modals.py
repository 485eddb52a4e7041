"""What a submitted form holds, read from the raw interaction: see `forms` and `keys`."""

from typing import Any

from cogs.text.clean import whole


def typed(components: list[dict[str, Any]]) -> dict[str, str]:
    """The texts of the fields by their ids, whether they lie in labels or in rows."""
    fields = [
        field
        for outer in components
        for field in (*outer.get("components", ()), outer.get("component") or {})
        if "custom_id" in field
    ]
    return {field["custom_id"]: whole(str(field.get("value") or "")).strip() for field in fields}
