"""Every kind of finding, planted in a small market and found with its rows; nothing in a sound one."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.request import Repairs
from tests.unit.files.quality.planted import (
    DAYS,
    SYMBOLS,
    at,
    found,
    market,
    minutes,
    places,
    planted,
    report,
    row_of,
)

DAY = date(2024, 3, 5)
NEXT = date(2024, 3, 6)


@pytest.mark.parametrize("seed", range(4))
def test_a_sound_market_has_no_findings(tmp_path, seed):
    made = report(tmp_path, market(seed=seed))
    assert made.findings == ()
    assert made.calendar == "the days of New York"
    assert made.is_usable


@pytest.mark.parametrize(
    ("kind", "price", "value"),
    [
        ("missing_price", "open", None),
        ("missing_price", "close", float("nan")),
        ("infinite_price", "high", float("inf")),
        ("zero_price", "low", 0.0),
        ("negative_price", "close", -3.0),
    ],
)
def test_a_price_no_run_can_use_is_an_error_with_its_row(tmp_path, kind, price, value):
    frame = planted(planted(market(), "BBB", DAY, **{price: value}), "AAA", NEXT, **{price: value})
    finding = found(tmp_path, frame)[kind]
    assert finding.severity == "error"
    assert places(finding) == [(row_of("BBB", DAY), "BBB", DAY), (row_of("AAA", NEXT), "AAA", NEXT)]
    assert [(r.key, r.value) for r in finding.repairs] == [("data.repairs.bad_price", "drop")]
    left_out = found(tmp_path, frame, repairs=Repairs(bad_price="drop"))
    assert left_out[kind].severity == "note"
    assert left_out[kind].repairs == ()
    assert places(left_out["missing_bar"]) == [(None, "AAA", NEXT), (None, "BBB", DAY)]


def test_a_negative_volume_counts_as_unknown(tmp_path):
    finding = found(tmp_path, planted(market(), "CCC", DAY, volume=-5))["bad_volume"]
    assert places(finding) == [(row_of("CCC", DAY), "CCC", DAY)]


def test_a_high_below_the_low_is_an_impossible_bar(tmp_path):
    findings = found(tmp_path, planted(market(), "CCC", DAY, high=20.0, low=90.0))
    assert set(findings) == {"impossible_bar"}
    assert places(findings["impossible_bar"]) == [(row_of("CCC", DAY), "CCC", DAY)]
    assert "of 1 the high is below the low" in findings["impossible_bar"].what
    assert {r.value for r in findings["impossible_bar"].repairs} == {"widen", "drop"}


def test_a_close_outside_by_a_rounding_is_only_noted(tmp_path):
    frame = market().with_columns(
        high=pl.when(at("CCC", DAY))
        .then(pl.max_horizontal("open", "close") * (1 - 1e-12))
        .otherwise("high")
    )
    assert found(tmp_path, frame)["impossible_bar"].severity == "note"


def test_closing_prices_alone_are_said(tmp_path):
    price = pl.col("close")
    findings = found(tmp_path, market().with_columns(open=price, high=price, low=price))
    assert set(findings) == {"close_only"}


def test_identical_rows_are_told_with_both_places(tmp_path):
    frame = pl.concat([market(), market().filter(at("DDD", DAY))])
    finding = found(tmp_path, frame)["identical_rows"]
    assert [row for row, *_ in places(finding)] == [row_of("DDD", DAY), frame.height]


def test_two_bars_at_one_time_are_an_error_unless_the_request_chooses(tmp_path):
    other = market().filter(at("DDD", DAY)).with_columns(close=pl.col("close") * 1.001)
    frame = pl.concat([market(), other])
    finding = found(tmp_path, frame)["duplicate_bar"]
    assert finding.severity == "error"
    assert [row for row, *_ in places(finding)] == [row_of("DDD", DAY), frame.height]
    chosen = found(tmp_path, frame, repairs=Repairs(duplicate_bar="last"))["duplicate_bar"]
    assert chosen.severity == "note"


def test_rows_out_of_order_are_a_note_with_the_rows_that_go_back(tmp_path):
    frame = market()
    late = frame.filter(at("AAA", DAY))
    moved = pl.concat([frame.filter(~at("AAA", DAY)), late])
    findings = found(tmp_path, moved)
    assert set(findings) == {"unsorted"}
    assert places(findings["unsorted"]) == [(frame.height, "AAA", DAY)]
    assert found(tmp_path, frame.sort("symbol", "date")) == {}
    back = found(tmp_path, frame.sort("date", descending=True))
    assert "from the newest to the oldest" in back["unsorted"].what


def test_a_day_without_bars_is_missing_but_a_holiday_is_not(tmp_path):
    findings = found(tmp_path, market().filter(pl.col("date") != DAY))
    assert set(findings) == {"missing_day"}
    assert places(findings["missing_day"]) == [(None, None, DAY)]


def test_without_a_known_calendar_only_long_gaps_count(tmp_path):
    odd = [day for day in DAYS if day.weekday() != 2] + [date(2024, 1, 1), date(2024, 1, 15)]
    odd += [date(2024, 2, 19), date(2024, 3, 29), date(2024, 5, 27), date(2024, 5, 6)]
    frame = market(sorted(set(odd)))
    assert set(found(tmp_path, frame)) == set()
    gap = frame.filter(~pl.col("date").is_between(date(2024, 3, 4), date(2024, 3, 8)))
    assert found(tmp_path, gap)["missing_day"].places.height == 5


def test_a_market_that_trades_every_day_misses_a_sunday(tmp_path):
    every = [date(2024, 1, 1) + timedelta(n) for n in range(100)]
    assert found(tmp_path, market(every)) == {}
    findings = found(tmp_path, market([day for day in every if day != date(2024, 2, 4)]))
    assert places(findings["missing_day"]) == [(None, None, date(2024, 2, 4))]


def test_bars_on_a_holiday_and_at_a_weekend_are_on_closed_days(tmp_path):
    extra = market(sorted([*DAYS, date(2024, 3, 29), date(2024, 3, 30)]))
    finding = found(tmp_path, extra)["closed_day"]
    assert {when for *_, when in places(finding)} == {date(2024, 3, 29), date(2024, 3, 30)}
    assert finding.places.height == 2 * len(SYMBOLS)


def test_a_bar_alone_at_its_time_is_not_held_against_the_others(tmp_path):
    alone = market().filter(at("EEE", DAY)).with_columns(date=pl.lit(date(2024, 3, 9)))
    findings = found(tmp_path, pl.concat([market(), alone]).sort("date", "symbol"))
    assert set(findings) == {"off_calendar"}
    assert [when for *_, when in places(findings["off_calendar"])] == [date(2024, 3, 9)]


def test_missing_bars_of_an_asset_are_listed_one_by_one(tmp_path):
    frame = market().filter(~(at("BBB", DAY) | at("BBB", NEXT) | at("DDD", NEXT)))
    findings = found(tmp_path, frame)
    assert set(findings) == {"missing_bar"}
    assert places(findings["missing_bar"]) == [
        (None, "BBB", DAY),
        (None, "BBB", NEXT),
        (None, "DDD", NEXT),
    ]


def test_assets_that_begin_late_or_end_early_are_noted_at_their_first_and_last_bar(tmp_path):
    frame = market().filter(
        ((pl.col("symbol") != "BBB") | (pl.col("date") >= DAY))
        & ((pl.col("symbol") != "CCC") | (pl.col("date") <= NEXT))
    )
    findings = found(tmp_path, frame)
    assert set(findings) == {"late_start", "early_end"}
    assert [p[1:] for p in places(findings["late_start"])] == [("BBB", DAY)]
    assert [p[1:] for p in places(findings["early_end"])] == [("CCC", NEXT)]
    assert findings["early_end"].actions.splitlines()[1] == "CCC,2024-03-07,delisting"


def scaled(frame, symbol, since, factor, volume=1.0):
    """Return the frame with the prices of an asset multiplied from a day on."""
    hit = (pl.col("symbol") == symbol) & (pl.col("date") >= since)
    prices = [
        pl.when(hit).then(pl.col(name) * factor).otherwise(name).alias(name)
        for name in ("open", "high", "low", "close")
    ]
    traded = (pl.col("volume") * volume).cast(pl.Int64)
    return frame.with_columns(*prices, volume=pl.when(hit).then(traded).otherwise("volume"))


@pytest.mark.parametrize(
    ("factor", "volume", "ratio", "text"),
    [(0.5, 2.0, 2.0, "2:1"), (1 / 3, 3.0, 3.0, "3:1"), (10.0, 0.1, 0.1, "1:10"), (2 / 3, 1.5, 1.5, "3:2")],
)  # fmt: skip
def test_a_split_that_is_not_adjusted_for_is_found_with_its_ratio(
    tmp_path, factor, volume, ratio, text
):
    findings = found(tmp_path, scaled(market(), "FFF", DAY, factor, volume))
    assert set(findings) == {"split"}
    assert places(findings["split"]) == [(row_of("FFF", DAY), "FFF", DAY)]
    assert findings["split"].places["value"].to_list() == pytest.approx([ratio])
    assert f"FFF {text} at 2024-03-05" in findings["split"].what
    assert findings["split"].repairs == ()
    assert findings["split"].actions.splitlines()[1] == f"FFF,2024-03-05,split,{ratio:.10g}"


def test_a_split_that_the_request_knows_is_no_finding_and_one_adjusted_for_already_is(tmp_path):
    actions = "symbol,ex_date,kind,ratio\nFFF,2024-03-05,split,2\n"
    (tmp_path / "actions.csv").write_text(actions)
    more = {"corporate_actions": "actions.csv"}
    assert set(found(tmp_path, scaled(market(), "FFF", DAY, 0.5, 2.0), **more)) == set()
    twice = found(tmp_path, market(), **more)
    assert set(twice) == {"split_twice"}
    assert places(twice["split_twice"]) == [(row_of("FFF", DAY), "FFF", DAY)]


def test_a_crash_by_half_on_news_is_a_jump_at_most(tmp_path):
    crash = scaled(market(), "FFF", DAY, 0.48)
    crash = planted(crash, "FFF", DAY, volume=20_000)
    assert set(found(tmp_path, crash)) == {"jump"}
    third = planted(scaled(market(), "FFF", DAY, 0.667), "FFF", DAY, volume=20_000)
    assert found(tmp_path, third) == {}


def test_a_price_that_jumps_and_returns_is_a_spike_at_one_row(tmp_path):
    close = market().filter(at("AAA", DAY))["close"].item()
    findings = found(tmp_path, planted(market(), "AAA", DAY, close=close * 10, high=close * 10.1))
    assert set(findings) == {"spike"}
    assert places(findings["spike"]) == [(row_of("AAA", DAY), "AAA", DAY)]
    assert findings["spike"].places["value"].item() == pytest.approx(9.0, rel=0.1)


def test_stale_bars_are_found_from_the_second_on(tmp_path):
    frame, at_day = market(), DAYS.index(DAY)
    value = frame.filter(at("BBB", DAYS[at_day - 1]))["close"].item()
    for day in DAYS[at_day : at_day + 6]:
        frame = planted(frame, "BBB", day, open=value, high=value, low=value, close=value, volume=0)
    findings = found(tmp_path, frame)
    assert set(findings) == {"stale_bar", "zero_volume"}
    assert [when for *_, when in places(findings["stale_bar"])] == DAYS[at_day : at_day + 6]
    assert findings["stale_bar"].severity == "warning"
    assert findings["stale_bar"].places["value"].to_list() == [1, 2, 3, 4, 5, 6]


def test_signals_that_say_nothing_are_warned_about(tmp_path):
    none = market().with_columns(pred=pl.lit(None, pl.Float64))
    assert set(found(tmp_path, none)) == {"empty_signal"}
    assert set(found(tmp_path, market().with_columns(pred=pl.lit(0.5)))) == {"constant_signal"}
    late = market().with_columns(pred=pl.when(pl.col("date") > date(2024, 4, 1)).then("pred"))
    finding = found(tmp_path, late)["sparse_signal"]
    assert finding.places.height == late["pred"].null_count()


def test_a_signal_that_stops_is_warned_about_with_the_rows_after_it(tmp_path):
    early = market().with_columns(pred=pl.when(pl.col("date") <= date(2024, 4, 30)).then("pred"))
    findings = found(tmp_path, early)
    assert set(findings) == {"signal_ends"}
    assert findings["signal_ends"].places.height == early["pred"].null_count()


def test_an_infinite_signal_is_offered_to_be_taken_as_missing(tmp_path):
    findings = found(tmp_path, planted(market(), "EEE", DAY, pred=float("inf")))
    assert set(findings) == {"infinite_signal"}
    assert places(findings["infinite_signal"]) == [(row_of("EEE", DAY), "EEE", DAY)]
    assert (
        str(findings["infinite_signal"].repairs[0]) == 'infinite_signal = "null" in [data.repairs]'
    )


def test_a_value_out_of_proportion_is_found_and_heavy_tails_are_not(tmp_path):
    findings = found(tmp_path, planted(market(), "EEE", DAY, pred=900.0))
    assert places(findings["outlying_signal"]) == [(row_of("EEE", DAY), "EEE", DAY)]
    tails = np.random.default_rng(1).standard_t(3, market().height)
    assert found(tmp_path, market().with_columns(pred=pl.Series(tails))) == {}


def test_a_change_of_unit_is_found_where_it_happens(tmp_path):
    frame = market().with_columns(
        pred=pl.when(pl.col("date") >= DAY).then(pl.col("pred") * 100).otherwise("pred")
    )
    finding = found(tmp_path, frame)["signal_scale"]
    (when,) = [when for *_, when in places(finding)]
    assert abs((when - DAY).days) <= 8


def context(**columns):
    values = np.random.default_rng(5).normal(20, 3, len(DAYS))
    return pl.DataFrame({"date": DAYS, "VIX": values, **columns})


def test_sound_context_has_no_findings(tmp_path):
    assert found(tmp_path, market(), context=(context(), {})) == {}


def test_context_that_misses_some_days_is_told_by_column(tmp_path):
    holes = context().with_columns(VIX=pl.when(pl.col("date") != DAY).then("VIX"))
    finding = found(tmp_path, market(), context=(holes, {}))["context_unmatched"]
    assert places(finding) == [(None, None, DAY)]
    assert finding.severity == "note"


def test_context_that_stands_still_empty_or_constant_is_told(tmp_path):
    still = context().with_columns(
        VIX=pl.when(pl.col("date").is_between(DAYS[40], DAYS[59])).then(20.0).otherwise("VIX")
    )
    finding = found(tmp_path, market(), context=(still, {}))["context_stale"]
    assert [when for *_, when in places(finding)] == DAYS[40:60]
    flat = context(one=[1.0] * len(DAYS))
    assert set(found(tmp_path, market(), context=(flat, {}))) == {"constant_context"}
    wild = context().with_columns(
        VIX=pl.when(pl.col("date") == DAY).then(float("inf")).otherwise("VIX")
    )
    assert set(found(tmp_path, market(), context=(wild, {}))) == {"infinite_context"}


def test_context_that_ends_early_is_told_when_its_last_value_goes_on(tmp_path):
    short = context().head(60)
    findings = found(tmp_path, market(), context=(short, {"match": "asof"}))
    assert set(findings) == {"context_ends"}


def test_holes_in_sessions_and_bars_out_of_session_are_found(tmp_path):
    frame = minutes(DAYS[:40])
    assert set(found(tmp_path, frame)) == set()
    noon = datetime(2024, 1, 10, 17, tzinfo=UTC)
    hole = found(tmp_path, frame.filter(pl.col("date") != noon))
    assert hole["session_gap"].places["time"].to_list() == [noon.replace(tzinfo=None)]
    half = frame.filter((pl.col("date").dt.date() != DAYS[20]) | (pl.col("date").dt.hour() < 18))
    assert found(tmp_path, half) == {}
    night = frame.filter(pl.col("date") == noon).with_columns(date=noon.replace(hour=23))
    findings = found(tmp_path, pl.concat([frame, night]).sort("date", "symbol"))
    assert findings["off_session"].places.height == len(SYMBOLS)


def test_times_of_day_without_a_zone_and_dates_in_utc_are_noted(tmp_path):
    naive = minutes(DAYS[:40]).with_columns(pl.col("date").dt.replace_time_zone(None))
    assert set(found(tmp_path, naive)) == {"time_zone"}
    zone = "America/New_York"
    midnight = pl.col("date").cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    frame = market().with_columns(date=midnight.dt.convert_time_zone("UTC"))
    finding = found(tmp_path, frame)["time_zone"]
    assert "04:00 and 05:00" in finding.what


def test_daily_context_on_hourly_bars_is_a_warning(tmp_path):
    few = context().head(40)
    asof = {"match": "asof"}
    assert "context_daily" in found(tmp_path, minutes(DAYS[:40]), context=(few, asof))


def test_a_market_without_volume_is_noted(tmp_path):
    assert set(found(tmp_path, market().drop("volume"))) == {"no_volume"}


def test_a_file_that_cannot_be_read_is_an_error_and_no_traceback(tmp_path):
    made = report(tmp_path, market().drop("close"))
    assert [finding.kind for finding in made.findings] == ["unreadable"]
    assert made.coverage is None


def test_coverage_shows_missing_and_doubtful_bars_and_sorts_by_start(tmp_path):
    frame = market().filter((pl.col("symbol") != "AAA") | (pl.col("date") > DAYS[3]))
    frame = planted(frame.filter(~at("BBB", DAY)), "CCC", DAY, high=1.0)
    made = report(tmp_path, frame).coverage
    assert made.symbols[-1] == "AAA"
    column = DAYS.index(DAY)
    states = dict(zip(made.symbols, made.states[:, column].tolist(), strict=True))
    assert states == {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 1, "EEE": 1, "FFF": 1}
    assert made.states[-1, :5].tolist() == [0, 0, 0, 0, 1]


def test_coverage_of_many_times_keeps_the_gravest_state_of_each_column(tmp_path):
    minute = [datetime(2024, 1, 1) + timedelta(minutes=n) for n in range(6000)]
    frame = market(minute, ("AAA", "BBB")).with_columns(pl.col("date").cast(pl.Datetime("us")))
    gap = frame.filter(~((pl.col("symbol") == "BBB") & (pl.col("date") == minute[3000])))
    made = report(tmp_path, gap).coverage
    assert made.states.shape == (2, 4096)
    assert (made.states == 2).sum(axis=1).tolist() == [0, 1]
