"""What the assumptions of a run and the steps from gross to net are called."""

from typing import Final

ASSUMPTIONS: Final = {
    "as_asked": "As asked",
    "same_bar": "Filled at the deciding close",
    "free": "Without costs",
    "double_costs": "Costs doubled",
    "one_bar_late": "Signals one bar later",
}
COST_STEPS: Final = {
    "before": "Profit before costs",
    "commission": "Commission",
    "slippage": "Slippage",
    "carry": "Interest, borrowing, funding",
    "dividends": "Dividends",
    "net": "Net profit",
}
