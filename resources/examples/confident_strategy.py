"""A strategy in Python: buys what a model is sure of, and leaves when it is not any more.

Open it in the step "Strategy" of the set-up, or run it with `run_strategy.py` beside it.
"""

from ml4t_desktop.backtest import Parameter, Strategy


class Confident(Strategy):
    """Buys the assets a model is most sure of, more of them the surer it is."""

    signal = Parameter("ml_pred_5d", help="The column with the predictions")
    confidence = Parameter("confidence", help="The column that says how sure the model is")
    threshold = Parameter(0.9, low=0.0, high=1.0, help="Enter above this prediction")
    calm_below = Parameter(30.0, low=0.0, unit="VIX", help="Buy nothing when the VIX is higher")
    max_percent = Parameter(0.05, low=0.001, high=1.0, unit="%", help="Share of equity when sure")
    take_profit = Parameter(0.20, low=0.0, unit="%", help="Leave at this profit")
    stop_loss = Parameter(0.10, low=0.0, high=1.0, unit="%", help="Leave at this loss")

    def on_market_event(self, event, context=None):
        """Decide about one asset after its bar; orders are filled at its next open."""
        if self.get_position(event.asset_id):
            self.leave_if_it_is_time(event)
            return
        if context and context.get("VIX", 0.0) > self.calm_below:
            return
        if self.open_orders(event.asset_id):
            return
        if event.signals.get(self.signal, 0.0) > self.threshold:
            self.size_by_confidence(
                event.asset_id,
                confidence=event.signals.get(self.confidence, 0.0),
                max_percent=self.max_percent,
                price=event.close,
            )

    def leave_if_it_is_time(self, event):
        """Close the position at its profit, at its loss, or when the prediction has turned."""
        profit = self.get_unrealized_pnl_pct(event.asset_id)
        if profit is None:
            return
        has_turned = event.signals.get(self.signal, 1.0) < 1.0 - self.threshold
        if profit >= self.take_profit or profit <= -self.stop_loss or has_turned:
            self.close_position(event.asset_id)
