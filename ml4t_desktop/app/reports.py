"""Reports on paper, as the preferences say."""

from functools import partial
from pathlib import Path
from typing import Any

from ml4t_desktop.session.review.reports import Advance, Writer
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.theme import LIGHT, with_tones


def pdf_writer(settings: SettingsStore) -> Writer:
    """Return what writes a report as PDF, on the paper and in the colours that are chosen now."""
    chosen = settings.settings
    return partial(
        _write,
        paper=chosen.paper,
        has_trades=chosen.report_trades == "yes",
        colours=chosen.colours,
    )


def _write(
    content: dict[str, Any],
    path: Path,
    advance: Advance,
    *,
    paper: str,
    has_trades: bool,
    colours: str,
) -> None:
    from ml4t_desktop.paper.report import write_pdf_report
    from ml4t_desktop.paper.sheets import paper_of

    theme = with_tones(LIGHT, colours)
    write_pdf_report(
        content, path, paper=paper_of(paper), has_trades=has_trades, theme=theme, advance=advance
    )
