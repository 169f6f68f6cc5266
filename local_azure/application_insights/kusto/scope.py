"""What the rewriting of one operator or expression may ask for: its surroundings, and what they amount to."""
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol

from local_azure.application_insights.answers import Column, Table

from .syntax import Node
from .text import Text, copied, made


class NotSupportedError(Exception):
    """Kusto that cannot run here, the offset where it stands in the query, and another way to write it."""

    def __init__(self, what: str, place: int, instead: str = "") -> None:
        super().__init__(what)
        self.what, self.place, self.instead = what, place, instead


class WrongQueryError(Exception):
    """A query that Azure refuses too, and the offset where it does."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Query:
    """What is handed to duckdb-kql: a query, and definitions of the functions that it calls."""

    text: Text
    functions: tuple[str, ...] = ()
    start: Text = Text()
    """What the text was made from, where that is not the query as it was written."""

    def origin(self, offset: int) -> int:
        """The place in the query as it was written of what stands at an offset of the text."""
        place = self.text.origin(offset)
        return self.start.origin(place) if self.start else place


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a `let` that answers with a table."""

    name: str
    parameters: str
    """Of scalar parameters alone, as they are declared."""
    defaults: Text
    """A `let` for each of them, with some value of its type."""
    table: str
    """The name of the parameter that is a table; empty where there is none."""
    body: Node


class Engine(Protocol):
    """Runs parts of a query while the rest of it is still being rewritten. Raises QueryError."""

    def columns(self, query: Query) -> tuple[Column, ...]: ...

    def answer(self, query: Query) -> Table: ...

    def tables(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Helper:
    """A column that has to be there before an operator, and is taken away after it."""

    name: str
    value: Text


Rewriting = Callable[[Node, "Scope"], Text]
"""The other form of an operator or of an expression. An operator's may be several, with `|` in between, or none."""


@dataclass(frozen=True, slots=True)
class Scope:
    source: str
    engine: Engine
    rewritings: Mapping[str, Rewriting]
    grouped_rewritings: Mapping[str, Rewriting]
    fresh_names: Iterator[str]
    start: Text
    """What the source was made from."""
    before: Text = Text()
    """The statements before this one."""
    definitions: list[str] = field(default_factory=list)
    """Functions as duckdb-kql takes them."""
    declared: dict[str, Function] = field(default_factory=dict)
    lets: list[Text] | None = None
    """Statements that have to stand before this one; None where there can be none."""
    input: Text = Text()
    """The pipeline before this operator."""
    helpers: list[Helper] | None = None
    """Filled by the expressions of an operator; None where no operator can stand before it."""
    group: str = ""
    """The column that tells apart the groups of rows to each of which the pipeline is applied."""
    kept: tuple[str, ...] = ()
    """Columns that are the same for all rows of a group, and stay whatever the pipeline makes of the others."""
    stand_in: str = ""
    """The column that is true in a row that stands for a group in which there is none."""
    tables: Mapping[str, Text] = field(default_factory=dict)
    """What stands for names of tables, which are parameters of a function."""

    def text(self, node: Node) -> Text:
        """The node in the form that can be translated."""
        rewriting = self.grouped_rewritings.get(node.kind) if self.group else None
        rewriting = rewriting or self.rewritings.get(node.kind)
        if rewriting is None:
            return self.inner_text(node)
        try:
            return rewriting(node, self)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as exc:
            raise NotSupportedError(f"{node.text.split()[0]} in this form", node.start) from exc

    def inner_text(self, node: Node) -> Text:
        """The node itself as it is written, all below it in the form that can be translated."""
        found, place = Text(), node.start
        for child in node.children:
            found += copied(self.source, place, child.start) + self.text(child)
            place = max(place, child.stop)
        return found + copied(self.source, place, node.stop)

    def columns(self, node: Node) -> tuple[Column, ...]:
        """The columns that the operator gets to which the node belongs."""
        if not self.input:
            raise NotSupportedError(f"'{node.text}' where there is no table", node.start)
        return self.columns_of(self.input)

    def columns_of(self, pipeline: Text) -> tuple[Column, ...]:
        return self.engine.columns(self._with_statements(pipeline))

    def answer_of(self, pipeline: Text) -> Table:
        return self.engine.answer(self._with_statements(pipeline))

    def _with_statements(self, pipeline: Text) -> Query:
        return self.query(sum(self.lets or (), self.before) + pipeline)

    def query(self, text: Text) -> Query:
        return Query(text, tuple(self.definitions), self.start)

    def named(self, pipeline: Text, place: int) -> Text:
        """The pipeline under a name, so that it can be used more than once; in brackets where it can have none."""
        if self.lets is None:
            return made(place, "(", pipeline, ")")
        name = self.fresh()
        self.lets.append(made(place, f"let {name} = materialize(", pipeline, ");\n"))
        return made(place, name)

    def fresh(self) -> str:
        """A name that the query does not hold."""
        return next(self.fresh_names)

    def at(self, pipeline: Text) -> "Scope":
        """For the operator that follows that pipeline, or for one that begins anew where it is empty."""
        return replace(self, input=pipeline, helpers=None, group="", kept=(), stand_in="")


def fresh_names(source: str) -> Iterator[str]:
    prefix = "_k"
    while prefix in source:
        prefix += "_"
    return (f"{prefix}{number}" for number in count(1))


def chained(place: int, *operators: str | Text) -> Text:
    """A pipeline, and operators after it; those that are empty are left out."""
    found = Text()
    for operator in operators:
        if operator:
            found = made(place, found, "\n| ", operator) if found else made(place, operator)
    return found
