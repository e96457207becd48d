"""Colours of the two themes, as values that widgets and charts render."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours as ``#rrggbb``.

    `gain` and `loss` differ for colour-blind eyes too; shape tells them apart as well. They are chosen
    by taste and custom; what is well or wrong is `good`, `warning` or `error` whatever was chosen.
    Words in `text`, `muted`, `accent`, and all of these can be read on every ground.
    """

    name: str
    is_dark: bool
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    accent_text: str
    gain: str
    loss: str
    good: str
    warning: str
    error: str
    grid: str
    series: tuple[str, ...]


LIGHT = Theme(
    name="light", is_dark=False,
    window="#f4f5f7", surface="#ffffff", raised="#fafbfc", border="#d5d9e0",
    text="#1c2430", muted="#5b6676", accent="#2563eb", accent_text="#ffffff",
    gain="#0b7a75", loss="#c2410c", good="#0b7a75",
    warning="#966400", error="#b42318", grid="#e3e6eb",
    series=("#2563eb", "#b45309", "#7c3aed", "#0f766e", "#be185d", "#4d7c0f"),
)  # fmt: skip
DARK = Theme(
    name="dark", is_dark=True,
    window="#14181f", surface="#1b2029", raised="#222834", border="#353d4b",
    text="#e6e9ef", muted="#9aa4b5", accent="#6ea8fe", accent_text="#0b1220",
    gain="#4fd1c5", loss="#fb923c", good="#4fd1c5",
    warning="#e3b341", error="#f97066", grid="#2a313d",
    series=("#6ea8fe", "#fbbf24", "#c4b5fd", "#5eead4", "#f9a8d4", "#bef264"),
)  # fmt: skip

# Gains and losses as an analyst may want them: in light, and in dark.
_TONES: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "teal_orange": ((LIGHT.gain, LIGHT.loss), (DARK.gain, DARK.loss)),
    "blue_orange": (("#1d4ed8", "#b45309"), ("#7cb2ff", "#fbbf24")),
    "green_red": (("#15803d", "#b91c1c"), ("#4ade80", "#f87171")),
    "red_green": (("#b91c1c", "#15803d"), ("#f87171", "#4ade80")),
}


def with_tones(theme: Theme, colours: str) -> Theme:
    """Return a theme with the colours of gains and losses that were chosen.

    Parameters
    ----------
    colours : str
        ``teal_orange``, ``blue_orange``, ``green_red`` or ``red_green``.
    """
    gain, loss = _TONES[colours][1 if theme.is_dark else 0]
    is_plain = (gain, loss) == (theme.gain, theme.loss)
    return theme if is_plain else replace(theme, gain=gain, loss=loss)
