import gettext

import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session import language
from ml4t_desktop.session.language import catalogue_of, language_of, shown, speak, tr, tr_count
from ml4t_desktop.wording import joined, mark, meant, say, say_count

GERMAN = {
    "Open {file}": "{file} öffnen",
    "{rows:,} rows": "{rows:,} Zeilen",
    "Open": "Öffnen",
    "there is no time": "es gibt keine Zeit",
    "{where}: {what}": "{what} ({where})",
}


class Catalogue(gettext.NullTranslations):
    def gettext(self, message):
        return GERMAN.get(message, message)

    def pgettext(self, context, message):
        return {("price", "Open"): "Eröffnung"}.get((context, message), message)

    def ngettext(self, msgid1, msgid2, n):
        return "{n:,} Lauf" if n == 1 else "{n:,} Läufe"


@pytest.fixture
def german():
    before = QLocale()
    speak(Catalogue())
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)
    speak(gettext.NullTranslations())


@pytest.mark.usefixtures("german")
class TestGerman:
    def test_a_text_is_translated_with_its_values_in_their_places(self):
        assert tr("Open {file}", file="kurse.csv") == "kurse.csv öffnen"

    def test_numbers_are_written_as_the_user_writes_them(self):
        assert tr("{rows:,} rows", rows=1234567) == "1.234.567 Zeilen"
        assert tr("{rows} {share:percent} {x:.1f} {y} {z:+.2%}", rows=1234, share=0.5, x=0.26, y=0.75, z=0.1) == (
            "1234 50,00 % 0,3 0,75 +10,00%"
        )  # fmt: skip

    def test_a_count_has_the_form_of_the_language(self):
        assert tr_count("{n} run", "{n} runs", 1) == "1 Lauf"
        assert tr_count("{n} run", "{n} runs", 1200) == "1.200 Läufe"
        assert shown(say_count("{n} run", "{n} runs", 2)) == "2 Läufe"

    def test_data_stays_as_it_is_where_constants_are_translated(self):
        assert shown("Open") == "Open"
        assert shown(mark("Open")) == "Öffnen"
        assert tr("{where}: {what}", where="Open", what=mark("there is no time")) == (
            "es gibt keine Zeit (Open)"
        )

    def test_a_word_is_translated_as_it_is_meant(self):
        assert shown(meant("price", "Open")) == "Eröffnung"

    def test_what_was_said_below_the_window_is_translated_with_all_its_parts(self):
        inner = say("{where}: {what}", where="a.csv", what=mark("there is no time"))
        assert inner == "a.csv: there is no time"
        assert shown(joined("\n", [inner, "as it is"])) == "es gibt keine Zeit (a.csv)\nas it is"

    def test_an_empty_text_stays_empty(self):
        assert tr("") == shown(mark("")) == ""


def test_english_needs_no_catalogue():
    assert tr("Open {file}", file="a.csv") == "Open a.csv"
    assert tr_count("{n} run", "{n:,} runs", 1200) == "1,200 runs"
    assert shown(mark("Open")) == "Open"


def test_a_constant_with_places_takes_its_values():
    assert tr(mark("{n} rows of {file}"), n=3, file="a.csv") == "3 rows of a.csv"


def test_braces_of_a_text_without_values_are_left_alone():
    assert tr("a {b}") == "a {b}"


@pytest.mark.parametrize(
    ("choice", "system", "expected"),
    [("de", "en_US", "de"), ("en", "de_DE", "en"), ("system", "de_AT", "de"), ("system", "ja_JP", "en")],
)  # fmt: skip
def test_the_language_is_that_chosen_or_that_of_the_system(choice, system, expected):
    assert language_of(choice, QLocale(system)) == expected


def test_a_language_without_a_catalogue_speaks_english(monkeypatch, tmp_path):
    monkeypatch.setattr(language, "catalogue_path", lambda name: tmp_path / f"{name}.mo")
    assert catalogue_of("de").gettext("Open") == "Open"


def test_a_constant_with_places_is_said_with_its_values():
    assert tr(mark("Finished in {total:.2f} s: {what}"), total=1.5, what="done") == (
        "Finished in 1.50 s: done"
    )


def test_a_value_can_be_shown_as_it_is_written_in_a_program():
    assert tr("the name ends with {suffix!r}", suffix=".png") == "the name ends with '.png'"
