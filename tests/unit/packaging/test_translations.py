"""Catalogues: complete templates, and translations with the places of their originals."""

import re
import string
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "packaging"))
import translations  # noqa: E402 (a script beside the package)

sys.path.remove(str(ROOT / "packaging"))
AGAIN = "run python packaging/translations.py"
FEWEST_SAID = 0.95  # whoever adds a text need not speak every language


def ids(catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, _tuple(message.id)) for message in catalog if message.id}


def _tuple(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def places(text: str) -> list[str]:
    """Return the places of a pattern with their formats; a text without any may hold braces."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return []
    return sorted(f"{name}:{spec}" for _, name, spec, _ in parts if name is not None)


def marks(text: str) -> dict[str, object]:
    """Return what surrounds the words of a text: tags, lines, blanks at its ends, an ellipsis, a mnemonic."""
    letters = re.findall(r"&(?=\w)(?!\w+;)(?!(?<=[A-Z]&)[A-Z])", text)
    return {
        "tags": sorted(re.findall(r"</?[a-z][^>]*>|&\w+;", text)),
        "lines": text.count("\n"),
        "ellipses": text.count("…"),
        "begins": text[: len(text) - len(text.lstrip())],
        "ends": text[len(text.rstrip()) :],
        "mnemonics": len(letters),
    }


@pytest.fixture(scope="module")
def template():
    return translations.template_on_disk()


def test_the_template_holds_the_texts_of_the_sources(template):
    fresh = ids(translations.texts_of_sources())
    assert fresh == ids(template), AGAIN


@pytest.mark.parametrize("path", translations.translations(), ids=lambda path: path.stem)
class TestEveryTranslation:
    def test_it_knows_every_text(self, path, template):
        assert ids(translations.read_translation(path)) == ids(template), AGAIN

    def test_it_has_the_places_of_the_original(self, path):
        wrong = []
        for message in translations.read_translation(path):
            originals, said = _tuple(message.id), _tuple(message.string or "")
            if not message.id or not any(said):
                continue
            one_of = [places(text) for text in originals]  # a singular may leave its number out
            known = {place for each in one_of for place in each}
            wrong += [
                f"{message.id!r}: {text!r}"
                for text in said
                if not known.issuperset(places(text))
                or (len(one_of) == 1 and places(text) != one_of[0])
            ]
        assert wrong == []

    def test_it_keeps_what_surrounds_the_words(self, path):
        wrong = [
            f"{original!r}: {text!r}"
            for message in translations.read_translation(path)
            if message.id
            for original, text in zip(_tuple(message.id), _tuple(message.string), strict=True)
            if text and marks(text) != marks(original)
        ]
        assert wrong == []

    def test_it_says_nearly_every_text(self, path):
        messages = [message for message in translations.read_translation(path) if message.id]
        lacking = [message.id for message in messages if not all(_tuple(message.string))]
        assert 1 - len(lacking) / len(messages) >= FEWEST_SAID, lacking[:20]

    def test_it_holds_no_guesses_of_a_program(self, path):
        guesses = [
            item.id for item in translations.read_translation(path) if item.id and item.fuzzy
        ]
        assert guesses == []

    def test_it_is_compiled(self, path):
        import gettext

        with path.with_suffix(".mo").open("rb") as file:
            compiled = gettext.GNUTranslations(file)
        for message in translations.read_translation(path):
            if message.id and isinstance(message.id, str) and message.string:
                said = (
                    compiled.pgettext(message.context, message.id)
                    if message.context
                    else compiled.gettext(message.id)
                )
                assert said == message.string, AGAIN
