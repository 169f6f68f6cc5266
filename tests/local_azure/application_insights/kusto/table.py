"""The table of docs/queries.md that says what runs on one machine, made from the corpus.

`.venv/bin/python -m tests.local_azure.application_insights.kusto.table` writes it anew.
"""
import argparse
import re
from pathlib import Path

from .corpus import AREAS, Entry, entries

PAGE = Path(__file__).parents[4] / "docs" / "queries.md"
_PLACE = re.compile(r"(?<=<!-- what runs on one machine: made by the tests' kusto\.table -->\n)(?:\|.*\n)*")


def table() -> str:
    """In Markdown, a row for each area."""
    all_entries = entries()
    rows = [_row(area, [entry for entry in all_entries if entry.area == area]) for area in AREAS.values()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (
        ("", "runs", "runs in Azure alone, and what to write instead"), ("---", "---", "---"), *rows))


def _row(area: str, of_area: list[Entry]) -> tuple[str, str, str]:
    runs = dict.fromkeys(shown for entry in of_area if not entry.refusal for shown in entry.shows)
    alone = (f"{shown}: {entry.refusal.partition('; instead: ')[2]}" for entry in of_area if entry.refusal
             for shown in entry.shows)
    return area, _cell(", ".join(runs)), _cell("; ".join(alone))


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def with_table(page: str) -> str:
    if not _PLACE.search(page):
        raise ValueError(f"{PAGE.name} has no place for the table")
    return _PLACE.sub(lambda _: table(), page)


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m tests.local_azure.application_insights.kusto.table", description=__doc__,
                            formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), encoding="utf-8")
