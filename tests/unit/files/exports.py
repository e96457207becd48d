# ruff: noqa: E501 (lines of files as they are)
"""Files as sources of market data export them, written as each of them writes: headers, dates, notes and all.

Prices are those of a few days; only the form matters. Each maker returns bytes; a folder is a dict of them.
"""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tests.unit.files.ugly import workbook, zstandard

DAYS = [datetime(2024, 1, 29) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9)]
MINUTES = [datetime(2024, 1, 30, 14, 30) + timedelta(minutes=n) for n in range(8)]
SYMBOLS = ("AAPL", "MSFT")


def bars(symbol: str = "AAPL", when: list[datetime] = DAYS) -> list[tuple]:
    """Time, open, high, low, close, volume."""
    base = {"AAPL": 190.0, "MSFT": 405.0, "EURUSD": 1.08, "BTCUSDT": 42_000.0}.get(symbol, 100.0)
    chance = np.random.default_rng(sum(map(ord, symbol)))
    rows, close = [], base
    for day in when:
        opened = close * (1 + chance.normal(0, 0.002))
        close = opened * (1 + chance.normal(0, 0.01))
        high, low = max(opened, close) * 1.004, min(opened, close) * 0.996
        digits = 5 if base < 10 else 2
        rows.append((day, *(round(p, digits) for p in (opened, high, low, close)), int(chance.integers(10_000, 900_000))))  # fmt: skip
    return rows


def text(header: str, rows: list[str], end: str = "\n") -> bytes:
    return (end.join([header, *rows]) + end).encode()


def yahoo() -> bytes:
    rows = [
        f"{d:%Y-%m-%d},{o:.6f},{h:.6f},{lo:.6f},{c:.6f},{c * 0.98:.6f},{v}"
        for d, o, h, lo, c, v in bars()
    ]
    return text("Date,Open,High,Low,Close,Adj Close,Volume", rows)


def yahoo_with_nulls() -> bytes:
    rows = yahoo().decode().splitlines()
    rows[3] = rows[3].split(",")[0] + ",null,null,null,null,null,null"
    return "\n".join(rows).encode()


def yfinance_now() -> bytes:
    """Three rows of header: field, ticker, name of the index."""
    head = ["Price,Close,High,Low,Open,Volume", "Ticker,AAPL,AAPL,AAPL,AAPL,AAPL", "Date,,,,,"]
    return (
        "\n".join([*head, *(f"{d:%Y-%m-%d},{c},{h},{lo},{o},{v}" for d, o, h, lo, c, v in bars())])
        + "\n"
    ).encode()


def yfinance_group_by_ticker() -> bytes:
    fields = ["Open", "High", "Low", "Close", "Volume"]
    head = [
        ",".join(["Ticker", *(s for s in SYMBOLS for _ in fields)]),
        ",".join(["Price", *(f for _ in SYMBOLS for f in fields)]),
        "Date" + "," * 10,
    ]
    both = zip(bars("AAPL"), bars("MSFT"), strict=True)
    body = [f"{a[0]:%Y-%m-%d}," + ",".join(map(str, (*a[1:], *b[1:]))) for a, b in both]
    return ("\n".join([*head, *body]) + "\n").encode()


def yfinance_with_zone() -> bytes:
    rows = [
        f"{d:%Y-%m-%d} 00:00:00-05:00,{o},{h},{lo},{c},{v},0.0,0.0" for d, o, h, lo, c, v in bars()
    ]
    return text("Date,Open,High,Low,Close,Volume,Dividends,Stock Splits", rows)


def stooq() -> bytes:
    rows = [f"AAPL.US,D,{d:%Y%m%d},000000,{o},{h},{lo},{c},{v},0" for d, o, h, lo, c, v in bars()]
    return text(
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>", rows, "\r\n"
    )


def stooq_single() -> bytes:
    return text(
        "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen",
        [f"{d:%Y-%m-%d},{o},{h},{lo},{c},{v}" for d, o, h, lo, c, v in bars()],
    )


def tiingo() -> bytes:
    rows = [
        f"{d:%Y-%m-%d},{c},{h},{lo},{o},{v},{c},{h},{lo},{o},{v},0.0,1.0"
        for d, o, h, lo, c, v in bars()
    ]
    return text(
        "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor",
        rows,
    )


def alpaca() -> bytes:
    rows = [
        f"{s},{d:%Y-%m-%d %H:%M:%S}+00:00,{o},{h},{lo},{c},{v}.0,{v // 90}.0,{(o + c) / 2:.4f}"
        for s in SYMBOLS
        for d, o, h, lo, c, v in bars(s, MINUTES)
    ]
    return text("symbol,timestamp,open,high,low,close,volume,trade_count,vwap", rows)


def alpha_vantage() -> bytes:
    return text(
        "timestamp,open,high,low,close,volume",
        [
            f"{d:%Y-%m-%d},{o:.4f},{h:.4f},{lo:.4f},{c:.4f},{v}"
            for d, o, h, lo, c, v in reversed(bars())
        ],
        "\r\n",
    )


def binance() -> bytes:
    """Without header: open time in ms, prices, volume, close time, quote volume, trades, taker volumes, 0."""
    rows = []
    for d, o, h, lo, c, v in bars("BTCUSDT", MINUTES):
        start = int((d - datetime(1970, 1, 1)).total_seconds() * 1000)
        rows.append(
            f"{start},{o:.8f},{h:.8f},{lo:.8f},{c:.8f},{v / 1000:.8f},{start + 59_999},{v * c / 1000:.8f},{v // 100},{v / 2000:.8f},{v * c / 2000:.8f},0"
        )
    return "\n".join(rows).encode()


def binance_with_header() -> bytes:
    head = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
    return head.encode() + binance() + b"\n"


def cryptodatadownload() -> bytes:
    rows = [
        f"{int((d - datetime(1970, 1, 1)).total_seconds())},{d:%Y-%m-%d %H:%M:%S},BTC/USDT,{o},{h},{lo},{c},{v / 1000},{v * c / 1000:.2f},{v // 10}"
        for d, o, h, lo, c, v in reversed(bars("BTCUSDT"))
    ]
    return b"https://www.CryptoDataDownload.com\n" + text(
        "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount", rows
    )


def coinmarketcap() -> bytes:
    rows = [
        f'"{d:%Y-%m-%d}T00:00:00.000Z";"{d:%Y-%m-%d}T23:59:59.999Z";"2781";{o};{h};{lo};{c};{v}.12;{v * 20};"{d:%Y-%m-%d}T23:59:59.999Z"'
        for d, o, h, lo, c, v in reversed(bars("BTCUSDT"))
    ]
    return text("timeOpen;timeClose;name;open;high;low;close;volume;marketCap;timestamp", rows)


def kraken() -> bytes:
    rows = [
        f"{int((d - datetime(1970, 1, 1)).total_seconds())},{o},{h},{lo},{c},{v / 1000},{v // 10}"
        for d, o, h, lo, c, v in bars("BTCUSDT", MINUTES)
    ]
    return "\n".join(rows).encode()


def metatrader() -> bytes:
    rows = [
        f"{d:%Y.%m.%d}\t{d:%H:%M:%S}\t{o}\t{h}\t{lo}\t{c}\t{v}\t0\t12"
        for d, o, h, lo, c, v in bars("EURUSD", MINUTES)
    ]
    return text("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>", rows)


def metatrader4() -> bytes:
    return "\r\n".join(
        f"{d:%Y.%m.%d},{d:%H:%M},{o},{h},{lo},{c},{v}"
        for d, o, h, lo, c, v in bars("EURUSD", MINUTES)
    ).encode()


def dukascopy() -> bytes:
    rows = [
        f"{d:%d.%m.%Y %H:%M:%S}.000 GMT+0000,{o},{h},{lo},{c},{v}.25"
        for d, o, h, lo, c, v in bars("EURUSD", MINUTES)
    ]
    return text("Gmt time,Open,High,Low,Close,Volume", rows)


def histdata() -> bytes:
    return "\r\n".join(
        f"{d:%Y%m%d %H%M%S};{o};{h};{lo};{c};0" for d, o, h, lo, c, v in bars("EURUSD", MINUTES)
    ).encode()


def tradingview() -> bytes:
    rows = [
        f"{int((d - datetime(1970, 1, 1)).total_seconds())},{o},{h},{lo},{c},{v},NaN,1"
        for d, o, h, lo, c, v in bars()
    ]
    return text("time,open,high,low,close,Volume,Plot,Plot.1", rows)


def tradingview_iso() -> bytes:
    rows = [
        f"{d:%Y-%m-%d}T{d:%H:%M:%S}Z,{o},{h},{lo},{c},{v}"
        for d, o, h, lo, c, v in bars("AAPL", MINUTES)
    ]
    return text("time,open,high,low,close,Volume", rows)


def investing() -> bytes:
    rows = [
        f'"{d:%m/%d/%Y}","{c:,.2f}","{o:,.2f}","{h:,.2f}","{lo:,.2f}","{v / 1000:.2f}K","{(c / o - 1) * 100:.2f}%"'
        for d, o, h, lo, c, v in reversed(bars("BTCUSDT"))
    ]
    return b"\xef\xbb\xbf" + text('"Date","Price","Open","High","Low","Vol.","Change %"', rows)


def investing_millions() -> bytes:
    rows = [
        f'"{d:%b %d, %Y}","{c:,.2f}","{o:,.2f}","{h:,.2f}","{lo:,.2f}","{v / 10_000:.2f}M","{(c / o - 1) * 100:.2f}%"'
        for d, o, h, lo, c, v in reversed(bars())
    ]
    rows[2] = rows[2].replace(rows[2].split('","')[5], "-")
    return text('"Date","Price","Open","High","Low","Vol.","Change %"', rows)


def nasdaq() -> bytes:
    rows = [f"{d:%m/%d/%Y},${c},{v},${o},${h},${lo}" for d, o, h, lo, c, v in reversed(bars())]
    return text("Date,Close/Last,Volume,Open,High,Low", rows)


def marketwatch() -> bytes:
    rows = [
        f'{d:%m/%d/%Y},"{o}","{h}","{lo}","{c}","{v:,}"' for d, o, h, lo, c, v in reversed(bars())
    ]
    return text("Date,Open,High,Low,Close,Volume", rows)


def wsj() -> bytes:
    return text(
        "Date, Open, High, Low, Close, Volume",
        [f"{d:%m/%d/%y}, {o}, {h}, {lo}, {c}, {v}" for d, o, h, lo, c, v in reversed(bars())],
    )


def boerse() -> bytes:
    """German: semicolons, decimal commas, thousands points, euro signs."""

    def de(x: float) -> str:
        return f"{x:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")

    rows = [
        f"{d:%d.%m.%Y};{de(o)} €;{de(h)} €;{de(lo)} €;{de(c)} €;{v:,}".replace(
            f"{v:,}", f"{v:,}".replace(",", ".")
        )
        for d, o, h, lo, c, v in reversed(bars("BTCUSDT"))
    ]
    return ("Datum;Eröffnung;Hoch;Tief;Schluss;Volumen\r\n" + "\r\n".join(rows) + "\r\n").encode(
        "cp1252"
    )


def euronext() -> bytes:
    """Lines about the share above the table."""
    head = ['"Historical Data"', '"From 2024-01-29 to 2024-02-06"', "NL0010273215"]
    rows = [
        f"{d:%d/%m/%Y};{o};{h};{lo};{c};{c};{v};{v // 300};{v * c:.1f};{(h + lo) / 2:.4f}"
        for d, o, h, lo, c, v in reversed(bars())
    ]
    return (
        "\n".join(
            [
                *head,
                "Date;Open;High;Low;Last;Close;Number of Shares;Number of Trades;Turnover;vwap",
                *rows,
            ]
        )
        + "\n"
    ).encode()


def pandas_index() -> bytes:
    rows = [
        f"{n},{d:%Y-%m-%d},{s},{o},{h},{lo},{c},{v},{n / 40}"
        for n, (s, (d, o, h, lo, c, v)) in enumerate((s, b) for s in SYMBOLS for b in bars(s))
    ]
    return text("Unnamed: 0,date,ticker,open,high,low,close,volume,prediction", rows)


def pandas_two_indexes() -> bytes:
    rows = [
        f"{n},{n},{d:%Y-%m-%d},{o},{h},{lo},{c},{v}" for n, (d, o, h, lo, c, v) in enumerate(bars())
    ]
    return text("Unnamed: 0.1,Unnamed: 0,Date,Open,High,Low,Close,Volume", rows)


def kaggle_stocks() -> bytes:
    """As the S&P 500 set of Kaggle."""
    rows = [
        f"{d:%Y-%m-%d},{o},{h},{lo},{c},{v},{s}" for s in SYMBOLS for d, o, h, lo, c, v in bars(s)
    ]
    return text("date,open,high,low,close,volume,Name", rows)


def kaggle_huge_market() -> bytes:
    return text(
        "Date,Open,High,Low,Close,Volume,OpenInt",
        [f"{d:%Y-%m-%d},{o},{h},{lo},{c},{v},0" for d, o, h, lo, c, v in bars()],
    )


def quandl_wiki() -> bytes:
    rows = [
        f"AAPL,{d:%Y-%m-%d},{o},{h},{lo},{c},{v}.0,0.0,1.0,{o},{h},{lo},{c},{v}.0"
        for d, o, h, lo, c, v in bars()
    ]
    return text(
        "ticker,date,open,high,low,close,volume,ex-dividend,split_ratio,adj_open,adj_high,adj_low,adj_close,adj_volume",
        rows,
    )


def footer() -> bytes:
    return yahoo() + b"\nSource: Yahoo Finance\nDownloaded on 2024-02-07\n"


def total_line() -> bytes:
    return yahoo() + b"Total,,,,,,3523440\n"


def twice_the_header() -> bytes:
    return yahoo() + yahoo()


def ib() -> bytes:
    rows = [
        f"{d:%Y%m%d  %H:%M:%S},{o},{h},{lo},{c},{v},{(o + c) / 2:.4f},{v // 90}"
        for d, o, h, lo, c, v in bars("AAPL", MINUTES)
    ]
    return text("date,open,high,low,close,volume,average,barCount", rows)


def ib_zone() -> bytes:
    return text(
        "date,open,high,low,close,volume",
        [
            f"{d:%Y%m%d %H:%M:%S} US/Eastern,{o},{h},{lo},{c},{v}"
            for d, o, h, lo, c, v in bars("AAPL", MINUTES)
        ],
    )


def polygon() -> bytes:
    rows = [
        f"{s},{v},{o},{c},{h},{lo},{int((d - datetime(1970, 1, 1)).total_seconds()) * 10**9},{v // 90}"
        for s in SYMBOLS
        for d, o, h, lo, c, v in bars(s, MINUTES)
    ]
    return gzip.compress(text("ticker,volume,open,close,high,low,window_start,transactions", rows))


def databento() -> bytes:
    rows = [
        f"{d:%Y-%m-%d}T{d:%H:%M:%S}.000000000Z,33,1,5482,{o:.9f},{h:.9f},{lo:.9f},{c:.9f},{v},ESH4"
        for d, o, h, lo, c, v in bars("ES", MINUTES)
    ]
    return text("ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol", rows)


def bloomberg_sheet() -> bytes:
    """Titles above, dates as numbers of days since 1899, one share."""
    serial = [(d - datetime(1899, 12, 30)).days for d in DAYS]
    rows = [[day, o, h, lo, c, v] for day, (_, o, h, lo, c, v) in zip(serial, bars(), strict=True)]
    return workbook(
        {
            "Sheet1": [
                ["Security", "AAPL US Equity"],
                ["Start Date", 45320],
                ["Currency", "USD"],
                [],
                ["Date", "PX_OPEN", "PX_HIGH", "PX_LOW", "PX_LAST", "PX_VOLUME"],
                *rows,
            ]
        }
    )


def sheet_of_texts() -> bytes:
    rows = [
        [f"{d:%d-%b-%Y}", f"{o:,.2f}", f"{h:,.2f}", f"{lo:,.2f}", f"{c:,.2f}", f"{v:,}"]
        for d, o, h, lo, c, v in bars("BTCUSDT")
    ]
    return workbook({"Data": [["Date", "Open", "High", "Low", "Close", "Volume"], *rows]})


def utf16_excel_text() -> bytes:
    """What Excel saves as Unicode text."""
    rows = [
        f'{d.month}/{d.day}/{d.year}\t{o}\t{h}\t{lo}\t{c}\t"{v:,}"' for d, o, h, lo, c, v in bars()
    ]
    return ("\r\n".join(["Date\tOpen\tHigh\tLow\tClose\tVolume", *rows]) + "\r\n").encode("utf-16")


def excel_csv_serials() -> bytes:
    return text(
        "Date,Open,High,Low,Close,Volume",
        [
            f"{(d - datetime(1899, 12, 30)).days},{o},{h},{lo},{c},{v}"
            for d, o, h, lo, c, v in bars()
        ],
    )


def closes_of_tickers() -> bytes:
    both = zip(bars("AAPL"), bars("MSFT"), strict=True)
    return text("Date,AAPL,MSFT", [f"{a[0]:%Y-%m-%d},{a[4]},{b[4]}" for a, b in both])


def upper_case_values() -> bytes:
    """Values for the whole market in columns that look like tickers; no prices."""
    return text(
        "DATE,VIX,DXY,US10Y,GOLD,OIL,SPX",
        [
            f"{d:%Y-%m-%d},{14 + n},{103 + n / 10},{4 + n / 100},{2030 + n},{75 + n},{4900 + n}"
            for n, d in enumerate(DAYS)
        ],
    )


def fred() -> bytes:
    return text(
        "DATE,VIXCLS",
        [f"{d:%Y-%m-%d},{13.6 + n / 10 if n != 2 else '.'}" for n, d in enumerate(DAYS)],
    )


def multi_index_parquet() -> bytes:
    """As pandas writes a frame with an index of date and instrument (qlib, alphalens, zipline)."""
    rows = [(d, s, o, h, lo, c, v) for s in SYMBOLS for d, o, h, lo, c, v in bars(s)]
    frame = pl.DataFrame(
        rows,
        schema=["datetime", "instrument", "$open", "$high", "$low", "$close", "$volume"],
        orient="row",
    )
    table = frame.select(pl.exclude("datetime", "instrument"), "datetime", "instrument").to_arrow()
    meta = b'{"index_columns": ["datetime", "instrument"], "column_indexes": [], "columns": [], "pandas_version": "2.2.0"}'
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({b"pandas": meta}), sink)
    return sink.getvalue()


def nameless_index_parquet() -> bytes:
    """A frame whose index of dates has no name: ``__index_level_0__``."""
    frame = pl.DataFrame(
        bars(), schema=["__index_level_0__", "Open", "High", "Low", "Close", "Volume"], orient="row"
    )
    sink = io.BytesIO()
    pq.write_table(
        frame.select(pl.exclude("__index_level_0__"), "__index_level_0__").to_arrow(), sink
    )
    return sink.getvalue()


def tuple_columns_parquet() -> bytes:
    """yfinance with several tickers, written by pandas: names such as ('Close', 'AAPL')."""
    both = list(zip(bars("AAPL"), bars("MSFT"), strict=True))
    data: dict[str, list] = {}
    for place, field in enumerate(("Open", "High", "Low", "Close", "Volume"), 1):
        for n, symbol in enumerate(SYMBOLS):
            data[f"('{field}', '{symbol}')"] = [pair[n][place] for pair in both]
    data["Date"] = DAYS
    sink = io.BytesIO()
    pl.DataFrame(data).write_parquet(sink)
    return sink.getvalue()


def int96_parquet() -> bytes:
    frame = pl.DataFrame(
        bars(), schema=["timestamp", "open", "high", "low", "close", "volume"], orient="row"
    )
    sink = io.BytesIO()
    pq.write_table(frame.to_arrow(), sink, use_deprecated_int96_timestamps=True)
    return sink.getvalue()


def decimal_parquet() -> bytes:
    frame = pl.DataFrame(
        bars(), schema=["date", "open", "high", "low", "close", "volume"], orient="row"
    )
    frame = frame.with_columns(
        pl.col("open", "high", "low", "close").cast(pl.Decimal(18, 6)),
        pl.col("date").cast(pl.Date),
        symbol=pl.lit("AAPL").cast(pl.Categorical),
    )
    sink = io.BytesIO()
    frame.write_parquet(sink)
    return sink.getvalue()


def money_words() -> bytes:
    rows = [
        f'{d:%Y-%m-%d},"${o:,.2f}","${h:,.2f}","${lo:,.2f}","${c:,.2f}","{v:,}"'
        for d, o, h, lo, c, v in bars("BTCUSDT")
    ]
    return text("Date,Open,High,Low,Close,Volume", rows)


def dollars() -> bytes:
    rows = [
        f"{d:%Y-%m-%d},${1.5 + n / 10:.2f},${1.7 + n / 10:.2f},${1.4 + n / 10:.2f},${1.6 + n / 10:.2f},{v}"
        for n, (d, *_, v) in enumerate(bars())
    ]
    return text("Date,Open,High,Low,Close,Volume", rows)


def currency_codes() -> bytes:
    rows = [f"{d:%Y-%m-%d},{o} USD,{h} USD,{lo} USD,{c} USD,{v}" for d, o, h, lo, c, v in bars()]
    return text("Date,Open,High,Low,Close,Volume", rows)


def dashes_for_nothing() -> bytes:
    rows = [
        f"{d:%Y-%m-%d},{o},{h},{lo},{c},{'-' if n == 2 else v},{'N/A' if n < 3 else n / 10}"
        for n, (d, o, h, lo, c, v) in enumerate(bars())
    ]
    return text("Date,Open,High,Low,Close,Volume,Score", rows)


def zipped(name: str, data: bytes, more: dict[str, bytes] | None = None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, value in ({name: data} | (more or {})).items():
            archive.writestr(key, value)
    return packed.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def of_symbol(symbol: str) -> bytes:
    return text(
        "Date,Open,High,Low,Close,Volume",
        [f"{d:%Y-%m-%d},{o},{h},{lo},{c},{v}" for d, o, h, lo, c, v in bars(symbol)],
    )


FILES: dict[str, Callable[[], bytes]] = {
    "yahoo.csv": yahoo,
    "yahoo_nulls.csv": yahoo_with_nulls,
    "yfinance_now.csv": yfinance_now,
    "yfinance_by_ticker.csv": yfinance_group_by_ticker,
    "yfinance_zone.csv": yfinance_with_zone,
    "stooq.txt": stooq,
    "stooq_polish.csv": stooq_single,
    "tiingo.csv": tiingo,
    "alpaca.csv": alpaca,
    "alpha_vantage.csv": alpha_vantage,
    "BTCUSDT-1m-2024-01-30.csv": binance,
    "binance_header.csv": binance_with_header,
    "BTCUSDT-1m-2024-01.zip": lambda: zipped("BTCUSDT-1m-2024-01.csv", binance()),
    "Binance_BTCUSDT_d.csv": cryptodatadownload,
    "coinmarketcap.csv": coinmarketcap,
    "XBTUSD_1.csv": kraken,
    "EURUSD_M1.csv": metatrader,
    "EURUSD1.csv": metatrader4,
    "dukascopy.csv": dukascopy,
    "DAT_ASCII_EURUSD_M1_2024.csv": histdata,
    "tradingview.csv": tradingview,
    "tradingview_iso.csv": tradingview_iso,
    "Bitcoin Historical Data.csv": investing,
    "AAPL Historical Data.csv": investing_millions,
    "nasdaq.csv": nasdaq,
    "marketwatch.csv": marketwatch,
    "wsj.csv": wsj,
    "boerse.csv": boerse,
    "euronext.csv": euronext,
    "pandas_index.csv": pandas_index,
    "pandas_two_indexes.csv": pandas_two_indexes,
    "all_stocks_5yr.csv": kaggle_stocks,
    "aapl.us.txt": kaggle_huge_market,
    "quandl_wiki.csv": quandl_wiki,
    "footer.csv": footer,
    "total_line.csv": total_line,
    "twice_the_header.csv": twice_the_header,
    "ib.csv": ib,
    "ib_zone.csv": ib_zone,
    "2024-01-30.csv.gz": polygon,
    "databento.csv": databento,
    "databento.csv.zst": lambda: zstandard(databento()),
    "bloomberg.xlsx": bloomberg_sheet,
    "sheet_of_texts.xlsx": sheet_of_texts,
    "unicode_text.txt": utf16_excel_text,
    "excel_serials.csv": excel_csv_serials,
    "closes.csv": closes_of_tickers,
    "two_tickers.csv": closes_of_tickers,
    "macro.csv": upper_case_values,
    "MARKET_VALUES.csv": upper_case_values,
    "VIXCLS.csv": fred,
    "multi_index.parquet": multi_index_parquet,
    "nameless_index.parquet": nameless_index_parquet,
    "tuple_columns.parquet": tuple_columns_parquet,
    "int96.parquet": int96_parquet,
    "decimals_and_categories.parquet": decimal_parquet,
    "money.csv": money_words,
    "dollars.csv": dollars,
    "currency_codes.csv": currency_codes,
    "dashes.csv": dashes_for_nothing,
    "several.zip": lambda: zipped("AAPL.csv", of_symbol("AAPL"), {"MSFT.csv": of_symbol("MSFT")}),
    "one.tar.gz": lambda: tarred({"AAPL.csv": of_symbol("AAPL")}),
    "several.tgz": lambda: tarred({f"{s}.csv": of_symbol(s) for s in SYMBOLS}),
}
