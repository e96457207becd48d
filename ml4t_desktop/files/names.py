"""Usual names of columns, and what they are used for."""

import re
from typing import Final, Literal

Role = Literal[
    "time", "clock", "asset", "open", "high", "low", "close", "volume", "signal", "context",
    "ignored",
]  # fmt: skip

USUAL_NAMES: Final[dict[Role, tuple[str, ...]]] = {
    "time": (
        "timestamp", "datetime", "date", "time", "ts", "dt", "bartime", "bardate", "tradedate",
        "tradingdate", "tradingday", "asofdate", "day", "eventtime", "opentime", "timestamputc",
        "datetimeutc", "dateutc", "timeutc", "indexlevel0", "period",
    ),
    "asset": (
        "symbol", "ticker", "asset", "assetid", "instrument", "instrumentid", "sym", "security",
        "securityid", "stock", "tic", "pair", "coin", "contract", "product", "isin", "permno",
        "sid", "entity", "code",
    ),
    "open": ("open", "o", "openprice", "priceopen", "pxopen"),
    "high": ("high", "h", "highprice", "pricehigh", "pxhigh"),
    "low": ("low", "l", "lowprice", "pricelow", "pxlow"),
    "close": (
        "close", "c", "closeprice", "priceclose", "pxclose", "pxlast", "closelast", "last",
        "lastprice",
    ),
    "volume": (
        "volume", "vol", "v", "volumetraded", "tradedvolume", "totalvolume", "basevolume",
        "pxvolume",
    ),
}  # fmt: skip
ADJUSTED_CLOSE: Final = ("adjclose", "closeadj", "adjustedclose", "closeadjusted", "adjcloseprice")

_ADJUSTED = re.compile(
    r"^adj(usted)?(open|high|low|close|volume|price|factor)|(open|high|low|close)adj"
)
_BOOKKEEPING = re.compile(
    r"^(unnamed.*|index|id|row(id|number|num|nr)?|level0|.*duplicated\d+|)$"
    r"|^(dividend|dividends|split|splits|splitfactor|stocksplits|divcash|capitalgains)$"
)
_FUTURE = re.compile(
    r"(^|_)(target|label|labels|fwd|forward|future|ytrue|y_true|next)(_|\d|$)", re.IGNORECASE
)
_MODEL = re.compile(
    r"pred|signal|score|prob|conf|alpha|forecast|yhat|y_hat|rank|expected|model|zscore|edge|(^|_)ml(_|$)"
    r"|(^|_)(exit|entry|weight|mu|sig|er)(_|$)",
    re.IGNORECASE,
)
_PLACE: Final[dict[str, Role]] = {
    name: role for role, names in USUAL_NAMES.items() for name in names
}


def folded(name: str) -> str:
    """Return a column name without case, punctuation and leading numbering (``1. Adj Close``)."""
    plain = re.sub(r"^\d+[.)]\s*", "", name.strip()).casefold()
    return re.sub(r"[\W_]+", "", plain)


def usual_role(name: str) -> Role | None:
    """Return the role a column's name stands for, None when it is no usual name."""
    return _PLACE.get(folded(name))


def usual_rank(name: str, role: Role) -> int:
    """Return how early a name comes among the usual names of a role; the first is preferred."""
    names = USUAL_NAMES[role]
    short = folded(name)
    return names.index(short) if short in names else len(names)


def is_adjusted_close(name: str) -> bool:
    """Return whether a name stands for a close adjusted for dividends."""
    return folded(name) in ADJUSTED_CLOSE


def reason_to_ignore(name: str) -> str | None:
    """Return why a column that is not a price should not become a signal, None when it may."""
    short = folded(name)
    if _ADJUSTED.search(short):
        return "an adjusted price, not what was traded at"
    if names_the_future(name):
        return "its name says it knows the future (a training target)"
    if _BOOKKEEPING.search(short):
        return "bookkeeping, not a prediction"
    return None


def names_the_future(name: str) -> bool:
    """Return whether a name is that of a training target; ``pred_fwd_5d`` is a prediction of one."""
    return _FUTURE.search(name) is not None and not is_model_output(name)


def is_model_output(name: str) -> bool:
    """Return whether a name looks like the output of a model."""
    return _MODEL.search(name) is not None
