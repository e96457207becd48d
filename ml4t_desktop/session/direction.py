"""In which direction one reads: what points on and back, and numbers that keep their signs and units in place."""

from typing import Final

_LEFT, _RIGHT = "\N{BLACK LEFT-POINTING SMALL TRIANGLE}", "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
LEFT_TO_RIGHT_MARK: Final = "\N{LEFT-TO-RIGHT MARK}"


def read_from_right(*, is_on: bool) -> None:
    """Set whether one reads from the right."""
    global _is_from_right  # noqa: PLW0603 (one for the process, as Qt's direction of layouts is)
    _is_from_right = is_on


def back() -> str:
    """Return what points to what was before."""
    return _RIGHT if _is_from_right else _LEFT


def onwards() -> str:
    """Return what points to what comes next."""
    return _LEFT if _is_from_right else _RIGHT


def kept_together(number: str) -> str:
    """Return a number whose sign stays before its digits, and its unit after them, among words of any direction."""
    return f"{LEFT_TO_RIGHT_MARK}{number}{LEFT_TO_RIGHT_MARK}" if _is_from_right else number


_is_from_right = False
