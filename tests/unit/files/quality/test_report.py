from datetime import date, timedelta

import polars as pl

from ml4t_desktop.files.quality import check_files

COUNT = 8


def report(tmp_path, frame, name="p.csv"):
    frame.write_csv(tmp_path / name)
    (made,) = check_files([tmp_path / name])
    return made, " / ".join(str(finding) for finding in made.findings)


def bars(close=None, **columns):
    close = close or [10.0 + 0.1 * n for n in range(COUNT)]
    days = [date(2024, 1, 1) + timedelta(n) for n in range(COUNT)]
    frame = pl.DataFrame({"date": days, "symbol": "A", "close": close})
    price = pl.col("close")
    frame = frame.with_columns(open=price, high=price + 0.5, low=price - 0.5, volume=pl.lit(5))
    return frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def test_a_sound_file_has_no_findings(tmp_path):
    made, findings = report(tmp_path, bars(pred=[0.1 * n for n in range(COUNT)]))
    assert findings == ""
    assert made.is_usable
    assert (made.kind, made.row_count, made.asset_count) == ("prices", COUNT, 1)
    assert (made.first, made.last) == ("2024-01-01", "2024-01-08")


def test_a_refused_bar_is_an_error_with_its_row(tmp_path):
    made, findings = report(tmp_path, bars(close=[1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert not made.is_usable
    assert "row 3" in findings


def test_a_price_that_halves_is_called_a_possible_split(tmp_path):
    _, findings = report(tmp_path, bars(close=[10.0, 10.5, 4.9, 5.0, 5.1, 5.2, 5.3, 11.0]))
    assert "1 move looks like a split" in findings
    assert "A 1:2 at 2024-01-08" in findings
    assert "1 close more than halved or doubled within a bar (A at 2024-01-03)" in findings


def test_missing_bars_are_counted_against_the_other_assets(tmp_path):
    both = pl.concat([bars(), bars().with_columns(symbol=pl.lit("B"))])
    gap = both.filter(
        ~((pl.col("symbol") == "B") & pl.col("date").is_in([date(2024, 1, 3), date(2024, 1, 4)]))
    )
    assert "2 bars missing inside the period of 1 asset (B 2)" in report(tmp_path, gap)[1]
    late = both.filter((pl.col("symbol") == "A") | (pl.col("date") > date(2024, 1, 4)))
    assert "missing" not in report(tmp_path, late)[1]


def test_constant_empty_and_infinite_signals_are_warned_about(tmp_path):
    frame = bars(
        pred=[0.5] * COUNT,
        score=[0.1] * (COUNT - 1) + [float("inf")],
        rank=[None] * (COUNT - 2) + [0.1, 0.2],
    )
    _, findings = report(tmp_path, frame)
    assert "column 'pred': has the same value in every row" in findings
    assert "column 'score': 1 value not finite" in findings
    assert "column 'rank': has no value in 75% of the rows (first value at 2024-01-07" in findings


def test_zero_volume_and_unmoved_bars_are_noted(tmp_path):
    frame = bars(close=[10.0] * COUNT, volume=[0, *[5] * (COUNT - 1)])
    frame = frame.with_columns(high=pl.col("close"), low=pl.col("close"))
    made, findings = report(tmp_path, frame)
    assert "1 bar with a volume of zero (A at 2024-01-01)" in findings
    assert "6 bars of 1 asset repeat the close before without any sign of trading" in findings
    assert {finding.severity for finding in made.findings} == {"note", "warning"}


def test_errors_come_before_warnings_and_notes(tmp_path):
    close = [10.0, 10.5, 4.9, 5.0, 5.1, 5.2, 5.3, 11.0]
    made, _ = report(tmp_path, bars(close=close, pred=[0.5] * COUNT).drop("volume"))
    severities = [finding.severity for finding in made.findings]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert set(severities) == {"warning", "note"}


def test_each_file_has_its_report_and_one_that_cannot_be_read_is_an_error(tmp_path):
    bars().write_csv(tmp_path / "p.csv")
    good, bad = check_files([tmp_path / "p.csv", tmp_path / "none.csv"])
    assert good.is_usable
    assert not bad.is_usable
    assert bad.kind is None


def test_context_with_two_values_at_one_time_is_an_error(tmp_path):
    days = [date(2024, 1, 1), date(2024, 1, 2)]
    made, findings = report(tmp_path, pl.DataFrame({"date": days, "VIX": [20.0, 21.0]}), "c.csv")
    assert (made.kind, findings) == ("context", "")
    frame = pl.DataFrame({"date": days, "VIX": [20.0, 21.0], "gap": [None, None]})
    assert "'gap': has no value" in report(tmp_path, frame, "c.csv")[1]
