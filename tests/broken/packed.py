"""Files whose container is broken: cut off, empty, of another kind, locked, or bombs."""

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import random
import warnings
import zipfile

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from tests.unit.files.ugly import frame, lines, parquet, table, workbook, zipped, zstandard

TEXT = lines().encode()
NOISE = random.Random(7).randbytes(5_000)
MEMBERS = 12


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def arrow(bars: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    bars.write_ipc(sink)
    return sink.getvalue()


def stream(bars: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    bars.write_ipc_stream(sink)
    return sink.getvalue()


def feather1() -> bytes:
    sink = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old format is what is wanted
        feather.write_feather(frame().to_arrow(), sink, version=1)
    return sink.getvalue()


def flipped(data: bytes, *places: int) -> bytes:
    changed = bytearray(data)
    for place in places:
        changed[place] ^= 0xFF
    return bytes(changed)


def encrypted_parquet() -> bytes:
    from pyarrow.parquet import encryption

    class Vault(encryption.KmsClient):
        def __init__(self, config):
            encryption.KmsClient.__init__(self)

        def wrap_key(self, key, name):
            return key

        def unwrap_key(self, key, name):
            return key

    factory = encryption.CryptoFactory(Vault)
    how = encryption.EncryptionConfiguration(
        footer_key="footer", uniform_encryption=True, plaintext_footer=False
    )
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), how)
    sink = io.BytesIO()
    bars = frame().to_arrow()
    with pq.ParquetWriter(sink, bars.schema, encryption_properties=properties) as writer:
        writer.write_table(bars)
    return sink.getvalue()


def locked_zip() -> bytes:
    packed = bytearray(zipped({"prices.csv": lines()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(mark) + place] |= 1
    return bytes(packed)


def without(data: bytes, *gone: str) -> bytes:
    """A zip archive without some of its members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            if name not in gone:
                new.writestr(name, old.read(name))
    return packed.getvalue()


def changed(data: bytes, member: str, old: str, new: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, text.replace(old, new) if name == member else text)
    return packed.getvalue()


def formulas() -> bytes:
    """The closes are formulas with the values that were computed last, but for one error."""
    book = workbook({"Prices": table()})
    sheet = "xl/worksheets/sheet1.xml"
    book = changed(book, sheet, '<c r="F2"><v>', '<c r="F2"><f>C2+0.25</f><v>')
    return changed(book, sheet, '<c r="F3"><v>20.0</v>', '<c r="F3" t="e"><f>1/0</f><v>#DIV/0!</v>')


def gzip_bomb(start: bytes, filling: bytes) -> bytes:
    """Twelve megabytes in some kilobytes; the tests lower the limits to fit."""
    return gzip.compress(start) + gzip.compress(filling * (1_000_000 // len(filling))) * MEMBERS


def zip_bomb(name: str) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as member,
    ):
        for _ in range(MEMBERS):
            member.write(bytes(1_000_000))
    return packed.getvalue()


def parquet_bomb() -> bytes:
    """Three million equal rows in some kilobytes."""
    rows = 1 << 20
    sink = io.BytesIO()
    schema = pa.schema({"date": pa.int64(), "close": pa.float64(), "volume": pa.float64()})
    part = pl.select(
        pl.repeat(1_700_000_000, rows, dtype=pl.Int64).alias("date"),
        pl.repeat(1.0, rows).alias("close"),
        pl.repeat(1.0, rows).alias("volume"),
    ).to_arrow()
    with pq.ParquetWriter(sink, schema) as writer:
        for _ in range(3):
            writer.write_table(part)
    return sink.getvalue()


def made() -> dict[str, bytes]:
    whole, archive, book = parquet(frame()), arrow(frame()), workbook({"Prices": table()})
    return {
        "nothing.csv": b"",
        "nothing.parquet": b"",
        "nothing.xlsx": b"",
        "nothing.csv.gz": gzip.compress(b""),
        "blanks_only.csv": b" \n\t\n \r\n",
        "noughts.csv": bytes(10_000),
        "noise.csv": NOISE,
        "noise.parquet": NOISE,
        "noise.xlsx": NOISE,
        "noise.csv.gz": gzip.compress(NOISE),
        "noise_after_magic.parquet": b"PAR1" + NOISE + b"PAR1",
        "noise_after_magic.arrow": b"ARROW1\0\0" + NOISE + b"ARROW1",
        "noise_after_magic.arrows": b"\xff\xff\xff\xff" + NOISE,
        "noise_after_magic.feather": b"FEA1" + NOISE + b"FEA1",
        "noise_after_magic.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE,
        "noise_after_magic.csv.gz": b"\x1f\x8b\x08\0" + NOISE,
        "noise_after_magic.csv.bz2": b"BZh9" + NOISE,
        "noise_after_magic.csv.xz": b"\xfd7zXZ\0" + NOISE,
        "noise_after_magic.csv.zst": b"\x28\xb5\x2f\xfd" + NOISE,
        "noise_after_magic.zip": b"PK\x03\x04" + NOISE,
        "magic_only.parquet": b"PAR1",
        "magic_twice.parquet": b"PAR1PAR1",
        "magic_only.arrow": b"ARROW1",
        "magic_only.arrows": b"\xff\xff\xff\xff",
        "magic_only.zip": b"PK\x03\x04",
        "empty_archive.zip": zipped({}),
        "half.parquet": half(whole),
        "half.arrow": half(archive),
        "half.arrows": half(stream(frame())),
        "half.feather": half(feather1()),
        "half.csv.gz": half(gzip.compress(TEXT)),
        "half.csv.bz2": half(bz2.compress(TEXT)),
        "half.csv.xz": half(lzma.compress(TEXT)),
        "half.csv.zst": half(zstandard(TEXT)),
        "half.zip": half(zipped({"prices.csv": lines()})),
        "half.xlsx": half(book),
        "half_packed.parquet.gz": gzip.compress(half(whole)),
        "without_footer.parquet": whole[:-8],
        "without_first_byte.parquet": whole[1:],
        "huge_footer.parquet": whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:],
        "flipped_footer.parquet": flipped(whole, *range(len(whole) - 60, len(whole) - 20)),
        "flipped_page.parquet": flipped(whole, *range(8, 40)),
        "flipped_checksum.csv.gz": flipped(gzip.compress(TEXT), -8),
        "flipped_checksum.zip": zipped({"p.csv": lines()}).replace(b"1000.5", b"9000.5"),
        "locked.parquet": encrypted_parquet(),
        "locked.zip": locked_zip(),
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + NOISE,
        "is_json.csv": json.dumps({"date": ["2024-01-30"], "close": [1.0]}).encode(),
        "is_json_list.csv": json.dumps([{"date": "2024-01-30", "close": 1.0}]).encode(),
        "is_json_lines.csv": b'{"date": "2024-01-30", "close": 1.0}\n' * 3,
        "is_html.xls": b"<html><table><tr><td>date</td></tr></table></html>",
        "is_xml.csv": b"<?xml version='1.0'?><bars/>",
        "is_pdf.csv": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "is_pickle.csv": pickle.dumps({"close": [1.0, 2.0]}),
        "is_picture.csv": b"\x89PNG\r\n\x1a\n" + NOISE,
        "is_sqlite.csv": b"SQLite format 3\0" + NOISE,
        "is_hdf.h5": b"\x89HDF\r\n\x1a\n" + NOISE,
        "is_request.csv": b'format = 1\n[data]\nfiles = ["prices.csv"]\ntime = "date"\n',
        "is_prose.csv": b"Dear reader,\n\nhere are the prices you asked for.\nBest, Ann\n",
        "several.zip": zipped({"a.png": lines(), "b.png": lines()}),
        "zip_in_zip.zip": zipped({"inner.zip": "PK"}),
        "no_sheet.xlsx": without(book, "xl/worksheets/sheet1.xml"),
        "no_book.xlsx": without(book, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
        "empty_sheet.xlsx": workbook({"Prices": []}),
        "empty_sheets.xlsx": workbook({"One": [], "Two": []}),
        "broken_sheet.xlsx": changed(book, "xl/worksheets/sheet1.xml", "</sheetData>", ""),
        "header_only.xlsx": workbook({"Prices": table()[:1]}),
        "one_cell.xlsx": workbook({"Prices": [["close"]]}),
        "error_cell.xlsx": formulas(),
        "text_in_numbers.xlsx": workbook(
            {"P": [*table(), ["2024-02-05", "AAA", "x", 1, 1, 1, 1, 1]]}
        ),
        "bomb_of_noughts.csv.gz": gzip_bomb(b"date,close\n", b"\0"),
        "bomb_of_one_line.csv.gz": gzip_bomb(b"date,close\n2024-01-30,", b"1"),
        "bomb_of_rows.csv.gz": gzip_bomb(b"date,close\n", b"2024-01-30,1.0\n"),
        "bomb_of_quotes.csv.gz": gzip_bomb(b'date,close\n2024-01-30,"', b"1\n"),
        "bomb.zip": zip_bomb("prices.csv"),
        "bomb.xlsx": zip_bomb("xl/worksheets/sheet1.xml"),
        "bomb.parquet.gz": gzip_bomb(b"PAR1", b"\0"),
        "right_in_wrong_name.csv": whole,
        "right_in_wrong_name.parquet": TEXT,
        "right_in_wrong_name.xlsx": TEXT,
        "right_in_wrong_name.gz": archive,
        "right_twice.csv.gz": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
        "right_with_rest.csv.gz": gzip.compress(TEXT) + os.urandom(0) + b"\0" * 512,
    }
