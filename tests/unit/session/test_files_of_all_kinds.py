"""What the window does with files of every kind, without the window."""

from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.work import real_work
from tests.unit.files.ugly import LONG, WIDE, frame, wide, write
from tests.unit.session.fakes import settle


@pytest.fixture
def session(qapp, tmp_path):
    made = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    yield made
    made.close()


def take(qtbot, session, *paths: Path, purpose="any"):
    session.intake.add_files(paths, purpose)
    settle(qtbot, session)


def told(session):
    message = session.notices.message
    return message.text() if message is not None else ""


@pytest.mark.parametrize("name", [*LONG, *WIDE])
def test_an_ugly_file_is_ready_but_for_its_rules_once_it_is_dropped(qtbot, session, tmp_path, name):
    take(qtbot, session, write(tmp_path, name))

    assert session.request.draft.files
    missing = "" if name in LONG else "Strategy: No entry rule. Add a clause"
    assert session.why_not_run() == missing
    if name in LONG:
        assert session.request.draft.request().data.signals


def test_prices_predictions_and_context_dropped_together_go_where_they_belong(
    qtbot, session, tmp_path
):
    frame().drop("ml_pred").with_columns(other=pl.col("close") % 7).write_parquet(
        tmp_path / "p.parquet"
    )
    frame().select("date", "symbol", "ml_pred").write_csv(tmp_path / "m.csv")
    pl.DataFrame({"date": ["2024-01-30"], "VIX": [15.0]}).write_csv(tmp_path / "c.csv")

    take(qtbot, session, *(tmp_path / name for name in ("p.parquet", "c.csv", "m.csv")))

    request = session.request.draft.request()
    assert [Path(name).name for name in request.data.files] == ["p.parquet"]
    assert request.data.predictions is not None
    assert [Path(name).name for name in request.data.predictions.files] == ["m.csv"]
    assert request.context is not None
    assert Path(request.context.file).name == "c.csv"
    assert request.data.signals == ("ml_pred", "other")
    assert session.request.draft.get("strategy.limits.rank_by") == "signal.ml_pred"
    assert "signal.ml_pred" in [column.name for column in session.rule_columns()]


def test_taking_predictions_out_takes_their_signals_along(qtbot, session, tmp_path):
    frame().rename({"ml_pred": "own_pred"}).write_parquet(tmp_path / "p.parquet")
    frame().select("date", "symbol", "ml_pred").write_csv(tmp_path / "m.csv")
    take(qtbot, session, tmp_path / "p.parquet", tmp_path / "m.csv")

    session.intake.remove_predictions(session.request.draft.get("data.predictions.files")[0])

    assert session.request.draft.get("data.predictions") is None
    assert session.request.draft.get("data.signals") == ("own_pred",)


def test_a_signal_that_is_no_longer_chosen_takes_its_delay_with_it(qtbot, session, tmp_path):
    frame().with_columns(own_pred=pl.col("ml_pred")).write_parquet(tmp_path / "a.parquet")
    take(qtbot, session, tmp_path / "a.parquet")
    session.intake.choose_columns("data.signals", ("ml_pred", "own_pred"))
    session.request.edit("data.lag", {"ml_pred": 1, "own_pred": 2})

    session.intake.choose_columns("data.signals", ("own_pred",))

    assert session.request.draft.get("data.lag") == {"own_pred": 2}


def test_columns_chosen_once_are_chosen_for_the_next_file_of_that_shape(qtbot, session, tmp_path):
    table = frame().with_columns(settle=pl.col("close") + 1)
    table.write_parquet(tmp_path / "a.parquet")
    table.head(4).write_parquet(tmp_path / "b.parquet")
    take(qtbot, session, tmp_path / "a.parquet")
    session.intake.choose_columns("data.close", "settle")
    session.request.clear()

    take(qtbot, session, tmp_path / "b.parquet")

    assert session.request.draft.get("data.close") == "settle"
    assert "as you chose them" in told(session)
    assert session.intake.are_columns_remembered
    again = SettingsStore(tmp_path / "settings.toml").settings.mappings
    assert again == session.settings.settings.mappings

    session.intake.forget_columns()

    assert session.request.draft.get("data.close") == "close"
    assert not session.intake.are_columns_remembered


def test_a_file_is_read_anew_when_it_is_said_how_it_is_written(qtbot, session, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("date;close\n2024-01-30;1,234\n2024-01-31;1,250\n", encoding="utf-8")
    take(qtbot, session, path, purpose="prices")
    first = session.price_looks()[0].inspection.columns[1]
    assert first.kind == "text"

    session.request.edit("data.decimal", ",")
    settle(qtbot, session)

    again = session.price_looks()[0].inspection.columns[1]
    assert (again.kind, again.maximum) == ("number", 1.25)


def test_closing_prices_only_are_told_and_can_be_run(qtbot, session, tmp_path):
    (tmp_path / "close.csv").write_text(wide(5), encoding="utf-8")

    take(qtbot, session, tmp_path / "close.csv")

    assert "only closing prices" in told(session)
    assert session.why_not_run() == "Strategy: No entry rule. Add a clause"


def test_wide_files_of_all_fields_are_one_complete_request(qtbot, session, tmp_path):
    names = {"open": 2, "high": 3, "low": 4, "close": 5, "volume": 6, "ml_pred": 7}
    for name, field in names.items():
        (tmp_path / f"{name}.csv").write_text(wide(field), encoding="utf-8")

    take(qtbot, session, *(tmp_path / f"{name}.csv" for name in names if name != "ml_pred"))
    take(qtbot, session, tmp_path / "ml_pred.csv")

    assert session.why_not_run() == ""
    assert session.request.draft.get("data.predictions.files")


def test_a_folder_of_assets_is_one_entry_of_the_request(qtbot, session, tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    for symbol in ("AAA", "BBB"):
        frame((symbol,)).drop("symbol").write_csv(folder / f"{symbol}.csv")

    take(qtbot, session, folder)

    assert [Path(name).name for name in session.request.draft.files] == ["prices"]
    assert session.price_looks()[0].inspection.asset_count == 2
    assert session.request.draft.get("data.asset") is None
    assert session.why_not_run() == ""


def test_a_file_of_corporate_actions_is_added_and_saved_with_the_request(qtbot, session, tmp_path):
    frame().write_parquet(tmp_path / "p.parquet")
    take(qtbot, session, tmp_path / "p.parquet")
    take(qtbot, session, tmp_path / "actions.csv", purpose="actions")

    session.request.save(tmp_path / "r.toml")

    assert session.request.draft.get("data.corporate_actions") == "actions.csv"
    assert 'corporate_actions = "actions.csv"' in (tmp_path / "r.toml").read_text()


def test_reading_that_was_given_up_leaves_the_request_alone_and_can_be_begun_anew(
    qtbot, qapp, tmp_path
):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    from tests.unit.session.fakes import FakeWork, fake_session, price_look

    going, told_to_go = Event(), Event()

    def slow(path):
        going.set()
        told_to_go.wait(10)
        return price_look(path)

    session = fake_session(tmp_path, FakeWork(look=slow), ThreadPoolExecutor(1))
    session.intake.add_files([tmp_path / "p.csv"])
    assert going.wait(10)

    session.data.cancel_looks()

    assert "Reading was cancelled" in told(session)
    assert not session.data.is_looking
    told_to_go.set()
    settle(qtbot, session)
    assert session.request.draft.files == ()
    take(qtbot, session, tmp_path / "p.csv")
    assert len(session.request.draft.files) == 1
    assert session.notices.message is None, "the file was read since"

    session.request.clear()
    (tmp_path / "p.csv").write_text("changed", encoding="utf-8")
    told_to_go.clear()
    session.intake.add_files([tmp_path / "p.csv"])
    session.data.cancel_looks()
    assert session.request.draft.files == ()
    assert not session.data.is_looking
    told_to_go.set()
    settle(qtbot, session)
    session.jobs.close()
