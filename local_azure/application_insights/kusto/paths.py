"""Keys of property bags, which may be any text, and may be computed.

duckdb-kql writes a path, `$."a key"`, in which DuckDB has no way to escape a quote. It takes JSON pointers too, as
`/a "key"`; an array answers to these as well, so they are only for keys that are no number.
"""
from duckdb_kql import ir, translate
from duckdb_kql.translate import quote_string, render_expr

_ELEMENTS, _PATH = translate._mv_expand_elements, translate.render_path
_LIBRARYS_KEY = """'$."' || k || '"'"""
_MADE = """CASE WHEN contains({0}, '"') OR contains({0}, '\\')\
 THEN '/' || replace(replace({0}, '~', '~0'), '/', '~1') ELSE '$."' || {0} || '"' END"""


def expanded(op: ir.MvExpand, target: ir.MvExpandTarget) -> str:
    """The elements that a bag or an array is expanded into."""
    return _ELEMENTS(op, target).replace(_LIBRARYS_KEY, _MADE.format("k"))


def path(node: ir.PathAccess) -> str:
    """What stands at the end of a way of keys and numbers, known or computed."""
    steps = tuple(map(_known, node.steps))
    if not any(map(_is_own, steps)):
        return _PATH(ir.PathAccess(node.base, steps))
    found = render_expr(node.base)
    for step in steps:
        found = f"json_extract({found}, {_step(step)})"
    return found


def _known(step: ir.PathStep) -> ir.PathStep:
    """A computed key that is the text of a `let` is known."""
    if isinstance(step.index, ir.Literal) and step.index.kind == "string":
        return ir.PathStep(name=str(step.index.value))
    return step


def _is_own(step: ir.PathStep) -> bool:
    if step.name is not None:
        return '"' in step.name or "\\" in step.name
    return translate._static_path((step,)) is None


def _step(step: ir.PathStep) -> str:
    if step.name is not None and _is_own(step):
        return quote_string("/" + step.name.replace("~", "~0").replace("/", "~1"))
    if (known := translate._static_path((step,))) is not None:
        return quote_string(known)
    assert step.index is not None  # a step is a name or an index
    key = render_expr(step.index)
    number = f"TRY_CAST({key} AS BIGINT)"
    return (f"CASE WHEN typeof({key}) = 'VARCHAR' THEN {_MADE.format(f'CAST({key} AS VARCHAR)')}"
            f" WHEN {number} < 0 THEN '$[#' || {number} || ']' ELSE '$[' || {number} || ']' END")
