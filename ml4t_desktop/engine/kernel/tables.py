"""The records of orders, fills and trades as columns, in one pass.

A record spans lines of the processor's cache: taken column by column each line would be read a dozen times.
"""

import numpy as np

from ml4t_desktop.engine.kernel.compiled import compiled, inlined
from ml4t_desktop.engine.kernel.layout import Books, FillColumns, OrderColumns, TradeColumns


@inlined
def _place(index: int, count: int) -> int:
    """Return an index among `count` words, or for a negative one the place after them, where null stands."""
    return np.uint32(index if index >= 0 else count)  # pyright: ignore[reportReturnType] (an int to its callers)


@compiled
def split_orders(books: Books, columns: OrderColumns, times: int, symbols: int) -> None:
    """Write the orders as the columns of `layout.OrderColumns`."""
    for i in range(books.account[0].orders):
        order = books.orders[i]
        columns.amounts[0, i] = abs(order.requested)
        columns.amounts[1, i] = order.filled
        columns.amounts[2, i] = order.limit
        columns.amounts[3, i] = order.stop
        columns.places[0, i] = _place(order.decision_t, times)
        columns.places[1, i] = _place(order.asset, symbols)
        columns.places[2, i] = 1 if np.signbit(order.requested) else 0
        columns.places[3, i] = order.type
        columns.places[4, i] = order.status
        columns.places[5, i] = order.reason
        columns.places[6, i] = order.note


@compiled
def split_fills(books: Books, columns: FillColumns, times: int, symbols: int) -> None:
    """Write the fills as the columns of `layout.FillColumns`."""
    for i in range(books.account[0].fills):
        fill = books.fills[i]
        columns.amounts[0, i] = abs(fill.quantity)
        columns.amounts[1, i] = fill.price
        columns.amounts[2, i] = fill.commission
        columns.amounts[3, i] = fill.slippage
        columns.order[i] = fill.order
        columns.places[0, i] = _place(fill.t, times)
        columns.places[1, i] = _place(fill.asset, symbols)
        columns.places[2, i] = 0 if fill.quantity > 0.0 else 1


@compiled
def split_trades(books: Books, columns: TradeColumns, times: int, symbols: int) -> None:
    """Write the trades as the columns of `layout.TradeColumns`; a profit over no value is NaN."""
    for i in range(books.account[0].trades):
        trade = books.trades[i]
        quantity = abs(trade.quantity)
        value = quantity * trade.entry_price * trade.multiplier
        columns.amounts[0, i] = quantity
        columns.amounts[1, i] = trade.entry_price
        columns.amounts[2, i] = trade.exit_price
        columns.amounts[3, i] = trade.pnl
        columns.amounts[4, i] = trade.pnl / value if value > 0.0 else np.nan
        columns.amounts[5, i] = trade.fees
        columns.amounts[6, i] = trade.slippage
        columns.amounts[7, i] = trade.mfe
        columns.amounts[8, i] = trade.mae
        columns.amounts[9, i] = trade.multiplier
        columns.wholes[0, i] = trade.position_id
        columns.wholes[1, i] = trade.bars_held
        columns.rows[0, i] = trade.entry_decision_row
        columns.rows[1, i] = trade.exit_decision_row
        columns.rows[2, i] = trade.entry_decision_t
        columns.rows[3, i] = trade.exit_decision_t
        columns.places[0, i] = _place(trade.asset, symbols)
        columns.places[1, i] = 0 if trade.quantity > 0.0 else 1
        columns.places[2, i] = 1 if trade.exit_t < 0 else 0
        columns.places[3, i] = _place(trade.entry_decision_t, times)
        columns.places[4, i] = _place(trade.entry_t, times)
        columns.places[5, i] = _place(trade.exit_decision_t, times)
        columns.places[6, i] = _place(trade.exit_t, times)
        columns.places[7, i] = trade.entry_reason
        columns.places[8, i] = trade.exit_reason
        columns.places[9, i] = trade.entry_note
        columns.places[10, i] = trade.exit_note
