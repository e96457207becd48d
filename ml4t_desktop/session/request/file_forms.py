"""How the files of a draft are written, as far as the draft says it."""

from collections.abc import Iterator

from pydantic import ValidationError

from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.request import TableForm
from ml4t_desktop.session.request.draft import Draft


def price_form(draft: Draft) -> ColumnMap:
    """Return how the price files are written."""
    layout = draft.get("data.layout")
    return ColumnMap(
        form=_form(draft, "data"),
        asset=_odd_asset(draft.get("data.asset")),
        layout=layout if layout in {"long", "wide"} else None,
        field=draft.get("data.field"),
    )


def prediction_form(draft: Draft) -> ColumnMap:
    """Return how the files of predictions are written."""
    asset = _odd_asset(draft.get("data.predictions.asset"))
    return ColumnMap(form=_form(draft, "data.predictions"), asset=asset)


def context_form(draft: Draft) -> ColumnMap:
    """Return how the context file is written; it is never wide."""
    return ColumnMap(form=_form(draft, "context"), layout="long")


def named_files(draft: Draft) -> Iterator[tuple[str, ColumnMap]]:
    """Yield every file that a draft names once, with how it is written."""
    prices = price_form(draft)
    for name in draft.files:
        yield name, prices
    for name in draft.get("data.predictions.files", ()):
        yield name, prediction_form(draft)
    if draft.context_file and draft.context_file not in draft.files:
        yield draft.context_file, context_form(draft)


def _odd_asset(name: str | None) -> str | None:
    """Return the column of symbols where its name does not say that it is text."""
    return None if name is None or usual_role(name) == "asset" else name


def _form(draft: Draft, table: str) -> TableForm:
    given = {
        name: value
        for name in TableForm.model_fields
        if (value := draft.get(f"{table}.{name}")) is not None
    }
    try:
        return TableForm.model_validate(given)
    except ValidationError:  # the form beside the field says what is wrong
        return TableForm()
