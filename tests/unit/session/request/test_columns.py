from ml4t_desktop.session.request.columns import rule_columns
from ml4t_desktop.session.request.draft import Draft
from tests.unit.session.fakes import PRICES, context_look, price_look


def columns(tmp_path, **edits):
    draft = Draft.empty().edited_all(
        {"data.signals": ("pred",), "context": {"file": "c", "columns": ("VIX", "regime")}} | edits
    )
    look = price_look(tmp_path / "p.csv", PRICES)
    context = context_look(tmp_path / "c.csv")
    return {item.name: item for item in rule_columns(draft, [look.inspection], context.inspection)}


def test_rules_can_use_ticked_signals_then_context_then_the_bar(tmp_path):
    assert list(columns(tmp_path)) == [
        "signal.pred",
        "context.VIX",
        "context.regime",
        "bar.open",
        "bar.high",
        "bar.low",
        "bar.close",
        "bar.volume",
    ]


def test_a_text_column_offers_its_texts_and_only_comparisons_of_texts(tmp_path):
    regime = columns(tmp_path)["context.regime"]

    assert regime.kind == "text"
    assert regime.samples == ("bull", "bear")
    assert regime.ops == ("==", "!=", "in", "is_null")


def test_values_of_the_whole_market_cannot_be_ranked_among_assets(tmp_path):
    found = columns(tmp_path)

    assert "top_n" in found["signal.pred"].ops
    assert "top_n" not in found["context.VIX"].ops


def test_a_bar_column_has_the_range_of_the_column_it_is_read_from(tmp_path):
    close = columns(tmp_path, **{"data.close": "open"})["bar.close"]

    assert (close.minimum, close.maximum) == ("10", "21")


def test_titles_say_where_a_column_is_from_unless_it_is_a_signal(tmp_path):
    found = columns(tmp_path)

    assert found["signal.pred"].title == "pred"
    assert found["context.VIX"].title == "VIX (context)"
