"""Trades and their features, as the trade-SHAP analysis of ml4t-diagnostic takes them."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.export import shap_input
from tests.unit.analysis.result_builder import STILL_OPEN, at, result

SAME_END = [
    {"symbol": "AAA", "entry_signal__ml": 0.9, "entry_context__VIX": 20.0, "entry_context__regime": "bull"},
    {"symbol": "BBB", "entry_signal__ml": 0.7, "entry_context__VIX": 20.0, "entry_context__regime": "bull"},
    {"symbol": "CCC", "entry_signal__ml": None, "entry_context__VIX": 20.0, "entry_context__regime": "bull"},
    {
        "symbol": "AAA", "exit_time": at("2024-01-08"), "entry_signal__ml": 0.5, "entry_context__VIX": 30.0,
        "entry_context__regime": "bear",
    },
    {
        **STILL_OPEN, "entry_signal__ml": 0.1, "entry_context__VIX": 1.0, "entry_context__regime": "bear"
    },
]  # fmt: skip


@pytest.fixture
def found():
    return shap_input(result(trades=SAME_END))


def test_every_closed_trade_has_a_row_and_a_timestamp_of_its_own(found):
    times = found.features["timestamp"]

    assert found.features.height == len(found.records) == 4
    assert times.is_unique().all()
    assert times.to_list() == [record["timestamp"] for record in found.records]
    assert times[1] - times[0] == timedelta(microseconds=1)


def test_the_row_holds_what_was_known_of_the_asset_at_the_decision(found):
    assert found.names == ["ml", "context_VIX"]
    assert found.features["ml"].to_list() == [0.9, 0.7, None, 0.5]
    assert found.features["context_VIX"].to_list() == [20.0, 20.0, 20.0, 30.0]


def test_a_timestamp_that_was_changed_is_said_and_the_duration_goes_with_it(found):
    first, second = found.records[:2]

    assert "adjusted" not in first["metadata"]
    assert "microseconds later" in second["metadata"]["adjusted"][-1]
    assert second["duration"] == second["timestamp"] - second["entry_timestamp"]


def test_a_run_without_trades_or_signals_has_empty_features():
    assert shap_input(result()).features.is_empty()
    assert shap_input(result(trades=[{}])).names == []


@pytest.mark.parametrize("time_zone", [None, "UTC"])
def test_the_package_itself_finds_the_row_of_every_trade(time_zone):
    explain = pytest.importorskip("ml4t.diagnostic.evaluation.trade_shap.explain")
    contract = pytest.importorskip("ml4t.diagnostic.integration.backtest_contract")
    found = shap_input(result(trades=SAME_END, time_zone=time_zone))
    features = found.features.with_columns(pl.col(found.names).fill_null(-1.0))
    rows = np.arange(features.height, dtype=np.float64)[:, None] + np.array([0.0, 0.5])
    explainer = explain.TradeShapExplainer(
        features_df=features.with_columns(pl.col("timestamp").dt.replace_time_zone(None)),
        shap_values=rows,
        feature_names=found.names,
    )

    for place, record in enumerate(found.records):
        trade = contract.TradeRecord(**record)
        naive = trade.model_copy(update={"timestamp": trade.timestamp.replace(tzinfo=None)})
        explained = explainer.explain(naive)
        assert explained.shap_vector.tolist() == [place, place + 0.5]
        assert explained.feature_values["ml"] == features["ml"][place]
