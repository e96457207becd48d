"""Bring the catalogues of all languages up to date with the texts in the sources.

    python packaging/translations.py

writes the template resources/translations/ml4t_desktop.pot, merges it into every ``*.po`` beside it (new texts
come in empty, those that are gone are dropped) and compiles them to the ``*.mo`` that the window reads. A new
language begins as a copy of the template named after it, such as ``fr.po``, with a header like that of ``de.po``;
`LANGUAGES` of ml4t_desktop/session/language.py and the preference ``language`` name it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ml4t_desktop"
FOLDER = ROOT / "resources" / "translations"
TEMPLATE = FOLDER / "ml4t_desktop.pot"
KEYWORDS = {
    "tr": None,
    "mark": None,
    "say": None,
    "tr_count": (1, 2),
    "say_count": (1, 2),
    "meant": ((1, "c"), 2),
}
WIDTH = 110


def texts_of_sources() -> Catalog:
    """Return every text of the sources that is ready for translation, in order of their places."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        SOURCES, method_map=[("**.py", "python")], options_map={}, keywords=KEYWORDS,
        comment_tags=("Translators:",), strip_comment_tags=True,
    )  # fmt: skip
    for name, _line, message, comments, context in sorted(found, key=lambda item: item[:2]):
        place = (f"ml4t_desktop/{Path(name).as_posix()}", 0)
        catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def template_on_disk() -> Catalog:
    """Return the template as it was written last."""
    with TEMPLATE.open("rb") as file:
        return read_po(file)


def translations() -> list[Path]:
    """Return the file of every language."""
    return sorted(FOLDER.glob("*.po"))


def read_translation(path: Path) -> Catalog:
    """Return the texts of a language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def main() -> int:
    """Write template and catalogues anew, and tell what is not translated yet."""
    template = texts_of_sources()
    with TEMPLATE.open("wb") as file:
        write_po(file, template, width=WIDTH, omit_header=True, include_lineno=False)
    print(f"{TEMPLATE.name}: {len(template)} texts")
    for path in translations():
        catalog = read_translation(path)
        template.creation_date = (
            catalog.creation_date
        )  # files stay as they are where nothing changed
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=WIDTH, ignore_obsolete=True, include_lineno=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        done = sum(bool(message.id and any(message.string or ())) for message in catalog)
        print(f"{path.name}: {done} of {len(template)} translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
