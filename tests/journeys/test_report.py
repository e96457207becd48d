"""From a run to a file that others can open."""

import json
import re

import pypdfium2
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value


def test_a_run_is_exported_as_one_file(analyst, tmp_path):
    analyst.open_sample()
    analyst.run()
    analyst.dialogs.target = tmp_path / "report.html"

    with analyst.qtbot.waitSignal(analyst.session.reports.written, timeout=60_000):
        analyst.window.desk.carry_out("file.export_report")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    found = re.search(r'type="application/json">(.*?)</script>', text, re.DOTALL)

    assert analyst.message.startswith("The report was written")
    assert len(json.loads(found[1])["trades"]["rows"]) == (
        analyst.session.results.run.result.trades.height
    )


def test_a_run_is_exported_as_pdf_on_the_paper_that_is_chosen(analyst, tmp_path):
    analyst.open_sample()
    analyst.run()
    analyst.session.settings.choose("paper", "letter")
    analyst.dialogs.target = tmp_path / "report.pdf"

    with analyst.qtbot.waitSignal(analyst.session.reports.written, timeout=120_000):
        analyst.window.desk.carry_out("file.export_pdf")
    document = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    size, text = document[0].get_size(), document[0].get_textpage().get_text_range()
    document.close()
    metrics = analyst.session.results.run.metrics

    assert size == pytest.approx((612, 792), abs=1)
    assert format_value(metrics.final_value, "money", QLocale()) in text
    assert analyst.message.startswith("The report was written")


def test_a_report_that_is_cancelled_leaves_nothing(analyst, tmp_path):
    analyst.open_sample()
    analyst.run()
    analyst.dialogs.target = tmp_path / "report.pdf"

    with analyst.qtbot.waitSignal(analyst.session.reports.ended, timeout=120_000):
        analyst.window.desk.carry_out("file.export_pdf")
        assert analyst.session.reports.is_writing
        analyst.window.desk.carry_out("run.cancel")

    assert not list(tmp_path.glob("*report*"))
    assert not analyst.session.reports.is_writing
