"""A strategy written in Python: which file, which class, and the values of its parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Strict, Tag

from ml4t_desktop.request.value import Flag, Number, Text, Value
from ml4t_desktop.wording import mark, say

ParameterScalar = bool | int | float | str | date


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "whole"
    if isinstance(value, date):
        return "date"
    return "text" if isinstance(value, str) else "number"


# Told apart by their type, so that 5 stays a whole number and a wrong value makes one problem.
ParameterValue = Annotated[
    Annotated[Flag, Tag("flag")]
    | Annotated[Annotated[int, Strict()], Tag("whole")]
    | Annotated[Number, Tag("number")]
    | Annotated[Text, Tag("text")]
    | Annotated[date, Tag("date")],
    Discriminator(_kind),
]


def _identifier(text: str) -> str:
    if not text.isidentifier():
        message = mark("must be the name of a class in the file")
        raise ValueError(message)
    return text


def _named(parameters: Mapping[str, ParameterScalar]) -> Mapping[str, ParameterScalar]:
    """Return the parameters in order of their names, so that equal requests are equal values."""
    wrong = sorted(name for name in parameters if not name.isidentifier())
    if wrong:
        message = say("'{name}' is no name of a parameter", name=wrong[0])
        raise ValueError(message)
    return dict(sorted(parameters.items()))


class PythonStrategy(Value):
    """A class of a Python file that decides instead of rules.

    Parameters
    ----------
    file : str
        Path relative to the request file.
    class_ : str
        ``class`` in the file: the name of a `Strategy` in it.
    parameters : mapping of str to number, flag, text or date
        Values for what the class declares; those left out have the defaults of the file.
    """

    file: Text
    class_: Annotated[Text, AfterValidator(_identifier)] = Field(alias="class")
    parameters: Annotated[Mapping[Text, ParameterValue], AfterValidator(_named)] = {}
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )
