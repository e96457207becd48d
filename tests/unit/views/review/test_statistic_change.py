"""How statistics differ, in words."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.views.review import statistic_change as module
from ml4t_desktop.views.review.statistic_change import BETTER, WORSE, statistic_change

US = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
BY_NAME = {definition.name: definition for definition in DEFINITIONS}


def change(name, now, before):
    values = [SimpleNamespace(**{name: value}, undefined={}) for value in (now, before)]
    return statistic_change(BY_NAME[name], *values, US)


@pytest.mark.parametrize(
    ("name", "now", "before", "text", "tone"),
    [
        ("sharpe", 1.25, 1.0, f"+0.25 {BETTER}", "gain"),
        ("sharpe", 0.5, 1.0, f"-0.50 {WORSE}", "loss"),
        ("max_drawdown", -0.25, -0.2, f"-5.00 pp {WORSE}", "loss"),
        ("volatility", 0.10, 0.12, f"-2.00 pp {BETTER}", "gain"),
        ("final_value", 105_000.5, 100_000.0, f"+5,001 {BETTER}", "gain"),
        ("expectancy", 12.5, 10.25, f"+2.25 {BETTER}", "gain"),
        ("num_trades", 90, 100, "-10", "text"),
        ("max_drawdown_days", 20.0, 12.5, f"+7.5 d {WORSE}", "loss"),
        ("sharpe", 1.0, 1.0, "", "muted"),
        ("sharpe", 1.0, 1.0001, "", "muted"),
        ("sharpe", None, 1.0, "was 1.00", "muted"),
        ("sharpe", 1.0, None, "was n/a", "muted"),
        ("start", "2020-01-02", "2019-01-02", "was 2019-01-02", "muted"),
    ],
)
def test_a_difference_is_signed_and_says_whether_it_is_better(name, now, before, text, tone):
    found = change(name, now, before)
    assert (found.text, found.tone) == (text, tone)


def test_the_tip_says_what_it_was_and_whether_that_is_better():
    tip = change("volatility", 0.10, 0.12).tip
    assert "was 12.00 %" in tip
    assert tip.endswith("This is better.")


def test_every_name_that_is_judged_is_a_statistic():
    judged = module._HIGHER_IS_BETTER | module._LOWER_IS_BETTER
    assert judged <= set(BY_NAME)
    assert not module._HIGHER_IS_BETTER & module._LOWER_IS_BETTER
