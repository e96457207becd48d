"""The verdict on screen."""

import numpy as np
import pytest

from ml4t_desktop.analysis.validity.gathering import first_evidence
from ml4t_desktop.analysis.validity.luck import Luck
from ml4t_desktop.analysis.validity.stress import Variant
from ml4t_desktop.analysis.validity.verdict import Remark, Verdict, verdict
from ml4t_desktop.session.review.remarks import remark_text
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.evidence.verdict import VerdictView
from ml4t_desktop.views.review.evidence_tables import EvidenceTable, VariantTable


@pytest.fixture
def evidence(run):
    return first_evidence(
        run.result,
        run.metrics,
        run.market,
        benchmark="none",
        trials=7,
        ratios=(),
        check=lambda: None,
    )


def test_numbers_of_a_remark_are_written_as_on_every_other_screen():
    remark = Remark(
        name="x", tone="good", text="{0} of {1} made {2}", numbers=(("count", 3), ("count", 200), ("percent", 0.391))
    )  # fmt: skip

    assert remark_text(remark) == "3 of 200 made 39.10 %"


def test_the_headline_stands_over_its_remarks(qtbot):
    view = VerdictView(LIGHT)
    qtbot.addWidget(view)
    bad = Remark(name="a", tone="bad", text="First.")
    good = Remark(name="b", tone="good", text="Second.")

    view.show_verdict(
        Verdict(headline=Remark(name="headline", tone="bad", text="No."), remarks=(bad, good))
    )
    view.apply_theme(DARK)

    assert view.headline.text() == "No."
    assert view.texts == ("First.", "Second.")

    view.show_verdict(None)
    assert view.headline.isHidden()


def test_every_figure_has_its_interval_and_the_steps_lead_to_the_net_profit(qtbot, evidence):
    table = EvidenceTable()
    qtbot.addWidget(table)

    table.show_evidence(evidence)

    assert table.text_of("Sharpe ratio", 2) < table.text_of(
        "Sharpe ratio", 3
    ) or "-" in table.text_of("Sharpe ratio", 2)
    assert table.text_of("Variants tried on this data") == "7"
    assert table.text_of("Net profit").replace(",", "") == f"{evidence.metrics.net_profit:.2f}"


def test_variants_stand_side_by_side(qtbot):
    table = VariantTable()
    qtbot.addWidget(table)
    row = Variant(
        assumption="double_costs", equity=np.zeros(1), total_return=0.25, sharpe=None, max_drawdown=-0.1, trades=12
    )  # fmt: skip

    table.show_variants((row,))

    assert table.text_of("Costs doubled") == "25.00 %"
    assert table.text_of("Costs doubled", 2) == "n/a"
    assert table.text_of("Costs doubled", 4) == "12"


def test_the_picture_of_luck_shows_every_run(qtbot):
    from ml4t_desktop.plots.validity import LuckChart

    chart = LuckChart(LIGHT)
    qtbot.addWidget(chart)
    luck = Luck(method="other_assets", total_return=0.4, returns=np.linspace(-0.1, 0.5, 200))

    chart.show_returns(luck.returns, luck.total_return, "text")
    assert chart.drawn.sum() == 200

    chart.show_returns(np.zeros(0), 0.0, "nothing")
    assert chart.drawn.size == 0


def test_a_verdict_can_be_drawn_of_what_is_known_so_far(evidence):
    found = verdict(evidence)

    assert found.headline.text
    assert any(remark.name == "costs" for remark in found.remarks)
