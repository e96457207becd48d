import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import parse_request, request_toml


def raw(benchmark):
    return {"data": {"files": ["a.csv"], "signals": ["pred"]}, "benchmark": benchmark}


@pytest.mark.parametrize("name", ["market", "none", "asset.SPY", "signal.pred"])
def test_a_benchmark_is_kept_in_the_request_file(name):
    request = parse_request(raw(name))
    assert request.benchmark == name
    assert f'benchmark = "{name}"' in request_toml(request)


@pytest.mark.parametrize(
    ("name", "told"),
    [("SPY", "is no benchmark"), ("context.SPX", "add it there"), ("signal.x", "data.signals")],
)
def test_what_is_no_benchmark_is_refused_with_what_to_do(name, told):
    with pytest.raises(InputError, match=told):
        parse_request(raw(name))
