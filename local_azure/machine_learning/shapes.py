"""What the JSON of a request has to look like, said by a value of the same form.

    {"Name": str, "Parameters?": [{"Name": str, "DefaultValue?": object}], "tags?": {"*": str}}

A member whose name ends with `?` may be missing or null, `*` stands for all members, a list has one shape for all that
is in it, and `object` is anything. What no shape names is not looked at.
"""
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from local_azure.machine_learning.errors import ServiceError

Shape = Any
"""A type, a tuple of types, a list of one shape, or shapes by names."""

_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", list: "a list",
          dict: "an object"}


def check(value: Any, shape: Shape, place: str = "The body") -> Any:
    """The value. Raises ServiceError, which says what has to be where, as the services' 400 does."""
    if isinstance(shape, dict):
        _check_type(value, (dict,), place)
        for name, of_member in shape.items():
            _check_member(value, name, of_member, place)
    elif isinstance(shape, list):
        _check_type(value, (list,), place)
        for number, each in enumerate(value):
            check(each, shape[0], f"{place}[{number}]")
    elif shape is not object:
        _check_type(value, shape if isinstance(shape, tuple) else (shape,), place)
    return value


def path_of(url: str) -> str:
    """Raises ServiceError for what is no address."""
    try:
        return urlsplit(url).path
    except ValueError as exc:
        raise ServiceError(400, f"{url!r} is no address: {exc}.") from exc


def _check_member(value: Mapping[str, Any], name: str, shape: Shape, place: str) -> None:
    above = "" if place == "The body" else f"{place}."
    if name == "*":
        for each, member in value.items():
            check(member, shape, f"{above}{each}")
        return
    known = name.removesuffix("?")
    if name == known or value.get(known) is not None:
        check(value.get(known), shape, f"{above}{known}")


def _check_type(value: Any, types: tuple[type, ...], place: str) -> None:
    """Of texts, those alone that have a form in UTF-8: no half of a character can be a name or a part of an address."""
    if type(value) not in types or isinstance(value, str) and not _is_whole(value):
        raise ServiceError(400, f"{place} has to be {' or '.join(_NAMES[one] for one in types)}.")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
