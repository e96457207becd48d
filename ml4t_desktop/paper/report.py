"""A run on paper: what stands on which part of the report, and the file."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.paper.charts import Line, bars_chart, depth_chart, lines_chart
from ml4t_desktop.paper.ink import Measure
from ml4t_desktop.paper.sheets import Block, PaperSize, write_pdf
from ml4t_desktop.paper.tables import statistics_table, trades_table, years_table
from ml4t_desktop.paper.texts import (
    BODY,
    MUTED,
    TITLE,
    Column,
    code,
    heading,
    paragraph,
    space,
    table,
)
from ml4t_desktop.paper.tiles import months_blocks, tile_rows, verdict_blocks
from ml4t_desktop.paper.validity import validity_blocks
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import LIGHT, Theme
from ml4t_desktop.wording import mark, say

_TALL: Final = 190.0
_LOW: Final = 92.0


def write_pdf_report(
    content: dict[str, Any],
    path: Path,
    *,
    paper: PaperSize,
    has_trades: bool = False,
    theme: Theme = LIGHT,
    advance: Callable[[float], None] = lambda _share: None,
) -> int:
    """Write a report as a PDF file, as a whole or not at all, and return the number of its pages.

    There must be a `QGuiApplication`; any thread may write.

    Parameters
    ----------
    content : dict
        As `export.report.content.report_content` gives it.
    has_trades : bool
        Whether every trade is listed.
    theme : Theme
        Whose colours of gains and losses are used; the rest is that of the light theme.
    advance : callable
        Told the share that is done; raises when nobody waits for it any more.

    Raises
    ------
    InputError
        If the file cannot be written; one that was there is untouched.
    """

    def make(measure: Measure, width: float) -> Sequence[Block]:
        return report_blocks(measure, width, content, theme, has_trades=has_trades)

    try:
        return write_pdf(path, str(content["name"]), paper, make, advance)
    except OSError as error:
        what = say("cannot be written ({reason})", reason=error.strerror or str(error))
        fix = mark("Choose another folder, or make room")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error


def report_blocks(
    measure: Measure, width: float, content: dict[str, Any], theme: Theme, *, has_trades: bool
) -> list[Block]:
    """Return everything that a report on paper shows, from top to bottom."""
    blocks = [
        *_front(measure, width, content, theme),
        *_equity(content, theme),
        *validity_blocks(measure, width, content, theme),
        *_months(measure, width, content, theme),
        heading(tr("Statistics"), begins_page=True),
        *statistics_table(measure, width, content),
        heading(tr("What it rests on")),
        *_grounds(measure, width, content),
    ]
    if has_trades:
        blocks += [heading(tr("Trades"), begins_page=True), *trades_table(measure, width, content)]
    return blocks


def _front(measure: Measure, width: float, content: dict[str, Any], theme: Theme) -> list[Block]:
    said = content["evidence"]["verdict"] if content["evidence"] else []
    times = content["equity"]["time"]
    period = tr("No time was covered.")
    if times:
        period = tr("{first} to {last}", first=_day(times[0]), last=_day(times[-1]))
    if times and content["benchmark"]:
        period = tr(
            "{first} to {last}, beside {benchmark}",
            first=_day(times[0]),
            last=_day(times[-1]),
            benchmark=content["benchmark"],
        )
    return [
        paragraph(measure, width, content["name"], TITLE),
        paragraph(measure, width, period, MUTED),
        space(8),
        *verdict_blocks(measure, width, said, theme),
        space(8),
        *tile_rows(content["statistics"], theme),
    ]


def _equity(content: dict[str, Any], theme: Theme) -> list[Block]:
    curves = content["equity"]
    if not curves["time"]:
        return []
    lines = [Line(name=tr("Equity"), values=curves["equity"], colour=LIGHT.accent)]
    if "benchmark" in curves:
        lines.insert(
            0,
            Line(
                name=str(content["benchmark"]),
                values=curves["benchmark"],
                colour=LIGHT.series[1],
                is_dashed=True,
            ),
        )
    return [
        heading(tr("Equity and drawdown")),
        lines_chart(
            curves["time"], lines, "money", height=_TALL, level=curves["initial"], has_times=False
        ),
        depth_chart(curves["time"], curves["drawdown"], tr("Drawdown"), theme, height=_LOW),
    ]


def _months(measure: Measure, width: float, content: dict[str, Any], theme: Theme) -> list[Block]:
    if not content["months"]:
        return []
    bins = content["distribution"]
    total = sum(bins["counts"])
    count = format_value(total, "count", QLocale())
    note = tr(
        "{count} closed trades by their return; the first and the last bar hold what lies beyond.",
        count=count,
    )
    blocks = [
        heading(tr("Months and years")),
        paragraph(measure, width, tr("Returns of the account in per cent."), MUTED),
        *months_blocks(content["months"], theme),
        space(10),
        *years_table(measure, width, content["years"]),
    ]
    if total:
        blocks += [
            heading(tr("Distribution")),
            bars_chart(bins["edges"], bins["counts"], note, theme, height=150),
        ]
    return blocks


def _grounds(measure: Measure, width: float, content: dict[str, Any]) -> list[Block]:
    """Return the assumptions, the remarks on the data, the request, and where it all comes from."""
    blocks = [
        paragraph(measure, width, f"\N{BULLET} {text}", BODY) for text in content["assumptions"]
    ]
    if content["remarks"]:
        blocks.append(heading(tr("Remarks")))
        blocks += [paragraph(measure, width, f"\N{BULLET} {text}") for text in content["remarks"]]
    versions = ", ".join(f"{name} {value}" for name, value in content["versions"].items())
    facts = [
        (tr("Run"), content["run_id"]),
        (tr("Data (hash)"), content["digest"]),
        (tr("Versions"), versions),
    ]
    columns = (
        Column(title="", width=70, is_number=False),
        Column(title="", width=width - 70, is_number=False, wraps=True),
    )
    known = [(name, value) for name, value in facts if value]
    return [
        *blocks,
        heading(tr("Where it comes from")),
        *table(measure, columns, known)[1:],
        heading(tr("Request")),
        *code(measure, width, content["request"]),
    ]


def _day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d")
