"""The methods of a strategy that gives weights on a schedule."""

from collections.abc import Iterator

from ml4t_desktop.export.code.conditions import value_of
from ml4t_desktop.export.code.sizes import multiplier_of
from ml4t_desktop.request import Request, RuleStrategy
from ml4t_desktop.request.sizing import WEIGHT_TOLERANCE, RebalanceToWeights

_PERIODS = {
    "bar": "timestamp",
    "week": "timestamp.isocalendar()[:2]",
    "month": "(timestamp.year, timestamp.month)",
}


_IS_LEAVING = (
    "def is_leaving(self, asset_id):\n"
    '    """Return whether an exit already works."""\n'
    "    held = self.get_position(asset_id)\n"
    "    return any(order.quantity * held < 0 for order in self.open_orders(asset_id))\n"
)


def rebalance_text(request: Request, side_lines: list[str], most: int | None) -> Iterator[str]:
    """Yield the methods."""
    sizing, rules = request.strategy.sizing, request.strategy
    assert isinstance(sizing, RebalanceToWeights)  # noqa: S101 (whoever asks has looked)
    yield _rebalance(sizing, rules, side_lines, most)
    sign = "-" if rules.direction == "short" else ""
    yield _change_of(sizing, sign, multiplier_of(request.account))
    yield _IS_LEAVING


def _rebalance(
    sizing: RebalanceToWeights, rules: RuleStrategy, side_lines: list[str], most: int | None
) -> str:
    """Return the method that orders the differences."""
    lines = [
        "def rebalance(self, timestamp, bars, context):",
        '    """Order the differences to the target weights, sells before buys."""',
        f"    period = {_PERIODS[sizing.schedule]}",
        "    if period == self.period:",
        "        return",
        "    self.period = period",
        "    wanted = []",
        "    for bar in bars:",
        *[f"        {line}" for line in side_lines],
        "        if side:",
        "            wanted.append(bar)",
    ]
    if most is not None:
        if rules.limits.rank_by is not None:
            lines.append(
                f"    wanted.sort(key=lambda bar: rank({value_of(rules.limits.rank_by)}, bar))"
            )
        lines.append(f"    wanted = sorted(wanted[:{most}], key=lambda bar: bar.asset_id)")
    lines += [
        f"    weights = [(bar, {_weight(sizing)}) for bar in wanted]",
        "    weights = [(bar, weight) for bar, weight in weights if weight > 0.0]",
        "    total = 0.0",
        "    for _, weight in weights:",
        "        total += weight",
        "    if self.get_portfolio_value() <= 0.0:",
        "        weights = []" if not sizing.close_missing else "        total = 0.0",
    ]
    if sizing.close_missing:
        lines += [
            "    named = {bar.asset_id for bar, _ in weights}",
            "    for bar in bars:",
            "        held = self.get_position(bar.asset_id)",
            "        if held and bar.asset_id not in named and not self.is_leaving(bar.asset_id):",
            "            self.close_position(bar.asset_id)",
            "    if not total:",
            "        return",
        ]
    lines += [
        "    changes = [(bar, self.change_of(bar, weight, total)) for bar, weight in weights]",
        "    for bar, change in changes:",
        "        if change < 0.0:",
        "            self.submit_order(bar.asset_id, change)",
        "    for bar, change in changes:",
        "        if change > 0.0:",
        "            self.submit_order(bar.asset_id, change)",
    ]
    return "\n".join(lines)


def _change_of(sizing: RebalanceToWeights, sign: str, unit: str) -> str:
    """Return the method that says by how much a position is too small."""
    cut = (
        f"    if abs(target) > {sizing.max_weight!r}:\n        target = {sign}{sizing.max_weight!r}\n"
        if sizing.max_weight is not None
        else ""
    )
    gross = f"{sign}1.0 * {sizing.gross!r}"
    value = "held * bar.close" if unit == "1.0" else f"held * bar.close * {unit}"
    price = "bar.close" if unit == "1.0" else f"(bar.close * {unit})"
    return (
        "def change_of(self, bar, weight, total):\n"
        '    """Return by how much a position is too small, 0 when it is near enough or an order works."""\n'
        "    if self.open_orders(bar.asset_id):\n"
        "        return 0.0\n"
        "    equity, held = self.get_portfolio_value(), self.get_position(bar.asset_id)\n"
        f"    target = {gross} * weight / total\n"
        f"{cut}"
        f"    if abs(target - {value} / equity) <= {sizing.tolerance!r} + {WEIGHT_TOLERANCE!r}:\n"
        "        return 0.0\n"
        f"    return equity * target / {price} - held\n"
    )


def _weight(sizing: RebalanceToWeights) -> str:
    if sizing.weights == "signal":
        return value_of(str(sizing.by))
    if sizing.weights == "inverse_volatility":
        return "1.0 / (self.volatility(bar) or NAN)"
    return "1.0"
