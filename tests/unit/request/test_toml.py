"""Request files: what they mean, and what is refused, with its place and all at once."""

import tomllib
from datetime import date, datetime

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import (
    All,
    Clause,
    load_request,
    parse_request,
    request_toml,
)

SMALLEST = '[data]\nfiles = ["bars.parquet"]\nsignals = ["s"]\n'


def problems(text, where="request.toml"):
    with pytest.raises(InputError) as caught:
        parse_request(tomllib.loads(text), where)
    return [str(problem) for problem in caught.value.problems]


def place(text):
    """The key named by the only problem of a text."""
    (problem,) = problems(SMALLEST + text)
    return problem.removeprefix("request.toml, ").partition(": ")[0]


def test_the_smallest_request_has_the_defaults_of_the_product():
    request = parse_request(tomllib.loads(SMALLEST))
    assert (request.execution.fill, request.execution.lot_size) == ("next_open", 1.0)
    assert (request.execution.insufficient_cash, request.execution.ambiguous_bar) == (
        "shrink",
        "stop_first",
    )
    assert (request.execution.protect_entry_bar, request.execution.stop_basis) == (True, "fill")
    assert (
        request.account.type,
        request.account.initial_margin,
        request.account.maintenance_margin,
    ) == ("cash", 0.5, 0.25)
    assert (request.costs.commission.model, request.costs.slippage.model) == ("none", "none")
    assert (request.strategy.direction, request.strategy.exits.evaluate) == ("long", "close")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[executon]\n", "executon"),
        ("[execution]\nlot_sise = 1.0\n", "execution.lot_sise"),
        ("[execution]\nlot_size = -1.0\n", "execution.lot_size"),
        ('[execution]\nlot_size = "1"\n', "execution.lot_size"),
        ("[execution]\nlot_size = nan\n", "execution.lot_size"),
        ("[execution]\nlot_size = inf\n", "execution.lot_size"),
        ('[execution]\nfill = "yesterday"\n', "execution.fill"),
        ("[execution]\nprotect_entry_bar = 1\n", "execution.protect_entry_bar"),
        ("[execution]\nparticipation = 0.0\n", "execution.participation"),
        ("[execution]\nparticipation = 1.1\n", "execution.participation"),
        ('[account]\ntype = "piggy"\n', "account.type"),
        ("[account]\ninitial_capital = 0\n", "account.initial_capital"),
        ("[account]\ninitial_margin = 0.0\n", "account.initial_margin"),
        ("[account]\nsettlement_days = -1\n", "account.settlement_days"),
        ("[account]\nsettlement_days = 1.5\n", "account.settlement_days"),
        ("[account]\nborrow_rate = -0.1\n", "account.borrow_rate"),
        ("[account.funding]\n", "account.funding.rate"),
        ("[account.funding]\nrate = inf\n", "account.funding.rate"),
        ('[account.funding]\nrate = 0.1\ninterval = "0h"\n', "account.funding.interval"),
        ('[account.funding]\nrate = 0.1\ninterval = "often"\n', "account.funding.interval"),
        ('[account.funding]\ncolumn = "bar.close"\n', "account.funding.column"),
        ('[account.funding]\ncolumn = "signal.s"\nrate = 0.1\n', "account.funding.rate"),
        ("[account]\nfunding = 0.1\n", "account.funding"),
        ('[costs]\nslippage = { model = "linear_impact" }\n', "costs.slippage.coefficient"),
        ('[costs]\ncommission = { model = "percent" }\n', "costs.commission.rate"),
        ('[costs]\ncommission = { model = "percent", rate = -0.1 }\n', "costs.commission.rate"),
        (
            '[costs]\ncommission = { model = "percent", rate = 0.1, minimum = 1.0 }\n',
            "costs.commission.minimum",
        ),
        ('[costs]\ncommission = { model = "cheap" }\n', "costs.commission"),
        ('[costs]\nslippage = { model = "percent", rate = 1.0 }\n', "costs.slippage.rate"),
        ('[costs]\nslippage = { model = "volume_share", limit = 1.5 }\n', "costs.slippage.limit"),
        ("[strategy.exits]\nstop_loss = 1.0\n", "strategy.exits.stop_loss"),
        ("[strategy.exits]\nstop_loss = 0.0\n", "strategy.exits.stop_loss"),
        ("[strategy.exits]\ntake_profit = -0.1\n", "strategy.exits.take_profit"),
        ("[strategy.exits]\nmax_bars = 0\n", "strategy.exits.max_bars"),
        ("[strategy.exits]\nmax_bars = true\n", "strategy.exits.max_bars"),
        ("[strategy.limits]\nmax_positions = 0\n", "strategy.limits.max_positions"),
        ("[strategy.limits]\ncooldown_bars = -1\n", "strategy.limits.cooldown_bars"),
        ('[strategy.limits]\nrank_by = "score"\n', "strategy.limits.rank_by"),
        ('[strategy.sizing]\nhelper = "buy_percent"\n', "strategy.sizing.percent"),
        ('[strategy.sizing]\nhelper = "buy_percent"\npercent = 1.5\n', "strategy.sizing.percent"),
        ('[strategy.sizing]\nhelper = "buy_it_all"\n', "strategy.sizing"),
        ('[strategy.entry]\ncolumn = "signal.s"\nop = "=>"\nvalue = 1\n', "strategy.entry.op"),
        ('[strategy.entry]\ncolumn = "signal.s"\nop = ">"\nvalue = nan\n', "strategy.entry.value"),
        (
            '[strategy.entry]\nall = [{ column = "s", op = ">", value = 1 }]\n',
            "strategy.entry.all[0].column",
        ),
        (
            '[strategy.entry]\nall = [{ not = { any = [{ column = "signal.s", op = ">", valeu = 1 }] } }]\n',
            "strategy.entry.all[0].not.any[0].valeu",
        ),
        ('[context]\nfile = "c.csv"\nmatch = "nearest"\n', "context.match"),
        ('[context]\nfile = "c.csv"\nlag = "soon"\n', "context.lag"),
        ('[context]\nfile = "c.csv"\nmax_age = "5"\n', "context.max_age"),
        ('[context]\ncolumns = ["VIX"]\n', "context.file"),
        (
            '[strategy.entry]\ncolumn = "signal.s"\nop = ">"\nvalue = { a = 1 }\n',
            "strategy.entry.value",
        ),
        (
            '[strategy.entry]\ncolumn = "signal.s"\nop = "in"\nvalue = [1, inf]\n',
            "strategy.entry.value[1]",
        ),
        ("[strategy]\nentry = 5\n", "strategy.entry"),
        ("[strategy]\nentry = { all = 5 }\n", "strategy.entry.all"),
        ("[strategy]\nentry = { not = [1] }\n", "strategy.entry.not"),
        ("[strategy]\nentry = { all = [], any = [] }\n", "strategy.entry.all"),
        ("[strategy]\nsizing = { percent = 0.1 }\n", "strategy.sizing.helper"),
        ("[costs]\ncommission = { rate = 0.1 }\n", "costs.commission.model"),
        ('[costs]\ncommission = "percent"\n', "costs.commission"),
        ("[account]\nmultiplier = -1\n", "account.multiplier"),
        ("[account]\nmultiplier = { A = 2.0, B = 0.0 }\n", "account.multiplier.B"),
        ("start = 5\n", "data.start"),
        ('end = "2024-01-02"\n', "data.end"),
        ('separator = ";;"\n', "data.separator"),
        ("separator = '\"'\n", "data.separator"),
        ("format = 0\n", "format"),
    ],
)
def test_a_key_or_value_that_is_wrong_is_refused_with_its_place(text, key):
    if text.startswith("format"):
        assert problems(text + SMALLEST)[0].startswith("request.toml, format: ")
    else:
        assert place(text) == key


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('op = ">"', "'>' needs one value"),
        ('op = ">", value = "high"', "'>' needs a number"),
        ('op = ">", value = true', "'>' needs a number"),
        ('op = ">", value = [1, 2]', "'>' needs one value"),
        ('op = ">", value = 1, other = "bar.close"', "not both"),
        ('op = "between", value = [1]', "'between' needs two numbers"),
        ('op = "between", value = [2, 1]', "smaller number first"),
        ('op = "between", value = 1', "'between' needs two numbers"),
        ('op = "in", value = []', "'in' needs a list"),
        ('op = "in", value = 1', "'in' needs a list"),
        ('op = "top_n"', "'top_n' needs a whole number"),
        ('op = "top_n", value = 0', "'top_n' needs a whole number"),
        ('op = "rising", value = 1.5', "'rising' needs a whole number"),
        ('op = "rising", other = "bar.close"', "'rising' takes no second column"),
        ('op = "is_null", value = 1', "'is_null' takes no value"),
    ],
)
def test_a_clause_whose_value_does_not_fit_its_op_is_refused(condition, message):
    text = SMALLEST + '[strategy]\nentry = { all = [{ column = "signal.s", ' + condition + " }] }\n"
    (problem,) = problems(text)
    assert problem.startswith("request.toml, strategy.entry.all[0]: ")
    assert message in problem


def test_everything_wrong_is_told_at_once():
    text = (
        SMALLEST
        + "[execution]\nlot_size = -1.0\nspeed = 3\n"
        + '[account]\ntype = "piggy"\n'
        + '[strategy.entry]\nany = [{ column = "signal.s", op = "??", value = 1 },'
        + ' { column = "x", op = ">", value = 1 }]\n'
    )
    told = problems(text)
    for key in (
        "execution.lot_size",
        "execution.speed",
        "account.type",
        "strategy.entry.any[0].op",
        "strategy.entry.any[1].column",
    ):
        assert sum(line.startswith(f"request.toml, {key}: ") for line in told) == 1
    assert len(told) == 5


def test_columns_the_request_does_not_declare_are_named_with_their_place():
    text = SMALLEST + (
        '[strategy]\nentry = { column = "signal.pred", op = ">", other = "context.VIX" }\n'
        'sizing = { helper = "size_by_confidence", confidence = "signal.conf", max_percent = 0.1 }\n'
        'limits = { rank_by = "bar.vwap" }\n'
    )
    assert problems(text) == [
        "request.toml, strategy.entry: 'context.VIX' is not among context.columns",
        "request.toml, strategy.entry: 'signal.pred' is not among data.signals",
        "request.toml, strategy.limits.rank_by: 'bar.vwap' is not among the bar columns",
        "request.toml, strategy.sizing.confidence: 'signal.conf' is not among data.signals",
    ]


def test_a_column_of_funding_that_is_not_declared_is_named_beside_everything_else():
    text = SMALLEST + (
        '[strategy]\ndirection = "short"\nentry = { column = "signal.x", op = ">", value = 1 }\n'
        '[account]\nfunding = { column = "context.rate" }\n'
    )
    funding, entry, account = problems(text)
    assert "account.funding.column: 'context.rate' is not among" in funding
    assert "strategy.entry: 'signal.x' is not among" in entry
    assert "account.type: a cash account cannot sell short" in account


def test_a_short_in_a_cash_account_is_refused_with_what_to_do():
    (problem,) = problems(SMALLEST + '[strategy]\ndirection = "short"\n')
    assert 'set account.type to "margin"' in problem


def test_rules_of_a_short_side_need_both_directions():
    text = SMALLEST + '[strategy]\nshort_entry = { column = "signal.s", op = ">", value = 1 }\n'
    assert 'direction = "both"' in problems(text)[0]


@pytest.mark.parametrize(
    ("sizing", "message"),
    [
        ('weights = "signal"', "'by' names the column"),
        ('weights = "equal", by = "signal.s"', "'by' names the column"),
        ('weights = "inverse_volatility", window = 1', "'window' must be at least 2"),
    ],
)
def test_weights_that_do_not_fit_are_refused(sizing, message):
    text = SMALLEST + '[strategy]\nsizing = { helper = "rebalance_to_weights", ' + sizing + " }\n"
    assert message in problems(text)[0]


@pytest.mark.parametrize(
    "tiers",
    [
        "[]",
        "[{ rate = 0.1 }, { rate = 0.2 }]",
        "[{ up_to = 10.0, rate = 0.1 }, { up_to = 5.0, rate = 0.2 }]",
        "[{ up_to = 10.0, rate = 0.1 }, { up_to = 10.0, rate = 0.2 }, { rate = 0.0 }]",
    ],
)
def test_tiers_must_ascend_and_only_the_last_be_open(tiers):
    text = SMALLEST + '[costs]\ncommission = { model = "tiered", tiers = ' + tiers + " }\n"
    assert problems(text)[0].startswith("request.toml, costs.commission")


@pytest.mark.parametrize("separator", [";", "|", "\t"])
def test_one_character_separates_columns(separator):
    data = {"files": ["bars.csv"], "separator": separator}
    assert parse_request({"data": data}).data.separator == separator


def test_files_must_be_named():
    assert problems("[data]\n")[0].startswith("request.toml, data.files: is missing")
    assert problems("[data]\nfiles = []\n")[0].startswith("request.toml, data.files: ")
    assert problems("")[0].startswith("request.toml, data: is missing")


def test_a_newer_format_is_refused_politely():
    (problem,) = problems("format = 2\n" + SMALLEST)
    assert "this version reads format 1" in problem


def test_a_file_that_cannot_be_read_or_is_not_toml_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.toml: cannot be read"):
        load_request(tmp_path / "nothing.toml")
    (tmp_path / "bad.toml").write_text("[data\n")
    with pytest.raises(InputError, match=r"bad\.toml: is not valid TOML: .*line 1"):
        load_request(tmp_path / "bad.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a text file in UTF-8"):
        load_request(tmp_path / "binary.toml")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "r.toml").write_bytes(b"\xef\xbb\xbf" + SMALLEST.encode())
    assert load_request(tmp_path / "r.toml").data.signals == ("s",)


def test_overrides_replace_values_and_make_tables(tmp_path):
    (tmp_path / "r.toml").write_text(SMALLEST)
    request = load_request(
        tmp_path / "r.toml", {"account.initial_capital": 5.0, "strategy.exits.max_bars": 3}
    )
    assert (request.account.initial_capital, request.strategy.exits.max_bars) == (5.0, 3)
    with pytest.raises(InputError, match=r"strategy\.exits\.max_bar: unknown key"):
        load_request(tmp_path / "r.toml", {"strategy.exits.max_bar": 3})
    with pytest.raises(InputError, match="'format' is a value, not a table"):
        load_request(tmp_path / "r.toml", {"format": 1, "format.first": "x"})


def test_dates_and_times_of_the_period_are_kept_as_written():
    text = '[data]\nfiles = ["b"]\nstart = 2024-01-02\nend = 2024-03-01T12:30:00\n'
    data = parse_request(tomllib.loads(text)).data
    assert data.start == date(2024, 1, 2)
    assert not isinstance(data.start, datetime)
    assert data.end == datetime(2024, 3, 1, 12, 30)


@pytest.mark.real_data
def test_the_example_beside_the_checkout_is_a_request(real_data):
    request = load_request(real_data / "projects" / "ml_signal_sp500.toml")
    assert request.account.initial_capital == 1_000_000.0
    assert parse_request(tomllib.loads(request_toml(request))) == request


def test_a_request_cannot_be_changed():
    request = parse_request(tomllib.loads(SMALLEST))
    with pytest.raises(ValueError, match="frozen"):
        request.account.initial_capital = 1.0


def test_a_delay_of_a_column_that_is_not_used_is_refused_by_its_key():
    raw = {"data": {"files": ["p.csv"], "signals": ["a"], "lag": {"a": 1, "z": 1, "b": -1}}}

    with pytest.raises(InputError) as refused:
        parse_request(raw)
    assert "data.lag.b: must be greater than or equal to 0" in str(refused.value)

    del raw["data"]["lag"]["b"]
    with pytest.raises(InputError, match=r"data\.lag\.z: there is no such column"):
        parse_request(raw)


def test_a_column_of_context_can_be_delayed_named_or_not():
    data = {"files": ["p.csv"], "lag": {"VIX": 1}}

    parse_request({"data": data, "context": {"file": "c.csv", "columns": ["VIX"]}})
    parse_request({"data": data, "context": {"file": "c.csv"}})
    with pytest.raises(InputError, match="VIX"):
        parse_request({"data": data})


def test_rules_beside_a_python_strategy_are_refused_by_name():
    strategy = {
        "python": {"file": "mine.py", "class": "Mine"},
        "entry": {"column": "bar.close", "op": ">", "value": 1.0},
        "exits": {"stop_loss": 0.1},
    }
    with pytest.raises(InputError) as caught:
        parse_request({"data": {"files": ["x"]}, "strategy": strategy})
    told = str(caught.value)
    assert "strategy.entry: a Python strategy decides by itself" in told
    assert "strategy.exits: a Python strategy decides by itself" in told


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ({"class": "Mine"}, "strategy.python.file"),
        ({"file": "mine.py"}, "strategy.python.class"),
        ({"file": "mine.py", "class": "no name"}, "must be the name of a class"),
        ({"file": "mine.py", "class": "Mine", "extra": 1}, "unknown key"),
        ({"file": "mine.py", "class": "Mine", "parameters": {"a": [1]}}, "parameters.a"),
    ],
)
def test_a_python_strategy_is_described_by_file_class_and_plain_values(python, said):
    with pytest.raises(InputError, match=said):
        parse_request({"data": {"files": ["x"]}, "strategy": {"python": python}})


RULES = """
format = 1
[data]
files = ["a.csv"]
[strategy.entry]
all = [{ column = "bar.close", op = ">", value = 0.5 }, { column = "signal.x", op = ">", value = 0.5 }]
[strategy.exit]
any = [{ column = "context.y", op = ">", value = 0.5 }]
"""


def test_columns_that_nobody_declared_are_each_told_with_their_place(tmp_path):
    path = tmp_path / "request.toml"
    path.write_text(RULES + '[strategy]\ndirection = "short"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_request(path)
    assert [(problem.where, problem.what) for problem in caught.value.problems[:2]] == [
        (f"{path}, strategy.entry", "'signal.x' is not among data.signals"),
        (f"{path}, strategy.exit", "'context.y' is not among context.columns"),
    ]
    assert caught.value.problems[2].where == f"{path}, account.type"


def test_an_override_names_an_entry_of_a_list_by_its_place(tmp_path):
    path = tmp_path / "request.toml"
    path.write_text(RULES, encoding="utf-8")
    steps = "strategy.entry.all"
    changed = {f"{steps}.1.column": "bar.open", "strategy.exit.any.0.column": "bar.high"}
    request = load_request(path, changed | {f"{steps}.0.value": 0.7})
    entry = request.strategy.entry
    assert isinstance(entry, All)
    assert [(part.column, part.value) for part in entry.all if isinstance(part, Clause)] == [
        ("bar.close", 0.7),
        ("bar.open", 0.5),
    ]
    with pytest.raises(
        InputError, match=r"^--set strategy\.entry\.all\.2\.value: there is no entry '2'"
    ):
        load_request(path, {f"{steps}.2.value": 0.7})
    with pytest.raises(
        InputError, match=r"there is no entry 'first' in the list. Entries count from 0"
    ):
        load_request(path, {f"{steps}.first": 0.7})
