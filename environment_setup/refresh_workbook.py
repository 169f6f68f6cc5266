"""Puts the queries of queries/ into workbook.json: python -m environment_setup.refresh_workbook

The layout is kept in workbook.json: change it there, or paste what the Advanced Editor of a deployed workbook shows.
Its queries are not written there. An item, or a parameter that offers choices, names the file that it asks by the title
of that file, as the first line of its query: `// Title: Latest runs`. It gets the file's text, with parameters of the
workbook in the place of the file's own, and without the explanations at its top: a workbook can only be so long. What
the workbook makes of the rows stands below MARK, and stays.

What JSON escapes, a text of Kusto between double quotes takes as well ("Workbook parameters", "The string data type").
"""
import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

QUERIES = Path(__file__).parents[1] / "queries"
WORKBOOK = Path(__file__).with_name("workbook.json")
MARK = "// In the workbook:"
VALUES = {
    "since": "datetime({TimeRange:startISO})",
    "until": "datetime({TimeRange:endISO})",
    "workspace": '"{Workspace:escapejson}"',  # a name may have quotes or a backslash in it: CONTOSO\O'Brien "Bo"
    "experiment": '"{Experiment:escapejson}"',
    "status": '"{Status:escapejson}"',
    "submitter": '"{Submitter:escapejson}"',
    "bin_size": "{BinSize}",
    "level": '@"{Level}"',
    "run": '@"{Run}"',
}

_TITLE = re.compile(r"// Title: (.+)")
_EXPLANATIONS = re.compile(r"\A(// Title: .+\n)(?://.*\n)+")
_LET = re.compile(r"^let (\w+) = [^;]*;", re.MULTILINE)


def refreshed(workbook: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The workbook with the present text of each query; `files` are texts by title. Raises KeyError for a title that no
    file has, ValueError for a query without one."""
    copy: dict[str, Any] = json.loads(json.dumps(workbook))
    for holder in query_holders(copy["items"]):
        holder["query"] = _text(holder["query"], files)
    return copy


def written(workbook: Mapping[str, Any]) -> str:
    """The text of the file: a line for each value, so that changes can be read."""
    return json.dumps(workbook, indent=1, ensure_ascii=False) + "\n"


def query_holders(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Everything with a `query` in it: contents of query items, and parameters whose choices a query gives."""
    for item in items:
        content = item["content"]
        yield from query_holders(content.get("items", []))
        yield from (part for part in [content, *content.get("parameters", [])] if "query" in part)


def title_of(query: str) -> str:
    found = _TITLE.match(query)
    if not found:
        raise ValueError(f"does not begin with the title of a file: {query[:60]!r}")
    return found[1].strip()


def texts_by_title(folder: Path) -> dict[str, str]:
    texts = (file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.kql")))
    return {title_of(text): text for text in texts}


def _text(query: str, files: Mapping[str, str]) -> str:
    _, mark, own = query.replace("\r\n", "\n").partition(MARK)
    text = _EXPLANATIONS.sub(r"\1", files[title_of(query)])
    return _LET.sub(_filled_in, text) + mark + own


def _filled_in(let: re.Match[str]) -> str:
    return f"let {let[1]} = {VALUES[let[1]]};" if let[1] in VALUES else let[0]


def main() -> None:
    argparse.ArgumentParser(prog="python -m environment_setup.refresh_workbook", description=__doc__,
                            formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    workbook = json.loads(WORKBOOK.read_text(encoding="utf-8"))
    WORKBOOK.write_text(written(refreshed(workbook, texts_by_title(QUERIES))), encoding="utf-8")


if __name__ == "__main__":
    main()
