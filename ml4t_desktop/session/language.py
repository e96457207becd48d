"""The language of the window: texts in it, with numbers as the user writes them.

A text within a function is ``tr("Open {file}", file=name)``, one with a number of things
``tr_count("{n} run", "{n:,} runs", runs)``. A constant is ``mark("Open")`` of `ml4t_desktop.wording` where it is
made and ``shown(TITLE)`` where it is shown; what layers without Qt say comes as a `Text` and is `shown`, too.
Like Qt's own translators and default locale, the language is one for the whole process.
"""

import gettext
import re
import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ml4t_desktop.session.on_screen import ON_SCREEN
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.wording import Text

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de")  # each but English has a catalogue in resources/translations
_KIND: Final = re.compile("[a-z]{2,}")  # those of `formats`
_NUMBER: Final = re.compile(r"(\+)?(,)?(?:\.(\d+))?([dfg%]?)")


def tr(text: str, /, **values: object) -> str:
    """Return a text in the language of the user.

    Parameters
    ----------
    text : str
        In English, as a literal, so that it is found for translation; with places such as ``{file}``,
        ``{rows:,}`` or, with a kind of `formats`, ``{share:percent}``.
    values
        By the names of the places. Numbers are written as the user writes them, a `Text` is translated.
    """
    if isinstance(text, Text) and not values:
        return _of_text(text)
    if isinstance(text, Text):  # a constant with places
        return _filled(_of_text(text), values)
    pattern = _catalogue.gettext(text) if text else text
    return _filled(pattern, values) if values else pattern


def tr_count(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the text that fits a number of things, which it may name as ``{n:,}``."""
    return _filled(_catalogue.ngettext(singular, plural, n), {"n": n, **values})


def shown(text: str) -> str:
    """Return a text made elsewhere in the language of the user; what is no `Text` is data and stays."""
    return _of_text(text) if isinstance(text, Text) else text


def capitalised(text: str) -> str:
    """Return a text as it begins a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def all_of(parts: Iterable[str]) -> str:
    """Return texts as one would say them: "a, b and c"."""
    *first, last = parts
    return tr("{first} and {last}", first=in_a_row(first), last=last) if first else last


def any_of(parts: Iterable[str]) -> str:
    """Return texts as one would say them: "a, b or c"."""
    *first, last = parts
    return tr("{first} or {last}", first=in_a_row(first), last=last) if first else last


def in_a_row(parts: Iterable[str]) -> str:
    """Return texts with commas between them."""
    return tr(", ").join(parts)


def speak(catalogue: gettext.NullTranslations) -> None:
    """Let all texts from now on come from a catalogue; those already on screen stay as they are."""
    global _catalogue  # noqa: PLW0603 (one language for the process, as Qt's translators are)
    _catalogue = catalogue


def language_of(choice: str, system: QLocale) -> str:
    """Return the language of a choice; ``system``: the first of the system's that there is, else English."""
    if choice in LANGUAGES:
        return choice
    known = (name.partition("-")[0] for name in system.uiLanguages())
    return next((name for name in known if name in LANGUAGES), ENGLISH)


def use_language(app: QCoreApplication, language: str) -> None:
    """Speak a language in everything shown from now on: the texts of the application and those of Qt."""
    speak(catalogue_of(language))
    translator = QTranslator(app)
    if translator.load(
        f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ):
        app.installTranslator(translator)


def catalogue_of(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; that of English has no texts of its own."""
    path = catalogue_path(language)
    if language == ENGLISH or not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def catalogue_path(language: str) -> Path:
    """Return the compiled catalogue of a language."""
    return resource_path(f"translations/{language}.mo")


def _of_text(text: Text) -> str:
    if not text:
        return ""
    if text.plural:
        pattern = _catalogue.ngettext(text.pattern, text.plural, text.number)
    elif text.context:
        pattern = _catalogue.pgettext(text.context, text.pattern)
    else:
        pattern = _catalogue.gettext(ON_SCREEN.get(text.pattern, text.pattern))
    return _filled(pattern, text.values) if text.values else pattern


def _filled(pattern: str, values: Mapping[str, object]) -> str:
    """Return a pattern with values in its places: numbers by the locale, texts in the language."""
    return "".join(
        part
        if name is None
        else f"{part}{_written(_FORMATTER.convert_field(values[name], how), form)}"
        for part, name, form, how in _parsed(pattern)
    )


@lru_cache(maxsize=2048)  # the window fills the same few hundred patterns again and again
def _parsed(pattern: str) -> tuple[tuple[str, str | None, str, Any], ...]:
    """Return the parts of a pattern: a text, and name, form and conversion of the place after it."""
    return tuple(
        (text, name, form or "", how) for text, name, form, how in _FORMATTER.parse(pattern)
    )


def _written(value: Any, form: str) -> str:
    """Return one value as text."""
    if isinstance(value, str):
        return format(shown(value), form)
    if _KIND.fullmatch(form):
        return _by_kind(value, form)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or QLocale().language() == QLocale.Language.C:
        return format(value, form)  # the second: nobody has said how to write numbers
    found = _NUMBER.fullmatch(form)
    return _number(value, found) if found is not None else format(value, form)


def _by_kind(value: Any, kind: Any) -> str:
    from ml4t_desktop.session.formats import format_value  # it writes words by this module

    return format_value(value, kind, QLocale())


def _number(value: float, spec: re.Match[str]) -> str:
    """Return a number as the format of Python says, with the signs of the locale."""
    sign, grouped, decimals, how = spec.groups()
    locale = QLocale()
    if not grouped:
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    if isinstance(value, int) and not decimals and how != "%":
        text = locale.toString(value)
    elif not decimals and not how:
        text = _by_kind(value, "number")
    else:
        places = int(decimals) if decimals else 6
        scaled = value * 100 if how == "%" else value
        text = locale.toString(float(scaled), "g" if how == "g" else "f", places)
        text = f"{text}%" if how == "%" else text
    return f"+{text}" if sign and value >= 0 else text


_catalogue = gettext.NullTranslations()
_FORMATTER: Final = string.Formatter()
