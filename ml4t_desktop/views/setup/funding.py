"""Funding of perpetual contracts: none, a fixed rate, or the rates of a column."""

from collections.abc import Mapping
from typing import Any

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.fields import ChoiceField, Field, NumberField, Options, TextField
from ml4t_desktop.views.setup.form import FieldKind, KindForm

_KEY = "account.funding"


class FundingForm(KindForm):
    """The form of the funding, which is told by the keys it has."""

    def __init__(self) -> None:
        kinds = (
            FieldKind("none", tr("None"), {}, tuple),
            FieldKind("rate", tr("A fixed rate"), {"rate": 0.0001, "interval": "8h"}, _rate),
            FieldKind("column", tr("Rates of a column"), {}, _column),
        )
        super().__init__(_KEY, "kind", tr("Funding"), kinds)

    def kind_of(self, draft: Draft) -> str:
        """Return the kind the draft has."""
        table = draft.get(_KEY)
        if table is None:
            return "none"
        return "column" if isinstance(table, Mapping) and "column" in table else "rate"

    def table_of(self, kind: FieldKind) -> Mapping[str, Any] | None:
        """Return the table that a kind begins with, None for none."""
        return None if kind.value == "none" else kind.defaults

    def set_columns(self, columns: Options) -> None:
        """Offer columns for the rates; the first one that is called like it is the likely one."""
        names = [str(name) for name, _ in columns]
        likely = [name for name in names if "fund" in name.lower()] or names
        self.set_defaults("column", {"column": likely[0] if likely else ""})
        for field in self.form.fields:
            if isinstance(field, ChoiceField):
                field.set_options(columns)


def _rate() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_KEY}.rate",
            tr("Rate"),
            is_percent=True,
            low=-100,
            high=100,
            step=0.01,
            tip=tr("Share of a position's value; longs pay a positive one, shorts receive it"),
        ),
        TextField(
            f"{_KEY}.interval",
            tr("Every"),
            placeholder="8h",
            empty="8h",
            tip=tr("Such as 8h, 1h or 1d; counted from midnight UTC"),
        ),
    )


def _column() -> tuple[Field, ...]:
    return (
        ChoiceField(
            f"{_KEY}.column",
            tr("Column"),
            tip=tr(
                "Paid wherever the column has a value: longs pay a positive one, shorts receive it"
            ),
        ),
    )
