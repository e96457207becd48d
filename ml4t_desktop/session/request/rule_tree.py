"""Words about the conditions of a request file."""

from collections.abc import Mapping
from typing import Any, Literal

Joint = Literal["all", "any"]
Part = Mapping[str, Any]


def short_name(column: str) -> str:
    """Return a column without its kind: ``VIX`` of ``context.VIX``."""
    return column.partition(".")[2] or column
