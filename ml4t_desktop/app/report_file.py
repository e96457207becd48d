"""A report of a run written without the window."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QLocale

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.jobs import JobToken
from ml4t_desktop.session.review.reports import WRITING, ReportOrder, ordered_content
from ml4t_desktop.session.runs.trials import trials_folder

if TYPE_CHECKING:
    from ml4t_desktop.project.completed import CompletedRun

PAPERS: Final = ("a4", "letter")
SUFFIXES: Final = (".html", ".pdf")


def check_order(path: Path, paper: str) -> None:
    """Raise what keeps a report from being written, before anything is run for it.

    Raises
    ------
    InputError
        If the ending of the file, or the paper, is none that is known, or there is no such folder.
    """
    problems: list[Problem] = []
    if path.suffix.lower() not in SUFFIXES:
        what = f"the name ends with {path.suffix!r}" if path.suffix else "the name has no ending"
        problems.append(
            Problem(where=str(path), what=what, fix=f"End it with {' or '.join(SUFFIXES)}")
        )
    if paper and paper not in PAPERS:
        fix = f"Choose {' or '.join(PAPERS)}"
        problems.append(
            Problem(where=f"--paper {paper}", what="is no paper that is known", fix=fix)
        )
    if not path.absolute().parent.is_dir():
        fix = "Make it first, or choose another"
        problems.append(Problem(where=str(path.parent), what="there is no such folder", fix=fix))
    if problems:
        raise InputError(problems)


def write_report(
    run: "CompletedRun",
    path: Path,
    *,
    paper: str = "",
    has_trades: bool = False,
    show: Callable[[str, float], None] = lambda _phase, _share: None,
) -> None:
    """Write a report of a run, gathering the evidence for its verdict first.

    Parameters
    ----------
    path : Path
        Its ending says as what.
    paper : str
        ``a4`` or ``letter``; empty as is usual where the user is.
    show : callable
        Told what is being done, and the share of it.
    """
    from ml4t_desktop.analysis.benchmark import MARKET
    from ml4t_desktop.app.theming import system_locale
    from ml4t_desktop.project.trials import read_trials

    if QCoreApplication.instance() is None:
        QLocale.setDefault(system_locale())
    count = read_trials(trials_folder(), run.digest)
    order = ReportOrder(
        run=run,
        benchmark=run.request.benchmark or MARKET,
        trials=(max(len(count), 1), count.sharpes),
    )
    content = dict(ordered_content(order, _Watched(show)))
    advance = partial(show, WRITING)
    if path.suffix.lower() == ".html":
        from ml4t_desktop.export.report import write_html_report

        write_html_report(content, path)
        return
    from PySide6.QtGui import QGuiApplication

    from ml4t_desktop.paper.report import write_pdf_report
    from ml4t_desktop.paper.sheets import paper_of

    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # nothing is shown, there may be no display
    app = QGuiApplication.instance() or QGuiApplication([])
    write_pdf_report(content, path, paper=paper_of(paper), has_trades=has_trades, advance=advance)
    del app


class _Watched(JobToken):
    """A token whose progress is shown as it is made."""

    def __init__(self, show: Callable[[str, float], None]) -> None:
        super().__init__()
        self._show = show

    def advance(self, share: float) -> None:
        """Say how much of the present phase is done."""
        super().advance(share)
        self._show(self.phase, share)
