"""How orders are filled."""

from typing import Literal

from ml4t_desktop.request.value import Flag, NotNegative, PositiveFraction, Value


class Execution(Value):
    """How orders are filled.

    Parameters
    ----------
    fill : {"next_open", "next_close", "same_close"}
        When market orders trade: at the open or the close of the asset's next bar, or at the close
        the decision was made on, which flatters the result.
    lot_size : float
        Quantities are multiples of it; 0 means fractional.
    insufficient_cash : {"shrink", "reject"}
        What becomes of an order the account cannot pay in full.
    ambiguous_bar : {"stop_first", "target_first"}
        Which leg counts when one bar touches both.
    protect_entry_bar : bool
        Whether stop and target are live in the rest of the bar at whose open the entry filled.
    stop_basis : {"fill", "decision_close"}
        The price from which stop and target levels start.
    participation : float or None
        At most this share of a bar's volume trades; the rest stays working.
    """

    fill: Literal["next_open", "next_close", "same_close"] = "next_open"
    lot_size: NotNegative = 1.0
    insufficient_cash: Literal["shrink", "reject"] = "shrink"
    ambiguous_bar: Literal["stop_first", "target_first"] = "stop_first"
    protect_entry_bar: Flag = True
    stop_basis: Literal["fill", "decision_close"] = "fill"
    participation: PositiveFraction | None = None
