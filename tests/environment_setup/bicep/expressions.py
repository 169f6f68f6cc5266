"""What a template leaves to Azure to work out, worked out: the few functions of template expressions that ours use.

"ARM template functions". What Azure looks up itself is given: `known` has the properties of resources by resource id.
"""
import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(\w+)|([()\[\],.]))")
PUBLIC = {"name": "AzureCloud", "resourceManager": "https://management.azure.com/"}


class _Expression:
    def __init__(self, text: str, functions: Mapping[str, Callable[..., Any]]):
        self._tokens = [found.groups() for found in _TOKEN.finditer(text)]
        self._functions = functions

    def value(self) -> Any:
        text, name, _ = self._tokens.pop(0)
        found = text.replace("''", "'") if name is None else self._functions[name](*self._arguments())
        while self._takes("."):
            found = found[self._tokens.pop(0)[1]]
        while self._takes("["):
            found = found[self.value()]
            assert self._takes("]")
            while self._takes("."):
                found = found[self._tokens.pop(0)[1]]
        return found

    def _arguments(self) -> list[Any]:
        assert self._takes("(")
        found: list[Any] = []
        while not self._takes(")"):
            found.append(self.value())
            self._takes(",")
        return found

    def _takes(self, sign: str) -> bool:
        if self._tokens and self._tokens[0][2] == sign:
            self._tokens.pop(0)
            return True
        return False


def worked_out(value: Any, known: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str] = PUBLIC) -> Any:
    """The value with every expression in it replaced by what it comes to. Raises KeyError for a function or a resource
    that is not known."""
    if isinstance(value, Mapping):
        return {name: worked_out(item, known, environment) for name, item in value.items()}
    if isinstance(value, list):
        return [worked_out(item, known, environment) for item in value]
    if isinstance(value, str) and value.startswith("[") and not value.startswith("[["):
        return _Expression(value[1:-1], {
            "createObject": lambda *pairs: dict(zip(pairs[::2], pairs[1::2])),
            "environment": lambda: environment,
            "format": lambda text, *values: text.format(*values),
            "reference": lambda resource_id, *_: known[resource_id]}).value()
    return value
