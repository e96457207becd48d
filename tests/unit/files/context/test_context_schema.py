"""Context held against its schema: what is wrong, with time and name, all at once."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.context.context_schema import check_context
from ml4t_desktop.request.context_schema import ContextField, ContextSchema

SCHEMA = ContextSchema(
    fields={
        "VIX": ContextField(minimum=0.0, maximum=100.0, required=True),
        "regime": ContextField(kind="text", allowed=("bull", "bear")),
        "open": ContextField(kind="flag"),
    }
)
DAY = datetime(2024, 1, 15)


def complaints(values, schema=SCHEMA):
    with pytest.raises(InputError) as caught:
        check_context(schema, values)
    return [(problem.where, problem.what) for problem in caught.value.problems]


def test_what_fits_passes_whatever_the_kind_of_number_or_time():
    check_context(
        SCHEMA,
        {
            DAY: {"VIX": 18.5, "regime": "bull", "open": True},
            date(2024, 1, 16): {"VIX": np.float64(0.0), "regime": None, "open": np.bool_(False)},
            datetime(2024, 1, 17, tzinfo=UTC): {"VIX": 100, "regime": float("nan")},
        },
    )


def test_every_deviation_is_named_with_its_time_and_name():
    values = {
        DAY: {"VIX": "high", "regime": "sideways", "open": 1},
        datetime(2024, 1, 16): {"VIX": -1.0, "SPY": 485.0},
        datetime(2024, 1, 17): {"VIX": None, "regime": 3.0},
        datetime(2024, 1, 18): {"VIX": True},
        datetime(2024, 1, 19): {"VIX": float("inf")},
        datetime(2024, 1, 20): {"VIX": 101.0},
    }
    found = complaints(values)
    assert len(found) == 10
    assert set(found) == {
        ("context_data, 2024-01-15T00:00:00, 'VIX'", "must be a number, it is 'high'"),
        (
            "context_data, 2024-01-15T00:00:00, 'regime'",
            "must be one of 'bull', 'bear', it is 'sideways'",
        ),
        ("context_data, 2024-01-15T00:00:00, 'open'", "must be true or false, it is 1"),
        ("context_data, 2024-01-16T00:00:00, 'VIX'", "must be at least 0, it is -1"),
        ("context_data, 2024-01-16T00:00:00, 'SPY'", "is not declared"),
        ("context_data, 2024-01-17T00:00:00, 'VIX'", "has no value"),
        ("context_data, 2024-01-17T00:00:00, 'regime'", "must be a text, it is 3.0"),
        ("context_data, 2024-01-18T00:00:00, 'VIX'", "must be a number, it is True"),
        ("context_data, 2024-01-19T00:00:00, 'VIX'", "must be a finite number, it is inf"),
        ("context_data, 2024-01-20T00:00:00, 'VIX'", "must be at most 100, it is 101"),
    }


def test_keys_and_rows_that_are_none_are_named_beside_wrong_values():
    values = {"2024-01-15": {"VIX": 1.0}, DAY: 3, datetime(2024, 1, 16): {"VIX": "x"}}
    assert [what for _, what in complaints(values)] == [
        "needs dates or datetimes as keys, not '2024-01-15'",
        "must map names to values, not 3",
        "must be a number, it is 'x'",
    ]


def test_two_entries_of_one_time_must_agree_in_whatever_zone_they_are_written():
    aware = DAY.replace(tzinfo=UTC)
    check_context(SCHEMA, {DAY: {"VIX": 1.0}, aware: {"VIX": 1.0}})
    (found,) = complaints({DAY: {"VIX": 1.0}, aware: {"VIX": 2.0}})
    assert found == (
        "context_data, 2024-01-15T00:00:00+00:00",
        "two different entries are of this time",
    )


def test_of_one_name_twenty_are_shown_and_the_rest_counted():
    values = {datetime(2024, 1, 1, h, m): {"VIX": "x"} for h in range(2) for m in range(30)}
    values[DAY] = {"VIX": 1.0, "regime": "flat"}
    found = complaints(values)
    assert len(found) == 22
    assert ("context_data, 'VIX'", "40 more times do not fit the schema") in found


def test_undeclared_names_pass_where_that_is_allowed():
    schema = ContextSchema(fields={"VIX": ContextField()}, allow_undeclared=True)
    check_context(schema, {DAY: {"VIX": 1.0, "SPY": "anything"}})


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "text", "minimum": 0.0},
        {"kind": "flag", "maximum": 1.0},
        {"kind": "number", "allowed": ("a",)},
        {"minimum": 2.0, "maximum": 1.0},
        {"kind": "date"},
        {"lowest": 1.0},
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(parts):
    with pytest.raises(ValueError, match="ContextField"):
        ContextField(**parts)
