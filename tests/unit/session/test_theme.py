import pytest

from ml4t_desktop.session.theme import DARK, LIGHT

INKS = ("text", "muted", "accent", "gain", "loss", "warning", "error")
GROUNDS = ("window", "surface", "raised")


def luminance(colour: str) -> float:
    """Relative luminance as the accessibility guidelines define it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", INKS)
def test_words_can_be_read_on_every_ground(theme, ink):
    for ground in GROUNDS:
        assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5, ground


def test_black_on_white_has_the_contrast_that_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
