import dataclasses
import itertools

from ml4t_desktop.analysis.benchmark import RELATIVE_STATISTICS, BenchmarkMetrics
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.analysis.metrics import STATISTICS, Metrics

TYPE_OF_KIND = {
    "money": "float",
    "percent": "float",
    "ratio": "float",
    "count": "int",
    "days": "float",
    "text": "str",
}


def test_every_statistic_has_one_definition():
    names = sorted(definition.name for definition in DEFINITIONS)
    assert names == sorted((*STATISTICS, *RELATIVE_STATISTICS))


def test_titles_are_distinct_and_formulas_are_sentences():
    titles = [definition.title for definition in DEFINITIONS]
    assert len(set(titles)) == len(titles)
    for definition in DEFINITIONS:
        assert definition.formula.endswith("."), definition.name
        assert definition.inputs.endswith("."), definition.name
        assert definition.unit, definition.name
        assert definition.title[0].isupper(), definition.name


def test_the_kind_of_a_statistic_fits_the_type_of_its_field():
    fields = (*dataclasses.fields(BenchmarkMetrics), *dataclasses.fields(Metrics))
    annotation = {field.name: field.type for field in fields}
    for definition in DEFINITIONS:
        text = str(getattr(annotation[definition.name], "__name__", annotation[definition.name]))
        assert text.removesuffix(" | None") == TYPE_OF_KIND[definition.kind], definition.name


def test_each_group_stands_together():
    groups = [definition.group for definition in DEFINITIONS]
    changes = sum(before != after for before, after in itertools.pairwise(groups))
    assert changes == len(set(groups)) - 1


def test_a_summary_has_a_handful_of_headlines():
    headlines = [definition.name for definition in DEFINITIONS if definition.headline]
    assert {"final_value", "sharpe", "max_drawdown", "num_trades"} <= set(headlines)
    assert len(headlines) <= 12
