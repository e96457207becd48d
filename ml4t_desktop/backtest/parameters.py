"""Parameters of a strategy: plain attributes with a default and bounds, which a form can show."""

from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar, overload

from ml4t_desktop.wording import say

Plain = TypeVar("Plain", bool, int, float, str)


class Parameter(Generic[Plain]):
    """Declares a number, flag, text or date of a strategy that others may set.

    In the class it stands like a value, and ``self.threshold`` is a plain number::

        class Momentum(Strategy):
            threshold = Parameter(0.9, low=0.0, high=1.0, help="Enter above this prediction")

    The window reads the declaration without running the file, so its arguments are written as
    plain values.

    Parameters
    ----------
    default : bool, int, float, str, date or None
        What it is when nobody sets it; its type is the type of the parameter. With None an annotation says
        the type: ``stop: float | None = Parameter(None)``.
    low, high : number, optional
        Both included.
    step : number, optional
        How far an arrow of the form goes.
    unit : str
        Shown behind the number; ``%`` shows a fraction as per cent.
    help : str
        What it means, in one sentence.
    choices : sequence, optional
        The only values there are.
    """

    def __init__(
        self,
        default: Plain,
        low: float | None = None,
        high: float | None = None,
        *,
        step: float | None = None,
        unit: str = "",
        help: str = "",  # noqa: A002 (what users expect it to be called)
        choices: Sequence[Plain] | None = None,
    ) -> None:
        self.default = default
        self.low, self.high, self.step = low, high, step
        self.unit, self.help = unit, help
        self.choices = None if choices is None else tuple(choices)
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the name of the attribute."""
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Plain: ...

    def __get__(self, instance: object | None, owner: type) -> "Self | Plain":
        """Return the value; of the class itself, the declaration.

        The value then stands in the object, where it is read at the speed of any attribute.
        """
        return self if instance is None else vars(instance).setdefault(self.name, self.default)

    def misfit(self, value: Any) -> str:
        """Return what is wrong with a value, or nothing."""
        if self.choices is not None and value not in self.choices:
            return say(
                "{name} must be one of {choices}, it is {value!r}",
                name=self.name,
                choices=", ".join(map(repr, self.choices)),
                value=value,
            )
        if self.low is not None and not value >= self.low:
            return say(
                "{name} must be at least {low:g}, it is {value!r}",
                name=self.name,
                low=self.low,
                value=value,
            )
        if self.high is not None and not value <= self.high:
            return say(
                "{name} must be at most {high:g}, it is {value!r}",
                name=self.name,
                high=self.high,
                value=value,
            )
        return ""


def settle_parameters(strategy: object) -> None:
    """Put the values of all parameters into an object, those that nobody set too.

    Raises
    ------
    ValueError
        With every value that lies outside what was declared.
    """
    declared: dict[str, Parameter[Any]] = {}
    for owner in type(strategy).__mro__:
        for name, item in vars(owner).items():
            if isinstance(item, Parameter):
                declared.setdefault(name, item)
    wrong = [item.misfit(getattr(strategy, name)) for name, item in declared.items()]
    if found := [text for text in wrong if text]:
        raise ValueError("; ".join(found))
