import tomllib

import pytest

from ml4t_desktop.session.preferences import PREFERENCES, read_preferences, setting
from ml4t_desktop.session.settings import Settings, SettingsStore
from ml4t_desktop.session.theme import DARK, LIGHT, with_tones


def test_every_preference_is_a_field_with_the_same_default_and_has_words():
    plain = Settings()
    for item in PREFERENCES:
        assert getattr(plain, item.key) == item.default
        assert item.accepts(item.default)
        assert item.label
        assert item.note


def test_only_what_differs_from_the_default_is_written(qapp, tmp_path):
    path = tmp_path / "settings.toml"
    store = SettingsStore(path)
    store.choose("text_size", 120)

    assert tomllib.loads(path.read_text()) == {"text_size": 120, "layout_version": 2}
    store.choose("text_size", 100)
    assert "text_size" not in path.read_text()


def test_a_value_that_cannot_be_chosen_is_told_with_what_can_be(qapp, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('theme = "pink"\ntext_size = 500\nlocale = "de_DE"\n')

    store = SettingsStore(path)

    assert (store.settings.theme, store.settings.text_size) == ("system", 100)
    assert store.settings.locale == "de_DE"
    told = [str(problem) for problem in store.problems]
    assert "theme is 'pink'" in told[0]
    assert '"dark"' in told[0]
    assert "a whole number from 70 to 200" in told[1]
    assert all("settings.toml" in line for line in told)


def test_keys_of_a_newer_version_are_kept(qapp, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('sound = "loud"\n[more]\ndeep = 1\n')

    SettingsStore(path).choose("theme", "dark")

    kept = tomllib.loads(path.read_text())
    assert kept["sound"] == "loud"
    assert kept["more"] == {"deep": 1}
    assert kept["theme"] == "dark"


def test_a_value_that_a_preference_does_not_have_is_not_taken(qapp, tmp_path):
    store = SettingsStore(tmp_path / "settings.toml")
    store.choose("colours", "pink")
    store.choose("text_size", True)

    assert store.settings == Settings()


def test_defaults_are_read_from_nothing():
    assert read_preferences({}, "x") == ({item.key: item.default for item in PREFERENCES}, ())


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("plain", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("colours", [value for value, _ in setting("colours").choices])
def test_words_can_be_read_on_every_ground(plain, colours):
    theme = with_tones(plain, colours)
    inks = ("text", "muted", "accent", "gain", "loss", "warning", "error")
    for ground in ("window", "surface", "raised"):
        for ink in inks:
            ratio = contrast(getattr(theme, ink), getattr(theme, ground))
            assert ratio >= 4.5, f"{ink} on {ground}: {ratio:.2f}"
    assert contrast(theme.accent_text, theme.accent) >= 4.5


def test_black_on_white_has_the_contrast_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_red_gains_are_green_losses_the_other_way_round():
    for plain in (LIGHT, DARK):
        one, other = with_tones(plain, "green_red"), with_tones(plain, "red_green")
        assert (one.gain, one.loss) == (other.loss, other.gain)
