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
        "datum", "fecha", "дата", "datadate", "caldt", "dlycaldt", "traddt", "observationdate", "日期", "时间", "время",
        "交易日期", "日付", "일자", "날짜",
    ),
    "asset": (
        "symbol", "ticker", "asset", "assetid", "instrument", "instrumentid", "sym", "security",
        "securityid", "stock", "tic", "pair", "coin", "contract", "product", "isin", "permno",
        "sid", "entity", "code", "ric", "secid", "tscode", "tickersymbol", "name", "wertpapier",
        "conid", "figi", "cusip", "sedol", "gvkey", "wkn", "instrumenttoken", "stkcd", "securitycode",
        "tckrsymb", "symroot", "股票代码", "证券代码", "代码", "종목코드", "銘柄コード",
    ),
    "open": (
        "open", "o", "openprice", "priceopen", "pxopen", "openingprice", "eröffnung", "eröffn", "erster",
        "ouverture", "ouv", "apertura", "abertura", "otwarcie", "midopen", "openmid", "bidopen", "openbid",
        "askopen", "openask", "openprc", "dlyopen", "prcod", "opnpric", "开盘", "开盘价", "始値", "시가",
        "открытие", "откр", "ценаоткрытия",
    ),
    "high": (
        "high", "h", "highprice", "pricehigh", "pxhigh", "hoch", "tageshoch", "haut", "plushaut", "máximo",
        "máx", "massimo", "máxima", "najwyzszy", "midhigh", "highmid", "bidhigh", "highbid", "askhigh", "highask",
        "askhi", "dlyhigh", "prchd", "hghpric", "最高", "最高价", "高値", "고가",
        "макс", "максимум",
    ),
    "low": (
        "low", "l", "lowprice", "pricelow", "pxlow", "tief", "tagestief", "bas", "plusbas", "mínimo",
        "mín", "minimo", "mínima", "najnizszy", "midlow", "lowmid", "bidlow", "lowbid", "asklow", "lowask",
        "bidlo", "dlylow", "prcld", "lwpric", "最低", "最低价", "安値", "저가", "мин", "минимум",
    ),
    "close": (
        "close", "c", "closeprice", "priceclose", "pxclose", "pxlast", "closelast", "last",
        "lastprice", "closingprice", "schluss", "schlusskurs", "zuletzt", "clôture", "dernier", "cierre",
        "último", "chiusura", "ultimo", "fechamento", "zamkniecie", "midclose", "closemid", "bidclose",
        "closebid", "askclose", "closeask", "dlyclose", "prc", "dlyprc", "prccd", "clspric", "收盘", "收盘价",
        "終値", "종가", "закрытие", "ценазакрытия",
    ),
    "volume": (
        "volume", "vol", "v", "volumetraded", "tradedvolume", "totalvolume", "basevolume",
        "pxvolume", "numberofshares", "sharestraded", "tickvol", "tickvolume", "volumen", "umsatz", "stück",
        "volumi", "wolumen", "tottrdqty", "totaltradedquantity", "ttltradgvol", "dlyvol", "cshtrd", "成交量",
        "出来高", "거래량", "объем", "объём",
    ),
}  # fmt: skip
ADJUSTED_CLOSE: Final = ("adjclose", "closeadj", "adjustedclose", "closeadjusted", "adjcloseprice")
PLAIN_PRICE: Final = (
    "price", "px", "kurs", "preis", "prix", "precio", "prezzo", "preço", "цена", "mid", "midprice", "markprice",
    "settle", "settlement", "settlementprice", "nav", "bid", "bidprice",
)  # fmt: skip
QUOTES: Final = ("bid", "bidprice")

_ADJUSTED = re.compile(
    r"^adj(usted|ustment)?(open|high|low|close|volume|price|factor)|(open|high|low|close)(un)?adj"
    r"|^(cfac|cumfac)(pr|shr)$|^(ajexdi|trfd)$"
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
    r"|^(unix|epoch|(close|end)(time|timestamp)|ignore|per|currency|exchange|gmtoffset|shrcd|exchcd|siccd)$"
    r"|^(vw|n|ltp|52w(eek)?(h|l|high|low)|(upper|lower)(price)?limit|turnovervalue|totaltrades|tottrdval)$"
    r"|^(ret|retx|dlyret|dlyretx|成交额|振幅|涨跌幅|涨跌额|换手率)$"
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
# What a name says in brackets of its unit, such as Close ($), Volume (shares) or High [EUR].
_UNIT = re.compile(
    r"\s*[(\[]\s*([^\w\s]{1,2}|[A-Z]{3}|in [A-Za-z]+|shares|contracts|lots|units|coins|stück|stk\.?)\s*[)\]]$",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"(^|_)(target|label|labels|fwd|forward|future|ytrue|y_true|next)(_|\d|$)", re.IGNORECASE
)
# As alphalens calls forward returns.
_HORIZON = re.compile(r"\d{1,3}(D|B|W|M|h|min)|period_\d{1,3}")
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
    plain = name.strip()
    role = _PLACE.get(folded(plain))
    if role is None and _VOLUME_OF.match(plain):
        return "volume"
    if role is None and plain.endswith((")", "]")):
        said = _PLACE.get(folded(_UNIT.sub("", plain)))
        return said if said in (*_PRICES, "volume") else None
    return role


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
    short, plain = folded(name), name.strip()
    if _ADJUSTED.search(short):
        return mark("an adjusted price, not what was traded at")
    if _HORIZON.fullmatch(plain):
        return mark("named as the returns that follow are in a frame of factors")
    if names_the_future(name):
        return mark("its name says it knows the future (a training target)")
    if _QUOTE.search(short):
        return mark("a quote, not a prediction")
    if usual_role(re.sub(r"_\d+$", "", plain)) in _PRICES:
        return mark("a price, as another column that is called so")
    return mark("bookkeeping, not a prediction") if _BOOKKEEPING.search(short) else None


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
