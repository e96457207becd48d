"""What pydantic finds wrong with a value of a request, in words that can be translated."""

from collections.abc import Mapping
from typing import Any, Final

from ml4t_desktop.errors import message_of
from ml4t_desktop.wording import mark, say, say_count

# By the type of the error; the places are those of its context, written as pydantic writes them.
_WORDS: Final[Mapping[str, str]] = {
    "dict_type": mark("must be a table"),
    "model_type": mark("must be a table"),
    "model_attributes_type": mark("must be a table"),
    "mapping_type": mark("must be a table"),
    "tuple_type": mark("must be a list"),
    "list_type": mark("must be a list"),
    "string_type": mark("must be a text"),
    "bool_type": mark("must be true or false"),
    "int_type": mark("must be a whole number"),
    "int_from_float": mark("must be a whole number"),
    "float_type": mark("must be a number"),
    "finite_number": mark("must be a finite number"),
    "date_type": mark("must be a date"),
    "datetime_type": mark("must be a date with its time"),
    "greater_than": mark("must be greater than {gt:g}"),
    "greater_than_equal": mark("must be greater than or equal to {ge:g}"),
    "less_than": mark("must be less than {lt:g}"),
    "less_than_equal": mark("must be less than or equal to {le:g}"),
    "string_pattern_mismatch": mark("must match the pattern {pattern}"),
}


def complaint(error: Any) -> str:
    """Return what is wrong, with the value that was given where it is short.

    Parameters
    ----------
    error : ErrorDetails
        One of those of a ``ValidationError``.
    """
    what = _fact(error["type"], error.get("ctx") or {}, error["msg"])
    given = error.get("input")
    if isinstance(given, str | int | float | bool):
        return say("{what} (it is {given!r})", what=what, given=given)
    return what


def _fact(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind == "value_error":  # one of ours, which may be a text that can be translated
        return message_of(context["error"])
    if kind == "literal_error":
        return say("must be {expected}", expected=_either(context["expected"]))
    if kind == "union_tag_invalid":
        return say("must be one of {expected}", expected=context["expected_tags"])
    if kind == "too_short":
        least = context["min_length"]
        return say_count("must have at least one entry", "must have at least {n} entries", least)
    if kind in _WORDS:
        return say(_WORDS[kind], **context)
    return message.replace("Input should be", "must be", 1)


def _either(listed: str) -> str:
    """Return a list in Python's words, such as ``'a', 'b' or 'c'``, as one that can be translated."""
    first, _, last = listed.rpartition(" or ")
    return say("{first} or {last}", first=first, last=last) if first else last
