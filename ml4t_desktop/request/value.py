"""The base of every frozen value of a request, and its kinds of number and text."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AllowInfNan, BaseModel, ConfigDict, Strict


class Value(BaseModel):
    """A frozen value: unknown keys and wrong types are refused, all of them at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Number = Annotated[float, Strict(), AllowInfNan(allow_inf_nan=False)]
Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Ge(0)]
PositiveCount = Annotated[int, Strict(), Ge(1)]
Positive = Annotated[Number, Gt(0)]
NotNegative = Annotated[Number, Ge(0)]
PositiveFraction = Annotated[Number, Gt(0), Le(1)]
OpenFraction = Annotated[Number, Gt(0), Lt(1)]
HalfOpenFraction = Annotated[Number, Ge(0), Lt(1)]
