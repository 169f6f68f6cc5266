"""Where in a query the fault is that the engine found without saying where."""
import re
from collections.abc import Callable, Iterator

from .scope import Query
from .syntax import Node, parse
from .text import Text, copied, made

_NO_CODE = re.compile(
    r"""//[^\n]*|@'(?:''|[^'])*'|@"(?:""|[^"])*"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""")

_TABULAR = ("PipeExpression", "DataTableExpression", "RangeExpression", "PrintOperator", "UnionOperator",
            "IdentifierName", "EscapedName")


def code(source: str) -> str:
    """A query with blanks in place of its texts and comments."""
    return _NO_CODE.sub(lambda found: " " * len(found.group()), source)


def name_place(source: str, name: str, start: int = 0, stop: int | None = None) -> int | None:
    """Where the code of a query first has a name, if it has."""
    end = len(source) if stop is None else stop
    found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(code(source), start, end)
    return found.start() if found else None


def step_with_fault(query: Query, is_faulty: Callable[[Query], bool]) -> tuple[int, int] | None:
    """The start and the stop, in the query as it was written, of the first statement or operator with which the query
    no longer runs."""
    tree = parse(query.text)
    for node, part in _parts(tree, query.text) if tree else ():
        if is_faulty(Query(part, query.functions, query.start)):
            return query.origin(node.start), query.origin(max(node.start, node.stop - 1)) + 1
    return None


def _parts(tree: Node, text: Text) -> Iterator[tuple[Node, Text]]:
    """Each statement and each operator, with the query that ends with it."""
    source = str(text)
    for statement in tree.children:
        value = statement.rules[-1] if statement.kind in ("LetVariableDeclaration", "LetMaterializeDeclaration") \
            else statement
        if not statement.kind or "Let" in value.kind:
            continue
        steps = (value.rules[0], *(each.rules[0] for each in value.rules[1:])) if value.kind == "PipeExpression" \
            else (value,)
        before = copied(source, 0, statement.start)
        for step in steps:
            part = copied(source, value.start, step.stop)
            yield step, before + (part if value.kind in _TABULAR else made(step.start, "print _ = ", part))
