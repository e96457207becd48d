"""What charts can be shaded by."""

import numpy as np

from ml4t_desktop.analysis.regimes import regimes
from ml4t_desktop.market import TextColumn
from ml4t_desktop.request import Request
from tests.unit.views.review.conftest import build_market

CLAUSES = [
    {"column": "context.VIX", "op": "<=", "value": 30.0},
    {"column": "signal.ml_pred_5d", "op": ">", "value": 0.5},
]


def test_texts_of_the_context_and_conditions_on_it_can_be_shaded():
    request = Request.model_validate(
        {
            "name": "a",
            "data": {"files": ["a.csv"], "signals": ["ml_pred_5d"]},
            "context": {"file": "b.csv", "columns": ["VIX"]},
            "strategy": {"entry": {"all": CLAUSES}},
        }
    )
    found = regimes(build_market(), request)
    assert [item.title for item in found] == ["regime", "VIX <= 30"]
    codes, labels = found[1].states(np.array([20.0, 31.0, np.nan, 30.0]))
    assert codes.tolist() == [-1, 0, -1, -1]
    assert labels == ("does not hold",)
    text = TextColumn(np.array([0, 1, -1], np.int32), ("bull", "bear"))
    codes, labels = found[0].states(text)
    assert codes.tolist() == [0, 1, -1]
    assert labels == ("bull", "bear")
