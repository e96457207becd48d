"""What the assumptions of a run and the steps from gross to net are called."""

from typing import Final

from ml4t_desktop.wording import mark

ASSUMPTIONS: Final = {
    "as_asked": mark("As asked"),
    "same_bar": mark("Filled at the deciding close"),
    "free": mark("Without costs"),
    "double_costs": mark("Costs doubled"),
    "one_bar_late": mark("Signals one bar later"),
}
COST_STEPS: Final = {
    "before": mark("Profit before costs"),
    "commission": mark("Commission"),
    "slippage": mark("Slippage"),
    "carry": mark("Interest, borrowing, funding"),
    "dividends": mark("Dividends"),
    "net": mark("Net profit"),
}
