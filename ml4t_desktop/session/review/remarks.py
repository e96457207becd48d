"""What the evidence says of a run, with its numbers as the user reads numbers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown

if TYPE_CHECKING:  # the analysis loads polars, after the window is visible
    from ml4t_desktop.analysis.validity.verdict import Remark


def remark_text(remark: "Remark") -> str:
    """Return a remark with its numbers written in the user's locale."""
    locale = QLocale()
    return shown(remark.text).format(
        *(format_value(value, kind, locale) for kind, value in remark.numbers)
    )
