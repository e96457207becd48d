"""The identities of money that hold for every result (DESIGN 3.3)."""

import numpy as np

from ml4t_desktop.result.run_result import RunResult

TOLERANCE = 1e-9


def check_identities(result: RunResult) -> None:
    """Check that money neither appeared nor vanished.

    `equity = cash + net exposure` at every point, and the profit of all trade rows (open ones as they
    are marked) plus cash flows is the change of equity; both to 1e-9 relative.

    Raises
    ------
    AssertionError
        Saying which identity fails, and by how much.
    """
    equity = result.equity["equity"].to_numpy()
    cash = result.equity["cash"].to_numpy()
    net = result.equity["net_exposure"].to_numpy()
    scale = _scale(result)
    gap = np.abs(equity - cash - net)
    if gap.size and not np.all(gap <= TOLERANCE * scale):
        message = f"equity differs from cash + net exposure by {gap.max():g}"
        raise AssertionError(message)
    profit = float(result.trades["pnl"].sum()) + float(result.cash_flows["amount"].sum())
    change = result.final_value - result.initial_capital
    if not abs(profit - change) <= TOLERANCE * scale:
        message = f"trades and cash flows make {profit!r}, equity changed by {change!r}"
        raise AssertionError(message)


def _scale(result: RunResult) -> float:
    """Return the money that moved, against which a rounding error is small."""
    traded = (
        float((result.fills["quantity"] * result.fills["price"]).abs().sum())
        if result.fills.height
        else 0.0
    )
    multiplier = float(result.trades["multiplier"].to_numpy().max(initial=1.0))
    return max(result.initial_capital, traded * multiplier, 1.0)
