"""The report on paper, read back from its file."""

import re

import pypdfium2
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.analysis.benchmark import MARKET
from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.validity.gathering import first_evidence
from ml4t_desktop.analysis.validity.luck import measure_luck
from ml4t_desktop.analysis.validity.stress import run_variants
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.export.report.content import Provenance, report_content
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.paper.report import write_pdf_report
from ml4t_desktop.request import parse_request
from ml4t_desktop.session.formats import format_value
from tests.unit.analysis.result_builder import result as result_of

REQUEST = {
    "data": {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]},
    "strategy": {
        "entry": {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8},
        "exits": {"max_bars": 5},
    },
}
PROVENANCE = Provenance(
    name="Report of a run", run_id="1234abcd", request_toml='format = 1\nname = "x"', versions={"ml4t_desktop": "0.1"},
    remarks=("A bar was doubtful.",), digest="d1e2f3", assumptions=("What is decided is traded at the next open.",),
)  # fmt: skip


@pytest.fixture(scope="module")
def content():
    from dataclasses import replace

    market = sample_market(assets=6, days=200)
    request = parse_request(REQUEST)
    result = run_rules(market, request)
    metrics = compute_metrics(result)
    evidence = first_evidence(
        result, metrics, market, benchmark=MARKET, trials=3, ratios=(0.01, 0.05, 0.02), check=lambda: None
    )  # fmt: skip
    total = result.final_value / result.initial_capital - 1.0
    evidence = replace(
        evidence,
        variants=run_variants(market, request, result, RunControl()),
        luck=measure_luck(market, request, total, lambda _share: None, runs=20),
    )
    return report_content(result, metrics, market, PROVENANCE, MARKET, evidence)


@pytest.fixture(scope="module")
def file(content, tmp_path_factory, qapp):
    path = tmp_path_factory.mktemp("paper") / "report.pdf"
    pages = write_pdf_report(content, path, paper="a4", has_trades=True)
    return path, pages


@pytest.fixture(scope="module")
def pages(file):
    document = pypdfium2.PdfDocument(file[0])
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def words(text):
    return re.sub(r"\s+", " ", text)


def test_every_statistic_on_paper_is_that_of_the_run(content, pages):
    text = words(" ".join(pages))

    for item in content["statistics"]:
        if item["all"] is not None:
            shown = format_value(item["all"], item["kind"], QLocale())
            assert shown in text, item["name"]
            assert item["title"] in text


def test_every_statistic_has_its_definition_beside_it(content, pages):
    text = re.sub(r"\s+", "", " ".join(pages)).replace("-", "")

    assert all(
        re.sub(r"\s+", "", item["formula"]).replace("-", "") in text
        for item in content["statistics"]
    )


def test_every_page_has_its_number_and_how_many_there_are(file, pages):
    assert len(pages) == file[1]
    assert all(
        f"Page {number} of {len(pages)}" in words(text) for number, text in enumerate(pages, 1)
    )


def test_the_verdict_stands_on_the_first_page_and_what_it_rests_on_at_the_end(content, pages):
    verdict = content["evidence"]["verdict"]
    text = words(" ".join(pages))

    assert words(verdict[0]["text"]) in words(pages[0])
    assert all(words(remark["text"]) in words(pages[0]) for remark in verdict[1:])
    for said in (
        "traded at the next open",
        "1234abcd",
        "d1e2f3",
        "A bar was doubtful",
        "format = 1",
    ):
        assert said in text


def test_every_trade_is_listed_when_that_is_asked_for(content, pages, tmp_path):
    places = {column["name"]: at for at, column in enumerate(content["trades"]["columns"])}
    text = words(" ".join(pages))
    shorter = write_pdf_report(content, tmp_path / "short.pdf", paper="a4")

    for row in content["trades"]["rows"]:
        symbol, side, entry, profit = (
            row[places[name]] for name in ("symbol", "direction", "entry_time", "pnl")
        )
        assert f"{symbol} {side} {entry}" in text
        assert format_value(profit, "money", QLocale()) in text
    assert shorter < len(pages)


def test_pages_are_of_the_paper_that_is_chosen(content, tmp_path):
    path = tmp_path / "letter.pdf"

    write_pdf_report(content, path, paper="letter")
    document = pypdfium2.PdfDocument(path)
    size = document[0].get_size()
    document.close()

    assert size == pytest.approx((612, 792), abs=1)


def test_charts_are_drawn_as_lines_and_not_as_pictures(file):
    document = pypdfium2.PdfDocument(file[0])
    kinds = {item.type for page in document for item in page.get_objects()}
    document.close()

    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_a_report_given_up_leaves_the_file_before_as_it_was(content, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"before")

    def stop(_share):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_pdf_report(content, path, paper="a4", advance=stop)

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(content, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_pdf_report(content, tmp_path / "nowhere" / "report.pdf", paper="a4")


def test_a_run_without_trades_and_without_evidence_is_a_report_too(tmp_path, qapp):
    market = sample_market(assets=2, days=40)
    result = result_of([1000.0] * 40)
    content = report_content(result, compute_metrics(result), market, PROVENANCE, "none")

    pages = write_pdf_report(content, tmp_path / "empty.pdf", paper="a4", has_trades=True)

    assert pages >= 3
