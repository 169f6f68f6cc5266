"""Operators and functions that name columns by a pattern, or all of them: what stands for them is looked up."""
import re
from collections.abc import Iterable, Mapping

from local_azure.application_insights.answers import Column

from .naming import default_name, named
from .scope import NotSupportedError, Rewriting, Scope, WrongQueryError
from .syntax import Node, name_of, quoted
from .text import Text, copied, made

_SEARCHED_TYPES = ("string", "dynamic", "guid")


def matching(pattern: Node, columns: Iterable[Column]) -> list[str]:
    """The names that a name or a wildcard stands for; the name itself where no column has it."""
    if "*" not in pattern.text or pattern.text.startswith("["):
        return [name_of(pattern)]
    form = re.compile("".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", pattern.text)))
    return [column.name for column in columns if form.fullmatch(column.name)]


def _project_away(node: Node, scope: Scope) -> Text:
    if "*" not in node.text:
        return scope.inner_text(node)
    columns = scope.columns(node)
    away = [name for pattern in node.rules for name in matching(pattern, columns)]
    return made(node.start, "project-away ", ", ".join(map(quoted, away))) if away else Text()


def _project_rename(node: Node, scope: Scope) -> Text:
    """The engine would not mind a column that is not there."""
    names = {column.name for column in scope.columns(node)}
    for each in node.rules:
        _, column = named(each)
        if column.kind in ("IdentifierName", "EscapedName") and name_of(column) not in names:
            unknown = f"Failed to resolve table or column expression named '{name_of(column)}'"
            raise WrongQueryError(unknown, column.start)
    return scope.inner_text(node)


def _project_keep(node: Node, scope: Scope) -> Text:
    columns = scope.columns(node)
    kept = {name for pattern in node.rules for name in matching(pattern, columns)}
    missing = kept - {column.name for column in columns}
    order = [column.name for column in columns if column.name in kept] + sorted(missing)
    return _projected(node, [*scope.kept, *(name for name in order if name not in scope.kept)])


def _project_reorder(node: Node, scope: Scope) -> Text:
    columns = scope.columns(node)
    order: dict[str, None] = {}
    for each in node.rules:
        pattern = each.rules[0] if each.kind == "ProjectReorderExpression" else each
        found = matching(pattern, columns)
        if each.has_token("asc") or each.has_token("desc"):
            found.sort(reverse=each.has_token("desc"))
        order |= dict.fromkeys(found)
    return _projected(node, list(order | dict.fromkeys(column.name for column in columns)))


def _projected(node: Node, names: list[str]) -> Text:
    return made(node.start, "project ", ", ".join(map(quoted, names)))


def _mv_expand(node: Node, scope: Scope) -> Text:
    """What is expanded has a name: where it is computed and has none, the one that Kusto gives it."""
    found, place = Text(), node.start
    for child in node.children:
        found += copied(scope.source, place, child.start)
        place = child.stop
        expression = child.rules[0] if child.kind == "MvexpandOperatorExpression" else child
        is_computed = expression.kind in ("NamedFunctionCallExpression", "FunctionCallOrPathPathExpression")
        text = scope.text(child)
        found += made(child.start, f"{quoted(default_name(scope.text(expression)) or 'Column1')} = ", text) \
            if is_computed else text
    return found


def _distinct_star(node: Node, scope: Scope) -> Text:
    return made(node.start, ", ".join(quoted(column.name) for column in scope.columns(node)))


def pack_all(node: Node, scope: Scope) -> Text:
    without_empty = len(node.rules) > 1 and node.rules[1].text == "true"
    if without_empty:
        raise NotSupportedError("pack_all(true)", node.start, "pack_all(), or bag_pack() of the columns that are there")
    pairs = (f"'{column.name}', {quoted(column.name)}" for column in scope.columns(node))
    return made(node.start, f"bag_pack({', '.join(pairs)})")


def column_if_exists(node: Node, scope: Scope) -> Text:
    _, name, default = node.rules
    wanted = name.text.strip()[1:-1]
    if any(column.name == wanted for column in scope.columns(node)):
        return made(node.start, quoted(wanted))
    return made(node.start, "(", scope.text(default), ")")


def _any_column(node: Node, scope: Scope) -> Text:
    """`* has 'x'` and `* == 'x'`: the comparison with each column that holds text."""
    rest = scope.source[node.children[0].stop:node.stop]
    return any_column(scope.columns(node), rest, node.start)


def any_column(columns: Iterable[Column], comparison: str, place: int) -> Text:
    texts = (f"tostring({quoted(column.name)}) {comparison}" for column in columns if column.type in _SEARCHED_TYPES)
    return made(place, f"({' or '.join(texts) or 'false'})")


OPERATORS: Mapping[str, Rewriting] = {
    "MvexpandOperator": _mv_expand, "ProjectRenameOperator": _project_rename,
    "ProjectAwayOperator": _project_away, "ProjectKeepOperator": _project_keep,
    "ProjectReorderOperator": _project_reorder,
}
EXPRESSIONS: Mapping[str, Rewriting] = {
    "DistinctOperatorStarTarget": _distinct_star, "StringStarOperatorExpression": _any_column,
    "StarEqualityExpression": _any_column,
}
CALLS: Mapping[str, Rewriting] = {
    "pack_all": pack_all, "column_ifexists": column_if_exists, "columnifexists": column_if_exists,
}
