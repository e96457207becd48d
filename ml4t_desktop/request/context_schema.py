"""What context must look like: names, kinds, ranges, allowed texts."""

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ml4t_desktop.request.value import Flag, Number, Text, Value

_KINDS = {"number": "a number", "flag": "true or false", "text": "a text"}


class ContextField(Value):
    """What one name of the context may hold.

    Parameters
    ----------
    kind : {"number", "flag", "text"}
    minimum, maximum : float or None
        Both included; for numbers.
    allowed : tuple of str or None
        The texts there may be.
    required : bool
        Whether every entry must have a value; else None, NaN and absence mean there is none.
    """

    kind: Literal["number", "flag", "text"] = "number"
    minimum: Number | None = None
    maximum: Number | None = None
    allowed: tuple[Text, ...] | None = None
    required: Flag = False

    @model_validator(mode="after")
    def _limits_fit_kind(self) -> Self:
        if self.kind != "number" and (self.minimum is not None or self.maximum is not None):
            message = f"'minimum' and 'maximum' belong to a number, not to a {self.kind}"
            raise ValueError(message)
        if self.kind != "text" and self.allowed is not None:
            message = f"'allowed' lists texts, it does not belong to a {self.kind}"
            raise ValueError(message)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            message = f"'minimum' ({self.minimum:g}) is above 'maximum' ({self.maximum:g})"
            raise ValueError(message)
        return self

    def complaint(self, value: Any) -> str | None:
        """Return what is wrong with a value, None when nothing is."""
        if value is None or (isinstance(value, Real) and math.isnan(value)):
            return "has no value" if self.required else None
        if not self._is_kind(value):
            return f"must be {_KINDS[self.kind]}, it is {value!r}"
        if self.kind == "number":
            return self._outside(float(value))
        if self.allowed is not None and value not in self.allowed:
            return f"must be one of {', '.join(map(repr, self.allowed))}, it is {value!r}"
        return None

    def _is_kind(self, value: Any) -> bool:
        if self.kind == "text":
            return isinstance(value, str)
        # numpy's flags are no bool, and Python's are numbers.
        is_flag = isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}
        return is_flag if self.kind == "flag" else isinstance(value, Real) and not is_flag

    def _outside(self, number: float) -> str | None:
        if not math.isfinite(number):
            return f"must be a finite number, it is {number!r}"
        if self.minimum is not None and number < self.minimum:
            return f"must be at least {self.minimum:g}, it is {number:g}"
        if self.maximum is not None and number > self.maximum:
            return f"must be at most {self.maximum:g}, it is {number:g}"
        return None


class ContextSchema(Value):
    """What every entry of the context must look like.

    Parameters
    ----------
    fields : mapping of str to ContextField
        By name.
    allow_undeclared : bool
        Whether names that are not declared may occur; else they are refused.
    """

    fields: Mapping[Text, ContextField] = Field(min_length=1)
    allow_undeclared: Flag = False
