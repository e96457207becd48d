"""Target weights carried out by a strategy."""

from collections.abc import Mapping

from ml4t_desktop.engine.strategies.strategy import Strategy


def trade_to_weights(
    strategy: Strategy,
    weights: Mapping[str, float],
    prices: Mapping[str, float],
    tolerance: float,
) -> None:
    """Order the differences to target weights; orders of these assets that still wait are replaced.

    Parameters
    ----------
    weights : mapping of asset to fraction of equity
        Assets not named are left alone.
    prices : mapping of asset to its latest close
    tolerance : float
        Changes of weight up to this are skipped, except to zero: a position that is not wanted is closed.

    Raises
    ------
    ValueError
        If an asset is not in the data, has had no bar yet, or the weights cannot be held by the account.
    """
    unknown = [asset_id for asset_id in weights if asset_id not in prices]
    if unknown:
        message = f"there is no bar yet of {', '.join(map(repr, unknown))}"
        raise ValueError(message)
    for asset_id in weights:
        for order in strategy.open_orders(asset_id):
            strategy.cancel_order(order.order_id)
    for asset_id in sorted(asset_id for asset_id, weight in weights.items() if weight == 0.0):
        strategy.close_position(asset_id)
    wanted = {asset_id: weight for asset_id, weight in weights.items() if weight != 0.0}
    if wanted:
        strategy.rebalance_to_weights(wanted, prices, tolerance)
