import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QToolButton

from ml4t_desktop.app.icons import icon
from ml4t_desktop.app.theming import outlines_of, palette_of, theme_of
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.preferences import setting
from ml4t_desktop.session.theme import DARK, LIGHT, with_tones
from tests.unit.app.fakes import window_of


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_chosen_theme_is_taken_and_a_silent_system_gives_light(qapp):
    assert theme_of("dark") is DARK
    assert theme_of("light") is LIGHT
    assert theme_of("system") in (LIGHT, DARK)


@pytest.mark.parametrize("colours", [value for value, _ in setting("colours").choices])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground_in_all_colours_that_can_be_chosen(theme, colours):
    chosen = with_tones(theme, colours)
    inks = {
        name: getattr(chosen, name)
        for name in ("text", "muted", "accent", "gain", "loss", "good", "warning", "error")
    }
    faint = {
        (name, ground): round(contrast(ink, getattr(chosen, ground)), 2)
        for name, ink in inks.items()
        for ground in ("window", "surface", "raised")
        if contrast(ink, getattr(chosen, ground)) < 4.5
    }

    assert faint == {}
    assert contrast(chosen.accent_text, chosen.accent) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_outlines_and_the_mark_of_the_keyboard_can_be_seen(theme):
    drawn = outlines_of(theme).color(QPalette.ColorRole.Window).darker(140).name()  # as Fusion does

    assert contrast(drawn, theme.surface) >= 3
    assert contrast(theme.accent, theme.window) >= 3
    assert contrast(theme.accent, theme.border) >= 3  # of a table that gets the keyboard


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_palette_has_the_colours_of_the_theme(theme):
    palette = palette_of(theme)

    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert palette.color(QPalette.ColorRole.Text) == QColor(theme.text)
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == QColor(
        theme.muted
    )


def test_text_that_is_made_larger_is_larger_everywhere_at_once(qtbot, tmp_path):
    window = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    window.show_panel("setup")
    parts = [
        window.menuBar(),
        window.setup,
        *window.findChildren(QLabel),
        *window.findChildren(QToolButton),
    ]
    before = [part.font().pointSizeF() for part in parts]

    window.session.settings.choose("text_size", 150)

    after = [part.font().pointSizeF() for part in parts]
    window.session.settings.choose("text_size", 100)
    window.close()
    assert after == pytest.approx([size * 1.5 for size in before], rel=0.02)


def test_an_icon_is_drawn_in_the_colour_asked_for(qapp):
    image = icon("run", "#ff0000", "#00ff00").pixmap(20, 20).toImage()

    assert image.pixelColor(9, 10) == QColor("#ff0000")


def test_an_icon_that_is_not_there_is_empty(qapp):
    assert icon("no_such_icon", "#000000", "#000000").isNull()
