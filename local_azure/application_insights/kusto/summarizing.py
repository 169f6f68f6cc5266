"""summarize: aggregates that stand for several columns, and computed arguments of arg_max and arg_min."""
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from .naming import default_name, free_name, named
from .scope import Helper, Rewriting, Scope, chained
from .syntax import Node, name_of, quoted
from .text import Text, joined, made
from .windows import between_helpers, helper


@dataclass(frozen=True, slots=True)
class _Aggregate:
    """One of a summarize's columns, or those of an arg_max; without a name where it has the one that Kusto gives."""

    value: Text
    name: str = ""

    def text(self, place: int) -> Text:
        return made(place, f"{quoted(self.name)} = ", self.value) if self.name else self.value


class _Summary:
    """What one summarize becomes."""

    def __init__(self, node: Node, scope: Scope) -> None:
        self.node, self.helpers = node, list[Helper]()
        self.scope = replace(scope, helpers=self.helpers)
        by = node.child("SummarizeOperatorByClause")
        self.keys = by.rules if by else ()
        self.computed: dict[str, str] = {}
        """The names that helpers have in the end."""

    def text(self) -> Text:
        scope, place = self.scope, self.node.start
        aggregates = [each.text(place) for rule in self.node.rules for each in self._aggregates(rule)]
        aggregates += [made(place, f"{name} = take_any({name})") for name in scope.kept]
        keys = [scope.text(key) for key in self.keys] + ([made(place, scope.group)] if scope.group else [])
        by = made(place, " by ", joined(place, ", ", keys)) if keys else Text()
        summarized = made(place, "summarize ", joined(place, ", ", aggregates), by)
        return chained(place, between_helpers(self.node, summarized, self.helpers), self._renaming(summarized))

    def _aggregates(self, rule: Node) -> Iterator[_Aggregate]:
        if rule.kind in ("SummarizeOperatorByClause", "StrictQueryOperatorParameter"):
            return
        names, expression = named(rule)
        function = expression.rules[0].text if expression.kind == "NamedFunctionCallExpression" else ""
        if function in _SEVERAL:
            yield from _SEVERAL[function](self, expression, names)
        else:
            yield _Aggregate(self.scope.text(expression), *names[:1])

    def percentiles(self, call: Node, names: tuple[str, ...]) -> Iterator[_Aggregate]:
        _, value, *ranks = call.rules
        column = default_name(self.scope.text(value))
        for index, rank in enumerate(ranks):
            name = f"percentile_{column}_{rank.text.strip().replace('.', '_')}"
            yield _Aggregate(made(call.start, "percentile(", self._argument(value), ", ", self.scope.text(rank), ")"),
                             names[index] if index < len(names) else name)

    def percentiles_array(self, call: Node, names: tuple[str, ...]) -> Iterator[_Aggregate]:
        _, value, *ranks = call.rules
        numbers = re.findall(r"[\d.]+", " ".join(rank.text for rank in ranks))
        texts = [made(call.start, "percentile(", self._argument(value), f", {number})") for number in numbers]
        name = names[0] if names else f"percentiles_{default_name(self.scope.text(value))}"
        yield _Aggregate(made(call.start, "pack_array(", joined(call.start, ", ", texts), ")"), name)

    def take_any(self, call: Node, names: tuple[str, ...]) -> Iterator[_Aggregate]:
        function, *values = call.rules
        if len(values) == 1 and values[0].kind == "StarExpression":
            key_names = {name_of(key) for key in self.keys}
            texts = [made(call.start, quoted(column.name)) for column in self.scope.columns(call)
                     if column.name not in key_names]
        else:
            texts = [self._argument(value) for value in values]
        prefix = "any_" if function.text == "any" else ""
        for index, text in enumerate(texts):
            name = prefix + default_name(text)
            yield _Aggregate(made(call.start, "take_any(", text, ")"), names[index] if index < len(names) else name)

    def extreme(self, call: Node, names: tuple[str, ...]) -> Iterator[_Aggregate]:
        """Of columns alone, as duckdb-kql has it; a `*` is told apart from columns that are added for this."""
        function, value, *returned = call.rules
        ordered, name = self._column(value, names[0] if names else "", function.text[4:] + "_")
        columns = []
        for index, each in enumerate(returned, start=1):
            if each.kind == "StarExpression":
                columns += self._other_columns(call, value, len(names) <= 1 and ordered == quoted(name_of(value)))
            else:
                own_names, expression = named(each)
                wanted = names[index] if index < len(names) else own_names[0] if own_names else ""
                fallback = f"{function.text[4:]}_{default_name(self.scope.text(value))}_arg{index}"
                columns.append(self._column(expression, wanted, fallback)[0])
        if not columns:
            yield _Aggregate(made(call.start, f"{function.text[4:]}({ordered})"), name)
        else:
            yield _Aggregate(made(call.start, f"{function.text}({ordered}, {', '.join(columns)})"), name)

    def _column(self, expression: Node, name: str, fallback: str) -> tuple[str, str]:
        """A column that holds the expression, and the name that it is to have."""
        if expression.kind in ("IdentifierName", "EscapedName", "KeywordName"):
            if not name and not self.scope.stand_in:
                return quoted(name_of(expression)), name_of(expression)
        column = helper(self._argument(expression), self.scope, expression)
        self.computed[column] = name or default_name(self.scope.text(expression)) or fallback
        return column, self.computed[column]

    def _argument(self, value: Node) -> Text:
        """Without that of a row that stands in for none."""
        text, stand_in = self.scope.text(value), self.scope.stand_in
        return made(value.start, f"_kusto_unless({stand_in}, ", text, ")") if stand_in else text

    def _other_columns(self, call: Node, value: Node, is_plain: bool) -> list[str]:
        left_out = {name_of(key) for key in self.keys} | ({name_of(value)} if is_plain else set())
        return [quoted(column.name) for column in self.scope.columns(call) if column.name not in left_out]

    def _renaming(self, summarized: Text) -> str:
        """Helpers among the results get the names that they should have."""
        if not self.computed:
            return ""
        whole = chained(self.node.start, self.scope.input, between_helpers(self.node, summarized, self.helpers))
        columns = [column.name for column in self.scope.columns_of(whole)]
        taken = set(columns) - self.computed.keys()
        renamed = [f"{quoted(free_name(self.computed[name], taken))} = {name}" for name in columns
                   if name in self.computed]
        return f"project-rename {', '.join(renamed)}" if renamed else ""


def summarize(node: Node, scope: Scope) -> Text:
    return _Summary(node, scope).text()


_SEVERAL: Mapping[str, Callable[[_Summary, Node, tuple[str, ...]], Iterator[_Aggregate]]] = {
    "percentiles": _Summary.percentiles, "percentiles_array": _Summary.percentiles_array,
    "take_any": _Summary.take_any, "any": _Summary.take_any,
    "arg_max": _Summary.extreme, "arg_min": _Summary.extreme,
}
OPERATORS: Mapping[str, Rewriting] = {"SummarizeOperator": summarize}
