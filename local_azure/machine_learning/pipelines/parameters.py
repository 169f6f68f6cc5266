"""The values of a pipeline's parameters: what was given, else the default. Values are texts, as in Azure."""
from collections.abc import Callable, Mapping
from typing import Any

from local_azure.machine_learning.errors import ServiceError

# The service's numbers for types; any text is a string.
_TYPES: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "0": ("int", int), "1": ("float", float), "2": ("bool", lambda text: {"true": True, "false": False}[text.lower()])}


def assign(interface: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str | None]:
    """By name. Raises ServiceError for a parameter that the pipeline has not, and for a value of another type."""
    declared = {parameter["Name"]: parameter for parameter in interface.get("Parameters") or ()}
    if unknown := sorted(set(given) - set(declared)):
        raise ServiceError(400, f"The pipeline has no parameter {', '.join(unknown)}.")
    for name, value in given.items():
        _check(declared[name], str(value))
    defaults = {name: parameter.get("DefaultValue") for name, parameter in declared.items()}
    return {name: None if value is None else str(value) for name, value in {**defaults, **given}.items()}


def _check(parameter: Mapping[str, Any], value: str) -> None:
    type_name, read = _TYPES.get(str(parameter.get("Type")), ("string", str))
    try:
        read(value)
    except (ValueError, KeyError) as exc:
        raise ServiceError(400, f"Parameter {parameter['Name']} takes a value of type {type_name}, which {value!r} "
                                "is not.") from exc
