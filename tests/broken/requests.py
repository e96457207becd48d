"""Requests, context and corporate actions that are broken, beside good prices."""

from tests.unit.files.ugly import lines

GOOD = """format = 1
name = "broken"

[data]
files = ["prices.csv"]
time = "date"
asset = "symbol"
signals = ["ml_pred"]

[account]
initial_capital = 100000.0

[strategy]
direction = "long"
entry = { column = "signal.ml_pred", op = ">", value = 0.1 }
"""
CONTEXT = """
[context]
file = "context.csv"
time = "date"
columns = ["VIX"]
"""
ACTIONS = 'corporate_actions = "actions.csv"\n'
PRICES = lines()


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


# Name: text of the request, words of its problems.
REQUESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "empty": ("", ("data", "is missing")),
    "prose": ("Please run my strategy.", ("not valid TOML",)),
    "open_quote": (changed('"prices.csv"', '"prices.csv'), ("not valid TOML", "line 5")),
    "open_list": (changed('["ml_pred"]', '["ml_pred"'), ("not valid TOML",)),
    "open_table": (changed("[data]", "[data"), ("not valid TOML", "line 4")),
    "key_twice": (changed('time = "date"', 'time = "date"\ntime = "day"'), ("not valid TOML",)),
    "table_twice": (GOOD + "\n[data]\n", ("not valid TOML",)),
    "no_value": (changed('time = "date"', "time ="), ("not valid TOML", "line 6")),
    "bare_word": (changed('"date"', "date"), ("not valid TOML", "line 6")),
    "noise": ("\x01\x02\x03" + GOOD, ("not valid TOML",)),
    "newer": (changed("format = 1", "format = 9"), ("format 9", "newer")),
    "format_word": (changed("format = 1", 'format = "one"'), ("format",)),
    "unknown_key": (changed('time = "date"', 'tiem = "date"'), ("data.tiem", "unknown key")),
    "unknown_table": (GOOD + "\n[magic]\nlevel = 3\n", ("magic", "unknown key")),
    "files_number": (changed('["prices.csv"]', "3"), ("data.files", "list")),
    "files_empty": (changed('["prices.csv"]', "[]"), ("data.files",)),
    "data_is_value": ("data = 3\n", ("data", "must be a table")),
    "capital_word": (changed("100000.0", '"a lot"'), ("account.initial_capital", "a lot")),
    "capital_negative": (changed("100000.0", "-5"), ("account.initial_capital", "-5")),
    "capital_nan": (changed("100000.0", "nan"), ("account.initial_capital",)),
    "capital_inf": (changed("100000.0", "inf"), ("account.initial_capital",)),
    "direction": (changed('"long"', '"up"'), ("strategy.direction", "up")),
    "operator": (changed('">"', '"~"'), ("strategy.entry", "~")),
    "unknown_signal": (changed("signal.ml_pred", "signal.nothing"), ("nothing",)),
    "unknown_bar": (changed("signal.ml_pred", "bar.mood"), ("mood",)),
    "deep": (GOOD + "x = " + "[" * 5_000 + "]" * 5_000, ()),
    "huge_number": (changed("100000.0", "1" + "0" * 5_000), ()),
    "zone": (changed('time = "date"', 'time = "date"\ntime_zone = "Mars/Olympus"'), ("time_zone",)),
    "period": (
        changed('time = "date"', 'time = "date"\nstart = 2024-02-02\nend = 2024-01-01'),
        ("start",),
    ),
    "no_file": (changed("prices.csv", "gone.csv"), ("gone.csv", "no such file")),
    "no_column": (changed('time = "date"', 'time = "day"'), ("prices.csv", "'day'", "date")),
    "no_signal": (
        changed('["ml_pred"]', '["ml_prde"]').replace("signal.ml_pred", "signal.ml_prde"),
        ("ml_prde", "ml_pred"),
    ),
    "nul_in_path": (changed("prices.csv", "pri\\u0000ces.csv"), ("cannot be read",)),
    "long_path": (changed("prices.csv", "p" * 5_000), ("cannot be read",)),
}
# Name: text of the context file, words of its problems.
CONTEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "empty": ("", ("context.csv", "is empty")),
    "header_only": ("date,VIX\n", ("context.csv",)),
    "noise": ("\x00\x01\x02\x03", ("context.csv",)),
    "no_time": ("day,VIX\n2024-01-30,1\n", ("context.csv", "'date'")),
    "no_column": ("date,VXI\n2024-01-30,1\n", ("context.csv", "'VIX'", "VXI")),
    "empty_time": ("date,VIX\n2024-01-30,1\n,2\n", ("context.csv", "'date'", "row 2")),
    "word_for_time": ("date,VIX\n2024-01-30,1\nsoon,2\n", ("context.csv", "row 2", "soon")),
    "impossible_time": ("date,VIX\n2024-01-30,1\n2021-02-30,2\n", ("context.csv", "row 2")),
    "word_among_numbers": (
        "date,VIX\n2024-01-30,1\n2024-01-31,x\n2024-02-01,2\n2024-02-02,3\n",
        ("context.csv", "'VIX'", "row 2", "'x'"),
    ),
    "same_time_twice": ("date,VIX\n2024-01-30,1\n2024-01-30,2\n", ("context.csv", "row 2")),
    "longer_row": ("date,VIX\n2024-01-30,1\n2024-01-31,1,2\n", ("context.csv", "row 2")),
    "open_quote": ('date,VIX\n2024-01-30,"1\n', ("context.csv", "row 1")),
    "epoch_units": ("date,VIX\n1706572800,1\n1706659200000,2\n", ("context.csv", "row 1")),
    "json": ('{"VIX": 3}', ("context.csv", "JSON")),
    "page": ("<html></html>", ("context.csv", "HTML")),
}
ACTION_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "empty": ("", ("actions.csv", "is empty")),
    "no_kind": ("symbol,ex_date\nAAA,2024-01-31\n", ("actions.csv", "'kind'")),
    "unknown_kind": ("symbol,ex_date,kind\nAAA,2024-01-31,gift\n", ("row 1", "gift", "dividend")),
    "unknown_symbol": ("symbol,ex_date,kind,amount\nZZZ,2024-01-31,dividend,1\n", ("row 1", "ZZZ")),
    "no_amount": ("symbol,ex_date,kind\nAAA,2024-01-31,dividend\n", ("row 1", "amount")),
    "negative_ratio": ("symbol,ex_date,kind,ratio\nAAA,2024-01-31,split,-2\n", ("row 1", "ratio")),
    "zero_ratio": ("symbol,ex_date,kind,ratio\nAAA,2024-01-31,split,0\n", ("row 1", "ratio")),
    "infinite_ratio": ("symbol,ex_date,kind,ratio\nAAA,2024-01-31,split,inf\n", ("row 1", "ratio")),
    "word_for_ratio": (
        "symbol,ex_date,kind,ratio\nAAA,2024-01-31,split,2:1\n",
        ("row 1", "ratio", "2:1"),
    ),
    "impossible_day": (
        "symbol,ex_date,kind,ratio\nAAA,2024-02-30,split,2\n",
        ("row 1", "2024-02-30"),
    ),
    "no_symbol": ("symbol,ex_date,kind,ratio\n,2024-01-31,split,2\n", ("row 1", "symbol")),
    "noise": ("\x00\x01\x02", ("actions.csv",)),
}


def case(kind: str, name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files of a case by name, and the words of its problems."""
    if kind == "request":
        text, words = REQUESTS[name]
        return {"prices.csv": PRICES, "request.toml": text}, words
    if kind == "context":
        text, words = CONTEXTS[name]
        return {"prices.csv": PRICES, "request.toml": GOOD + CONTEXT, "context.csv": text}, words
    text, words = ACTION_FILES[name]
    request = changed('time = "date"\n', 'time = "date"\n' + ACTIONS)
    return {"prices.csv": PRICES, "request.toml": request, "actions.csv": text}, words


CASES = [
    *(("request", name) for name in REQUESTS),
    *(("context", name) for name in CONTEXTS),
    *(("actions", name) for name in ACTION_FILES),
]
