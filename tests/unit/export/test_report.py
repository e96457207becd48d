"""The report in one file."""

import json
import re

import numpy as np
import pytest

from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import InputError
from ml4t_desktop.export.report import html_report, write_html_report
from ml4t_desktop.export.report.content import MOST_POINTS, Provenance, report_content
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request
from tests.unit.analysis.result_builder import result as result_of

REQUEST = {
    "data": {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]},
    "strategy": {
        "entry": {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8},
        "exits": {"max_bars": 5},
    },
}
PROVENANCE = Provenance(
    name="A </script> & more", run_id="1234", request_toml="format = 1", versions={"ml4t_desktop": "0.1"},
    remarks=("Said of it.",),
)  # fmt: skip


@pytest.fixture(scope="module")
def run():
    market = sample_market(assets=6, days=200)
    result = run_rules(market, parse_request(REQUEST))
    return result, compute_metrics(result), market


@pytest.fixture(scope="module")
def content(run):
    return report_content(*run, PROVENANCE)


def embedded(html: str) -> dict:
    found = re.search(
        r'<script id="content" type="application/json">(.*?)</script>', html, re.DOTALL
    )
    return json.loads(found[1])


def test_a_report_needs_nothing_from_outside(content):
    html = html_report(content)

    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", html)
    assert "http:" not in html
    assert "https:" not in html
    assert "default-src 'none'" in html


def test_what_was_put_in_comes_out_whatever_stands_in_its_texts(content):
    html = html_report(content)

    assert embedded(html) == json.loads(json.dumps(content))
    assert "<h1>A &lt;/script&gt; &amp; more</h1>" in html
    assert html.count("</script>") == 2


def test_every_trade_and_every_statistic_is_in_it(run, content):
    result, metrics, _ = run
    place = [column["name"] for column in content["trades"]["columns"]].index("pnl")
    by_name = {item["name"]: item for item in content["statistics"]}

    assert len(content["trades"]["rows"]) == result.trades.height
    assert sum(row[place] for row in content["trades"]["rows"]) == pytest.approx(
        result.final_value - result.initial_capital
    )
    assert by_name["sharpe"]["all"] == pytest.approx(metrics.sharpe)
    assert by_name["win_rate"]["formula"]


def test_signals_of_the_decision_stand_beside_the_trade(content):
    names = {column["name"] for column in content["trades"]["columns"]}

    assert {"entry_signal__ml_pred_5d", "exit_signal__confidence"} <= names


def test_a_side_without_trades_has_no_column(content):
    assert all(item["short"] is None and item["long"] is None for item in content["statistics"])


def test_of_many_points_the_extremes_are_kept():
    market = sample_market(assets=1, days=50)
    equity = 100 + np.sin(np.arange(30_000) / 300)
    equity[17_003] = 250.0
    result = result_of(equity.tolist())
    content = report_content(result, compute_metrics(result), market, PROVENANCE, "none")

    assert len(content["equity"]["time"]) <= MOST_POINTS + 2
    assert max(content["equity"]["equity"]) == 250.0
    assert content["equity"]["equity"][-1] == pytest.approx(equity[-1])
    assert content["benchmark"] is None


def test_a_run_without_trades_is_a_report_too():
    market = sample_market(assets=1, days=50)
    result = result_of([100.0, 100.0])
    html = html_report(report_content(result, compute_metrics(result), market, PROVENANCE, "none"))

    assert embedded(html)["trades"]["rows"] == []


def test_a_place_that_cannot_be_written_to_is_named(content, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_html_report(content, tmp_path / "nowhere" / "report.html")


def test_a_file_is_replaced_as_a_whole(content, tmp_path):
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")

    write_html_report(content, target)

    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [target]
