"""What the risk limits did, in the run folder and in a request file."""

from ml4t_desktop.analysis.account.returns import daily_returns
from ml4t_desktop.request import RiskLimits, parse_request, request_toml
from ml4t_desktop.result.run_folder import read_run_folder, write_run_folder
from ml4t_desktop.result.schema import RISK_EVENTS
from tests.unit.engine.strategies.test_guarded_broker import buys, closes, limited


def saved(result, folder):
    write_run_folder(
        folder, result, daily_returns=daily_returns(result), metrics={}, undefined={},
        request_toml=None, run_id="x", phases={}, versions={},
    )  # fmt: skip
    return read_run_folder(folder)


def test_events_come_back_from_the_run_folder(tmp_path):
    result = limited(closes(100.0, 100.0, 80.0, 80.0), {0: buys(500)}, max_drawdown=0.1)
    back = saved(result, tmp_path / "run")
    assert result.risk_events.height == 2
    assert back.result.risk_events.equals(result.risk_events)
    assert back.manifest.rows["risk_events"] == 2


def test_a_run_without_events_has_no_such_file_and_an_empty_table(tmp_path):
    back = saved(limited(closes(100.0, 100.0), {}, max_drawdown=0.1), tmp_path / "run")
    assert not (tmp_path / "run/risk_events.parquet").exists()
    assert dict(back.result.risk_events.schema) == RISK_EVENTS
    assert back.result.risk_events.height == 0


def test_limits_of_a_request_come_back_from_its_file():
    import tomllib

    raw = {"data": {"files": ["a.csv"]}, "risk": {"max_drawdown": 0.2, "on_loss": "halt"}}
    request = parse_request(raw)
    assert request.risk == RiskLimits(max_drawdown=0.2, on_loss="halt")
    assert parse_request(tomllib.loads(request_toml(request))) == request
    assert "risk" not in request_toml(parse_request({"data": {"files": ["a.csv"]}}))
