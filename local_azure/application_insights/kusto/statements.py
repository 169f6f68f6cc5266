"""What has to be changed in a query before it can be parsed, and statements that mean nothing here."""
import re

from .plugins import ALL_COLUMNS
from .scope import NotSupportedError
from .text import Text, copied, made

_TOKEN = re.compile(r"""
    (?P<other>//[^\n]*|@'(?:''|[^'])*'|@"(?:""|[^"])*"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|```(?:[^`]|`(?!``))*```)
    |(?P<source>\bwith_?source\s*=\s*)table\b
    |(?P<name>\$?\btable\b)(?!\s*\()
    |(?P<serialize>\|\s*serialize\s*)(?=\||;|$)
    |(?P<set>\bset\s+(?P<option>\w+)\s*(?:=[^;]*)?;)
    |(?P<count>\bcount\s+as\s+(?P<total>\w+))
    |(?P<schema>:\s*\(\s*\*(?=\s*,))
    |(?P<parse_kv>\|\s*parse-kv\b)
    |(?P<braces>\|\s*partition\b[^({|]*\{)
""", re.VERBOSE)
_OPTIONS = frozenset("""
    notruncation truncationmaxsize truncationmaxrecords norequesttimeout servertimeout queryconsistency query_datascope
    maxmemoryconsumptionperiterator max_memory_consumption_per_query_per_node request_readonly best_effort
    query_results_cache_max_age query_language queryplatform
""".split())
"""Options that say how a service runs a query, and change no answer here."""


def prepared(source: str) -> Text:
    """The query as duckdb-kql's parser takes it."""
    found, place = Text(), 0
    for match in _TOKEN.finditer(source):
        instead = _instead(match)
        if instead is None:
            continue
        found += copied(source, place, match.start()) + made(match.start(), instead)
        place = match.end()
    return found + copied(source, place, len(source))


def _instead(match: re.Match[str]) -> str | None:
    """None for what stays."""
    if match["source"]:
        return f"{match['source']}'table'"
    if match["name"]:
        return f"['{match['name']}']"
    if match["serialize"]:
        return ""
    if match["set"] and match["option"].lower() in _OPTIONS:
        return ""
    if match["count"]:
        return f"summarize {match['total']} = count()"
    if match["schema"]:
        return f": ({ALL_COLUMNS}: string"
    if match["braces"]:
        raise NotSupportedError("partition with braces", match.end() - 1, "partition by … ( … )")
    if match["parse_kv"]:
        place = match.end() - len("parse-kv")
        raise NotSupportedError("parse-kv", place, "extend with extract() for each key")
    return None
