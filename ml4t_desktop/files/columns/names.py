"""Usual names of columns, and what they are used for."""

import re
from typing import Final, Literal

from ml4t_desktop.wording import mark

Role = Literal[
    "time", "clock", "asset", "open", "high", "low", "close", "volume", "signal", "context",
    "ignored",
]  # fmt: skip

USUAL_NAMES: Final[dict[Role, tuple[str, ...]]] = {
    "time": (
        "timestamp", "datetime", "date", "time", "ts", "dt", "bartime", "bardate", "tradedate",
        "tradingdate", "tradingday", "asofdate", "day", "eventtime", "opentime", "timestamputc",
        "datetimeutc", "dateutc", "timeutc", "indexlevel0", "period", "gmttime", "localtime",
        "tsevent", "windowstart", "bartimestamp", "begintime", "starttime",
        "datum", "fecha", "дата",
    ),
    "asset": (
        "symbol", "ticker", "asset", "assetid", "instrument", "instrumentid", "sym", "security",
        "securityid", "stock", "tic", "pair", "coin", "contract", "product", "isin", "permno",
        "sid", "entity", "code", "ric", "secid", "tscode", "tickersymbol", "name", "wertpapier",
        "conid", "figi", "cusip", "sedol", "gvkey", "wkn", "instrumenttoken", "stkcd", "securitycode",
    ),
    "open": (
        "open", "o", "openprice", "priceopen", "pxopen", "openingprice", "eröffnung", "eröffn", "erster",
        "ouverture", "ouv", "apertura", "abertura", "otwarcie", "midopen", "openmid", "bidopen", "openbid",
        "askopen", "openask",
    ),
    "high": (
        "high", "h", "highprice", "pricehigh", "pxhigh", "hoch", "tageshoch", "haut", "plushaut", "máximo",
        "máx", "massimo", "máxima", "najwyzszy", "midhigh", "highmid", "bidhigh", "highbid", "askhigh", "highask",
    ),
    "low": (
        "low", "l", "lowprice", "pricelow", "pxlow", "tief", "tagestief", "bas", "plusbas", "mínimo",
        "mín", "minimo", "mínima", "najnizszy", "midlow", "lowmid", "bidlow", "lowbid", "asklow", "lowask",
    ),
    "close": (
        "close", "c", "closeprice", "priceclose", "pxclose", "pxlast", "closelast", "last",
        "lastprice", "closingprice", "schluss", "schlusskurs", "zuletzt", "clôture", "dernier", "cierre",
        "último", "chiusura", "ultimo", "fechamento", "zamkniecie", "midclose", "closemid", "bidclose",
        "closebid", "askclose", "closeask",
    ),
    "volume": (
        "volume", "vol", "v", "volumetraded", "tradedvolume", "totalvolume", "basevolume",
        "pxvolume", "numberofshares", "sharestraded", "tickvol", "tickvolume", "volumen", "umsatz", "stück",
        "volumi", "wolumen",
    ),
}  # fmt: skip
ADJUSTED_CLOSE: Final = ("adjclose", "closeadj", "adjustedclose", "closeadjusted", "adjcloseprice")
PLAIN_PRICE: Final = (
    "price", "px", "kurs", "preis", "prix", "precio", "prezzo", "preço", "mid", "midprice", "markprice",
    "settle", "settlement", "settlementprice", "nav", "bid", "bidprice",
)  # fmt: skip
QUOTES: Final = ("bid", "bidprice")

_ADJUSTED = re.compile(
    r"^adj(usted)?(open|high|low|close|volume|price|factor)|(open|high|low|close)adj"
)
_BOOKKEEPING = re.compile(
    r"^(unnamed.*|index|id|row(id|number|num|nr)?|level0|.*duplicated\d+|)$"
    r"|^(ex)?(dividend|dividends|split|splits|splitfactor|splitratio|stocksplits|divcash|capitalgains)$"
)
_MARKET = re.compile(
    r"^(vwap|wap|average|twap|typicalprice|change|changep(ct|ercent)?|chg|chgpct|pctchg|prevclose|preclose)$"
    r"|^((n|num|numberof|no)?(trades|transactions|ticks)|tradecount|tradescount|tickcount|barcount|count)$"
    r"|^(quote(asset)?volume|taker(buy)?(base|quote)?(asset)?(volume|vol)?|volume[a-z]{3,5}|vol[a-z]{3,5}|amount)$"
    r"|^(turnover|value|marketcap|marketcapitalization|openint(erest)?|oi|spread|rtype|publisherid|flags)$"
    r"|^(unix|epoch|(close|end)(time|timestamp)|ignore|per|currency|exchange)$"
)
_MEASURE = re.compile(
    r"(vix|vxn|vvix|skew|move|ovx|gvz)(\d+[dm]|close|cls)?|dxy|usdx|us\d{1,2}[ym]|(d?gs|dtb|t)\d{1,2}[ymw]?"
    r"|(ust|yield|treasury|bund|sofr|libor|fed|fedfunds|dff|effr|ted)[a-z0-9]*|t\d+y\d+[ym]"
    r"|(core)?(cpi|ppi|pce|pmi|gdp|nfp|unrate|m1|m2|ism|hy|ig|oas|cds)[a-z0-9]*|(baml|ice)[a-z0-9]+"
    r"|gold|silver|copper|oil|wti|brent|natgas|xau(usd)?|spx|sp500|gspc|ndx|nasdaq|djia|dow|rut|russell\d*"
    r"|breadth|advances?|declines?|putcall|pcr|sentiment|regime|recession|usrec"
)
_QUOTE = re.compile(r"^(best)?(bid|ask|offer)(price|px|size|qty|quantity|vol|volume)?$")
_PRICES: Final = ("open", "high", "low", "close")
_VOLUME_OF = re.compile(r"^volume[ _(]+[A-Z]{3,5}\)?$", re.IGNORECASE)
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
    role = _PLACE.get(folded(name))
    return "volume" if role is None and _VOLUME_OF.match(name.strip()) else role


def usual_rank(name: str, role: Role) -> int:
    """Return how early a name comes among the usual names of a role; the first is preferred."""
    names = USUAL_NAMES[role]
    short = folded(name)
    return names.index(short) if short in names else len(names)


def is_adjusted_close(name: str) -> bool:
    """Return whether a name stands for a close adjusted for dividends."""
    return folded(name) in ADJUSTED_CLOSE


def is_plain_price(name: str) -> bool:
    """Return whether a name says that the column is a price, and not which one of the bar."""
    return folded(name) in PLAIN_PRICE


def is_quote(name: str) -> bool:
    """Return whether a name is of the price at which others would buy, which is no price of a trade."""
    return folded(name) in QUOTES


def reason_to_ignore(name: str) -> str | None:
    """Return why a column that is not a price should not become a signal, None when it may."""
    short = folded(name)
    if _ADJUSTED.search(short):
        return mark("an adjusted price, not what was traded at")
    if names_the_future(name):
        return mark("its name says it knows the future (a training target)")
    if _QUOTE.search(short):
        return mark("a quote, not a prediction")
    if usual_role(re.sub(r"_\d+$", "", name.strip())) in _PRICES:
        return mark("a price, as another column that is called so")
    if _BOOKKEEPING.search(short):
        return mark("bookkeeping, not a prediction")
    return None


def is_market_data(name: str) -> bool:
    """Return whether a name is of what exchanges tell beside the prices, such as a count of trades."""
    return _MARKET.search(folded(name)) is not None


def is_market_measure(name: str) -> bool:
    """Return whether a name is of a value for the whole market, such as VIX, CPI or US10Y."""
    return _MEASURE.fullmatch(folded(name)) is not None


def names_the_future(name: str) -> bool:
    """Return whether a name is that of a training target; ``pred_fwd_5d`` is a prediction of one."""
    return _FUTURE.search(name) is not None and not is_model_output(name)


def is_model_output(name: str) -> bool:
    """Return whether a name looks like the output of a model."""
    return _MODEL.search(name) is not None
