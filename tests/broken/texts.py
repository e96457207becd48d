"""Text files that are broken as text: rows, quotes, names, encodings."""

import codecs

from tests.unit.files.ugly import lines

HEAD, *ROWS = lines().splitlines()
ALL = lines()


def with_row(place: int, row: str) -> str:
    rows = [*ROWS]
    rows.insert(place, row)
    return "\n".join([HEAD, *rows]) + "\n"


def replaced(place: int, old: str, new: str) -> str:
    rows = [*ROWS]
    rows[place] = rows[place].replace(old, new)
    return "\n".join([HEAD, *rows]) + "\n"


def headed(header: str) -> bytes:
    return "\n".join([header, *ROWS]).encode()


def many_columns(count: int) -> bytes:
    names = ",".join(["date", "symbol", "close", *(f"f{n}" for n in range(count))])
    row = ",".join(["{}", "AAA", "1.5", *("0.5" for _ in range(count))])
    return "\n".join([names, *(row.format(f"2024-01-0{n}") for n in range(1, 4))]).encode()


def made() -> dict[str, bytes]:
    return {
        "header_only.csv": HEAD.encode(),
        "header_and_line_end.csv": (HEAD + "\n").encode(),
        "one_name.csv": b"close\n",
        "one_number.csv": b"1\n",
        "one_letter.csv": b"x",
        "one_row.csv": "\n".join([HEAD, ROWS[0]]).encode(),
        "one_column.csv": b"close\n1.0\n2.0\n3.0\n",
        "dates_only.csv": b"date\n2024-01-30\n2024-01-31\n",
        "numbers_only.csv": b"1.5,2.5,3.5\n4.5,5.5,6.5\n7.5,8.5,9.5\n",
        "words_only.csv": b"a,b,c\nd,e,f\ng,h,i\n",
        "no_time.csv": headed(HEAD.replace("date", "note")).replace(b"2024-0", b"x"),
        "no_close.csv": headed(HEAD.replace("close", "mood")),
        "longer_row.csv": with_row(2, ROWS[2] + ",1,2,3").encode(),
        "longer_rows.csv": "\n".join([HEAD, *ROWS[:3], *(r + ",9" for r in ROWS[3:])]).encode(),
        "shorter_row.csv": with_row(2, "2024-02-05,AAA").encode(),
        "cut_in_the_last_row.csv": ALL[:-30].encode(),
        "cut_in_a_number.csv": ALL[: ALL.rfind("21.5,4") + 2].encode(),
        "open_quote.csv": replaced(3, "BBB", '"BBB').encode(),
        "open_quote_in_header.csv": headed(HEAD.replace("symbol", '"symbol')),
        "quote_inside.csv": replaced(3, "BBB", 'B"B"B').encode(),
        "quote_and_rest.csv": replaced(3, "BBB", '"BB"B').encode(),
        "quote_doubled_wrongly.csv": replaced(3, "BBB", '"""BBB"').encode(),
        "line_end_in_quotes.csv": replaced(3, "BBB", '"BB\nB"').encode(),
        "nul_in_a_row.csv": replaced(3, "BBB", "B\0B").encode(),
        "nul_at_the_end.csv": ALL.encode() + bytes(4_096),
        "nul_in_header.csv": headed(HEAD.replace("symbol", "sym\0bol")),
        "control_characters.csv": replaced(3, "BBB", "B\x01\x02B").encode(),
        "mixed_line_ends.csv": (
            HEAD + "\r\n" + "\r\n".join(ROWS[:3]) + "\n" + "\n".join(ROWS[3:])
        ).encode(),
        "all_three_line_ends.csv": (
            HEAD + "\r\n" + "\r".join(ROWS[:3]) + "\n" + "\n".join(ROWS[3:])
        ).encode(),
        "mixed_separators.csv": (
            "\n".join([HEAD, *ROWS[:4], *(r.replace(",", ";") for r in ROWS[4:])])
        ).encode(),
        "two_closes.csv": headed(HEAD.replace("open", "close")),
        "two_dates.csv": headed(HEAD.replace("ml_pred", "date")),
        "same_names_but_case.csv": headed(HEAD.replace("open", "Close")),
        "all_names_alike.csv": headed(",".join(["x"] * 8)),
        "blank_names.csv": headed("date,symbol,,,,close,,"),
        "all_names_blank.csv": headed(",,,,,,,"),
        "huge_name.csv": headed(HEAD.replace("ml_pred", "p" * 20_000)),
        "huge_cell.csv": replaced(3, "BBB", "B" * 300_000).encode(),
        "strange_names.csv": headed(HEAD.replace("ml_pred", "'; DROP TABLE bars; --\u202e\u0007")),
        "many_columns.csv": many_columns(600),
        "invalid_utf8.csv": replaced(3, "BBB", "B\u00e4B").encode("latin-1"),
        "invalid_utf8_late.csv": (
            ALL + "".join(f"{r}\n" for r in ROWS).replace("2024", "2025") * 1
        ).encode()
        + "2026-01-01,Z\u00fcrich,1,1,1,1,1,0.5\n".encode("latin-1"),
        "lonely_surrogate.csv": replaced(3, "BBB", "B").encode()
        + b"2026-01-01,\xed\xa0\x80,1,1,1,1,1,0.5\n",
        "two_marks_of_utf8.csv": codecs.BOM_UTF8 * 2 + ALL.encode(),
        "mark_of_utf16_in_utf8.csv": codecs.BOM_UTF16_LE + ALL.encode(),
        "utf16_cut.csv": ALL.encode("utf-16")[:-1],
        "utf16_without_mark.csv": ALL.encode("utf-16-le"),
        "utf32.csv": ALL.encode("utf-32"),
        "utf7.csv": ALL.replace("BBB", "\u00c4").encode("utf-7"),
        "ebcdic.csv": ALL.encode("cp500"),
        "comment_marks_everywhere.csv": "\n".join("#" + line for line in ALL.splitlines()).encode(),
        "header_in_the_middle.csv": "\n".join([*ROWS[:4], HEAD, *ROWS[4:]]).encode(),
        "header_at_the_end.csv": "\n".join([*ROWS, HEAD]).encode(),
        "sum_at_the_end.csv": (
            ALL + "Total,,8178.75,8186.75,8170.75,8181.25,1010000,1.75\n"
        ).encode(),
        "sep_without_table.csv": b"sep=;\n",
        "separators_only.csv": b",,,,\n,,,,\n,,,,\n",
        "quotes_only.csv": b'"""""""\n""""',
        "merge_marks.csv": with_row(3, "<<<<<<< HEAD").encode(),
    }
