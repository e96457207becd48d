"""The names in results and requests, such as ``stop_loss``, as words in the language of the user."""

from typing import Final

from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.wording import mark, meant

_NAMES: Final[dict[str, str]] = {
    # Sides, states and kinds of orders and trades
    "long": mark("long"),
    "short": mark("short"),
    "both": mark("long and short"),
    "buy": mark("buy"),
    "sell": mark("sell"),
    "open": meant("a trade or position", "open"),
    "closed": meant("a trade", "closed"),
    "working": meant("an order", "working"),
    "filled": meant("an order", "filled"),
    "reduced": meant("an order", "reduced"),
    "rejected": meant("an order", "rejected"),
    "cancelled": meant("an order", "cancelled"),
    "expired": meant("an order", "expired"),
    "market": meant("kind of order", "market"),
    "limit": meant("kind of order", "limit"),
    "stop": meant("kind of order", "stop"),
    "stop_limit": mark("stop limit"),
    # Why a trade was entered or left
    "entry": mark("entry"),
    "exit": mark("exit"),
    "filter": mark("filter"),
    "short_entry": mark("short entry"),
    "short_exit": mark("short exit"),
    "order": mark("order"),
    "stop_loss": mark("stop loss"),
    "take_profit": mark("take profit"),
    "trailing_stop": mark("trailing stop"),
    "signal": mark("signal"),
    "max_bars": mark("max bars"),
    "liquidation": mark("liquidation"),
    "merger": mark("merger"),
    "delisted": mark("delisted"),
    # Why an order did not trade in full
    "the size rounds to zero": mark("the size rounds to zero"),
    "a cash account cannot sell short": mark("a cash account cannot sell short"),
    "sold what was held": mark("sold what was held"),
    "reduced to the cash available": mark("reduced to the cash available"),
    "not enough cash": mark("not enough cash"),
    "reduced to the buying power": mark("reduced to the buying power"),
    "not enough buying power": mark("not enough buying power"),
    "the other order of the pair was filled": mark("the other order of the pair was filled"),
    "the position was closed": mark("the position was closed"),
    "cancelled by the strategy": mark("cancelled by the strategy"),
    "end of data": mark("end of data"),
    "the day was over": mark("the day was over"),
    "the date was over": mark("the date was over"),
    "not filled at once": mark("not filled at once"),
    "replaced by a liquidation": mark("replaced by a liquidation"),
    "the asset was merged or delisted": mark("the asset was merged or delisted"),
    "its bars were over": mark("its bars were over"),
    "ended by a risk limit": mark("ended by a risk limit"),
    # How an order was filled
    "gap: opened beyond the stop, filled at the open": mark(
        "gap: opened beyond the stop, filled at the open"
    ),
    "gap: opened better than the limit, filled at the open": mark(
        "gap: opened better than the limit, filled at the open"
    ),
    "ambiguous bar: stop taken first": mark("ambiguous bar: stop taken first"),
    "ambiguous bar: target taken first": mark("ambiguous bar: target taken first"),
    "in the bar of the entry": mark("in the bar of the entry"),
    "stop basis: close of the decision bar": mark("stop basis: close of the decision bar"),
    # Comparisons
    "between": mark("between"),
    "in": meant("a comparison", "in"),
    "rising": mark("rising"),
    "falling": mark("falling"),
    "crosses_above": mark("crosses above"),
    "crosses_below": mark("crosses below"),
    "top_n": mark("top n"),
    "bottom_n": mark("bottom n"),
    # Choices of a request
    "next_open": mark("next open"),
    "next_close": mark("next close"),
    "same_close": mark("same close"),
    "none": mark("none"),
    "percent": mark("percent"),
    "per_share": mark("per share"),
    "fixed": meant("model of costs", "fixed"),
    "tiered": mark("tiered"),
    "maker_taker": mark("maker taker"),
    "spread": mark("spread"),
    "volume_share": mark("volume share"),
    "sqrt_impact": mark("sqrt impact"),
    "linear_impact": mark("linear impact"),
    # Numbers of a request
    "borrow_rate": mark("borrow rate"),
    "cap": mark("cap"),
    "coefficient": mark("coefficient"),
    "confidence": mark("confidence"),
    "cooldown_bars": mark("cooldown bars"),
    "fraction": mark("fraction"),
    "impact": mark("impact"),
    "initial_capital": mark("initial capital"),
    "initial_margin": mark("initial margin"),
    "interest_rate": mark("interest rate"),
    "lot_size": mark("lot size"),
    "maintenance_margin": mark("maintenance margin"),
    "maker": mark("maker"),
    "max_age": mark("max age"),
    "max_daily_loss": mark("max daily loss"),
    "max_drawdown": mark("max drawdown"),
    "max_percent": mark("max percent"),
    "max_weight": mark("max weight"),
    "minimum": mark("minimum"),
    "model": mark("model"),
    "multiplier": mark("multiplier"),
    "participation": mark("participation"),
    "quantity": mark("quantity"),
    "rate": mark("rate"),
    "risk": mark("risk"),
    "settlement_days": mark("settlement days"),
    "taker": mark("taker"),
    "tolerance": mark("tolerance"),
    "value": mark("value"),
    "weights": mark("weights"),
    "width": mark("width"),
    "window": mark("window"),
    "max_positions": mark("max positions"),
    "max_gross_exposure": mark("max gross exposure"),
    "max_net_exposure": mark("max net exposure"),
}
_BY_LIMITS: Final = {  # reasons that end with the name of a risk limit
    "refused by the risk limit ": mark("refused by the risk limit {limit}"),
    "reduced to the risk limit ": mark("reduced to the risk limit {limit}"),
    "cancelled by the risk limit ": mark("cancelled by the risk limit {limit}"),
}
_BETWEEN: Final = "; "  # two notes of one order


def word(name: str) -> str:
    """Return a name as words within a sentence: "stop loss"; one that is not known without its dashes."""
    known = _NAMES.get(name)
    if known is not None:
        return shown(known)
    for start, said in _BY_LIMITS.items():
        if name.startswith(start):
            return tr(said, limit=word(name.removeprefix(start)))
    if _BETWEEN in name:
        return _BETWEEN.join(map(word, name.split(_BETWEEN)))
    return name.replace("_", " ")


def as_words(name: str) -> str:
    """Return a name as words that stand alone: "Stop loss"."""
    text = word(name)
    return capitalised(text)
