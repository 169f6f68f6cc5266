"""Every query is found below a question."""
from dashboard.charts import QUERIES
from dashboard.query_groups import query_groups


def test_every_query_has_a_heading_of_the_page_about_them():
    groups = query_groups()
    assert set(groups) == {file.stem for file in QUERIES.glob("*.kql")}
    assert groups["latest_runs"] == "What ran"
    assert list(dict.fromkeys(groups.values()))[0] == "What ran"
