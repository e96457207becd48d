"""What context must look like: names, kinds, ranges, allowed texts."""

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ml4t_desktop.request.value import Flag, Number, Text, Value
from ml4t_desktop.wording import mark, say

_KINDS = {
    "number": mark("must be a number, it is {value!r}"),
    "flag": mark("must be true or false, it is {value!r}"),
    "text": mark("must be a text, it is {value!r}"),
}


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
            message = say(
                "'minimum' and 'maximum' belong to a number, not to a {kind}", kind=self.kind
            )
            raise ValueError(message)
        if self.kind != "text" and self.allowed is not None:
            message = say("'allowed' lists texts, it does not belong to a {kind}", kind=self.kind)
            raise ValueError(message)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            message = say(
                "'minimum' ({low:g}) is above 'maximum' ({high:g})",
                low=self.minimum,
                high=self.maximum,
            )
            raise ValueError(message)
        return self

    def complaint(self, value: Any) -> str | None:
        """Return what is wrong with a value, None when nothing is."""
        if value is None or (isinstance(value, Real) and math.isnan(value)):
            return mark("has no value") if self.required else None
        if not self._is_kind(value):
            return say(_KINDS[self.kind], value=value)
        if self.kind == "number":
            return self._outside(float(value))
        if self.allowed is not None and value not in self.allowed:
            return say(
                "must be one of {allowed}, it is {value!r}",
                allowed=", ".join(map(repr, self.allowed)),
                value=value,
            )
        return None

    def _is_kind(self, value: Any) -> bool:
        if self.kind == "text":
            return isinstance(value, str)
        # numpy's flags are no bool, and Python's are numbers.
        is_flag = isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}
        return is_flag if self.kind == "flag" else isinstance(value, Real) and not is_flag

    def _outside(self, number: float) -> str | None:
        if not math.isfinite(number):
            return say("must be a finite number, it is {number!r}", number=number)
        if self.minimum is not None and number < self.minimum:
            return say(
                "must be at least {least:g}, it is {number:g}", least=self.minimum, number=number
            )
        if self.maximum is not None and number > self.maximum:
            return say(
                "must be at most {most:g}, it is {number:g}", most=self.maximum, number=number
            )
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
