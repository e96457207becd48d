"""Files as people have them: the same eight bars, written in every way seen in the wild."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa

DAYS = ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02")
SYMBOLS = ("AAA", "BBB")
CLOSES = {
    "AAA": (1000.5, 1001.5, 1002.25, 1003.0),
    "BBB": (20.0, 20.5, 21.0, 21.5),
}
VOLUMES = {"AAA": (1000, 2000, 3000, 4000), "BBB": (100_000, 200_000, 300_000, 400_000)}
PREDICTIONS = {"AAA": (0.0, 0.125, 0.25, 0.375), "BBB": (0.0625, 0.1875, 0.3125, 0.4375)}


def rows(symbols=SYMBOLS):
    """Day, symbol, open, high, low, close, volume, prediction."""
    for n, day in enumerate(DAYS):
        for symbol in symbols:
            close = CLOSES[symbol][n]
            yield (
                day,
                symbol,
                close - 0.25,
                close + 1,
                close - 1,
                close,
                VOLUMES[symbol][n],
                PREDICTIONS[symbol][n],
            )


def frame(symbols=SYMBOLS) -> pl.DataFrame:
    names = ["date", "symbol", "open", "high", "low", "close", "volume", "ml_pred"]
    return pl.DataFrame(list(rows(symbols)), schema=names, orient="row")


def lines(
    separator: str = ",",
    number: Callable[[float], str] = str,
    day: Callable[[str], str] = str,
    header: str = "date,symbol,open,high,low,close,volume,ml_pred",
    end: str = "\n",
) -> str:
    text = [header.replace(",", separator)]
    for when, symbol, *values in rows():
        text.append(separator.join([day(when), symbol, *(number(v) for v in values)]))
    return end.join(text) + end


def german(value: float) -> str:
    whole = f"{value:,.4f}" if isinstance(value, float) else f"{value:,}"
    return whole.replace(",", "x").replace(".", ",").replace("x", ".")


def day_first(day: str) -> str:
    year, month, date = day.split("-")
    return f"{date}/{month}/{year}"


def month_first(day: str) -> str:
    year, month, date = day.split("-")
    return f"{month}/{date}/{year}"


def wide(field: int, separator: str = ",") -> str:
    text = [separator.join(["date", *SYMBOLS])]
    for day in DAYS:
        here = {row[1]: row[field] for row in rows() if row[0] == day}
        text.append(separator.join([day, *(str(here[s]) for s in SYMBOLS)]))
    return "\n".join(text) + "\n"


def two_levels(mark: str | None) -> str:
    """Header ``Close|AAA``, or two rows of header with the name of the index below (None)."""
    fields = {"Open": 2, "High": 3, "Low": 4, "Close": 5, "Volume": 6}
    pairs = [(field, symbol) for field in fields for symbol in SYMBOLS]
    if mark is None:
        head = [
            ",".join(["Price", *(f for f, _ in pairs)]),
            ",".join(["Ticker", *(s for _, s in pairs)]),
            "Date" + "," * len(pairs),
        ]
    elif mark == "tuple":
        head = ["Date;" + ";".join(str(pair) for pair in pairs)]
    else:
        head = [
            ",".join(
                ["Date", *(f"{s}{mark}{f}" if mark == "_" else f"{f}{mark}{s}" for f, s in pairs)]
            )
        ]
    body = []
    for day in DAYS:
        here = {(row[1], n): row[n] for row in rows() if row[0] == day for n in range(2, 7)}
        values = [str(here[s, fields[f]]) for f, s in pairs]
        body.append((";" if mark == "tuple" else ",").join([day, *values]))
    return "\n".join([*head, *body]) + "\n"


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """A workbook with texts and numbers, written by hand."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxml'
        'formats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
        'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{parts}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}'
        "</Relationships>",
    }
    for n, table in enumerate(sheets.values(), 1):
        body = "".join(
            f'<row r="{r}">' + "".join(_cell(value, r, c) for c, value in enumerate(row)) + "</row>"
            for r, row in enumerate(table, 1)
            if row
        )
        files[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return packed.getvalue()


def _cell(value: object, row: int, column: int) -> str:
    if value is None:
        return ""
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def zstandard(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def parquet(bars: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    bars.write_parquet(sink)
    return sink.getvalue()


def table() -> list[list[object]]:
    return [frame().columns, *([*row] for row in rows())]


def _money(value: float) -> str:
    return f'"${value:,.2f}"' if isinstance(value, float) and value > 1 else str(value)


def clocked(separator: str) -> str:
    text = [separator.join(["<DATE>", "<TIME>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<VOL>"])]
    for n in range(4):
        close = CLOSES["AAA"][n]
        values = (close - 0.25, close + 1, close - 1, close, VOLUMES["AAA"][n])
        text.append(separator.join(["2024.01.31", f"{9 + n:02}:30:00", *map(str, values)]))
    return "\n".join(text)


LONG: dict[str, bytes] = {
    "plain.csv": lines().encode(),
    "semicolons_and_decimal_commas.csv": lines(";", german).encode(),
    "tabs.tsv": lines("\t").encode(),
    "pipes.txt": lines("|").encode(),
    "blanks.txt": lines("    ").encode(),
    "mark_of_utf8.csv": lines().encode("utf-8-sig"),
    "utf16.csv": lines("\t").encode("utf-16"),
    "utf16_without_mark.csv": lines().encode("utf-16-be"),
    "old_mac.csv": lines(end="\r").encode(),
    "windows.csv": lines(end="\r\n").encode(),
    "no_last_line_end.csv": lines().rstrip().encode(),
    "blank_lines.csv": lines().replace("\n", "\n\n").encode() + b"\n,,,,,,,\n",
    "titles.csv": ("Prices of two shares\nmade on 2024-02-03\n\n" + lines()).encode(),
    "comments.csv": ("# made by hand\n# do not share\n" + lines() + "# the end\n").encode(),
    "commented_header.csv": ("#" + lines()).encode(),
    "says_its_separator.csv": ("sep=;\n" + lines(";")).encode(),
    "quoted.csv": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in lines().splitlines()
    ).encode(),
    "blanks_around.csv": lines().replace(",", " , ").encode(),
    "trailing_separator.csv": lines().replace("\n", ",\n").encode(),
    "numbered_rows.csv": "\n".join(
        f"{n - 1 if n else ''},{line}" for n, line in enumerate(lines().splitlines())
    ).encode(),
    "twice_in_one.csv": (
        "\n".join(lines().splitlines()[:5])
        + "\n"
        + lines().split("\n")[0]
        + "\n"
        + "\n".join(lines().splitlines()[5:])
    ).encode(),
    "money.csv": lines(number=_money).encode(),
    "percent.csv": lines(number=lambda v: f"{v:.2%}" if v < 1 else str(v)).encode(),
    "day_first.csv": lines(day=day_first).encode(),
    "month_first.csv": lines(day=month_first).encode(),
    "german_days.csv": lines(day=lambda d: ".".join(reversed(d.split("-")))).encode(),
    "compact_days.csv": lines(day=lambda d: d.replace("-", "")).encode(),
    "offsets.csv": lines(day=lambda d: f"{d} 00:00:00-05:00").encode(),
    "epoch_days.csv": lines(
        day=lambda d: str((pl.Series([d]).str.to_date().to_physical())[0])
    ).encode(),
    "epoch_ns.csv": lines(
        day=lambda d: str(int(pl.Series([d]).str.to_date().to_physical()[0]) * 86_400 * 10**9)
    ).encode(),
    "capitals.csv": lines(header="Date,Ticker,Open,High,Low,Close,Volume,ML_Pred").encode(),
    "numbered_names.csv": lines(
        header="timestamp,symbol,1. open,2. high,3. low,4. close,5. volume,ml_pred"
    ).encode(),
    "no_header.csv": lines().split("\n", 1)[1].encode(),
    "packed.csv.gz": gzip.compress(lines().encode()),
    "packed.csv.bz2": bz2.compress(lines().encode()),
    "packed.csv.xz": lzma.compress(lines().encode()),
    "packed.csv.zst": zstandard(lines().encode()),
    "packed.zip": zipped({"prices.csv": lines(), "__MACOSX/prices.csv": "x"}),
    "packed_german.csv.gz": gzip.compress(lines(";", german).encode("utf-16")),
    "plain.parquet": parquet(frame()),
    "packed.parquet.gz": gzip.compress(parquet(frame())),
    "categories.parquet": parquet(frame().with_columns(pl.col("symbol").cast(pl.Categorical))),
    "stamps.parquet": parquet(
        frame().with_columns(pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="ns"))
    ),
    "midnights.parquet": parquet(
        frame().with_columns(
            pl.col("date").str.to_datetime("%Y-%m-%d").dt.replace_time_zone("America/New_York")
        )
    ),
    "single.parquet": parquet(frame().with_columns(pl.col("ml_pred").cast(pl.Float32))),
    "decimals.parquet": parquet(frame().with_columns(pl.col("close").cast(pl.Decimal(12, 4)))),
    "book.xlsx": workbook({"Prices": table()}),
    "book_with_titles.xlsx": workbook(
        {"Notes": [["read me"]], "Prices": [["A report"], [], *table()]}
    ),
}
WIDE: dict[str, bytes] = {
    "levels_piped.csv": two_levels("|").encode(),
    "levels_joined.csv": two_levels("_").encode(),
    "levels_in_rows.csv": two_levels(None).encode(),
    "levels_as_tuples.csv": two_levels("tuple").encode(),
}


def write(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes((LONG | WIDE)[name])
    return path
