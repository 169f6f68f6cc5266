"""By which question a query of queries/ is found: the headings of docs/queries.md, which says each query below one."""
import re
from functools import cache

from dashboard.charts import QUERIES

PAGE = QUERIES.parent / "docs" / "queries.md"
_HEADING_OR_QUERY = re.compile(r"^(?:## (?P<heading>.+)|\*\*\[`(?P<query>\w+)\.kql`\])", re.MULTILINE)


@cache
def query_groups() -> dict[str, str]:
    """The heading of each query, in the order of the page."""
    groups, heading = {}, ""
    for found in _HEADING_OR_QUERY.finditer(PAGE.read_text("utf-8")):
        heading = found["heading"] or heading
        if found["query"]:
            groups[found["query"]] = heading
    return groups
