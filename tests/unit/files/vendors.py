# ruff: noqa: E501 (lines of files as they are)
"""More files as vendors of data, brokers and libraries write them; see `exports`.

Each maker returns bytes, or for a folder a dict of them by path.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl

from tests.unit.files.exports import DAYS, MINUTES, SYMBOLS, bars, tarred, text
from tests.unit.files.ugly import zstandard

ODD_SYMBOLS = ("00005", "0700", "1E5", "INF", "NA", "NAN", "NULL", "None", "TRUE")
ZERO = datetime(1970, 1, 1)


def parquet(frame: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.write_parquet(sink)
    return sink.getvalue()


def long() -> pl.DataFrame:
    rows = [(day, s, *bar) for s in SYMBOLS for day, *bar in bars(s)]
    names = ["date", "symbol", "open", "high", "low", "close", "volume"]
    return pl.DataFrame(rows, schema=names, orient="row")


def dates(day: datetime) -> str:
    return f"{day:%Y-%m-%d}"


def bloomberg_side_by_side() -> bytes:
    """Titles above, a security over its fields, a price that the add-in did not find."""
    head = [
        "Start Date,1/29/2024,,,,,,,,,", "End Date,2/6/2024,,,,,,,,,", ",AAPL,,,,,MSFT,,,,",
        "Dates" + ",PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME" * 2,
    ]  # fmt: skip
    both = zip(bars("AAPL"), bars("MSFT"), strict=True)
    rows = [
        f"{a[0].month}/{a[0].day}/{a[0].year}," + ",".join(map(str, (*a[1:], *b[1:])))
        for a, b in both
    ]
    return "\n".join([*head, *rows]).encode()


def bloomberg_without_volume() -> bytes:
    rows = [f"{d:%m/%d/%Y},{o},{h},{lo},{c},#N/A N/A" for d, o, h, lo, c, _ in bars()]
    return text("Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME", rows)


def refinitiv() -> bytes:
    rows = [
        f"AAPL,Market Price,{d:%Y-%m-%dT%H:%M:%S}.000000000Z,-5,Intraday 1Min,{o},{h},{lo},{c},{v},12"
        for d, o, h, lo, c, v in bars("AAPL", MINUTES)
    ]
    return text("#RIC,Domain,Date-Time,GMT Offset,Type,Open,High,Low,Last,Volume,No. Trades", rows)


def polygon_rest() -> bytes:
    rows = [
        f"{v},{(o + c) / 2:.4f},{o},{c},{h},{lo},{int((d - ZERO).total_seconds() * 1000)},{v // 9}"
        for d, o, h, lo, c, v in bars("AAPL", MINUTES)
    ]
    return text("v,vw,o,c,h,l,t,n", rows)


def metatrader_daily() -> bytes:
    """Its volume is zero throughout; the ticks are what there is."""
    rows = [f"{d:%Y.%m.%d}\t{o}\t{h}\t{lo}\t{c}\t{v}\t0\t3" for d, o, h, lo, c, v in bars("EURUSD")]
    head = "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"
    return text(head, rows).decode().encode("utf-16")


def binance_micro() -> bytes:
    """As since 2025: microseconds, and no header."""
    rows = []
    for d, o, h, lo, c, v in bars("BTCUSDT", MINUTES):
        start = int((d - ZERO).total_seconds()) * 10**6
        rows.append(
            f"{start},{o},{h},{lo},{c},{v / 1000},{start + 59_999_999},{v * c:.2f},{v},{v / 2},{v * c / 2:.2f},0"
        )
    return "\n".join(rows).encode()


def ccxt() -> bytes:
    """A frame of the lists that it gives, whose columns nobody named."""
    rows = [
        f"{n},{int((d - ZERO).total_seconds() * 1000)},{o},{h},{lo},{c},{v}"
        for n, (d, o, h, lo, c, v) in enumerate(bars("BTCUSDT", MINUTES))
    ]
    return text(",0,1,2,3,4,5", rows)


def numbered_columns() -> bytes:
    return parquet(pl.DataFrame(bars(), schema=[str(n) for n in range(6)], orient="row"))


def sharadar() -> bytes:
    rows = [
        f"AAPL,{dates(d)},{o},{h},{lo},{c},{v}.0,{c * 0.97:.3f},{c},2024-02-08"
        for d, o, h, lo, c, v in bars()
    ]
    return text("ticker,date,open,high,low,close,volume,closeadj,closeunadj,lastupdated", rows)


def crsp(mark: str = "") -> bytes:
    """`mark` goes before the price of the third day, as before an average of bid and ask."""
    rows = [
        f"14593,{dates(d)},11,3,{lo},{h},{mark if n == 2 else ''}{c},{v},{c / o - 1:.6f},{o},1.0,1.0"
        for n, (d, o, h, lo, c, v) in enumerate(bars())
    ]
    return text("PERMNO,date,SHRCD,EXCHCD,BIDLO,ASKHI,PRC,VOL,RET,OPENPRC,CFACPR,CFACSHR", rows)


def compustat() -> bytes:
    rows = [f"001690,01,{d:%Y%m%d},AAPL,1.0,{c},{h},{lo},{o},{v}.0" for d, o, h, lo, c, v in bars()]
    return text("gvkey,iid,datadate,tic,ajexdi,prccd,prchd,prcld,prcod,cshtrd", rows)


def nse() -> bytes:
    rows = [
        f"{s},EQ,{o},{h},{lo},{c},{c},{o},{v},{v * c:.2f},{d:%d-%b-%Y},{v // 30},INE002A01018,"
        for s in SYMBOLS
        for d, o, h, lo, c, v in bars(s)
    ]
    head = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,"
    return text(head, rows)


def akshare() -> bytes:
    rows = [
        f"{dates(d)},000001,{o},{c},{h},{lo},{v},{v * c:.2f},1.2,0.3,0.1,0.2"
        for d, o, h, lo, c, v in bars()
    ]
    head = "日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率"
    return text(head, rows).decode().encode("gb18030")


def russian() -> bytes:
    rows = [f"{d:%d.%m.%Y};{c};{o};{h};{lo};{v}" for d, o, h, lo, c, v in bars()]
    return text("Дата;Цена;Откр.;Макс.;Мин.;Объём", rows).decode().encode("cp1251")


def units_in_brackets() -> bytes:
    rows = [f"{dates(d)},AAPL,{o},{h},{lo},{c},{v}" for d, o, h, lo, c, v in bars()]
    return text(" Date , Ticker , Open ($), High ($), Low ($), Close [USD], Volume (shares)", rows)


def qlib_fields() -> bytes:
    rows = [(*bar[1:], s, bar[0]) for s in SYMBOLS for bar in bars(s)]
    names = ["$open", "$high", "$low", "$close", "$volume", "instrument", "datetime"]
    return parquet(pl.DataFrame(rows, schema=names, orient="row"))


def stacked() -> bytes:
    """A frame with an index of two levels."""
    rows = [
        f"{dates(d)},{s},{o},{h},{lo},{c},{v}" for s in SYMBOLS for d, o, h, lo, c, v in bars(s)
    ]
    return text("Date,Ticker,Open,High,Low,Close,Volume", sorted(rows))


def struct_of_a_bar() -> bytes:
    return parquet(long().select("date", "symbol", pl.struct(pl.col("open", "high", "low", "close", "volume")).alias("bar")))  # fmt: skip


def odd_symbols() -> bytes:
    rows = [
        f"{dates(d)},{s},{o},{h},{lo},{c},{v}" for s in ODD_SYMBOLS for d, o, h, lo, c, v in bars()
    ]
    return text("date,symbol,open,high,low,close,volume", rows)


def tar_of_zstandard() -> bytes:
    each = {f"prices/{s}.csv": text("date,open,high,low,close,volume", [",".join(map(str, (dates(b[0]), *b[1:]))) for b in bars(s)]) for s in SYMBOLS}  # fmt: skip
    return zstandard(tarred(each, "w"))


def partitions_by_date() -> dict[str, bytes]:
    return {
        f"date={dates(day)}/part-0.parquet": parquet(long().filter(pl.col("date") == day).drop("date"))
        for day in DAYS
    }  # fmt: skip


def spark() -> dict[str, bytes]:
    frame = long()
    return {
        "part-00000-ab.snappy.parquet": parquet(frame[:9]),
        "part-00001-cd.snappy.parquet": parquet(frame[9:]),
        "_SUCCESS": b"",
        ".part-00000-ab.snappy.parquet.crc": b"crc",
    }


def daylight() -> bytes:
    """Local times with an offset that changes within the file."""
    rows = [
        f"{d - timedelta(hours=5 if n < 4 else 4):%Y-%m-%d %H:%M:%S}-0{5 if n < 4 else 4}:00,{o},{h},{lo},{c},{v}"
        for n, (d, o, h, lo, c, v) in enumerate(bars("AAPL", MINUTES))
    ]
    return text("time,open,high,low,close,volume", rows)


# Name: maker, symbols of the market, the maker's symbols, times, factor of the volume (0: none).
FILES: dict[str, tuple[Callable[[], bytes], tuple[str, ...], tuple[str, ...], list[datetime], float]] = {
    "bloomberg_bdh.csv": (bloomberg_side_by_side, SYMBOLS, SYMBOLS, DAYS, 1),
    "trth.csv": (refinitiv, ("AAPL",), ("AAPL",), MINUTES, 1),
    "polygon_rest.csv": (polygon_rest, ("polygon_rest",), ("AAPL",), MINUTES, 1),
    "EURUSD_Daily.csv": (metatrader_daily, ("EURUSD_Daily",), ("EURUSD",), DAYS, 1),
    "BTCUSDT-1m-2025.csv": (binance_micro, ("BTCUSDT-1m-2025",), ("BTCUSDT",), MINUTES, 1e-3),
    "ccxt.csv": (ccxt, ("ccxt",), ("BTCUSDT",), MINUTES, 1),
    "numbered_columns.parquet": (numbered_columns, ("numbered_columns",), ("AAPL",), DAYS, 1),
    "sharadar.csv": (sharadar, ("AAPL",), ("AAPL",), DAYS, 1),
    "crsp.csv": (crsp, ("14593",), ("AAPL",), DAYS, 1),
    "compustat.csv": (compustat, ("AAPL",), ("AAPL",), DAYS, 1),
    "nse.csv": (nse, SYMBOLS, SYMBOLS, DAYS, 1),
    "akshare.csv": (akshare, ("000001",), ("AAPL",), DAYS, 1),
    "russian.csv": (russian, ("russian",), ("AAPL",), DAYS, 1),
    "units_in_brackets.csv": (units_in_brackets, ("AAPL",), ("AAPL",), DAYS, 1),
    "qlib_fields.parquet": (qlib_fields, SYMBOLS, SYMBOLS, DAYS, 1),
    "stacked.csv": (stacked, SYMBOLS, SYMBOLS, DAYS, 1),
    "struct_of_a_bar.parquet": (struct_of_a_bar, SYMBOLS, SYMBOLS, DAYS, 1),
    "odd_symbols.csv": (odd_symbols, ODD_SYMBOLS, ("AAPL",) * len(ODD_SYMBOLS), DAYS, 1),
    "assets.tar.zst": (tar_of_zstandard, SYMBOLS, SYMBOLS, DAYS, 1),
    "daylight.csv": (daylight, ("daylight",), ("AAPL",), MINUTES, 1),
}  # fmt: skip
FOLDERS = {"by_date": partitions_by_date, "spark": spark}
