"""Pens and colours from the theme, also for what is drawn without pyqtgraph, which loads after the window is there."""

from functools import lru_cache

from PySide6.QtGui import QBrush, QColor, QPen

from ml4t_desktop.session.theme import Theme


def colour(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the theme with a share of opacity, 0 to 1."""
    shade = QColor(name)
    shade.setAlphaF(alpha)
    return shade


def pen(name: str, alpha: float = 1.0, *, is_dashed: bool = False) -> QPen:
    """Return a pen one pixel wide at any zoom; wider ones cost many times the drawing time."""
    line = QPen(colour(name, alpha))
    line.setCosmetic(True)
    line.setWidth(1)
    if is_dashed:
        line.setDashPattern([4, 4])
    return line


def brush(name: str, alpha: float = 1.0) -> QBrush:
    """Return a filling."""
    return QBrush(colour(name, alpha))


def ink_on(ground: QColor, theme: Theme) -> QColor:
    """Return the colour in which words are read best on a ground: that of texts, or that of surfaces."""
    return QColor(_ink_on(ground.rgba(), theme.text, theme.surface))


@lru_cache(maxsize=1024)  # a table of colours asks for the same ones at every painting
def _ink_on(ground: int, *inks: str) -> str:
    return max(inks, key=lambda ink: _contrast(QColor(ink), QColor.fromRgba(ground)))


def mixed(below: QColor, above: QColor) -> QColor:
    """Return what is seen of a colour that lets through some of another one below it."""
    share = above.alphaF()
    pairs = zip(_parts(below), _parts(above), strict=True)
    return QColor.fromRgbF(*(low + (high - low) * share for low, high in pairs))


def spoken(*parts: str) -> str:
    """Return parts of what a chart says as one text that can be read aloud."""
    texts = (" ".join(part.split()) for part in parts)
    return ". ".join(text.rstrip(".") for text in texts if text)


def _contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _parts(shade: QColor) -> tuple[float, float, float]:
    return shade.redF(), shade.greenF(), shade.blueF()


def _luminance(shade: QColor) -> float:
    parts = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(shade)
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
